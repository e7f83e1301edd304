"""Numbers over many referrals: who has how much, what a day brought, how old work is, and who still waits."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from referloop.referral.entry import When, parse_moment
from referloop.referral.log import entry_of
from referloop.storage import counts
from referloop.storage.database import Query, Session, among

COHORT = 2_000  # referrals a wait is told from: those that came last


def loads(session: Session, now: datetime) -> list[tuple[str, int, int]]:
    """(owner, open, overdue) of everybody who has something."""
    org = session.organization
    rows, turned = session.ask(counts.counted("owner", org), counts.turned(org, now))
    found = counts.added(rows, [(owner, count) for owner, _, count in turned])
    return [(owner, count, late) for owner, (count, late) in sorted(found.items())]


def by_headline(session: Session) -> dict[str, int]:
    """How many open referrals stand at each headline."""
    rows = session.ask(counts.counted("headline", session.organization))[0]
    return {headline: int(count) for headline, _, count in rows}


def by_age(session: Session, firsts: Sequence[str], now: datetime) -> list[tuple[int, int]]:
    """(open, overdue) that arrived since the first of these days, between each two, and before the last."""
    org = session.organization
    rows, turned = session.ask(counts.counted("arrived", org), counts.turned(org, now))
    found = [(0, 0)] * (len(firsts) + 1)
    for day, (count, late) in counts.added(rows, [(day, count) for _, day, count in turned if day]).items():
        place = next((at for at, first in enumerate(firsts) if day >= first), len(firsts))
        found[place] = (found[place][0] + count, found[place][1] + late)
    return found


def flow(session: Session, days: Sequence[str]) -> list[tuple[int, int]]:
    """(received, closed) on each of these days; what was closed and opened again is not closed."""
    org = session.organization
    came, closed = (
        {day: int(count) for day, _, count in rows}
        for rows in session.ask(counts.counted("came", org), counts.counted("closed", org))
    )
    return [(came.get(day, 0), closed.get(day, 0)) for day in days]


def firsts(session: Session, words: Iterable[str], limit: int = COHORT) -> Mapping[str, dict[str, When]]:
    """When each word first happened on the referrals that came last; what was corrected does not count."""
    wanted = [*words]
    rows = session.ask(_firsts(session.organization, wanted, limit))[0]
    told = [(referral, entry_of(line)) for referral, _, _, _, line in rows if line]
    corrected = {(referral, entry.corrects) for referral, entry in told}
    found: dict[str, dict[str, When]] = defaultdict(dict)
    for referral, seq, word, occurred_at, _ in rows:
        if word in wanted and (referral, seq) not in corrected:
            found[referral].setdefault(word, parse_moment(occurred_at))
    return found


def _firsts(organization: str, words: Sequence[str], limit: int) -> Query:
    condition, values = among("e.word", words)
    corrects = """e.line LIKE '%"corrects":%'"""
    sql = (
        f"SELECT e.referral_id, e.seq, e.word, e.occurred_at, CASE WHEN {corrects} THEN e.line ELSE '' END"  # noqa: S608
        " FROM (SELECT id FROM referrals WHERE organization_id = ? ORDER BY id DESC LIMIT ?) r"
        " CROSS JOIN entries e WHERE e.organization_id = ? AND e.referral_id = r.id"
        f" AND ({condition} OR {corrects}) ORDER BY e.referral_id, e.seq"
    )
    return sql, (organization, limit, organization, *values)
