"""What My work needs beside its lists: rows put aside for a while; and who else has a referral open now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from referloop.referral.problems import Problem
from referloop.workbench.asking import Here
from referloop.workbench.lines import Line


@dataclass(frozen=True, slots=True)
class Aside:
    """Out of sight for one person, until then or until something happens: `version` is the log's then."""

    until: datetime
    reason: str
    version: int

    def hides(self, line: Line) -> bool:
        return line.version == self.version


@dataclass(frozen=True, slots=True)
class Present:
    """Somebody else on the same referral; `writing` when they have begun to fill in a form."""

    name: str
    since: datetime
    writing: bool


class AsidesNeeds(Protocol):
    """Everything is of the one who asks."""

    def mine(self, here: Here) -> Mapping[str, Aside]:
        """By referral."""

    def line(self, here: Here, referral: str) -> Line | None: ...
    def put(self, here: Here, line: Line, until: datetime, reason: str) -> tuple[Problem, ...]: ...
    def back(self, here: Here, referral: str) -> None: ...


class PresenceNeeds(Protocol):
    """See `storage.presence`."""

    def others(self, here: Here, referral: str, *, writing: bool = False) -> Sequence[Present]:
        """Who else is there; whoever asks is there from now on."""
