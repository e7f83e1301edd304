"""The proof that nobody changed who looked: each reader's chain unbroken, and ending where it ended."""

from collections.abc import Iterator

from referloop.referral.entry import GENESIS, chained
from referloop.referral.problems import Problem
from referloop.storage.accesses import COLUMNS, canonical
from referloop.storage.database import Database, Row

_PAGE = 1000
_RESTORE = "Compare with the last good copy, and find out who wrote to the database."


def access_faults(database: Database, organization: str) -> Iterator[Problem]:
    """The first access of each reader that is not what the chain says, and chains that end elsewhere."""
    for user, seq, head in _heads(database, organization):
        yield from _chain_faults(database, organization, user, (seq, head))


def _heads(database: Database, organization: str) -> list[Row]:
    """(reader, seq, hash); 0 and GENESIS for a reader whose head is gone."""
    sql = (
        "SELECT user_id, seq, hash FROM access_heads WHERE organization_id = ? UNION ALL"
        " SELECT DISTINCT a.user_id, 0, '' FROM accesses a WHERE a.organization_id = ? AND NOT EXISTS"
        " (SELECT 1 FROM access_heads h WHERE h.organization_id = a.organization_id"
        " AND h.user_id = a.user_id)"
        " ORDER BY 1"
    )
    with database.reading(organization) as session:
        return session.ask((sql, (organization, organization)))[0]


def _chain_faults(
    database: Database, organization: str, user: str, end: tuple[int, str]
) -> Iterator[Problem]:
    """As far as the head went: what is noted meanwhile is looked at the next time."""
    seq, previous = 0, GENESIS
    while rows := _page(database, organization, user, seq, end[0]):
        for row in rows:
            if row[2] != seq + 1 or chained(previous, canonical(row)) != row[-1]:
                where = f"accesses of {user}, {seq + 1}"
                says = "The access was changed, left out or moved after it was noted."
                yield Problem("access-changed", where, says, _RESTORE)
                return
            seq, previous = row[2], row[-1]
    if (seq, previous) != end:
        says = f"The books name {end[0]} accesses of this reader, and the chain has {seq}."
        yield Problem("accesses-cut", f"accesses of {user}", says, _RESTORE)


def _page(database: Database, organization: str, user: str, after: int, upto: int) -> list[Row]:
    sql = (
        f"SELECT {', '.join(COLUMNS)} FROM accesses"  # noqa: S608  names are ours
        " WHERE organization_id = ? AND user_id = ? AND seq > ? AND (seq <= ? OR ? = 0) ORDER BY seq LIMIT ?"
    )
    with database.reading(organization) as session:
        return session.ask((sql, (organization, user, after, upto, upto, _PAGE)))[0]
