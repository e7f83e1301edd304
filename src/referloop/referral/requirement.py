"""What the heart asks of a policy: requirements, and a calendar to count their days with.

`policy/` reads, dates and hands out requirements; this module only says what one is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Protocol
from zoneinfo import ZoneInfo

Unit = Literal["min", "h", "d", "bd"]
# Each decision that policy may block, and the fact that it would append.
DECIDES = {
    "send": "referral-sent",
    "request-permission": "permission-requested",
    "book": "appointment-booked",
    "close": "referral-closed",
    "close-complete": "referral-closed",
}
DECISIONS = tuple(DECIDES)


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time: minutes, hours, calendar days or business days."""

    amount: int
    unit: Unit

    def __str__(self) -> str:
        names = {"min": "minute", "h": "hour", "d": "day", "bd": "business day"}
        return f"{self.amount} {names[self.unit]}{'' if self.amount == 1 else 's'}"


@dataclass(frozen=True, slots=True)
class Pattern:
    """A word, and values its fields must have. `attempt` is the place on the contact ladder."""

    word: str
    where: tuple[tuple[str, frozenset[str]], ...] = ()

    def __str__(self) -> str:
        return " ".join([self.word, *(f"{name}={'|'.join(sorted(values))}" for name, values in self.where)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """One line of policy: after a fact, `owner` owes another within a time.

    `within` is keyed by urgency, with `any` for the rest. `counted_from` names a field of the opener that
    holds the day or wall-clock time to count from; `direction` "before" counts backwards from it.
    `about` names the field that keys the obligation (a leg, an appointment, a document).
    """

    code: str
    title: str
    says: str  # what to do, as an instruction to its owner
    stage: str
    track: str
    after: tuple[Pattern, ...]
    owed: tuple[Pattern, ...]
    unless: tuple[Pattern, ...] = ()
    given: tuple[tuple[str, frozenset[str]], ...] = ()
    about: str = ""
    owner: str
    within: Mapping[str, Span]
    counted_from: str = ""
    direction: Literal["after", "before"] = "after"
    earlier_counts: bool = False
    blocks: frozenset[str] = frozenset()
    may_automate: bool = False
    harm: int = 2  # 1 a nuisance, 5 a life
    effort: int = 5  # minutes of a person's time
    top: bool = False  # stands before everything else, whatever its score
    escalates_to: str = ""
    citation: str
    since: date
    verified_on: date | None = None  # when somebody last looked whether the source still says so

    def span(self, urgency: str) -> Span:
        """The time given at this urgency; an unknown urgency is worked as urgent until triage says more."""
        key = "urgent" if urgency in ("", "unknown") else urgency
        return self.within.get(key) or self.within["any"]


class Calendar(Protocol):
    """Business days and zones; instants are aware."""

    @property
    def zone(self) -> ZoneInfo: ...

    def starts(self, day: date) -> datetime: ...

    def closes(self, day: date) -> datetime: ...

    def counted(
        self, start: datetime, span: Span, *, whole_days: bool, backwards: bool = False
    ) -> datetime: ...


class Policy(Protocol):
    """The requirements of a given day, by the word that opens them."""

    @property
    def calendar(self) -> Calendar: ...

    def opened_by(self, word: str, on: date) -> Sequence[Requirement]: ...
