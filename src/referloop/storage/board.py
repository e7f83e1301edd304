"""The board: what lists and searches show of every referral, and how it is made anew from the logs."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from datetime import datetime

from referloop.failpoints import reached
from referloop.ports import NewId
from referloop.referral.kinds import ReferralId
from referloop.referral.requirement import Policy
from referloop.storage.books import again, opened
from referloop.storage.counts import mend
from referloop.storage.database import Database, Query, Row, Session, as_instant
from referloop.storage.logs import page_of_referrals
from referloop.storage.tables import COLUMNS, texts_of

_BOARD = ", ".join(COLUMNS["board"][1:])
_OBLIGATIONS = ", ".join(COLUMNS["obligations"][1:])
_PAGE = 200


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One referral as lists show it; `due_at` and the rest of the step are empty when nothing is owed."""

    referral: ReferralId
    patient: str
    is_open: bool
    headline: str
    service: str
    urgency: str
    step: str
    about: str
    says: str
    owner: str
    due_at: datetime | None
    score: float
    reasons: tuple[str, ...]
    flags: tuple[str, ...]
    received_at: datetime | None
    look_at: datetime | None
    version: int
    requester: str  # who asked, as a key
    arrived: str  # the day it was received, at the desk
    closed: str  # the day on which that was written down
    late: bool  # its step was overdue when this row was computed
    restricted_to: str  # see tables.restricted_to

    @property
    def place(self) -> tuple[float, str]:
        """Where it stands in the worklist: the next page begins after it."""
        return self.score, self.referral


_FIELDS = tuple(field.name for field in fields(BoardRow))


@dataclass(frozen=True, slots=True)
class Owed:
    """One open obligation as lists show it."""

    referral: ReferralId
    code: str
    about: str
    owner: str
    says: str
    track: str
    opens_at: datetime | None
    due_at: datetime | None


def page(
    session: Session,
    *,
    owner: str | None = None,
    open_only: bool = True,
    after: tuple[float, str] | None = None,
    limit: int = 50,
) -> list[BoardRow]:
    """The worklist, what matters most first, from behind `after`: the place of the last row seen."""
    conditions: list[Query] = [("organization_id = ?", (session.organization,))]
    if open_only:
        conditions.append(("is_open = 1", ()))
    if owner is not None:
        conditions.append(("owner = ?", (owner,)))
    if after:
        conditions.append(("(score < ? OR (score = ? AND referral_id > ?))", (after[0], *after)))
    where = " AND ".join(condition for condition, _ in conditions)
    sql = f"SELECT {_BOARD} FROM board WHERE {where} ORDER BY score DESC, referral_id LIMIT ?"  # noqa: S608
    values = [value for _, given in conditions for value in given]
    return [board_row(row) for row in session.ask((sql, (*values, limit)))[0]]


def row_of(session: Session, referral: str) -> BoardRow | None:
    """One referral as lists show it."""
    sql = f"SELECT {_BOARD} FROM board WHERE organization_id = ? AND referral_id = ?"  # noqa: S608
    rows = session.ask((sql, (session.organization, referral)))[0]
    return board_row(rows[0]) if rows else None


def obligations_of(session: Session, referral: str) -> list[Owed]:
    """What is owed on one referral, soonest due first."""
    sql = (
        f"SELECT {_OBLIGATIONS} FROM obligations WHERE organization_id = ? AND referral_id = ?"  # noqa: S608
        " ORDER BY due_at, code, about"
    )
    return [owed(row) for row in session.ask((sql, (session.organization, referral)))[0]]


def by_headline(session: Session) -> dict[str, int]:
    """How many referrals stand at each headline."""
    sql = "SELECT headline, COUNT(*) FROM board WHERE organization_id = ? GROUP BY headline ORDER BY headline"
    return {headline: count for headline, count in session.ask((sql, (session.organization,)))[0]}


def board_row(row: Row) -> BoardRow:
    """A row of `board` as a value, from its columns in order."""
    values = dict(zip(_FIELDS, row, strict=True))
    for name in ("due_at", "received_at", "look_at"):
        values[name] = as_instant(values[name])
    for name in ("reasons", "flags"):
        values[name] = texts_of(values[name])
    return BoardRow(**{**values, "is_open": bool(values["is_open"]), "late": bool(values["late"])})


def owed(row: Row) -> Owed:
    """A row of `obligations` as a value, from its columns in order."""
    referral, code, about, owner, says, track, opens_at, due_at = row
    return Owed(
        ReferralId(referral), code, about, owner, says, track, as_instant(opens_at), as_instant(due_at)
    )


def rebuild(
    database: Database,
    organization: str,
    policy: Policy,
    at: datetime,
    new_id: NewId,
    on_progress: Callable[[int], None] = lambda done: None,
) -> int:
    """Compute every row of the board anew, a page of referrals at a time; returns how many there are."""
    done, last = 0, ""
    while True:
        ids = again(lambda after=last: _rebuild_page(database, organization, policy, at, new_id, after))  # type: ignore[misc]
        done += len(ids)
        on_progress(done)
        reached("rebuilt-page")
        if len(ids) < _PAGE:
            break
        last = ids[-1]
    with database.transaction(organization) as session:
        session.write(*_strays(organization))
    mend(database, organization)
    return done


def _rebuild_page(
    database: Database, organization: str, policy: Policy, at: datetime, new_id: NewId, after: str
) -> list[ReferralId]:
    with opened(database, organization, policy, at, new_id) as books:
        ids = page_of_referrals(books.session, after, _PAGE)
        for log in books.logs(ids):
            books.refresh(log)
    return ids


def _strays(organization: str) -> Iterable[Query]:
    """What the board shows of referrals that do not exist."""
    for table in ("board", "obligations", "sent_to"):
        sql = (
            f"DELETE FROM {table} WHERE organization_id = ? AND NOT EXISTS"  # noqa: S608
            f" (SELECT 1 FROM referrals r WHERE r.organization_id = ? AND r.id = {table}.referral_id)"
        )
        yield sql, (organization, organization)
