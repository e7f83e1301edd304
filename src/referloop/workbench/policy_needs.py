"""What the pages of the policy need: dated values with their cases, own packs, and what they do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from referloop.referral.problems import Problem
from referloop.referral.requirement import Requirement
from referloop.workbench.asking import Here
from referloop.workbench.calendar_needs import Impact
from referloop.workbench.lines import Line
from referloop.workbench.proposal_needs import Asked


@dataclass(frozen=True, slots=True)
class PolicyCases:
    """The cases beside a requirement, and what of them fails."""

    cases: Sequence[Mapping[str, Any]]
    problems: Sequence[Problem]


@dataclass(frozen=True, slots=True)
class OwnPack:
    """`state` is draft, waiting, to-come, in-force or ended; `problems` what this release finds wrong."""

    id: str
    name: str
    files: Mapping[str, str]
    valid_from: date
    valid_until: date | None
    written_at: datetime
    written_by: str  # their name
    state: str
    problems: Sequence[Problem]
    asked: Asked | None  # who asks for it, or for its end, and waits
    settled: Sequence[Asked]  # what was decided about it, the newest first


@dataclass(frozen=True, slots=True)
class Tally:
    """Of one requirement over the past: how many obligations more, fewer, and due at another time."""

    code: str
    title: str
    gained: int
    lost: int
    moved: int


@dataclass(frozen=True, slots=True)
class Past:
    """What a pack would have done in `days`: on the `looked_at` referrals that came last in them."""

    days: int
    looked_at: int
    whole: bool  # no more came in those days
    changed: int
    tallies: Sequence[Tally]


@dataclass(frozen=True, slots=True)
class PackImpact:
    """`owing` open referrals owe now what the pack rules, up to 1,001."""

    owing: int
    open: Impact
    past: Past


class PolicyNeeds(Protocol):
    """See `needs.Needs`."""

    def requirements(self, here: Here) -> Sequence[Requirement]:
        """Every version there is, of every requirement."""

    def on(self, here: Here, day: date) -> Sequence[Requirement]: ...
    def cases(self, here: Here, code: str) -> PolicyCases: ...
    def owing(self, here: Here, code: str) -> int:
        """How many open referrals owe it now, up to 1,001."""

    def owed_on(self, here: Here, code: str) -> Sequence[Line]:
        """Up to fifty of them."""

    def packs(self, here: Here) -> Sequence[OwnPack]: ...
    def pack(self, here: Here, id: str) -> OwnPack | None: ...
    def check(
        self, here: Here, name: str, files: Mapping[str, str], valid_from: date | None
    ) -> Sequence[Problem]: ...
    def keep(self, here: Here, name: str, files: Mapping[str, str], valid_from: date) -> str:
        """Keeps a pack that was checked, with no effect yet; its id."""

    def impact(self, here: Here, id: str) -> PackImpact: ...
    def propose(self, here: Here, id: str, why: str) -> Sequence[Problem]: ...
    def propose_end(self, here: Here, id: str, until: date | None, why: str) -> Sequence[Problem]: ...
    def decide(self, here: Here, proposal: str, outcome: str, reason: str) -> Sequence[Problem]: ...
