"""Referral spreadsheets in our own words: a sheet and a mapping become referrals, row by row."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice

from referloop.exchange.table.columns import Field
from referloop.exchange.table.mapping import Mapping
from referloop.exchange.table.plan import Plan, RowRead, planned
from referloop.exchange.table.referral import in_columns
from referloop.exchange.table.sheet import Sheet
from referloop.exchange.table.survey import survey
from referloop.messages import Reading
from referloop.referral.problems import Problem


@dataclass(frozen=True, slots=True)
class TableReading:
    """`problems` concern the whole file: with an error among them no row is read."""

    problems: tuple[Problem, ...]
    _plan: Plan | None = field(default=None, repr=False)

    def rows(self) -> Iterator[RowRead]:
        """One row at a time, so a large file takes little memory; can be asked again."""
        return self._plan.rows() if self._plan else iter(())

    def whole(self) -> Reading:
        """All rows at once, as the other channels' codecs answer."""
        read = list(self.rows())
        said = tuple(one.said for one in read if one.said)
        return Reading(said=said, problems=self.problems + tuple(p for one in read for p in one.problems))


@dataclass(frozen=True, slots=True)
class Preview:
    """The first rows as they would be read: our field to text. A refused row has only problems."""

    problems: tuple[Problem, ...]
    rows: tuple[tuple[int, dict[Field, str], tuple[Problem, ...]], ...] = ()


def read(sheet: Sheet, mapping: Mapping) -> TableReading:
    """Every row as a referral or as problems; nothing where the file as a whole is in doubt."""
    plan, problems = planned(sheet, mapping)
    if plan is None:
        return TableReading(problems)
    found = survey(plan.sheet, mapping, plan.places)
    if isinstance(found, Problem):
        return TableReading((*problems, found))
    return TableReading(problems, replace(plan, survey=found))


def preview(sheet: Sheet, mapping: Mapping, limit: int = 10) -> Preview:
    """What `read` would make of the first rows; rows that repeat each other are not looked for."""
    plan, problems = planned(sheet, mapping)
    first = islice(plan.rows(), limit) if plan else ()
    return Preview(
        problems, tuple((one.row, in_columns(one.said) if one.said else {}, one.problems) for one in first)
    )
