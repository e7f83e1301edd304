"""A sheet whose mapping has been checked, read one row at a time."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from referloop.exchange.table.cell import Cell, Row
from referloop.exchange.table.columns import Field
from referloop.exchange.table.export import as_typed
from referloop.exchange.table.mapping import Mapping, wrong_in, zone_of
from referloop.exchange.table.placing import Places, places_in
from referloop.exchange.table.referral import referral_in
from referloop.exchange.table.row import MappedRow
from referloop.exchange.table.sheet import Sheet, read_as
from referloop.exchange.table.survey import Survey
from referloop.messages import ReferralSaid
from referloop.referral.problems import Problem


@dataclass(frozen=True, slots=True)
class RowRead:
    """`said` is None where a problem is an error, and for a row that repeats an earlier one."""

    row: int
    said: ReferralSaid | None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    sheet: Sheet
    mapping: Mapping
    places: Places
    survey: Survey = field(default_factory=Survey)

    def rows(self) -> Iterator[RowRead]:
        width, zone = len(self.sheet.header), zone_of(self.mapping.zone)
        for row in self.sheet.rows():
            if problem := _wrong_width(row, width) or self.survey.doubt(row.number):
                yield RowRead(row.number, None, (problem,))
                continue
            mapped = MappedRow(row.number, self._by_field(row), self.mapping.date_order, zone)
            said = referral_in(mapped, self.mapping.authority)
            yield RowRead(row.number, said, tuple(mapped.problems))

    def _by_field(self, row: Row) -> dict[Field, list[Cell]]:
        found: dict[Field, list[Cell]] = {}
        for at, name in self.places:
            cell = row.cells[at]
            if cell != "":
                typed = as_typed(cell) if self.mapping.ours and isinstance(cell, str) else cell
                found.setdefault(name, []).append(typed)
        return found


def planned(sheet: Sheet, mapping: Mapping) -> tuple[Plan | None, tuple[Problem, ...]]:
    """The plan with the file's warnings, or None with every reason why the file cannot be read."""
    if wrong := wrong_in(mapping):
        return None, tuple(wrong)
    opened, problems = read_as(sheet, mapping)
    if opened is None:
        return None, problems
    places, found = places_in(opened, mapping)
    everything = opened.notes + tuple(found)
    stopped = any(problem.severity == "error" for problem in everything)
    return (None if stopped else Plan(opened, mapping, places)), everything


def _wrong_width(row: Row, width: int) -> Problem | None:
    where = f"row {row.number}"
    if len(row.cells) < width:
        return Problem(
            "row-short",
            where,
            "The row has fewer cells than the header.",
            "Add the missing cells, empty ones too.",
        )
    if any(cell != "" for cell in row.cells[width:]):
        return Problem(
            "row-long",
            where,
            "The row has more cells than the header.",
            "Put a cell that holds the delimiter in quotation marks.",
        )
    return None
