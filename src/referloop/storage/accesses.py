"""Who looked at what: appended, never changed, and chained for each reader alone."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import msgspec

from referloop.referral.entry import GENESIS, chained
from referloop.referral.problems import ProgramFault
from referloop.storage.database import Query, Row, Session, as_instant, insert_sql, storable

COLUMNS = (
    "organization_id", "user_id", "seq", "at", "role", "act", "patient_id", "referral_id", "about",
    "how_many", "purpose", "reason", "hash",
)  # fmt: skip
ACTS = frozenset(
    {
        "list-opened",
        "referral-opened",
        "patient-opened",
        "document-opened",
        "document-taken",
        "message-opened",
        "found",  # how many were found, never what was typed
        "list-exported",
        "export-asked",
        "export-decided",
        "audit-opened",
        "glass-opened",
        "glass-closed",
        "glass-reviewed",
        "settings-changed",
        "signed-in",
        "signed-out",
        "refused",
        "not-here",
    }
)
GLASS_LASTS = timedelta(minutes=60)
_RELOADED = timedelta(minutes=1)
_OPENED = frozenset(act for act in ACTS if act.endswith("-opened"))
_ONCE_A_MINUTE = _OPENED - {"glass-opened"} | {"refused", "not-here"}


@dataclass(frozen=True, slots=True)
class Accessed:
    """`user` is somebody's id, or `client:NAME`; a referral's patient is looked up where none is named."""

    user: str
    role: str
    act: str
    patient: str = ""
    referral: str = ""
    about: str = ""
    how_many: int = 0
    purpose: str = ""
    reason: str = ""


def note(session: Session, it: Accessed, at: datetime) -> bool:
    """Append it; False where the same was noted within the last minute, as when a page is reloaded."""
    if it.act not in ACTS:
        raise ProgramFault(f"nobody defined the act {it.act}")
    heads, patients, same = session.ask(*_before(session, it, at))
    if same and repeats(it):
        return False
    seq, previous = heads[0] if heads else (0, GENESIS)
    patient = it.patient or (patients[0][0] if patients else "")
    said = (it.role, it.act, patient, it.referral, it.about, it.how_many, it.purpose, it.reason)
    row = (session.organization, it.user, seq + 1, at, *map(storable, said))
    hash = chained(previous, canonical(row))
    tail = "ON CONFLICT (organization_id, user_id) DO UPDATE SET seq = excluded.seq, hash = excluded.hash"
    head = insert_sql("access_heads", ("organization_id", "user_id", "seq", "hash"), 1, tail)
    session.write(
        (insert_sql("accesses", COLUMNS, 1), (*row, hash)),
        (head, (session.organization, it.user, seq + 1, hash)),
    )
    return True


def repeats(it: Accessed) -> bool:
    """Whether this act, done again within a minute, is the same one still."""
    return it.act in _ONCE_A_MINUTE


def noted_lately(session: Session, it: Accessed, at: datetime) -> bool:
    """Whether it is written down already: seen without waiting for anybody, and without writing."""
    return repeats(it) and bool(session.ask(_same(session, it, at))[0])


def _before(session: Session, it: Accessed, at: datetime) -> tuple[Query, Query, Query]:
    """The end of the reader's chain, locked; the referral's patient; and the same act a moment ago."""
    head = "SELECT seq, hash FROM access_heads WHERE organization_id = ? AND user_id = ?"
    patient = "SELECT patient_id FROM board WHERE organization_id = ? AND referral_id = ?"
    return (
        (f"{head} {session.locks_row}", (session.organization, it.user)),
        (patient, (session.organization, it.referral)),
        _same(session, it, at),
    )


def _same(session: Session, it: Accessed, at: datetime) -> Query:
    sql = (
        "SELECT 1 FROM accesses WHERE organization_id = ? AND user_id = ? AND at > ? AND at <= ? AND act = ?"
        " AND referral_id = ? AND about = ? AND (patient_id = ? OR ? = '') LIMIT 1"
    )
    lately = (at - _RELOADED, at, it.act, it.referral, it.about, it.patient, it.patient)
    return sql, (session.organization, it.user, *lately)


def canonical(row: Row) -> str:
    """What the hash covers: every column but the hash, as one line of JSON."""
    at = as_instant(row[3])
    said = at.astimezone(UTC).isoformat(timespec="microseconds") if at else ""
    return msgspec.json.encode([*row[:3], said, *row[4:12]]).decode()


def glass_until(session: Session, user: str, patient: str, at: datetime) -> datetime | None:
    """Until when this patient lies open to them; None where the glass is whole, or shut again."""
    sql = (
        "SELECT act, at FROM accesses WHERE patient_id = ? AND organization_id = ? AND at > ? AND at <= ?"
        " AND patient_id <> '' AND user_id = ? AND act IN ('glass-opened', 'glass-closed')"
        " ORDER BY at DESC, seq DESC LIMIT 1"
    )
    rows = session.ask((sql, (patient, session.organization, at - GLASS_LASTS, at, user)))[0]
    if not rows or rows[0][0] == "glass-closed":
        return None
    opened = as_instant(rows[0][1])
    return opened + GLASS_LASTS if opened else None
