"""What goes out: claimed for a while, sent with one key however often, kept in order, never lost from sight.

    queued        waits for its turn, or for another attempt
    done          the channel confirmed it, or a person did
    unconfirmed   it left and nobody answered: a person finds out
    dead          refused for good or tried too often: a person mends it and replays, or withdraws it
    withdrawn     a person decided that it need not go

What is to reach one destination about one referral goes in the order it came to be: behind one that is
queued or dead, the later ones wait.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b

from referloop.failpoints import reached
from referloop.ports import ExchangeError, Item, Outgoing, Sent
from referloop.referral.entry import Author, Draft
from referloop.referral.facts.desk import MessageSent
from referloop.referral.kinds import ReferralId
from referloop.referral.requirement import Span
from referloop.storage.books import OpenBooks
from referloop.storage.database import Database, Row, Session, among, as_instant
from referloop.storage.items import closing

ATTEMPTS = 8
LEASE = timedelta(seconds=60)
_FIRST, _LONGEST = timedelta(seconds=30), timedelta(hours=1)
_SOON = Span(1, "bd")
_DEAD, _SILENT = "dead-letter", "unconfirmed"

# Materialized: as a plain subquery it may be run once for each row, and then claims more than was asked for.
_CLAIM = """WITH chosen AS MATERIALIZED (
 SELECT o.id FROM outbox o WHERE o.organization_id = ? AND o.state = 'queued' AND o.next_at <= ?
 AND (o.leased_until IS NULL OR o.leased_until <= ?)
 AND (o.referral_id = '' OR NOT EXISTS (SELECT 1 FROM outbox e WHERE e.organization_id = o.organization_id
  AND e.referral_id = o.referral_id AND e.destination = o.destination AND e.place < o.place
  AND e.state IN ('queued', 'dead')))
 ORDER BY o.next_at, o.place LIMIT ? {skip_locked})
 UPDATE outbox SET leased_until = ?, attempts = attempts + 1
 WHERE organization_id = ? AND id IN (SELECT id FROM chosen)
 RETURNING place, id, referral_id, channel, addressee, destination, media_type, payload, created_at,
  attempts"""


STATES = ("queued", "done", "unconfirmed", "dead", "withdrawn")


@dataclass(frozen=True, slots=True)
class Listed:
    """One effect in a list, without what it says."""

    id: str
    referral: str
    channel: str
    destination: str
    attempts: int
    created_at: datetime | None
    said: str  # what the last attempt came to


@dataclass(frozen=True, slots=True)
class Unsure:
    """One effect of which nobody knows whether it arrived: unconfirmed, or dead."""

    referral: str
    addressee: str
    channel: str
    destination: str
    at: datetime
    state: str


@dataclass(frozen=True, slots=True)
class Claimed:
    """One effect that this worker alone may send until `leased_until`; `attempts` counts this one."""

    outgoing: Outgoing
    attempts: int
    leased_until: datetime


def claim(
    database: Database, organization: str, at: datetime, *, lease: timedelta = LEASE, limit: int = 10
) -> list[Claimed]:
    """What is to be sent now. A worker that dies leaves its claims to others when the lease has run out."""
    with database.transaction(organization) as session:
        sql = _CLAIM.format(skip_locked=session.skip_locked)
        rows = session.ask((sql, (organization, at, at, limit, at + lease, organization)))[0]
    reached("outbox-leased")
    return [_claimed(row, at, at + lease) for row in sorted(rows)]


def _claimed(row: Row, at: datetime, until: datetime) -> Claimed:
    _, id, referral, channel, addressee, destination, media_type, payload, created_at, attempts = row
    outgoing = Outgoing(
        id=id, referral=referral, channel=channel, addressee=addressee, destination=destination,
        media_type=media_type, payload=bytes(payload), created_at=as_instant(created_at) or at,
    )  # fmt: skip
    return Claimed(outgoing, attempts, until)


def settle(books: OpenBooks, it: Claimed, outcome: Sent | ExchangeError) -> str:
    """Write down what an attempt came to; returns the new state, "" when the claim had passed to others."""
    if not _ours(books.session, it):
        return ""
    if isinstance(outcome, Sent):
        return _left(books, it, outcome)
    if outcome.permanent or it.attempts >= ATTEMPTS:
        _change(books, it, "dead", outcome.says)
        says = f"Could not be delivered to {it.outgoing.destination}."
        _item(books, it, _DEAD, says, "Mend the cause and replay it, or withdraw it.")
        return "dead"
    again_at = books.at + pause(it.attempts, it.outgoing.id)
    _change(books, it, "queued", outcome.says, again_at)
    return "queued"


def pause(attempts: int, id: str) -> timedelta:
    """How long to wait after so many attempts: twice as long each time, spread by the id."""
    spread = int.from_bytes(blake2b(f"{id} {attempts}".encode(), digest_size=4).digest()) / 2**32
    longest: timedelta = min(_FIRST * 2 ** min(attempts - 1, 16), _LONGEST)
    return longest * (0.5 + spread / 2)


def replay(books: OpenBooks, id: str, by: str) -> bool:
    """A dead or unconfirmed one goes out again, under the same key; False when there is none such."""
    return _decided(books, id, by, "queued", "to be sent again")


def confirm(books: OpenBooks, id: str, by: str) -> bool:
    """A person found out that it arrived: the log says so, as where the channel confirms it."""
    if not _decided(books, id, by, "done", "confirmed by a person"):
        return False
    sql = "SELECT referral_id, addressee, channel FROM outbox WHERE organization_id = ? AND id = ?"
    [(referral, to, channel)] = books.session.ask((sql, (books.organization, id)))[0]
    log = books.log(ReferralId(referral)) if referral else None
    if log:
        fact = MessageSent(to=to, channel=channel)
        books.append(log, [Draft(fact, books.at)], Author.parse(by) or Author("person", by))
    return True


def withdraw(books: OpenBooks, id: str, by: str, reason: str) -> bool:
    """It need not go any more; what waited behind it may."""
    return _decided(books, id, by, "withdrawn", reason)


def counts(session: Session) -> dict[str, int]:
    """How many effects are in each state."""
    sql = "SELECT state, COUNT(*) FROM outbox WHERE organization_id = ? GROUP BY state"
    found = {state: count for state, count in session.ask((sql, (session.organization,)))[0]}
    return {**dict.fromkeys(STATES, 0), **found}


def listed(session: Session, state: str, *, limit: int = 50) -> list[Listed]:
    """Effects in one state, in the order they came to be."""
    sql = (
        "SELECT id, referral_id, channel, destination, attempts, created_at, said FROM outbox"
        " WHERE organization_id = ? AND state = ? ORDER BY place LIMIT ?"
    )
    return [
        Listed(id, referral, channel, destination, attempts, as_instant(created_at), said)
        for id, referral, channel, destination, attempts, created_at, said in session.ask(
            (sql, (session.organization, state, limit))
        )[0]
    ]


def unsure(session: Session, referrals: Sequence[str]) -> list[Unsure]:
    """What was sent about these referrals and may have arrived: whoever refuses a message has read it."""
    if not referrals:
        return []
    condition, values = among("referral_id", referrals)
    sql = (
        "SELECT referral_id, addressee, channel, destination, state, created_at FROM outbox"  # noqa: S608
        f" WHERE organization_id = ? AND state IN ('unconfirmed', 'dead') AND {condition} ORDER BY place"
    )
    return [
        Unsure(referral, to, channel, destination, at, state)
        for referral, to, channel, destination, state, created in session.ask(
            (sql, (session.organization, *values))
        )[0]
        if (at := as_instant(created))
    ]


def _left(books: OpenBooks, it: Claimed, sent: Sent) -> str:
    state = "done" if sent.confirmed else "unconfirmed"
    _change(books, it, state, sent.says)
    if not sent.confirmed:
        says = f"Sent to {it.outgoing.destination}, not confirmed."
        _item(books, it, _SILENT, says, "Ask them whether it arrived; then confirm it or send it again.")
    return state


def _ours(session: Session, it: Claimed) -> bool:
    """Whether nobody claimed it since; locked, so that nobody can before this transaction ends."""
    found = (
        "SELECT id FROM outbox WHERE organization_id = ? AND id = ? AND state = 'queued'"
        " AND attempts = ? AND leased_until = ?"
    )
    values = (session.organization, it.outgoing.id, it.attempts, it.leased_until)
    return bool(session.ask((f"{found} {session.locks_row}", values))[0])


def _change(books: OpenBooks, it: Claimed, state: str, said: str, next_at: datetime | None = None) -> None:
    sql = (
        "UPDATE outbox SET state = ?, said = ?, leased_until = NULL, next_at = COALESCE(?, next_at)"
        " WHERE organization_id = ? AND id = ?"
    )
    books.change((sql, (state, said, next_at, books.organization, it.outgoing.id)))


def _item(books: OpenBooks, it: Claimed, kind: str, says: str, remedy: str) -> None:
    due_at = books.policy.calendar.counted(books.at, _SOON, whole_days=False)
    about = f"outbox:{it.outgoing.id}"
    item = Item(
        id=books.new_id(), kind=kind, about=about, says=says, remedy=remedy, owner="specialist",
        created_at=books.at, due_at=due_at,
    )  # fmt: skip
    books.open_item(item)


def _decided(books: OpenBooks, id: str, by: str, state: str, said: str) -> bool:
    sql = (
        "UPDATE outbox SET state = ?, said = ?, attempts = 0, next_at = ?, leased_until = NULL"
        " WHERE organization_id = ? AND id = ? AND state IN ('dead', 'unconfirmed')"
    )
    if books.session.write((sql, (state, said, books.at, books.organization, id))) != [1]:
        return False
    books.change(closing(books.organization, f"outbox:{id}", by, said, books.at))
    return True
