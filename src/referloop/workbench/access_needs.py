"""What the pages need of the record of who looked, and of files that want a second person's yes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from referloop.messages import Person
from referloop.referral.problems import Problem
from referloop.workbench.asking import Here, Noted
from referloop.workbench.lines import Filter

A_WEEK = 3  # so many openings with a reason in seven days ask for nothing


@dataclass(frozen=True, slots=True)
class Look:
    """One access; `key` names it, `name` is the reader's."""

    key: str
    at: datetime
    user: str
    name: str
    role: str
    act: str
    patient: str
    person: Person
    referral: str
    about: str
    how_many: int
    purpose: str
    reason: str


@dataclass(frozen=True, slots=True)
class Looked:
    """A page of accesses, and where the next one begins ("" at the end)."""

    looks: Sequence[Look]
    next: str = ""


@dataclass(frozen=True, slots=True)
class Asking:
    """Which accesses are asked for; what is empty does not narrow."""

    day: str = ""
    user: str = ""
    patient: str = ""
    after: str = ""
    acts: tuple[str, ...] = ()
    most: int = 50


@dataclass(frozen=True, slots=True)
class Glass:
    """Glass that was broken, until when it is reviewed, and what came of that."""

    look: Look
    due_at: datetime
    reviewed: Look | None
    this_week: int  # how often this reader broke glass in the last seven days


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """A file that somebody asked for; `outcome` is "" while it waits."""

    id: str
    user: str
    name: str
    wanted: Filter
    columns: tuple[str, ...]
    kind: str
    how_many: int
    purpose: str
    asked_at: datetime
    decided_at: datetime | None
    decided_by: str
    outcome: str
    reason: str


class AccessNeeds(Protocol):
    """See `needs.Needs`."""

    def note(self, here: Here, it: Noted) -> None:
        """Written and on disk before the answer leaves."""

    def looked(self, here: Here, asked: Asking) -> Looked:
        """The newest first; a lead is shown what the desk read."""

    def exported(self, here: Here, after: str) -> Looked: ...
    def glass(self, here: Here, after: str, *, waiting: bool) -> tuple[Sequence[Glass], str]:
        """Only those that nobody has reviewed, when they are `waiting`; and where the next page begins."""

    def often(self, here: Here) -> Sequence[tuple[str, str, int]]:
        """Id, name and how often, of those who broke glass more than three times in the last seven days."""

    def reviewed(self, here: Here, key: str, outcome: str) -> Problem | None:
        """None when it is written down."""

    def worked(self, here: Here, looks: Sequence[Look]) -> frozenset[str]:
        """The keys of those whose reader wrote into the same referral within a week of it."""

    def readers(self, here: Here) -> Mapping[str, str]:
        """Names by user id."""

    def person(self, here: Here, patient: str) -> Person | None: ...


class ExportNeeds(Protocol):
    """See `needs.Needs`."""

    def ask(
        self, here: Here, wanted: Filter, columns: Sequence[str], kind: str, how_many: int, purpose: str
    ) -> str:
        """Work for a lead; the request's id, or "" where this very form asked before."""

    def one(self, here: Here, id: str) -> ExportRequest | None: ...
    def own(self, here: Here) -> Sequence[ExportRequest]:
        """The latest first."""

    def waiting(self, here: Here) -> Sequence[ExportRequest]: ...
    def decide(self, here: Here, id: str, outcome: str, reason: str) -> bool:
        """False where somebody decided before."""
