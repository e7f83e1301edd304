"""What the settings need: people, calendar, policy, connections and tokens of one organisation."""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from typing import Protocol

from referloop.referral.problems import Problem
from referloop.workbench.asking import Here
from referloop.workbench.calendar_needs import CalendarNeeds
from referloop.workbench.connection_needs import ConnectionNeeds
from referloop.workbench.duties import Colleague
from referloop.workbench.policy_needs import PolicyNeeds
from referloop.workbench.proposal_needs import Asked

__all__ = ["Colleague", "Offered", "SettingsNeeds"]


@dataclass(frozen=True, slots=True)
class Offered:
    """Somebody for whom one can stand; several names, if their senders give one number with them."""

    words: str
    number: str
    names: tuple[str, ...]


class SettingsNeeds(Protocol):
    """See `needs.Needs`."""

    @property
    def calendar(self) -> CalendarNeeds: ...
    @property
    def policy(self) -> PolicyNeeds: ...
    @property
    def connections(self) -> ConnectionNeeds: ...

    def colleagues(self, here: Here) -> Sequence[Colleague]: ...
    def owned(self, here: Here, id: str) -> int:
        """How many open referrals were given to them, up to 1,001."""

    def change_colleague(
        self, here: Here, it: Colleague, why: str = "", hand_to: str = ""
    ) -> tuple[str, Sequence[Problem]]:
        """Somebody new, or with another name, role or standing: "kept" or "proposed", or why not.

        With `hand_to`, a person or a queue, what was given to them goes there.
        """

    def sent_before(self, here: Here) -> bool:
        """Whether this very form has had its effect."""

    def propose_colleague(self, here: Here, it: Colleague, why: str) -> Sequence[Problem]:
        """The same, asked for by somebody who may not change people: an administrator decides."""

    def stands_for(self, here: Here, id: str) -> Sequence[str]:
        """The requesters or performers, by name, whom they are or work for."""

    def named(self, here: Here, text: str) -> Sequence[Offered]:
        """Persons and practices of the directory, by every name under which referrals have them."""

    def also_named(self, here: Here, names: Sequence[str]) -> Sequence[str]:
        """Other names that referrals have for these, with the same number."""

    def named_anew(self, here: Here) -> Set[str]:
        """Ids of those outside the desk for whom there is such a name."""

    def stand_for(self, here: Here, id: str, names: Sequence[str]) -> Sequence[Problem]: ...
    def asked(self, here: Here) -> tuple[Sequence[Asked], Sequence[Asked]]:
        """Grants that wait for a second person, and those decided last."""

    def decide(self, here: Here, id: str, outcome: str, reason: str) -> Sequence[Problem]: ...
    def reset_factors(self, here: Here, id: str) -> int | None:
        """Take the second factors of somebody and sign them out; how many, None where nobody signs in so."""
