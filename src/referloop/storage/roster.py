"""The people and the tokens of an organisation, for those who look after them."""

from collections.abc import Collection
from datetime import datetime

from referloop.storage.access import User
from referloop.storage.database import Row, Session, among, as_instant, insert_sql

_USER = ("organization_id", "id", "name", "role", "active", "created_at")


def users(session: Session, *, active_only: bool = False) -> list[User]:
    only = " AND active = 1" if active_only else ""
    sql = f"SELECT id, name, role, active FROM users WHERE organization_id = ?{only} ORDER BY name, id LIMIT 1000"  # noqa: E501, S608
    return [User(id, name, role, bool(active)) for id, name, role, active in _rows(session, sql)]


def names(session: Session, ids: Collection[str]) -> dict[str, str]:
    """What these people are called; of none, nothing is asked."""
    if not ids:
        return {}
    condition, values = among("id", sorted(ids))
    sql = f"SELECT id, name FROM users WHERE organization_id = ? AND {condition}"  # noqa: S608
    return dict(session.ask((sql, (session.organization, *values)))[0])


def put_user(session: Session, it: User, at: datetime) -> None:
    """Somebody new, or somebody known with another name, role or standing."""
    tail = (
        "ON CONFLICT (organization_id, id) DO UPDATE SET name = excluded.name, role = excluded.role,"
        " active = excluded.active"
    )
    values = (session.organization, it.id, it.name, it.role, int(it.active), at)
    session.write((insert_sql("users", _USER, 1, tail), values))


def tokens(session: Session) -> list[tuple[str, str, datetime | None, datetime | None, datetime | None]]:
    """(client, scopes, created, expires, revoked) of each, the newest first."""
    sql = (
        "SELECT client, scopes, created_at, expires_at, revoked_at FROM tokens WHERE organization_id = ?"
        " ORDER BY created_at DESC, client LIMIT 500"
    )
    return [
        (client, scopes, as_instant(created), as_instant(expires), as_instant(revoked))
        for client, scopes, created, expires, revoked in _rows(session, sql)
    ]


def _rows(session: Session, sql: str) -> list[Row]:
    return session.ask((sql, (session.organization,)))[0]
