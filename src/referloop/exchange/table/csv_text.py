"""CSV: bytes to rows, one at a time, with the encoding and the delimiter detected."""

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import islice

from referloop.exchange.table.cell import Row
from referloop.exchange.table.columns import field_of
from referloop.exchange.table.mapping import Delimiter, Encoding
from referloop.referral.problems import Problem

_DELIMITERS: tuple[Delimiter, ...] = (",", ";", "\t", "|")
_CODECS = {"utf-8": "utf-8-sig"}  # also takes a byte order mark off
_SAMPLE = 65_536
_LINE = 1_000_000  # characters: a longer line is no row of a list, and is not held in memory at once


@dataclass(frozen=True, slots=True)
class CsvText:
    content: bytes = field(repr=False)
    encoding: Encoding
    delimiter: Delimiter
    first_column: int = 0

    def rows(self) -> Iterator[Row]:
        """Each record is one row, however many lines its quoted cells take. `counted` comes first."""
        text = io.TextIOWrapper(
            io.BytesIO(self.content), _CODECS.get(self.encoding, self.encoding), newline=""
        )
        lines = iter(partial(text.readline, _LINE), "")
        for number, cells in enumerate(csv.reader(lines, delimiter=self.delimiter, strict=True), 1):
            yield Row(number, cells)  # type: ignore[arg-type]  # a list of str is only read here


def detected_encoding(content: bytes) -> tuple[Encoding, bool]:
    """The encoding, and whether it is certain: bytes that are not UTF-8 are only shown as cp1252."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16", True
    return ("utf-8", True) if _decodes(content, "utf-8") else ("cp1252", False)


def detected_delimiter(content: bytes, encoding: Encoding) -> Delimiter:
    """The delimiter under which the first rows look most like a table with a header we know."""
    sample = content[:_SAMPLE].decode(_CODECS.get(encoding, encoding), "replace")
    return max(_DELIMITERS, key=lambda delimiter: _fit(sample, delimiter))


def counted(source: CsvText, most_rows: int) -> int | Problem:
    """How many rows there are, or why the file cannot be divided into rows."""
    if not _decodes(source.content, source.encoding):
        return Problem(
            "encoding-differs",
            "file",
            "The file has bytes that this encoding does not have.",
            "Choose the encoding the file was saved in.",
        )
    row = None
    try:
        for row in source.rows():
            if row.number > most_rows:
                return too_many_rows()
    except csv.Error:
        number = row.number + 1 if row else 1
        return Problem(
            "quote-not-closed",
            f"row {number}",
            "A quotation mark that opens in this row is not closed, or is closed inside a cell.",
            'Close it, or write a quotation mark that belongs to the text twice (""), and send again.',
        )
    return row.number if row else 0


def too_many_rows() -> Problem:
    return Problem("too-many-rows", "file", "The file has too many rows.", "Divide it into smaller files.")


def _fit(sample: str, delimiter: Delimiter) -> tuple[int, float, int]:
    rows: list[list[str]] = []
    try:
        for cells in islice(csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter), 20):
            rows.append(cells)
    except csv.Error:
        pass
    if not rows:
        return 0, 0.0, 0
    known = max(sum(field_of(cell) is not None for cell in cells) for cells in rows)
    widths = [len(cells) for cells in rows if cells]
    usual = max(set(widths), key=lambda width: (widths.count(width), width), default=0)
    return known, widths.count(usual) / len(widths) if usual > 1 else 0.0, usual


def _decodes(content: bytes, encoding: Encoding) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    view = memoryview(content)
    try:
        for start in range(0, len(content), 1 << 20):
            decoder.decode(view[start : start + (1 << 20)])
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True
