"""What a file is by its own first bytes: what a sender or a browser says of it is not relied on."""

from collections.abc import Mapping

PDF, TIFF, JPEG, PNG = "application/pdf", "image/tiff", "image/jpeg", "image/png"
XML, TEXT, OTHER = "application/xml", "text/plain", "application/octet-stream"
PICTURES = (TIFF, JPEG, PNG)
PAGED = (PDF, *PICTURES)  # what is shown as pages
TAKEN: Mapping[str, str] = {
    PDF: "PDF",
    TIFF: "TIFF",
    JPEG: "JPEG",
    PNG: "PNG",
    XML: "C-CDA or other XML",
    TEXT: "plain text",
}
MOST_BYTES = 25_000_000
_SIGNS = {
    b"%PDF-": PDF,
    b"\x89PNG\r\n\x1a\n": PNG,
    b"\xff\xd8\xff": JPEG,
    b"II*\0": TIFF,
    b"MM\0*": TIFF,
    b"GIF8": "image/gif",
    b"{\\rtf": "text/rtf",
}
_ACTIVE = ("<!doctype html", "<html", "<svg", "<script", "<body", "<iframe")
_HEAD = 2_000


def kind_of(content: bytes) -> str:
    """The media type of these bytes; `OTHER` for a program, an archive, a page of the web and the like.

    >>> kind_of(b"%PDF-1.7 ..."), kind_of(b"Seen, and well."), kind_of(b"<svg onload='x'/>")
    ('application/pdf', 'text/plain', 'application/octet-stream')
    >>> kind_of(b"<?xml version='1.0'?><ClinicalDocument/>")
    'application/xml'
    """
    known = next((kind for sign, kind in _SIGNS.items() if content.startswith(sign)), "")
    return known or _of_text(content)


def _of_text(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return OTHER
    head = text[:_HEAD].lstrip().lower()
    if "\0" in text or any(mark in head for mark in _ACTIVE):
        return OTHER
    return XML if head.startswith(("<?xml", "<clinicaldocument")) else TEXT
