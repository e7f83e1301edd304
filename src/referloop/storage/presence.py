"""Who has a referral open now, so that two people know of each other."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
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
    name: str = ""  # "" for somebody who works here no longer
    heard: datetime | None = field(default=None, compare=False)


def present(session: Session, referral: str, at: datetime) -> Sequence[Present]:
    """Those who are there, who came first at the front."""
    sql = (
        "SELECT p.user_id, p.since, p.writing, p.seen_at, u.name FROM presence p LEFT JOIN users u"
        " ON u.organization_id = p.organization_id AND u.id = p.user_id"
        " WHERE p.organization_id = ? AND p.referral_id = ?"
    )
    rows = session.ask((sql, (session.organization, referral)))[0]
    found = [
        Present(user, came, bool(writing), name or "", heard)
        for user, since, writing, seen, name in rows
        if (came := as_instant(since)) and (heard := as_instant(seen)) and at - heard < GONE
    ]
    return sorted(found, key=lambda each: (each.since, each.user))


def is_news(there: Iterable[Present], user: str, writing: bool, at: datetime) -> bool:
    """Whether a sign of life has to be written: at the first, when it is old, and when a form is begun."""
    mine = next((each for each in there if each.user == user), None)
    if mine is None or mine.heard is None or at - mine.heard >= STEP:
        return True
    return writing and not mine.writing


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
