"""The calendars a desk laid down: none is changed, each later one holds from its own day on."""

from dataclasses import dataclass
from datetime import date, datetime

import msgspec

from referloop.policy.opening import Opening
from referloop.storage.database import Row, Session, an_instant, as_instant, insert_sql

_COLUMNS = ("organization_id", "id", "valid_from", "said", "written_at", "written_by", "why", "withdrawn_at")
_READ = ", ".join(_COLUMNS[1:])
_OPENING = msgspec.json.Decoder(Opening)


@dataclass(frozen=True, slots=True)
class LaidCalendar:
    """`withdrawn_at` is when it was taken back, before it began."""

    id: str
    valid_from: date
    opening: Opening
    written_at: datetime
    written_by: str
    why: str
    withdrawn_at: datetime | None = None


def lay(session: Session, it: LaidCalendar) -> None:
    said = msgspec.json.encode(it.opening).decode()
    row = (session.organization, it.id, it.valid_from.isoformat(), said, it.written_at, it.written_by, it.why)
    session.write((insert_sql("calendars", _COLUMNS, 1), (*row, None)))


def withdraw(session: Session, id: str, today: date, at: datetime) -> bool:
    """Take back one that has not begun."""
    sql = (
        "UPDATE calendars SET withdrawn_at = ? WHERE organization_id = ? AND id = ? AND valid_from > ?"
        " AND withdrawn_at IS NULL"
    )
    return session.write((sql, (at, session.organization, id, today.isoformat()))) == [1]


def calendars(session: Session) -> list[LaidCalendar]:
    """Those that hold or will, by their first day; of one day the one written last."""
    sql = (
        f"SELECT {_READ} FROM calendars WHERE organization_id = ? AND withdrawn_at IS NULL"  # noqa: S608
        " ORDER BY valid_from, written_at, id"
    )
    of_day = {row[1]: _calendar(row) for row in session.ask((sql, (session.organization,)))[0]}
    return list(of_day.values())


def _calendar(row: Row) -> LaidCalendar:
    id, valid_from, said, written_at, written_by, why, withdrawn_at = row
    return LaidCalendar(
        id, date.fromisoformat(valid_from), _OPENING.decode(said), an_instant(written_at),
        written_by, why, as_instant(withdrawn_at),
    )  # fmt: skip
