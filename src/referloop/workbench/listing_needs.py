"""What the list of referrals and its batches need."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from referloop.referral.entry import Draft
from referloop.referral.problems import Problem
from referloop.workbench.asking import Here
from referloop.workbench.lines import Filter, Line, Lines


@dataclass(frozen=True, slots=True)
class SavedView:
    """A list that somebody keeps: what it is narrowed to, and its columns."""

    id: str
    name: str
    wanted: Filter
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wish:
    """A fact for one referral of a batch; `seen` is the version that was on the screen."""

    referral: str
    seen: int | None
    draft: Draft


Outcome = int | tuple[Problem, ...]  # the entry's number, or everything that stands against it


class ListingNeeds(Protocol):
    """See `needs.Needs`."""

    def lines(self, here: Here, wanted: Filter) -> tuple[Lines, int]:
        """A page of the list, and how many there are up to 1,000 and one."""

    def picked(self, here: Here, referrals: Sequence[str]) -> Sequence[Line]: ...
    def foreseen(self, here: Here, wishes: Sequence[Wish]) -> Mapping[str, tuple[Problem, ...]]:
        """What would stand against each; nothing is written."""

    def recorded(self, here: Here, wishes: Sequence[Wish]) -> Mapping[str, Outcome]:
        """Each is recorded or refused by itself."""

    def owners(self, here: Here) -> Sequence[tuple[str, str]]:
        """The people who work here now: id and name."""

    def views(self, here: Here) -> Sequence[SavedView]: ...
    def save_view(self, here: Here, view: SavedView) -> None:
        """One without an id is new; one with it takes the place of the old one."""

    def remove_view(self, here: Here, id: str) -> None: ...
    def table(self, kind: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
        """A `csv` or `xlsx` in which no cell is a formula."""
