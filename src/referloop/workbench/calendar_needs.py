"""What the calendar's page needs: what is laid down, what a change would move, and laying it down."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from referloop.policy.impact import Change
from referloop.policy.opening import Opening
from referloop.referral.problems import Problem
from referloop.workbench.asking import Here


@dataclass(frozen=True, slots=True)
class Laid:
    """A calendar with who laid it down; `begun` says that its first day has come."""

    id: str
    valid_from: date
    opening: Opening
    at: datetime
    by: str
    why: str
    begun: bool


@dataclass(frozen=True, slots=True)
class Coming:
    """A day ahead that is not as its weekday."""

    day: date
    name: str
    hours: str  # "closed", or from when to when
    ours: bool  # a day of the desk's own, no public holiday


@dataclass(frozen=True, slots=True)
class Calendars:
    """`now` is what holds today, `last` what a change begins with."""

    zone: str
    now: Opening
    last: Opening
    laid: Sequence[Laid]  # the newest first
    coming: Sequence[Coming]


@dataclass(frozen=True, slots=True)
class Moved:
    """What a change does to one open referral."""

    referral: str
    changes: Sequence[Change]


@dataclass(frozen=True, slots=True)
class Impact:
    """`looked_at` of `open` referrals were computed, those that matter most; `open` stops at 1,001."""

    open: int
    looked_at: int
    referrals: int
    changes: int
    first: Sequence[Moved]

    @property
    def whole(self) -> bool:
        return self.looked_at >= self.open


class CalendarNeeds(Protocol):
    """See `needs.Needs`."""

    def calendars(self, here: Here) -> Calendars: ...
    def countries(self) -> Sequence[tuple[str, str]]: ...
    def parts(self, country: str) -> Sequence[tuple[str, str]]: ...
    def public(self, where: str, year: int) -> Sequence[tuple[date, str]]:
        """The public holidays of a year."""

    def problems(self, here: Here, it: Opening, valid_from: date | None) -> Sequence[Problem]: ...
    def impact(self, here: Here, it: Opening, valid_from: date) -> Impact: ...
    def lay(self, here: Here, it: Opening, valid_from: date, why: str) -> Sequence[Problem]:
        """Lays it down, or says why not."""

    def withdraw(self, here: Here, id: str, why: str) -> bool:
        """False when it has begun, or never was."""
