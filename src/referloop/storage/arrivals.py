"""The inbox as people look through it: bounded counts, the newest first, one message whole."""

from dataclasses import dataclass
from datetime import datetime

from referloop.storage.database import Query, Row, Session, as_instant
from referloop.storage.inbox import OPEN, STATES, Listed, listed
from referloop.storage.items import ItemRow
from referloop.storage.lookups import INBOX_COLUMNS, kept
from referloop.storage.worklist import MANY

_ASIDE = ("kept", "refused")
_LIST = f"SELECT i.channel, i.sender, i.message_id, i.received_at, i.attempts, {INBOX_COLUMNS} FROM inbox i"  # noqa: S608
_ITEM = "id, kind, about, says, remedy, owner, created_at, due_at, closed_at, closed_by, outcome"


@dataclass(frozen=True, slots=True)
class Whole:
    """One message with its bytes; `body` is None when they were shredded."""

    listed: Listed
    media_type: str
    digest: str
    body: bytes | None


def counts(session: Session, but: str = "") -> dict[str, int]:
    """How many messages are in each state, and items open (`todo`) but of one kind, up to MANY and one."""
    org = session.organization
    queries: list[Query] = [
        _count(f"inbox WHERE organization_id = ? AND {_in(state)}", org) for state in STATES
    ]
    todo = _count("items WHERE organization_id = ? AND closed_at IS NULL AND kind <> ?", org, but)
    found = [rows[0][0] for rows in session.ask(*queries, todo)]
    return dict(zip((*STATES, "todo"), found, strict=True))


def page(session: Session, state: str, after: str, limit: int) -> list[Listed]:
    """Messages in one state: those that wait for somebody in the order they came, others newest first."""
    moment, _, id = after.rpartition("~")
    if state in OPEN:
        return listed(session, state, after=(_instant(moment), id) if id else None, limit=limit)
    if state in _ASIDE:  # few: by their index
        behind, order = (
            " AND (i.received_at < ? OR (i.received_at = ? AND i.id < ?))",
            "received_at DESC, i.id DESC",
        )
        place: tuple[object, ...] = (_instant(moment), _instant(moment), id)
    else:  # almost all of the inbox, and its ids sort as they came
        behind, order, place = " AND i.id < ?", "id DESC", (id,)
    where = f" WHERE i.organization_id = ? AND {_in(state, 'i.')}{behind if id else ''}"
    values = (session.organization, *(place if id else ()), limit)
    rows = session.ask((f"{_LIST}{where} ORDER BY i.{order} LIMIT ?", values))[0]
    return [_listed(row) for row in rows]


def place_of(it: Listed) -> str:
    """What `page` is to be asked for after this one."""
    return f"{it.received_at.isoformat() if it.received_at else ''}~{it.kept.id}"


def one(session: Session, id: str) -> Whole | None:
    sql = (
        "SELECT e.media_type, i.digest, e.body, i.channel, i.sender, i.message_id, i.received_at, i.attempts,"  # noqa: S608
        f" {INBOX_COLUMNS} FROM inbox i LEFT JOIN evidence e"
        " ON e.organization_id = i.organization_id AND e.digest = i.digest"
        " WHERE i.organization_id = ? AND i.id = ?"
    )
    for media_type, digest, body, *rest in session.ask((sql, (session.organization, id)))[0]:
        return Whole(_listed(tuple(rest)), media_type or "", digest, None if body is None else bytes(body))
    return None


def item(session: Session, id: str) -> ItemRow | None:
    sql = f"SELECT {_ITEM} FROM items WHERE organization_id = ? AND id = ?"  # noqa: S608
    for row in session.ask((sql, (session.organization, id)))[0]:
        return _item(row)
    return None


def items_naming(session: Session, about: str) -> list[ItemRow]:
    """Open items about this thing, among other things perhaps."""
    sql = (
        f"SELECT {_ITEM} FROM items WHERE organization_id = ? AND closed_at IS NULL AND about LIKE ?"  # noqa: S608
        " ORDER BY due_at LIMIT 50"
    )
    return [_item(row) for row in session.ask((sql, (session.organization, f"%{about}%")))[0]]


def _in(state: str, of: str = "") -> str:
    """The state, and the group it is in as the group's index says it."""
    group = OPEN if state in OPEN else _ASIDE if state in _ASIDE else ()
    words = ", ".join(f"'{each}'" for each in group)
    return f"{of}state = '{state}'" + (f" AND {of}state IN ({words})" if group else "")


def _count(what: str, *values: str) -> Query:
    return f"SELECT COUNT(*) FROM (SELECT 1 FROM {what} LIMIT {MANY + 1}) few", values  # noqa: S608


def _listed(row: Row) -> Listed:
    channel, sender, message_id, received_at, attempts, *rest = row
    return Listed(kept(tuple(rest)), channel, sender, message_id, as_instant(received_at), attempts)


def _item(row: Row) -> ItemRow:
    id, kind, about, says, remedy, owner, created_at, due_at, closed_at, closed_by, outcome = row
    created, due, closed = as_instant(created_at), as_instant(due_at), as_instant(closed_at)
    return ItemRow(id, kind, about, says, remedy, owner, created, due, closed, closed_by, outcome)


def _instant(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
