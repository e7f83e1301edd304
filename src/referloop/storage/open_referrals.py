"""Open referrals for a look at what a change would do: how many there are, and those that matter most."""

from collections.abc import Sequence
from datetime import datetime

from referloop.storage.database import Session
from referloop.storage.worklist import MANY


def how_many_open(session: Session) -> int:
    """Up to MANY and one."""
    sql = f"SELECT COUNT(*) FROM (SELECT 1 FROM board WHERE organization_id = ? AND is_open = 1 LIMIT {MANY + 1}) few"  # noqa: E501, S608
    return int(session.ask((sql, (session.organization,)))[0][0][0])


def most_urgent(session: Session, limit: int) -> Sequence[str]:
    sql = (
        "SELECT referral_id FROM board WHERE organization_id = ? AND is_open = 1"
        " ORDER BY score DESC, referral_id LIMIT ?"
    )
    return [row[0] for row in session.ask((sql, (session.organization, limit)))[0]]


def received_since(session: Session, since: datetime, limit: int) -> Sequence[str]:
    """Those that came last, none of them before `since`."""
    sql = (
        "SELECT id FROM referrals WHERE organization_id = ? AND created_at >= ? AND id >= ("
        "SELECT MIN(id) FROM (SELECT id FROM referrals WHERE organization_id = ?"
        " ORDER BY id DESC LIMIT ?) last) ORDER BY id DESC"
    )
    values = (session.organization, since, session.organization, limit)
    return [row[0] for row in session.ask((sql, values))[0]]


def owing(session: Session, code: str, limit: int) -> Sequence[str]:
    """Open referrals that owe this now."""
    sql = (
        "SELECT DISTINCT referral_id FROM obligations WHERE organization_id = ? AND code = ?"
        " ORDER BY referral_id LIMIT ?"
    )
    return [row[0] for row in session.ask((sql, (session.organization, code, limit)))[0]]


def owing_any(session: Session, codes: Sequence[str]) -> int:
    """How many open referrals owe one of these now, up to MANY and one."""
    if not codes:
        return 0
    one = (
        "SELECT referral_id FROM (SELECT DISTINCT referral_id FROM obligations WHERE organization_id = ?"  # noqa: S608
        f" AND code = ? ORDER BY referral_id LIMIT {MANY + 1}) few"
    )
    sql = f"SELECT COUNT(*) FROM (SELECT referral_id FROM ({' UNION '.join([one] * len(codes))}) all_of LIMIT {MANY + 1}) few"  # noqa: E501, S608
    values = [value for code in codes for value in (session.organization, code)]
    return int(session.ask((sql, values))[0][0][0])
