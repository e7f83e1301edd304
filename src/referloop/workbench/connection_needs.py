"""What the page of connections needs: who sends and is told, how that goes, and by which tokens."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from referloop.referral.problems import Problem
from referloop.workbench.asking import Here
from referloop.workbench.proposal_needs import Asked


@dataclass(frozen=True, slots=True)
class Token:
    """An access token, known by its client; the secret is nowhere."""

    client: str
    scopes: Sequence[str]
    created_at: datetime | None
    expires_at: datetime | None
    revoked_at: datetime | None
    used_at: datetime | None  # the last message under its name


@dataclass(frozen=True, slots=True)
class Sender:
    """Somebody whose messages came lately; `unread` of theirs wait for somebody, up to 1,001."""

    name: str
    channel: str
    last_at: datetime | None
    unread: int


@dataclass(frozen=True, slots=True)
class Goal:
    """Where a sender is told how their referrals go; `waiting` and `dead` stop at 1,001."""

    sender: str
    address: str
    sent_at: datetime | None
    waiting: int
    dead: int
    dead_id: str  # the oldest of them
    last_said: str


class ConnectionNeeds(Protocol):
    """See `needs.Needs`."""

    def tokens(self, here: Here) -> Sequence[Token]: ...
    def scopes(self) -> Sequence[str]: ...
    def create_token(self, here: Here, client: str, scopes: Sequence[str], days: int) -> str:
        """The secret, which is shown once; "" where this very form has made its token before."""

    def revoke_tokens(self, here: Here, client: str) -> int: ...
    def senders(self, here: Here) -> Sequence[Sender]:
        """The latest first."""

    def goals(self, here: Here) -> Sequence[Goal]: ...
    def try_goal(self, here: Here, sender: str) -> str:
        """Whether the address answers, in words: nothing of a patient goes there."""

    def add_destination(self, here: Here, sender: str, address: str) -> tuple[Problem, ...]:
        """Asks for an address, which holds when somebody else agrees."""

    def remove_destination(self, here: Here, sender: str) -> bool: ...
    def asked(self, here: Here) -> Sequence[Asked]:
        """Addresses that wait for a second person."""

    def decide(self, here: Here, id: str, outcome: str, reason: str) -> Sequence[Problem]: ...
