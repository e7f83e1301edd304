"""Finds, splits and rewrites the references inside a resource; none is ever followed to the network."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

from referloop.referral.problems import Problem

Json = dict[str, Any]

# http://hl7.org/fhir/R4/references.html#regex, without its closed list of types
_LITERAL = re.compile(
    r"(?P<base>https?://[^\s?#]+/)?(?P<type>[A-Z][A-Za-z]{2,63})/(?P<id>[A-Za-z0-9\-.]{1,64})"
    r"(?:/_history/(?P<version>[A-Za-z0-9\-.]{1,64}))?(?:#.*)?"
)
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference taken apart; `base` ends with a slash."""

    form: Literal["relative", "absolute", "contained", "urn", "other"]
    type: str = ""
    id: str = ""
    base: str = ""
    version: str = ""


def split(reference: str) -> Reference:
    if reference.startswith("#"):
        return Reference("contained", id=reference[1:])
    if reference.startswith("urn:"):
        return Reference("urn", id=reference)
    match = _LITERAL.fullmatch(reference)
    if match is None:
        return Reference("absolute" if _ABSOLUTE.match(reference) else "other", id=reference)
    base = match["base"] or ""
    return Reference(
        "absolute" if base else "relative", match["type"], match["id"], base, match["version"] or ""
    )


def references(resource: Json) -> set[str]:
    """Every `Reference.reference` in a resource, but those to what is contained in it."""
    return {reference for _, _, reference in _places(resource, "") if not reference.startswith("#")}


def places(resource: Json, where: str, reference: str) -> list[str]:
    """Where in a resource this reference stands."""
    return [place for _, place, found in _places(resource, where) if found == reference]


def rewrite(resource: Json, mapping: Mapping[str, str]) -> Json:
    """A copy whose references and urls are replaced as the mapping says, as a transaction asks for."""
    return {name: _rewritten(name, value, mapping) for name, value in resource.items()}


def unlisted(
    resource: Json, hosts: Collection[str], where: str, inside: Collection[str] = ()
) -> tuple[Problem, ...]:
    """A problem for every absolute reference to a host not on the list; `inside` are a Bundle's full URLs."""
    return tuple(
        Problem(
            "fhir-foreign-reference",
            place,
            "This refers to a server that is not on this organisation's list.",
            "Send the resource itself, or ask the organisation to list the server.",
        )
        for _, place, reference in _places(resource, where)
        if split(reference).form == "absolute" and reference not in inside and _host(reference) not in hosts
    )


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:  # brackets that are no IPv6 address
        return ""


def _rewritten(name: str, value: Any, mapping: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return rewrite(value, mapping)
    if isinstance(value, list):
        return [_rewritten(name, one, mapping) for one in value]
    # http://hl7.org/fhir/R4/http.html#trules: references, urls and uris that equal a fullUrl
    if isinstance(value, str) and (name in ("reference", "url") or name.endswith(("Url", "Uri"))):
        return mapping.get(value, value)
    return value


def _places(value: Json, where: str) -> Iterator[tuple[Json, str, str]]:
    """Each Reference with its place and what it points at."""
    reference = value.get("reference")
    if isinstance(reference, str):
        yield value, f"{where}.reference", reference
    for name, one in value.items():
        if isinstance(one, dict):
            yield from _places(one, f"{where}.{name}" if where else name)
        elif isinstance(one, list):
            for position, item in enumerate(one):
                if isinstance(item, dict):
                    yield from _places(
                        item, f"{where}.{name}[{position}]" if where else f"{name}[{position}]"
                    )
