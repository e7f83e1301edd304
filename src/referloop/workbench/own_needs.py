"""What the screens of those who are not of the desk need: their own referrals, as far as they see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from referloop.messages import Person
from referloop.referral.board import Standing
from referloop.workbench.asking import Here
from referloop.workbench.lines import Line


@dataclass(frozen=True, slots=True)
class Asked:
    """A referral on which something is owed by whoever asked for it."""

    line: Line
    standing: Standing


@dataclass(frozen=True, slots=True)
class Inbound:
    """A referral that lies with a receiving office; `standing` knows no more than was sent to it."""

    standing: Standing
    person: Person


class OwnNeeds(Protocol):
    """See `needs.Needs`."""

    def stands_for(self, here: Here) -> Sequence[str]:
        """The requesters or performers, by name, whom they are or work for."""

    def asked(self, here: Here) -> tuple[Sequence[Asked], bool]:
        """What waits for a clinician, soonest due first; and whether there is more."""

    def inbound(self, here: Here) -> tuple[Sequence[Inbound], bool]:
        """What lies with a receiving office, the latest first; and whether there is more."""
