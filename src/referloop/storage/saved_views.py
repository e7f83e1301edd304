"""Lists that somebody keeps under a name: what they are narrowed to, and their columns, as JSON."""

from datetime import datetime

from referloop.storage.database import Row, Session, insert_sql

_COLUMNS = ("organization_id", "user_id", "id", "name", "wanted", "columns", "saved_at")
MOST = 30


def views_of(session: Session, user: str) -> list[Row]:
    """(id, name, wanted, columns) of each, by name."""
    sql = (
        "SELECT id, name, wanted, columns FROM saved_views WHERE organization_id = ? AND user_id = ?"
        " ORDER BY name, id LIMIT ?"
    )
    return session.ask((sql, (session.organization, user, MOST)))[0]


def save(session: Session, user: str, view: Row, at: datetime) -> None:
    """`view` is (id, name, wanted, columns); one with a known id takes the place of the old one."""
    tail = (
        "ON CONFLICT (organization_id, user_id, id) DO UPDATE SET name = excluded.name,"
        " wanted = excluded.wanted, columns = excluded.columns, saved_at = excluded.saved_at"
    )
    session.write((insert_sql("saved_views", _COLUMNS, 1, tail), (session.organization, user, *view, at)))


def remove(session: Session, user: str, id: str) -> None:
    sql = "DELETE FROM saved_views WHERE organization_id = ? AND user_id = ? AND id = ?"
    session.write((sql, (session.organization, user, id)))
