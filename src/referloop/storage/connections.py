"""How messages go between the desk and others: told from the last ones, however many there ever were."""

from dataclasses import dataclass
from datetime import datetime

from referloop.storage.database import Session, as_instant
from referloop.storage.worklist import MANY

LATELY = 2_000  # messages that are looked through


@dataclass(frozen=True, slots=True)
class Came:
    """What came under one name lately; `unread` of it waits for somebody."""

    sender: str
    channel: str
    last_at: datetime | None
    unread: int


@dataclass(frozen=True, slots=True)
class Went:
    """What went to one address: `waiting` and `dead` of what is not done, `sent_at` among the last."""

    address: str
    sent_at: datetime | None
    waiting: int
    dead: int
    dead_id: str
    said: str


def came(session: Session) -> list[Came]:
    """The latest first."""
    sql = (
        "SELECT sender, channel, MAX(received_at),"  # noqa: S608  a number of ours
        " SUM(CASE WHEN state IN ('problem', 'dead') THEN 1 ELSE 0 END)"
        " FROM (SELECT sender, channel, received_at, state FROM inbox WHERE organization_id = ?"
        f" ORDER BY id DESC LIMIT {LATELY}) lately GROUP BY sender, channel ORDER BY 3 DESC, sender LIMIT 100"
    )
    rows = session.ask((sql, (session.organization,)))[0]
    return [Came(sender, channel, as_instant(at), int(unread)) for sender, channel, at, unread in rows]


def went(session: Session) -> dict[str, Went]:
    """By address."""
    undone = (
        "SELECT destination, SUM(CASE WHEN state = 'queued' THEN 1 ELSE 0 END),"  # noqa: S608
        " SUM(CASE WHEN state = 'dead' THEN 1 ELSE 0 END), MIN(CASE WHEN state = 'dead' THEN id END)"
        " FROM (SELECT destination, state, id FROM outbox WHERE organization_id = ?"
        f" AND state IN ('queued', 'dead') LIMIT {20 * MANY}) undone GROUP BY destination"
    )
    last = (
        "SELECT destination, MAX(CASE WHEN state = 'done' THEN created_at END), MAX(id) FROM"  # noqa: S608
        " (SELECT destination, state, id, created_at FROM outbox WHERE organization_id = ?"
        f" ORDER BY id DESC LIMIT {LATELY}) lately GROUP BY destination"
    )
    said = "SELECT id, said FROM outbox WHERE organization_id = ? AND state = 'dead' LIMIT 200"
    org = (session.organization,)
    waits, sent, words = session.ask((undone, org), (last, org), (said, org))
    why: dict[str, str] = dict(words)
    found = {address: Went(address, as_instant(at), 0, 0, "", "") for address, at, _ in sent}
    for address, waiting, dead, id in waits:
        at = found[address].sent_at if address in found else None
        counts = min(int(waiting), MANY + 1), min(int(dead), MANY + 1)
        found[address] = Went(address, at, *counts, id or "", why.get(id or "", ""))
    return found
