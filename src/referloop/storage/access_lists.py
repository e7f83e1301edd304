"""Who looked, found again: by day, person and patient, the newest first, a page at a time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from referloop.storage.accesses import Accessed
from referloop.storage.database import Query, Row, Session, among, as_instant

_COLUMNS = "user_id, role, act, patient_id, referral_id, about, how_many, purpose, reason, at, seq"
Place = tuple[datetime, str, int]


@dataclass(frozen=True, slots=True)
class Kept:
    """An access as it stands in the books."""

    it: Accessed
    at: datetime
    seq: int

    @property
    def place(self) -> Place:
        return self.at, self.it.user, self.seq

    @property
    def key(self) -> str:
        return f"{self.it.user}:{self.seq}"


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Which accesses a list shows; what is empty does not narrow."""

    since: datetime | None = None
    before: datetime | None = None
    user: str = ""
    patients: Sequence[str] = ()
    roles: Sequence[str] = ()
    acts: Sequence[str] = ()
    after: Place | None = None
    referrals: Sequence[str] = ()


def looked(session: Session, wanted: Narrowed, limit: int) -> list[Kept]:
    return _page(session, _conditions(wanted), wanted.after, limit)


def lately(session: Session, user: str, limit: int) -> list[tuple[str, datetime]]:
    """The patients somebody looked at last, each once, and when: of their last few hundred looks."""
    sql = (
        "SELECT patient_id, at FROM accesses WHERE organization_id = ? AND user_id = ?"
        " ORDER BY seq DESC LIMIT 300"
    )
    found: dict[str, datetime] = {}
    for patient, at in session.ask((sql, (session.organization, user)))[0]:
        when = as_instant(at)
        if patient and when:
            found.setdefault(patient, when)
    return list(found.items())[:limit]


def exported(session: Session, after: Place | None, limit: int, since: datetime | None = None) -> list[Kept]:
    """Lists that left as files."""
    later: list[Query] = [("at >= ?", (since,))] if since else []
    return _page(session, [("act = 'list-exported'", ()), *later], after, limit)


def glass(session: Session, after: Place | None, limit: int, *, waiting: bool) -> list[Kept]:
    """Glass that was broken; only what nobody reviewed yet, when it is `waiting`."""
    reviewed = (
        "NOT EXISTS (SELECT 1 FROM accesses r WHERE r.organization_id = a.organization_id"
        " AND r.about = a.user_id || ':' || a.seq AND r.act = 'glass-reviewed')"
    )
    conditions: list[Query] = [("act = 'glass-opened'", ())]
    return _page(session, conditions + ([(reviewed, ())] if waiting else []), after, limit)


def reviews(session: Session, keys: Sequence[str]) -> dict[str, Kept]:
    """The first review of each glass, by its key."""
    if not keys:
        return {}
    condition, values = among("about", keys)
    found = _page(session, [("act = 'glass-reviewed'", ()), (condition, values)], None, 2 * len(keys))
    return {each.it.about: each for each in found}  # the newest first: the oldest stands


def one(session: Session, key: str) -> Kept | None:
    user, _, number = key.rpartition(":")
    if not (user and number.isascii() and number.isdecimal() and len(number) < 10):
        return None
    sql = f"SELECT {_COLUMNS} FROM accesses WHERE organization_id = ? AND user_id = ? AND seq = ?"  # noqa: S608
    rows = session.ask((sql, (session.organization, user, int(number))))[0]
    return kept_of(rows[0]) if rows else None


def glass_counts(session: Session, since: datetime) -> dict[str, int]:
    """How often each reader broke glass since then."""
    sql = (
        "SELECT user_id, COUNT(*) FROM accesses WHERE organization_id = ? AND at > ? AND act = 'glass-opened'"
        " GROUP BY user_id"
    )
    return dict(session.ask((sql, (session.organization, since)))[0])


class _Line(msgspec.Struct):
    author: str


def authors(
    session: Session, referrals: Iterable[str], since: datetime, before: datetime
) -> list[tuple[str, str, datetime]]:
    """(referral, author, when) of what was written into these logs in that time."""
    wanted = sorted(set(referrals))
    if not wanted:
        return []
    condition, values = among("referral_id", wanted)
    sql = (
        f"SELECT referral_id, line, recorded_at FROM entries WHERE organization_id = ? AND {condition}"  # noqa: S608
        " AND recorded_at >= ? AND recorded_at < ?"
    )
    rows = session.ask((sql, (session.organization, *values, since, before)))[0]
    read = msgspec.json.Decoder(_Line)
    return [
        (referral, read.decode(line).author, at)
        for referral, line, recorded in rows
        if (at := as_instant(recorded))
    ]


def _conditions(wanted: Narrowed) -> list[Query]:
    found: list[Query] = []
    for condition, value in (
        ("at >= ?", wanted.since),
        ("at < ?", wanted.before),
        ("user_id = ?", wanted.user),
    ):
        if value:
            found.append((condition, (value,)))
    for column, several in (
        ("role", wanted.roles),
        ("act", wanted.acts),
        ("referral_id", wanted.referrals),
    ):
        if several:
            found.append(among(column, several))
    if wanted.patients:
        condition, values = among("patient_id", wanted.patients)
        found.append((f"patient_id <> '' AND {condition}", values))
    return found


def _page(session: Session, conditions: Iterable[Query], after: Place | None, limit: int) -> list[Kept]:
    said = [("organization_id = ?", (session.organization,)), *conditions]
    if after:
        said.append(("(at, user_id, seq) < (?, ?, ?)", after))
    where = " AND ".join(condition for condition, _ in said)
    values = [value for _, given in said for value in given]
    sql = f"SELECT {_COLUMNS} FROM accesses a WHERE {where} ORDER BY at DESC, user_id DESC, seq DESC LIMIT ?"  # noqa: S608
    return [kept_of(row) for row in session.ask((sql, (*values, limit)))[0]]


def kept_of(row: Row) -> Kept:
    *said, at, seq = row
    when = as_instant(at)
    assert when is not None  # noqa: S101  the column is NOT NULL
    return Kept(Accessed(*said), when, seq)
