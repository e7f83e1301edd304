"""The open referrals that were given to somebody."""

from collections.abc import Sequence

from referloop.referral.log import Log
from referloop.storage.database import Session
from referloop.storage.resources import logs
from referloop.storage.worklist import MANY


def maybe_given_to(session: Session, user: str) -> Sequence[str]:
    """Those on which their name was ever written as the owner, and are open: up to MANY and one."""
    sql = (
        "SELECT DISTINCT e.referral_id FROM entries e JOIN board b"  # noqa: S608  a number of ours
        " ON b.organization_id = e.organization_id AND b.referral_id = e.referral_id AND b.is_open = 1"
        " WHERE e.organization_id = ? AND e.word = 'owner-assigned' AND e.line LIKE ?"
        f" ORDER BY e.referral_id LIMIT {MANY + 1}"
    )
    return [row[0] for row in session.ask((sql, (session.organization, f'%"{user}"%')))[0]]


def logs_maybe_given_to(session: Session, user: str) -> Sequence[Log]:
    """Their logs: whose they are now, the log alone says."""
    return list(logs(session, maybe_given_to(session, user)).values())
