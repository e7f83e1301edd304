"""What a file is, seen from its first bytes; its name is a hint for plain tables alone."""

import re
from typing import Literal

import msgspec

from referloop.exchange.table.columns import field_of

Kind = Literal["ndjson", "json", "hl7v2", "table", "workbook", "other"]
HEAD = 64 * 1024

_SIGNATURES = (
    (b"PK\x03\x04", "zip archive"), (b"PK\x05\x06", "zip archive"), (b"%PDF", "PDF"), (b"\x89PNG", "picture"),
    (b"\xff\xd8\xff", "picture"), (b"GIF8", "picture"), (b"II*\x00", "picture"), (b"MM\x00*", "picture"),
    (b"\xd0\xcf\x11\xe0", "old Office file"), (b"{\\rtf", "rich text"), (b"ISA", "X12 interchange"),
)  # fmt: skip
_HL7 = re.compile(rb"\x0b?(?:MSH|FHS|BHS)[^0-9A-Za-z\s]")
_XML_ROOT = re.compile(rb"<(?![?!])(?:\w+:)?(\w+)")
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_WIDE = (b"\xff\xfe", b"\xfe\xff")
_DIVIDED = (",", ";", "\t", "|")


def kind_of(head: bytes, name: str, mapped: bool) -> tuple[Kind, str]:
    """The kind, and for what is not read here what it looks like; `mapped` says that a table is expected."""
    text = _narrow(head).lstrip()
    if not text:
        return "other", "empty file"
    if b"xl/workbook" in head or (head.startswith(b"PK") and name.lower().endswith(".xlsx")):
        return "workbook", ""
    if _HL7.match(text):
        return "hl7v2", ""
    if text[:1] in (b"{", b"["):
        return ("ndjson" if _many_values(text) else "json"), ""
    if text[:1] == b"<":
        return "other", _markup(text)
    for signature, says in _SIGNATURES:
        if head.startswith(signature):
            return "other", says
    return _plain(text, name, mapped)


def _narrow(head: bytes) -> bytes:
    """The bytes as those of UTF-8, so that one set of signs tells the kind."""
    if head.startswith(_WIDE):
        return head[: len(head) & ~1].decode("utf-16", "replace").encode()
    return head.removeprefix(b"\xef\xbb\xbf")


def _many_values(text: bytes) -> bool:
    """Whether the first line is a whole value and another follows."""
    first, _, rest = text.partition(b"\n")
    if not rest.strip():
        return False
    try:
        msgspec.json.decode(first, type=msgspec.Raw)
    except msgspec.DecodeError:
        return rest.lstrip()[:1] == b"{" and first.rstrip()[-1:] == b"}"
    return True


def _markup(text: bytes) -> str:
    if b"http://hl7.org/fhir" in text[:2000]:
        return "FHIR XML"
    root = _XML_ROOT.search(text)
    return f"XML ({root[1].decode()[:60]})" if root else "XML"


def _plain(text: bytes, name: str, mapped: bool) -> tuple[Kind, str]:
    if b"\x00" in text:
        return "other", "binary file"
    ending = name.lower().removesuffix(".gz").rpartition(".")[2]
    if ending in ("csv", "tsv") or mapped:
        return "table", ""
    first = text.partition(b"\n")[0].decode("utf-8", "replace")
    columns = max((first.split(mark) for mark in _DIVIDED), key=len)
    if len({field_of(column) for column in columns} - {None}) >= 3:
        return "table", ""
    return "other", "plain text"
