"""The policy packs of a desk, as they were written: with their cases, from when and until when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import msgspec

from referloop.storage.database import Row, Session, an_instant, as_instant, insert_sql

_COLUMNS = (
    "organization_id", "id", "name", "files", "valid_from", "valid_until", "written_at", "written_by",
    "published_at",
)  # fmt: skip
_READ = ", ".join(_COLUMNS[1:])
_FILES = msgspec.json.Decoder(dict[str, str])


@dataclass(frozen=True, slots=True)
class Pack:
    """`files` is name to text; `valid_until` the first day without it; `published_at` None before its yes."""

    id: str
    name: str
    files: Mapping[str, str]
    valid_from: date
    written_at: datetime
    written_by: str
    valid_until: date | None = None
    published_at: datetime | None = None


def keep_pack(session: Session, it: Pack) -> None:
    files = msgspec.json.encode(it.files).decode()
    row = (
        session.organization, it.id, it.name, files, it.valid_from.isoformat(), "", it.written_at,
        it.written_by, None,
    )  # fmt: skip
    session.write((insert_sql("packs", _COLUMNS, 1), row))


def publish_pack(session: Session, id: str, at: datetime) -> None:
    sql = "UPDATE packs SET published_at = ? WHERE organization_id = ? AND id = ? AND published_at IS NULL"
    session.write((sql, (at, session.organization, id)))


def end_pack(session: Session, id: str, until: date) -> None:
    sql = "UPDATE packs SET valid_until = ? WHERE organization_id = ? AND id = ?"
    session.write((sql, (until.isoformat(), session.organization, id)))


def pack(session: Session, id: str) -> Pack | None:
    sql = f"SELECT {_READ} FROM packs WHERE organization_id = ? AND id = ?"  # noqa: S608
    return next((_pack(row) for row in session.ask((sql, (session.organization, id)))[0]), None)


def packs(session: Session) -> list[Pack]:
    """All that were published, in the order in which they lie over each other."""
    sql = (
        f"SELECT {_READ} FROM packs WHERE organization_id = ? AND published_at IS NOT NULL"  # noqa: S608
        " ORDER BY valid_from, published_at, id"
    )
    return [_pack(row) for row in session.ask((sql, (session.organization,)))[0]]


def _pack(row: Row) -> Pack:
    id, name, files, valid_from, valid_until, written_at, written_by, published_at = row
    return Pack(
        id, name, _FILES.decode(files), date.fromisoformat(valid_from), an_instant(written_at),
        written_by, date.fromisoformat(valid_until) if valid_until else None, as_instant(published_at),
    )  # fmt: skip
