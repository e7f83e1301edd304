"""Numbers over many referrals: who has how much, what a day brought, how old work is, and who still waits."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import pairwise

from referloop.referral.entry import When, parse_moment
from referloop.referral.log import entry_of
from referloop.storage.database import Query, Session, among
from referloop.storage.worklist import MANY, tally

COHORT = 2_000  # referrals a wait is told from: those that came last


def loads(session: Session, now: datetime) -> list[tuple[str, int, int]]:
    """(owner, open, overdue) of everybody who has something, counted up to MANY and one."""
    owners, late = session.ask(
        tally("owner", session.organization),
        (
            f"SELECT owner, COUNT(*) FROM (SELECT owner FROM board WHERE organization_id = ? AND is_open = 1"  # noqa: S608
            f" AND due_at <= ? LIMIT {20 * MANY}) late GROUP BY owner",
            (session.organization, now),
        ),
    )
    overdue: dict[str, int] = dict(late)
    return [(owner, count, min(overdue.get(owner, 0), MANY + 1)) for owner, count in owners]


def by_headline(session: Session) -> dict[str, int]:
    """How many open referrals stand at each headline, counted in an index alone."""
    sql = "SELECT headline, COUNT(*) FROM board WHERE organization_id = ? AND is_open = 1 GROUP BY headline"
    return dict(session.ask((sql, (session.organization,)))[0])


def by_age(session: Session, edges: Sequence[datetime], now: datetime) -> list[tuple[int, int]]:
    """(open, overdue) received since the first edge, between each two, and before the last."""
    reach = [*(f"WHEN received_at >= ? THEN {number}" for number in range(len(edges)))]
    sql = (
        f"SELECT CASE {' '.join(reach)} ELSE {len(edges)} END AS age, COUNT(*),"  # noqa: S608
        " SUM(CASE WHEN due_at <= ? THEN 1 ELSE 0 END)"
        " FROM board WHERE organization_id = ? AND is_open = 1 AND received_at IS NOT NULL GROUP BY 1"
    )
    rows = session.ask((sql, (*edges, now, session.organization)))[0]
    found = {age: (count, late) for age, count, late in rows}
    return [found.get(number, (0, 0)) for number in range(len(edges) + 1)]


def flow(session: Session, edges: Sequence[datetime]) -> list[tuple[int, int]]:
    """(received, closed) between each two edges, as it was written down."""
    marks = ", ".join(["(?, ?, ?)"] * (len(edges) - 1))
    counts = ", ".join(
        "(SELECT COUNT(*) FROM entries e WHERE e.organization_id = ?"  # noqa: S608
        " AND e.word IN ('referral-received', 'referral-closed')"  # as its index says it
        f" AND e.word = '{word}' AND e.recorded_at >= since AND e.recorded_at < until)"
        for word in ("referral-received", "referral-closed")
    )
    sql = (
        f"WITH days(place, since, until) AS (VALUES {marks}) SELECT place, {counts} FROM days ORDER BY place"  # noqa: S608
    )
    days: list[object] = []
    for place, (since, until) in enumerate(pairwise(edges)):
        days += [place, since, until]
    rows = session.ask((sql, (*days, session.organization, session.organization)))[0]
    return [(received, closed) for _, received, closed in rows]


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
