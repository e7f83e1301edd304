"""What the settings need: people, calendar, policy, connections and tokens of one organisation."""

from collections.abc import Sequence
from typing import Protocol

from referloop.referral.problems import Problem
from referloop.workbench.asking import Here
from referloop.workbench.calendar_needs import CalendarNeeds
from referloop.workbench.connection_needs import ConnectionNeeds
from referloop.workbench.duties import Colleague
from referloop.workbench.policy_needs import PolicyNeeds
from referloop.workbench.proposal_needs import Asked

__all__ = ["Colleague", "SettingsNeeds"]


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

    def stands_for(self, here: Here, id: str) -> Sequence[str]:
        """The requesters or performers, by name, whom they are or work for."""

    def named(self, here: Here, text: str) -> Sequence[str]:
        """Persons and practices of the directory, by every name under which referrals may have them."""

    def stand_for(self, here: Here, id: str, names: Sequence[str]) -> Sequence[Problem]: ...
    def asked(self, here: Here) -> tuple[Sequence[Asked], Sequence[Asked]]:
        """Grants that wait for a second person, and those decided last."""

    def decide(self, here: Here, id: str, outcome: str, reason: str) -> Sequence[Problem]: ...
    def reset_factors(self, here: Here, id: str) -> int | None:
        """Take the second factors of somebody and sign them out; how many, None where nobody signs in so."""
