"""Bytes of a stranger as text that is safe to show: nothing of it acts, and nothing is hidden."""

import unicodedata
from codecs import getincrementaldecoder

LONGEST = 200_000
# What turns the direction of writing or is not seen could make a line read as another.
_UNSEEN = {"Cf", "Cc", "Cs", "Co", "Zl", "Zp"}


def as_text(body: bytes) -> tuple[str, str]:
    """The text, and what has to be known about it.

    >>> as_text(b"MSH|a" + bytes([13]) + b"PID|b" + bytes([0]))
    ('MSH|a\\nPID|b\u2400', '')
    """
    notes = []
    try:
        text = getincrementaldecoder("utf-8")().decode(body[: LONGEST * 4], final=len(body) <= LONGEST * 4)
    except UnicodeDecodeError:
        text = body[:LONGEST].decode("latin-1")
        notes.append("It is not UTF-8; each byte is shown as one letter.")
    if len(text) > LONGEST or len(body) > LONGEST * 4:
        notes.append(f"Only the first {LONGEST:,} letters are shown.")
    lines = text[:LONGEST].replace("\r\n", "\n").replace("\r", "\n")
    return "".join(map(_visible, lines)), " ".join(notes)


def _visible(letter: str) -> str:
    if letter in "\n\t" or (" " <= letter <= "~"):
        return letter
    if letter < " ":
        return chr(0x2400 + ord(letter))
    return f"[U+{ord(letter):04X}]" if unicodedata.category(letter) in _UNSEEN else letter
