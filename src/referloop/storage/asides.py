"""What somebody put aside for themselves: back at its time, or with the next entry in the referral's log."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from referloop.storage.database import Session, as_instant, insert_sql

_COLUMNS = ("organization_id", "user_id", "referral_id", "until", "reason", "version", "at")
MOST = 200  # of one person at once


@dataclass(frozen=True, slots=True)
class Aside:
    """`version` is the referral's when it was put aside."""

    referral: str
    until: datetime
    reason: str
    version: int


def put_aside(session: Session, user: str, it: Aside, at: datetime) -> None:
    tail = (
        "ON CONFLICT (organization_id, user_id, referral_id) DO UPDATE SET until = excluded.until,"
        " reason = excluded.reason, version = excluded.version, at = excluded.at"
    )
    values = (session.organization, user, it.referral, it.until, it.reason, it.version, at)
    over = "DELETE FROM asides WHERE organization_id = ? AND user_id = ? AND until <= ?"
    session.write((over, (session.organization, user, at)), (insert_sql("asides", _COLUMNS, 1, tail), values))


def bring_back(session: Session, user: str, referral: str) -> bool:
    """Whether it had been put aside."""
    sql = "DELETE FROM asides WHERE organization_id = ? AND user_id = ? AND referral_id = ?"
    return bool(session.write((sql, (session.organization, user, referral)))[0])


def asides(session: Session, user: str, at: datetime) -> Mapping[str, Aside]:
    """Those that are not due yet, by referral; that something happened since, the board's version tells."""
    sql = (
        "SELECT referral_id, until, reason, version FROM asides WHERE organization_id = ? AND user_id = ?"
        " AND until > ? ORDER BY until LIMIT ?"
    )
    found: dict[str, Aside] = {}
    for referral, until, reason, version in session.ask((sql, (session.organization, user, at, MOST)))[0]:
        back = as_instant(until)
        if back:
            found[referral] = Aside(referral, back, reason, version)
    return found
