"""How many rows of the board have each owner, headline, day and service, whatever their number.

Every transaction that writes the board appends what it changed, so that no two wait for one counter; the
watcher folds the changes into sums, and whoever counts adds both. `late` is what was overdue when the row was
written: what became so since is counted by its date, and the watcher, who writes such rows, keeps it short.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Literal

from referloop.referral.problems import Problem
from referloop.storage.database import Database, Query, Row, Session, among

Kind = Literal["owner", "headline", "arrived", "came", "closed", "service"]
# Which column of the board is counted, whether what is overdue counts apart, and which rows.
_KINDS: Mapping[Kind, tuple[str, str, str]] = {
    "owner": ("owner", "late", " AND is_open = 1"),
    "headline": ("headline", "0", " AND is_open = 1"),
    "arrived": ("arrived", "late", " AND is_open = 1 AND arrived <> ''"),
    "came": ("arrived", "0", " AND arrived <> ''"),  # open or not
    "closed": ("closed", "0", " AND closed <> ''"),
    "service": ("service", "0", ""),
}
_CELL = "owner, headline, service, arrived, closed, late, is_open"
FULL = 5_000  # changes that are folded at once


def changed(organization: str, referrals: Sequence[str], each: Literal[1, -1]) -> list[Query]:
    """The rows of these referrals count no more (-1, before they are written), or count now (1)."""
    if not referrals:
        return []
    condition, values = among("referral_id", referrals)
    sql = (
        f"INSERT INTO board_changes (organization_id, {_CELL}, count)"  # noqa: S608
        f" SELECT organization_id, {_CELL}, COUNT(*) * {each} FROM board"
        f" WHERE organization_id = ? AND {condition} GROUP BY organization_id, {_CELL}"
    )
    return [(sql, (organization, *values))]


def counted(kind: Kind, organization: str) -> Query:
    """(value, late, count) of each that is there."""
    sql = f"SELECT value, late, SUM(count) FROM ({_kept(kind)}) kept GROUP BY value, late HAVING SUM(count) <> 0"  # noqa: E501, S608
    return sql, (organization, organization)


def turned(organization: str, now: datetime) -> Query:
    """(owner, arrived, count) of those that became overdue since their rows were written."""
    sql = (
        "SELECT owner, arrived, COUNT(*) FROM board WHERE organization_id = ? AND is_open = 1 AND late = 0"
        " AND due_at <= ? GROUP BY owner, arrived"
    )
    return sql, (organization, now)


def added(rows: Iterable[Row], turned: Iterable[tuple[str, int]]) -> dict[str, tuple[int, int]]:
    """How many have each value, and how many of these are overdue."""
    whole: Counter[str] = Counter()
    late: Counter[str] = Counter()
    for value, was_late, count in rows:
        whole[value] += int(count)
        late[value] += int(count) * was_late
    for value, count in turned:
        late[value] += count
    return {value: (count, late[value]) for value, count in whole.items() if count}


def fold(database: Database, organization: str) -> int:
    """Add the oldest changes to the sums; returns how many there were."""
    page = "SELECT place FROM board_changes WHERE organization_id = ? ORDER BY place LIMIT ?"
    sql = (
        f"DELETE FROM board_changes WHERE organization_id = ? AND place IN ({page}) RETURNING {_CELL}, count"  # noqa: S608
    )
    with database.transaction(organization) as session:
        rows = session.ask((sql, (organization, organization, FULL)))[0]
        # In one order everywhere, so that no two who fold wait for each other.
        sums = sorted((*cell, count) for cell, count in _sums(rows).items() if count)
        if sums:
            session.write(*(_add(organization, each) for each in sums), _emptied(organization))
    return len(rows)


def mend(database: Database, organization: str) -> None:
    """Add to the sums what the board has more or fewer; what others write meanwhile keeps its own changes."""
    with database.transaction(organization) as session:
        alone = session.one_at_a_time(["counts"])
        session.ask(*([alone] if alone else []))
        found = session.ask(*(_differences(kind, organization) for kind in _KINDS))
        rows = [(kind, *row) for kind, rows in zip(_KINDS, found, strict=True) for row in rows]
        if rows:
            session.write(*(_add(organization, row) for row in sorted(rows)), _emptied(organization))


def count_faults(database: Database, organization: str) -> Iterator[Problem]:
    """Every count that is not what the board has."""
    with database.reading(organization) as session:
        found = session.ask(*(_differences(kind, organization) for kind in _KINDS))
    for kind, rows in zip(_KINDS, found, strict=True):
        if rows:
            says = f"The counts by {kind} are not what the board has."
            yield Problem("counts-differ", f"counts, {kind}", says, "Run `referloop rebuild-board`.")


def services_like(session: Session, text: str) -> list[str]:
    """The names of services, of open referrals and closed, in which this stands."""
    sql = (
        f"SELECT DISTINCT value FROM ({_kept('service')}) kept"  # noqa: S608
        " WHERE LOWER(value) LIKE ? ESCAPE '!' ORDER BY value"
    )
    return [row[0] for row in session.ask((sql, (*(session.organization,) * 2, text)))[0]]


def _kept(kind: Kind) -> str:
    column, late, where = _KINDS[kind]
    return (
        f"SELECT value, late, count FROM board_counts WHERE organization_id = ? AND kind = '{kind}'"  # noqa: S608
        f" UNION ALL SELECT {column}, {late}, count FROM board_changes WHERE organization_id = ?{where}"
    )


def _differences(kind: Kind, organization: str) -> Query:
    """(value, late, how many more the board has), read as of one moment."""
    column, late, where = _KINDS[kind]
    sql = (
        f"SELECT value, late, SUM(count) FROM (SELECT value, late, -count AS count FROM ({_kept(kind)}) kept"  # noqa: S608
        f" UNION ALL SELECT {column}, {late}, 1 FROM board WHERE organization_id = ?{where}) both_of_them"
        " GROUP BY value, late HAVING SUM(count) <> 0 ORDER BY value, late"
    )
    return sql, (organization,) * 3


def _sums(rows: Iterable[Row]) -> Counter[tuple[Kind, str, int]]:
    found: Counter[tuple[Kind, str, int]] = Counter()
    for owner, headline, service, arrived, closed, late, is_open, count in rows:
        cells: list[tuple[Kind, str, int]] = [("service", service, 0)]
        cells += [("came", arrived, 0)] if arrived else []
        cells += [("closed", closed, 0)] if closed else []
        if is_open:
            cells += [("owner", owner, late), ("headline", headline, 0)]
            cells += [("arrived", arrived, late)] if arrived else []
        for cell in cells:
            found[cell] += count
    return found


def _add(organization: str, row: Row) -> Query:
    sql = (
        "INSERT INTO board_counts (organization_id, kind, value, late, count) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (organization_id, kind, value, late)"
        " DO UPDATE SET count = board_counts.count + excluded.count"
    )
    kind, value, late, count = row
    return sql, (organization, kind, value, late, int(count))


def _emptied(organization: str) -> Query:
    return "DELETE FROM board_counts WHERE organization_id = ? AND count = 0", (organization,)
