"""Which Python codec MSH-18 names, and which encodings no v2 listener can read."""

import codecs
import re

_NAMES = {
    "ascii": "ascii",
    "usascii": "ascii",
    "isoir6": "ascii",
    "unicode": "utf-8",
    "unicodeutf8": "utf-8",
    "utf8": "utf-8",
    "windows1252": "cp1252",
    "cp1252": "cp1252",
}
_LATIN = re.compile(r"(?:iso)?8859(?:/|-)?(\d{1,2})")


def codec_named(declared: str) -> str | None:
    """The codec for a value of table 0211, or None when it is none we can read."""
    word = re.sub(r"[\s_-]", "", declared.lower())
    latin = _LATIN.fullmatch(word)
    if latin is None:
        return _NAMES.get(word)
    try:
        return codecs.lookup(f"iso8859-{int(latin[1])}").name
    except LookupError:
        return None


def is_wide_or_ebcdic(frame: bytes) -> bool:
    """UTF-16 and EBCDIC show in the first bytes, before any header can be read."""
    return frame.startswith((b"\xff\xfe", b"\xfe\xff", b"M\0S\0", b"\0M\0S", b"\xd4\xe2\xc8"))
