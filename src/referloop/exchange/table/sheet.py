"""A spreadsheet as rows of cells, whichever file it came in, with rows numbered as a person counts them."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Literal

from referloop.exchange.table import csv_text, kind, workbook
from referloop.exchange.table.cell import Cell, Row, shown
from referloop.exchange.table.columns import field_of, letters, plain
from referloop.exchange.table.mapping import Delimiter, Encoding, Mapping
from referloop.referral.problems import Problem

MOST_COLUMNS = 1_000
HEADER_WITHIN = 20  # titles and empty lines above a header


@dataclass(frozen=True, slots=True)
class Limits:
    content: int = 50_000_000
    rows: int = 200_000
    cells: int = 6_000_000  # of a workbook's rectangle, which is held in memory


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """`notes` are warnings about the whole file. `encoding` and `delimiter` are "" for a workbook."""

    header: tuple[str, ...]
    header_row: int
    source: csv_text.CsvText | workbook.Workbook = field(repr=False)
    row_count: int  # header and empty rows included
    kind: Literal["csv", "xlsx"] = "csv"
    encoding: Encoding = ""
    encoding_certain: bool = True
    delimiter: Delimiter = ""
    notes: tuple[Problem, ...] = ()
    limits: Limits = field(default=Limits(), repr=False)

    def rows(self) -> Iterator[Row]:
        """The rows below the header that are not empty; can be asked again."""
        for row in islice(self.source.rows(), self.header_row, None):
            if any(cell != "" for cell in row.cells):
                yield row

    def column(self, index: int) -> str:
        """The letter a spreadsheet program shows above this cell."""
        return letters(index + self.source.first_column)


Opened = tuple[Sheet | None, tuple[Problem, ...]]


def open_sheet(content: bytes, name: str, limits: Limits = Limits()) -> Opened:
    """The sheet in a file called `name`, or why it is refused. What can be detected is detected."""
    if problem := kind.unlike_its_name(content, name) or _too_big(content, limits):
        return None, (problem,)
    if name.lower().endswith(".xlsx"):
        return _open_workbook(content, 0, limits)
    encoding, certain = csv_text.detected_encoding(content)
    delimiter = csv_text.detected_delimiter(content, encoding)
    return _open_csv(csv_text.CsvText(content, encoding, delimiter), certain, 0, limits)


def read_as(sheet: Sheet, mapping: Mapping) -> Opened:
    """The same file under the mapping's encoding, delimiter and header row."""
    source = sheet.source
    if isinstance(source, workbook.Workbook):
        return _with_header(sheet, mapping.header_row)
    if not mapping.encoding or not mapping.delimiter:
        problem = Problem(
            "encoding-not-chosen",
            "file",
            "Nobody has said yet how this file writes its letters or divides its columns.",
            "Choose the encoding and the delimiter.",
        )
        return None, (problem,)
    if (source.encoding, source.delimiter) == (mapping.encoding, mapping.delimiter):
        return _with_header(sheet, mapping.header_row)
    chosen = csv_text.CsvText(source.content, mapping.encoding, mapping.delimiter)
    return _open_csv(chosen, True, mapping.header_row, sheet.limits)


def _open_csv(source: csv_text.CsvText, certain: bool, header_row: int, limits: Limits) -> Opened:
    count = csv_text.counted(source, limits.rows + HEADER_WITHIN)
    if isinstance(count, Problem):
        return None, (count,)
    sheet = Sheet((), 0, source, count, "csv", source.encoding, certain, source.delimiter, limits=limits)
    return _with_header(sheet, header_row)


def _open_workbook(content: bytes, header_row: int, limits: Limits) -> Opened:
    found, notes = workbook.open_workbook(content, limits.rows + HEADER_WITHIN, limits.cells)
    if found is None:
        return None, notes
    return _with_header(Sheet((), 0, found, found.row_count, "xlsx", notes=notes, limits=limits), header_row)


def _with_header(sheet: Sheet, header_row: int) -> Opened:
    if header_row and header_row == sheet.header_row:
        return sheet, ()
    top = list(islice(sheet.source.rows(), max(header_row, HEADER_WITHIN)))
    at = header_row or _header_among(top)
    cells: list[Cell] = top[at - 1].cells if 0 < at <= len(top) else []
    names = [shown(cell).strip() for cell in cells]
    while names and not names[-1]:
        names.pop()
    header = tuple(names)
    if problems := _wrong_header(sheet, header, at):
        return None, tuple(problems)
    if sheet.row_count - at > sheet.limits.rows:
        return None, (csv_text.too_many_rows(),)
    return replace(sheet, header=header, header_row=at), ()


def _header_among(rows: list[Row]) -> int:
    filled = [row for row in rows if any(cell != "" for cell in row.cells)]
    if not filled:
        return 0
    known = {
        row.number: len({field_of(shown(cell)) for cell in row.cells[:MOST_COLUMNS]} - {None})
        for row in filled
    }
    return max(known, key=lambda number: known[number])


def _wrong_header(sheet: Sheet, header: tuple[str, ...], at: int) -> list[Problem]:
    if not any(header):
        says, remedy = "There is no header.", "Put the names of the columns in a row above the data."
        return [Problem("header-missing", f"row {at}" if at else "file", says, remedy)]
    if len(header) > MOST_COLUMNS:
        return [
            Problem(
                "too-many-columns",
                f"row {at}",
                "The header has too many columns.",
                "Remove those that hold no referrals.",
            )
        ]
    problems, seen = [], dict[str, int]()
    for index, name in enumerate(header):
        where = f"row {at}, column {sheet.column(index)}"
        if not name.isprintable():
            problems.append(
                Problem(
                    "header-control-character",
                    where,
                    "The header has a line break or a control character.",
                    "Type the name again.",
                )
            )
        first = seen.setdefault(plain(name), index)
        if first != index and plain(name):
            problems.append(
                Problem(
                    "column-doubled",
                    where,
                    f"This column has the same name as column {sheet.column(first)}.",
                    "Rename or remove one of them.",
                )
            )
    return problems + workbook.merged_header(sheet.source, at)


def _too_big(content: bytes, limits: Limits) -> Problem | None:
    if len(content) <= limits.content:
        return None
    return Problem(
        "file-too-large",
        "file",
        f"The file is larger than {limits.content // 1_000_000} MB.",
        "Divide it into smaller files.",
    )
