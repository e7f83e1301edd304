"""What is done when something is owed: its fact, by whom, with the odds of a department of today."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from referloop.gym.town import Case, chosen
from referloop.referral.board import Standing
from referloop.referral.entry import Author
from referloop.referral.facts.coverage import PermissionGranted
from referloop.referral.facts.scheduling import AppointmentBooked, AppointmentMoved
from referloop.referral.obligations import Obligation
from referloop.referral.story import begins
from referloop.wiring.demonstration.people import DESK, chance

T = TypeVar("T")
_JUST = timedelta(hours=18)


@dataclass(frozen=True, slots=True)
class Step:
    """A fact to record. `proof` is its evidence."""

    word: str
    fields: dict[str, Any]
    by: Author
    proof: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """Somebody turns to one thing that is owed on a referral; `vain` is how often that led nowhere."""

    seed: int
    case: Case
    standing: Standing
    owed: Obligation
    at: datetime
    zone: ZoneInfo
    vain: int = 0

    @property
    def about(self) -> str:
        return self.owed.about

    @property
    def clerk(self) -> Author:
        """Whoever has it, else one of the desk."""
        owner = self.standing.now.owner
        mine = [each for each in DESK if each.id == owner]
        return mine[0] if mine else chosen(DESK, self.seed, self.case.number, "clerk")

    def happens(self, share: float, what: str) -> bool:
        return chance(share, self.seed, self.case.number, what, self.count, self.vain)

    def fated(self, share: float, what: str) -> bool:
        """As `happens`, and the same whenever it is asked."""
        return chance(share, self.seed, self.case.number, what)

    def pick(self, options: "tuple[T, ...] | list[T]", what: str) -> T:
        return chosen(options, self.seed, self.case.number, what, self.count)

    def day(self, days: int) -> str:
        return (self.at.astimezone(self.zone) + timedelta(days=days)).date().isoformat()

    def said(self, word: str) -> int:
        """How often the log says so."""
        return sum(entry.word == word for entry in self.standing.log.entries)

    def just_said(self, word: str) -> bool:
        """Whether it was the last thing that happened, not yet a working day ago."""
        last = self.standing.log.entries[-1]
        return last.word == word and self.at - begins(last.occurred_at, self.zone) < _JUST

    def booked_for(self) -> list[str]:
        """The days of the visits that are still to come, or of which nobody told."""
        found = [leaf.fact for leaf in self.standing.now.booked()]
        return [fact.starts[:10] for fact in found if isinstance(fact, AppointmentBooked | AppointmentMoved)]

    def permitted_until(self) -> date | None:
        """The last day on which a visit is permitted, if any is named."""
        found = [leaf.fact for leaf in self.standing.now.permissions.values()]
        days = [fact.until_on for fact in found if isinstance(fact, PermissionGranted) and fact.until_on]
        return min(days, default=None)

    @property
    def count(self) -> int:
        return len(self.standing.log.entries)


Answer = Callable[[Turn], Step | None]


def ours(turn: Turn, word: str, **fields: Any) -> Step:
    return Step(word, fields, turn.clerk)
