"""A resource together with those it refers to in other files, so that it can be read again as a whole.

Stored as a searchset Bundle, FHIR's own form for a match and what was included with it; every part is byte
for byte as it came, and each full URL begins with the digest of the file that brought it.
"""

from collections.abc import Mapping

from referloop.exchange.fhir.access import Json, part, parts, text
from referloop.exchange.fhir.strict_json import decode
from referloop.wiring.importing.shelf import OnShelf

MEDIA_TYPE = "application/fhir+json; context=included"


def enclosed(name: str, digest: str, body: bytes, included: Mapping[str, OnShelf]) -> bytes:
    """The bytes to keep for a resource whose meaning needs others."""
    entries = [_entry(digest, name, body, "match")]
    entries += [_entry(each.digest, called, each.body, "include") for called, each in included.items()]
    return b'{"resourceType":"Bundle","type":"searchset","entry":[' + b",".join(entries) + b"]}"


def disclosed(body: bytes) -> tuple[Json, str, dict[str, tuple[str, Json]]]:
    """The resource, its file's digest, and what was included: name to (digest, resource)."""
    entries = parts(decode(body)[0], "entry")
    digest, _, _ = text(entries[0], "fullUrl").partition("/")
    included: dict[str, tuple[str, Json]] = {}
    for entry in entries[1:]:
        brought_by, _, name = text(entry, "fullUrl").partition("/")
        included[name] = brought_by, part(entry, "resource")
    return part(entries[0], "resource"), digest, included


def _entry(digest: str, name: str, body: bytes, mode: str) -> bytes:
    opening = f'{{"fullUrl":"{digest}/{name}","search":{{"mode":"{mode}"}},"resource":'
    return opening.encode() + body + b"}"
