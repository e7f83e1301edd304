"""What a sheet for the phone needs: the work of a list, and whom it is about as they can be reached."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from referloop.messages import NO_RULES, ContactRules, Person
from referloop.referral.board import Standing
from referloop.workbench.asking import Here
from referloop.workbench.lines import Filter, Line


@dataclass(frozen=True, slots=True)
class ToCall:
    """A referral of the list, where it stands, and its patient."""

    line: Line
    standing: Standing
    person: Person
    rules: ContactRules = NO_RULES


class CallNeeds(Protocol):
    """See `needs.Needs`."""

    def sheet(self, here: Here, wanted: Filter) -> Sequence[ToCall]:
        """In the order of the list; a constant number of statements."""
