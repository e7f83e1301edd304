"""What the inbox pages need: arrivals by state, one message whole, and work that has no referral yet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from referloop.messages import Person
from referloop.referral.problems import Problem
from referloop.workbench.asking import Here
from referloop.workbench.lines import Line, Todo


@dataclass(frozen=True, slots=True)
class Message:
    """One arrival in a list, without its bytes."""

    id: str
    state: str
    kind: str
    channel: str
    sender: str
    number: str  # the sender's own
    received_at: datetime | None
    owner: str
    due_at: datetime | None
    waits_for: str
    problems: Sequence[Problem]
    referrals: Sequence[str]
    attempts: int


@dataclass(frozen=True, slots=True)
class Messages:
    """A page of them, and where the next one begins ("" at the end)."""

    messages: Sequence[Message]
    next: str = ""


@dataclass(frozen=True, slots=True)
class Read:
    """One message whole; `body` is None when its bytes were shredded."""

    message: Message
    media_type: str
    digest: str
    body: bytes | None
    lines: Sequence[Line]
    items: Sequence[Todo]
    hidden: bool = False  # it became something that is restricted to others: its bytes are not shown


@dataclass(frozen=True, slots=True)
class Likeness:
    """Somebody in the books, with the referrals they have here."""

    id: str
    person: Person
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True)
class Question:
    """Is the new one of these? `item` is the work that asks it."""

    item: Todo
    new: Likeness
    like: Sequence[Likeness]


class InboxNeeds(Protocol):
    """See `needs.Needs`."""

    def counts(self, here: Here) -> Mapping[str, int]:
        """How many messages are in each state and how many items are open (`todo`), up to 1,000 and one."""

    def todo(self, here: Here, after: str) -> tuple[Sequence[Todo], str]:
        """Open items, soonest due first, and where the next page begins."""

    def messages(self, here: Here, state: str, after: str) -> Messages: ...
    def read(self, here: Here, id: str) -> Read | None: ...
    def replay(self, here: Here, id: str) -> Problem | str:
        """Read it again; the state that it is in then."""

    def sent_before(self, here: Here, item: str) -> bool:
        """Whether this very form was recorded on this item before."""

    def close(self, here: Here, item: str, outcome: str) -> bool: ...
    def question(self, here: Here, item: str) -> Question | None: ...
    def settle(self, here: Here, asked: Question, same_as: str) -> tuple[Problem, ...]:
        """Record who the new one is: one of those alike, or "" for none of them."""

    def outgoing(self, here: Here, id: str, decision: str, reason: str) -> bool:
        """Send a notice again, confirm that it arrived, or withdraw it; False when it waits for nobody."""
