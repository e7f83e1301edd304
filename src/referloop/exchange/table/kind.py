"""What kind of file the bytes are, whatever the name says."""

import re

from referloop.exchange.table.archive import macros
from referloop.referral.problems import Problem

_SIGNATURES = (
    (b"PK\x03\x04", "a zip archive"), (b"\xd0\xcf\x11\xe0", "an old or encrypted Office file"),
    (b"%PDF", "a PDF"), (b"\x1f\x8b", "a gzip archive"), (b"\x89PNG", "a picture"), (b"{\\rtf", "rich text"),
)  # fmt: skip


def unlike_its_name(content: bytes, name: str) -> Problem | None:
    """The file is of a kind that is not read here, or not of the kind its name says."""
    ending = name.lower().rpartition(".")[2]
    if ending in ("xlsm", "xltm", "xlam"):
        return macros()
    if ending not in ("csv", "tsv", "txt", "xlsx"):
        return Problem(
            "file-kind-unknown", "file", "Only .csv and .xlsx are read.", "Save it as one of them."
        )
    found = _looks_like(content)
    if found == ("a zip archive" if ending == "xlsx" else ""):
        return None
    return Problem(
        "file-not-what-it-says",
        "file",
        f"The file's name ends in .{ending}, but it is {found or 'plain text'}.",
        "Save it as .csv or .xlsx and send that.",
    )


def _looks_like(content: bytes) -> str:
    head = content[:512].removeprefix(b"\xef\xbb\xbf").lstrip()
    for signature, kind in _SIGNATURES:
        if head.startswith(signature):
            return kind
    if re.match(rb"(?i)<(!doctype|html|table|\?xml|head|meta|body|style|script)", head):
        return "a web page or XML"
    return ""
