"""Who has a referral open now, so that two people know of each other."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from referloop.storage.database import Session, as_instant, insert_sql

_COLUMNS = ("organization_id", "referral_id", "user_id", "since", "seen_at", "writing")
GONE = timedelta(seconds=60)  # an open page is heard of more often
STEP = timedelta(seconds=20)  # how exactly: not every sign of life writes


@dataclass(frozen=True, slots=True)
class Present:
    user: str
    since: datetime
    writing: bool


def present(session: Session, referral: str, at: datetime) -> Sequence[Present]:
    """Those who are there, who came first at the front."""
    rows = session.ask(_query(session, referral))[0]
    found = [
        Present(user, since, bool(writing)) for user, since, writing, seen in _read(rows) if at - seen < GONE
    ]
    return sorted(found, key=lambda each: (each.since, each.user))


def is_news(session: Session, referral: str, user: str, writing: bool, at: datetime) -> bool:
    """Whether a sign of life has to be written: at the first, when it is old, and when a form is begun."""
    for who, _, was_writing, seen in _read(session.ask(_query(session, referral))[0]):
        if who == user and at - seen < STEP:
            return writing and not was_writing
    return True


def appear(session: Session, referral: str, user: str, writing: bool, at: datetime) -> None:
    """Somebody is there; who was away a minute begins anew, and rows of a day ago are swept."""
    tail = (
        "ON CONFLICT (organization_id, referral_id, user_id) DO UPDATE SET"
        " since = CASE WHEN presence.seen_at < ? THEN excluded.since ELSE presence.since END,"
        " seen_at = excluded.seen_at, writing = excluded.writing"
    )
    values = (session.organization, referral, user, at, at, int(writing), at - GONE)
    sweep = "DELETE FROM presence WHERE organization_id = ? AND referral_id = ? AND seen_at < ?"
    session.write(
        (sweep, (session.organization, referral, at - timedelta(days=1))),
        (insert_sql("presence", _COLUMNS, 1, tail), values),
    )


def leave(session: Session, referral: str, user: str) -> None:
    sql = "DELETE FROM presence WHERE organization_id = ? AND referral_id = ? AND user_id = ?"
    session.write((sql, (session.organization, referral, user)))


def _query(session: Session, referral: str) -> tuple[str, tuple[str, str]]:
    sql = (
        "SELECT user_id, since, writing, seen_at FROM presence WHERE organization_id = ? AND referral_id = ?"
    )
    return sql, (session.organization, referral)


def _read(rows: Sequence[tuple[object, ...]]) -> list[tuple[str, datetime, int, datetime]]:
    found = []
    for user, since, writing, seen in rows:
        came, at = as_instant(since), as_instant(seen)
        if came and at:
            found.append((str(user), came, int(str(writing)), at))
    return found
