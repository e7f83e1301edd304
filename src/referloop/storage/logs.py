"""Logs as the database keeps them: many in one round trip, in the order of their referrals."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from referloop.referral.kinds import ReferralId
from referloop.referral.log import Log, revive
from referloop.storage.database import Query, Row, Session, among


def log_queries(session: Session, referrals: Sequence[ReferralId]) -> tuple[Query, Query]:
    """Their heads, locked, and behind that lock their lines."""
    condition, values = among("id", referrals)
    where = (session.organization, *values)
    heads = "SELECT id, patient_id FROM referrals WHERE organization_id = ? AND " + condition  # noqa: S608
    lines = "SELECT referral_id, line, hash FROM entries WHERE organization_id = ? AND referral_" + condition  # noqa: S608
    return (f"{heads} ORDER BY id {session.locks_row}", where), (f"{lines} ORDER BY referral_id, seq", where)


def revived(heads: Iterable[Row], lines: Iterable[Row]) -> Iterator[Log]:
    """The logs of what both queries gave."""
    stored: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for referral, line, hash in lines:
        stored[referral].append((line, hash))
    for referral, patient in heads:
        yield revive(ReferralId(referral), patient, stored[referral])


def page_of_referrals(session: Session, after: str, size: int) -> list[ReferralId]:
    """The next referrals of this organisation, by id."""
    sql = "SELECT id FROM referrals WHERE organization_id = ? AND id > ? ORDER BY id LIMIT ?"
    return [ReferralId(row[0]) for row in session.ask((sql, (session.organization, after, size)))[0]]
