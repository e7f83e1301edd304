"""Tables for people to open: no cell is ever a formula, whatever program opens the file."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

import xlsxwriter  # type: ignore[import-untyped]

from referloop.exchange.table.cell import shown
from referloop.exchange.table.sheet import Sheet
from referloop.referral.problems import Problem

REJECT_COLUMNS = ("row", "problem", "what to do")
LONGEST_XLSX_CELL = 32_767
_FORMULA = re.compile(
    "[\\s\"'\u2018\u2019\u201c\u201d\u200b\ufeff\\0]*[=+\\-@\uff1d\uff0b\uff0d\uff20\u2212\\t\\r\\n\\0]"
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_ROW = re.compile(r"row (\d+)\b")


def neutral(text: str) -> str:
    """The text with a `'` before it where a spreadsheet program could take it for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def as_typed(text: str) -> str:
    """The inverse of `neutral`, for files this program wrote."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text, 1) else text


def write_csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """UTF-8 with a byte order mark, every cell quoted: a `;` inside a cell then divides nothing anywhere."""
    whole = io.StringIO(newline="")
    writer = csv.writer(whole, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([_safe(cell) for cell in header])
    writer.writerows([_safe(cell) for cell in row] for row in rows)
    return whole.getvalue().encode("utf-8-sig")


def write_xlsx(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """One sheet of text cells. A text longer than a cell can be ends in `…`."""
    whole = io.BytesIO()
    book = xlsxwriter.Workbook(whole, {"in_memory": True})
    book.set_properties({"created": datetime(2000, 1, 1, tzinfo=UTC)})  # the same table gives the same bytes
    sheet = book.add_worksheet("Referrals")
    for at, row in enumerate((header, *rows)):
        for column, cell in enumerate(row):
            text = _safe(cell)
            cut = text if len(text) <= LONGEST_XLSX_CELL else f"{text[: LONGEST_XLSX_CELL - 1]}…"
            sheet.write_string(at, column, cut)
    sheet.freeze_panes(1, 0)
    book.close()
    return whole.getvalue()


def rejects(sheet: Sheet, problems: Iterable[Problem]) -> bytes:
    """The rows with an error as they came, each with its row, its problems and what to do, as CSV."""
    found: dict[int, list[Problem]] = {}
    for problem in problems:
        if (place := _ROW.match(problem.where)) and problem.severity == "error":
            found.setdefault(int(place[1]), []).append(problem)
    return write_csv((*sheet.header, *REJECT_COLUMNS), _rejected(sheet, found))


def _rejected(sheet: Sheet, found: dict[int, list[Problem]]) -> Iterator[list[str]]:
    width = len(sheet.header)
    for row in sheet.rows():
        if about := found.get(row.number):
            cells = [shown(cell) for cell in row.cells]
            fixed = (cells + [""] * width)[:width]
            if any(cells[width:]):
                fixed[-1] = ",".join([fixed[-1], *cells[width:]])
            where = [problem.where.partition(", ")[2] for problem in about]
            says = [
                f"{place}: {one.says}" if place else one.says for place, one in zip(where, about, strict=True)
            ]
            yield [*fixed, str(row.number), " ".join(says), " ".join(dict.fromkeys(p.remedy for p in about))]


def _safe(cell: str) -> str:
    return neutral(_SURROGATE.sub("\ufffd", cell))
