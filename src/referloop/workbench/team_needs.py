"""What the team's screen and the reports need: counts over many referrals, never their patients."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from referloop.workbench.asking import Here
from referloop.workbench.lines import Filter, Line


@dataclass(frozen=True, slots=True)
class Load:
    """What one person or role has: counts go up to 1,000 and one."""

    owner: str
    name: str  # "" for a role
    open: int
    overdue: int


@dataclass(frozen=True, slots=True)
class Flow:
    """What one day brought and closed."""

    day: date
    received: int
    closed: int


@dataclass(frozen=True, slots=True)
class Aged:
    """How many open referrals were received so many days ago, and how many of them have something overdue."""

    words: str
    count: int
    overdue: int


@dataclass(frozen=True, slots=True)
class Huddle:
    """What a team looks at first: how many each of these lists has (up to 1,000 and one), and the oldest."""

    counts: Sequence[int]
    oldest: Sequence[Line]


@dataclass(frozen=True, slots=True)
class Reach:
    """How far one referral came on one way: whole days waited, and how the waiting ended.

    `ended` is "reached", "waiting" for those who still wait, or "left" for those closed before.
    """

    days: float
    ended: str
    referral: str = ""


class TeamNeeds(Protocol):
    """See `needs.Needs`."""

    def loads(self, here: Here) -> Sequence[Load]: ...
    def flow(self, here: Here, days: int) -> Sequence[Flow]: ...
    def ages(self, here: Here) -> Sequence[Aged]: ...
    def stages(self, here: Here) -> Mapping[str, int]:
        """How many open referrals stand at each headline."""

    def huddle(self, here: Here, lists: Sequence[Filter], oldest: int) -> Huddle: ...
    def waits(self, here: Here) -> Mapping[str, Sequence[Reach]]:
        """For each way between two facts (`from>to`), every wait of the referrals that came last."""
