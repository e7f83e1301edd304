"""Work that belongs to no referral yet or to several, until somebody closes it with an outcome."""

from dataclasses import dataclass
from datetime import datetime

from referloop.storage.database import Query, Row, Session, as_instant

_COLUMNS = "id, kind, about, says, remedy, owner, created_at, due_at, closed_at, closed_by, outcome"


@dataclass(frozen=True, slots=True)
class ItemRow:
    """`about` names what it is about: inbox:id, person:id, referral:id, outbox:id."""

    id: str
    kind: str
    about: str
    says: str
    remedy: str
    owner: str
    created_at: datetime | None
    due_at: datetime | None
    closed_at: datetime | None
    closed_by: str
    outcome: str


def open_items(
    session: Session,
    *,
    owner: str | None = None,
    after: tuple[datetime, str] | None = None,
    limit: int = 50,
    but: str = "",
) -> list[ItemRow]:
    """Soonest due first, from behind `after`: the due time and id of the last one seen; `but` is left out."""
    where, values = "organization_id = ? AND closed_at IS NULL AND kind <> ?", [session.organization, but]
    if owner is not None:
        where, values = where + " AND owner = ?", [*values, owner]
    late: tuple[object, ...] = ()
    if after:
        where, late = where + " AND (due_at > ? OR (due_at = ? AND id > ?))", (after[0], *after)
    sql = f"SELECT {_COLUMNS} FROM items WHERE {where} ORDER BY due_at, id LIMIT ?"  # noqa: S608
    return [_item(row) for row in session.ask((sql, (*values, *late, limit)))[0]]


def items_about(session: Session, about: str) -> list[ItemRow]:
    """All that ever were about this thing, closed ones too, in the order they came."""
    sql = f"SELECT {_COLUMNS} FROM items WHERE organization_id = ? AND about = ? ORDER BY created_at, id"  # noqa: S608
    return [_item(row) for row in session.ask((sql, (session.organization, about)))[0]]


def close_item(session: Session, id: str, by: str, outcome: str, at: datetime) -> bool:
    """False when it was closed before, or never was."""
    sql = (
        "UPDATE items SET closed_at = ?, closed_by = ?, outcome = ?"
        " WHERE organization_id = ? AND id = ? AND closed_at IS NULL"
    )
    return session.write((sql, (at, by, outcome, session.organization, id)))[0] == 1


def closing(organization: str, about: str, by: str, outcome: str, at: datetime) -> Query:
    """The change that closes every open item about this thing."""
    sql = (
        "UPDATE items SET closed_at = ?, closed_by = ?, outcome = ?"
        " WHERE organization_id = ? AND about = ? AND closed_at IS NULL"
    )
    return sql, (at, by, outcome, organization, about)


def _item(row: Row) -> ItemRow:
    id, kind, about, says, remedy, owner, created_at, due_at, closed_at, closed_by, outcome = row
    created, due, closed = as_instant(created_at), as_instant(due_at), as_instant(closed_at)
    return ItemRow(id, kind, about, says, remedy, owner, created, due, closed, closed_by, outcome)
