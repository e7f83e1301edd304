"""Files of many referrals that somebody asked for, until somebody else says yes or no."""

from dataclasses import dataclass
from datetime import datetime

from referloop.storage.database import Row, Session, as_instant, insert_sql

_COLUMNS = (
    "organization_id", "id", "user_id", "wanted", "columns", "kind", "how_many", "purpose", "asked_at",
    "decided_at", "decided_by", "outcome", "reason",
)  # fmt: skip
_SHOWN = ", ".join(_COLUMNS[1:])
_MOST = 50


@dataclass(frozen=True, slots=True)
class Request:
    """`wanted` and `columns` are JSON: the list as it was narrowed."""

    id: str
    user: str
    wanted: str
    columns: str
    kind: str
    how_many: int
    purpose: str
    asked_at: datetime
    decided_at: datetime | None = None
    decided_by: str = ""
    outcome: str = ""
    reason: str = ""


def add(session: Session, it: Request) -> None:
    row = (
        session.organization, it.id, it.user, it.wanted, it.columns, it.kind, it.how_many, it.purpose,
        it.asked_at, None, "", "", "",
    )  # fmt: skip
    session.write((insert_sql("export_requests", _COLUMNS, 1), row))


def one(session: Session, id: str) -> Request | None:
    return next(iter(_found(session, "id = ?", id)), None)


def own(session: Session, user: str) -> list[Request]:
    return _found(session, "user_id = ?", user)


def waiting(session: Session) -> list[Request]:
    return _found(session, "decided_at IS NULL")


def decide(session: Session, id: str, by: str, outcome: str, reason: str, at: datetime) -> bool:
    """False where it was decided before, or where whoever decides is the one who asked."""
    sql = (
        "UPDATE export_requests SET decided_at = ?, decided_by = ?, outcome = ?, reason = ?"
        " WHERE organization_id = ? AND id = ? AND decided_at IS NULL AND user_id <> ?"
    )
    return session.write((sql, (at, by, outcome, reason, session.organization, id, by)))[0] == 1


def _found(session: Session, condition: str, *values: str) -> list[Request]:
    sql = (
        f"SELECT {_SHOWN} FROM export_requests WHERE organization_id = ? AND {condition}"  # noqa: S608
        f" ORDER BY asked_at DESC, id DESC LIMIT {_MOST}"
    )
    return [_request(row) for row in session.ask((sql, (session.organization, *values)))[0]]


def _request(row: Row) -> Request:
    id, user, wanted, columns, kind, how_many, purpose, asked_at, decided_at, by, outcome, reason = row
    when = as_instant(asked_at)
    assert when is not None  # noqa: S101  the column is NOT NULL
    decided = as_instant(decided_at)
    return Request(id, user, wanted, columns, kind, how_many, purpose, when, decided, by, outcome, reason)
