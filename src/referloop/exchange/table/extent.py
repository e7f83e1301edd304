"""How much memory a workbook's sheets would take, counted from their XML before a reader fills it."""

import re
from collections import Counter

from referloop.exchange.table.archive import Parts

MOST_TEXT = 200_000_000  # bytes of all cells' texts: a workbook stores a repeated text only once
_REFERENCE = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]*)(\d*)["']""")
_ROW = re.compile(rb"<(?:\w+:)?row\b")
_VALUE = re.compile(rb"<(?:\w+:)?v\b[^<>]*>([^<]*<.?)", re.DOTALL)
_SHARED = re.compile(rb"<(?:\w+:)?si\b")


def too_large(parts: Parts, most_rows: int, most_cells: int) -> bool:
    """Counted in all parts: a part may be a sheet wherever it lies."""
    shared = [_SHARED.split(part)[1:] for part in parts.values() if b"<sst" in part or b":sst" in part]
    lengths = [len(text) for texts in shared for text in texts]
    return any(
        _rectangle_too_large(part, most_rows, most_cells) or _texts_too_large(part, lengths)
        for part in parts.values()
        if b"sheetData" in part
    )


def _rectangle_too_large(part: bytes, most_rows: int, most_cells: int) -> bool:
    columns = {found[1] for found in _REFERENCE.finditer(part)}
    numbers = {found[2] for found in _REFERENCE.finditer(part)}
    rows = max((int(number[:9]) for number in numbers if number), default=0)
    rows = max(rows, sum(1 for _ in _ROW.finditer(part)))
    width = max(map(_column, columns), default=0)
    return rows > most_rows or rows * width > most_cells


def _texts_too_large(part: bytes, lengths: list[int]) -> bool:
    """Every number is taken for a reference to a shared text: an upper bound."""
    longest = max(lengths, default=0)
    total = 0
    for value, times in Counter(found[1] for found in _VALUE.finditer(part)).items():
        total += times * _length(value, lengths, longest)
    return total > MOST_TEXT


def _length(value: bytes, lengths: list[int], longest: int) -> int:
    text = value.removesuffix(b"</")
    if text == value or b"&#" in text or b">" in text:
        return longest  # written so that it is not plain which shared text is meant
    try:
        at = int(text)
    except ValueError:
        return 0
    return lengths[at] if 0 <= at < len(lengths) else 0


def _column(name: bytes) -> int:
    at = 0
    for letter in name.upper()[:6]:
        at = at * 26 + letter - 64
    return at
