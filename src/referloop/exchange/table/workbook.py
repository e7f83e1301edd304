"""XLSX: the first visible sheet's rows, after its size and every text it repeats have been counted."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from referloop.exchange.table import archive, extent
from referloop.exchange.table.cell import Cell, Row
from referloop.referral.problems import Problem

_EXPECTED = "Nothing to do if that is what you expect."
_NOTED = (
    (
        re.compile(rb"<(?:\w+:)?f[\s>/]"),
        Problem("formulas-present", "file", "Formulas are read as their last result.", _EXPECTED, "warning"),
    ),
    (
        re.compile(rb"""\bt=["']e["']"""),
        Problem(
            "error-cells-present", "file", "Cells that show an error are read as empty.", _EXPECTED, "warning"
        ),
    ),
    (
        re.compile(rb"""<row\b[^<>]*\bhidden=["'][1t]"""),
        Problem("hidden-rows-present", "file", "Hidden rows are read too.", _EXPECTED, "warning"),
    ),
)


@dataclass(frozen=True, slots=True)
class Workbook:
    sheet: CalamineSheet = field(repr=False)
    row_count: int
    first_column: int
    merged: tuple[tuple[int, int], ...]  # first and last row of each merged range, counted from 1

    def rows(self) -> Iterator[Row]:
        for number, cells in enumerate(self.sheet.iter_rows(), 1):
            typed: list[Cell] = cells
            yield Row(number, typed)


def open_workbook(
    content: bytes, most_rows: int, most_cells: int
) -> tuple[Workbook | None, tuple[Problem, ...]]:
    """The first visible sheet with warnings, or why the workbook is refused."""
    parts = archive.unpacked(content)
    if isinstance(parts, Problem):
        return None, (parts,)
    if extent.too_large(parts, most_rows, most_cells):
        return None, (archive.too_large(),)
    notes = _notes([part for part in parts.values() if b"sheetData" in part])
    try:
        found = _first_visible(CalamineWorkbook.from_filelike(archive.packed(parts)))
    except (CalamineError, OSError, ValueError):
        return None, (archive.broken(),)
    if found is None:
        return None, (
            Problem(
                "sheet-missing",
                "file",
                "The workbook has no visible sheet with cells.",
                "Put the referrals in the first sheet.",
            ),
        )
    if found.merged:
        notes.append(
            Problem(
                "cells-merged",
                "file",
                "Some cells are merged: only the first of them has a value.",
                _EXPECTED,
                "warning",
            )
        )
    return found, tuple(notes)


def merged_header(source: object, header_row: int) -> list[Problem]:
    """Cells merged across the header leave columns without a name."""
    if not isinstance(source, Workbook) or not any(a <= header_row <= b for a, b in source.merged):
        return []
    return [
        Problem(
            "header-merged",
            f"row {header_row}",
            "Cells of the header are merged.",
            "Unmerge them and name each column.",
        )
    ]


def _first_visible(book: CalamineWorkbook) -> Workbook | None:
    for index, about in enumerate(book.sheets_metadata):
        if about.visible == SheetVisibleEnum.Visible and about.typ == SheetTypeEnum.WorkSheet:
            sheet = book.get_sheet_by_index(index)
            if sheet.start is None:
                return None
            merged = tuple((first[0] + 1, last[0] + 1) for first, last in sheet.merged_cell_ranges or ())
            return Workbook(sheet, (sheet.end or (0, 0))[0] + 1, sheet.start[1], merged)
    return None


def _notes(sheets: list[bytes]) -> list[Problem]:
    return [problem for pattern, problem in _NOTED if any(pattern.search(sheet) for sheet in sheets)]
