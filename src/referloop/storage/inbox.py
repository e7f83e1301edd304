"""What came in, by the state it is in: every message accepted is in exactly one, and can be read again."""

from dataclasses import dataclass
from datetime import datetime

from referloop.ports import Arrival, Kept
from referloop.storage.database import Session, as_instant
from referloop.storage.lookups import INBOX_COLUMNS, MESSAGES, kept, messages

STATES = ("done", "kept", "held", "problem", "refused", "dead")
OPEN = ("held", "problem", "dead")  # somebody owes something, by a day


@dataclass(frozen=True, slots=True)
class Listed:
    """One row of a list of messages, without its bytes: those may be many, or shredded."""

    kept: Kept
    channel: str
    sender: str
    message_id: str
    received_at: datetime | None
    attempts: int  # how often it was read again

    @property
    def place(self) -> tuple[datetime | None, str]:
        """Where it stands in its list: the next page begins after it."""
        return self.received_at, self.kept.id


def counts(session: Session) -> dict[str, int]:
    """How many messages are in each state: their sum is what was accepted."""
    sql = "SELECT state, COUNT(*) FROM inbox WHERE organization_id = ? GROUP BY state"
    found = {state: count for state, count in session.ask((sql, (session.organization,)))[0]}
    return {**dict.fromkeys(STATES, 0), **found}


def listed(
    session: Session, state: str, *, after: tuple[datetime | None, str] | None = None, limit: int = 50
) -> list[Listed]:
    """Messages in one state, in the order they came, from behind `after`: the place of the last one seen."""
    sql = (
        f"SELECT i.channel, i.sender, i.message_id, i.received_at, i.attempts, {INBOX_COLUMNS} FROM inbox i"  # noqa: S608
        " WHERE i.organization_id = ? AND i.state = ?"
    )
    if state in ("held", "problem", "dead"):
        sql += " AND i.state IN ('held', 'problem', 'dead')"  # as the index of the open ones says it
    behind: tuple[object, ...] = ()
    if after:
        sql += " AND (i.received_at > ? OR (i.received_at = ? AND i.id > ?))"
        behind = (after[0], *after)
    values = (session.organization, state, *behind, limit)
    rows = session.ask((sql + " ORDER BY i.received_at, i.id LIMIT ?", values))[0]
    return [
        Listed(kept(tuple(rest)), channel, sender, message_id, as_instant(received_at), attempts)
        for channel, sender, message_id, received_at, attempts, *rest in rows
    ]


def read(session: Session, id: str) -> tuple[Arrival, Kept] | None:
    """One message with its bytes; None where there is none, or its bytes were shredded."""
    return next(messages(session.ask((f"{MESSAGES} AND i.id = ?", (session.organization, id)))[0]), None)


def taken_up(session: Session, id: str) -> tuple[Arrival, Kept] | None:
    """A message that nobody could read, taken up to be read again and settled in this same transaction.

    None where there is none that waits for it: two people who replay one message have one effect. When the
    reading fails again, the transaction is undone and the message is where it was.
    """
    sql = (
        "UPDATE inbox SET attempts = attempts + 1"
        " WHERE organization_id = ? AND id = ? AND state IN ('problem', 'dead')"
    )
    if session.write((sql, (session.organization, id))) != [1]:
        return None
    return read(session, id)
