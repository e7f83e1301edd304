"""What needs a second person: asked for by one, decided by another, and kept with both names."""

from dataclasses import dataclass
from datetime import datetime

from referloop.storage.database import Row, Session, an_instant, as_instant, insert_sql

_COLUMNS = (
    "organization_id", "id", "kind", "about", "said", "why", "proposed_at", "proposed_by", "decided_at",
    "decided_by", "outcome", "reason",
)  # fmt: skip
_READ = ", ".join(_COLUMNS[1:])


@dataclass(frozen=True, slots=True)
class Proposal:
    """`kind` is pack, pack-end, person or destination; `outcome` approved, refused, withdrawn or ""."""

    id: str
    kind: str
    about: str
    said: str  # JSON: what is to be
    why: str
    proposed_at: datetime
    proposed_by: str
    decided_at: datetime | None = None
    decided_by: str = ""
    outcome: str = ""
    reason: str = ""


def propose(session: Session, it: Proposal) -> None:
    """A new one about the same thing takes the place of one that waits."""
    over = (
        "UPDATE proposals SET decided_at = ?, decided_by = ?, outcome = 'withdrawn', reason = ?"
        " WHERE organization_id = ? AND kind = ? AND about = ? AND decided_at IS NULL"
    )
    replaced = (
        it.proposed_at,
        it.proposed_by,
        f"Replaced by {it.id}",
        session.organization,
        it.kind,
        it.about,
    )
    row = (
        session.organization, it.id, it.kind, it.about, it.said, it.why, it.proposed_at, it.proposed_by,
        None, "", "", "",
    )  # fmt: skip
    session.write((over, replaced), (insert_sql("proposals", _COLUMNS, 1), row))


def proposal(session: Session, id: str) -> Proposal | None:
    """One, locked until the end of the transaction."""
    sql = f"SELECT {_READ} FROM proposals WHERE organization_id = ? AND id = ? {session.locks_row}"  # noqa: S608
    return next((_proposal(row) for row in session.ask((sql, (session.organization, id)))[0]), None)


def decide(session: Session, id: str, by: str, outcome: str, reason: str, at: datetime) -> bool:
    """False when it was decided before, or never was."""
    sql = (
        "UPDATE proposals SET decided_at = ?, decided_by = ?, outcome = ?, reason = ?"
        " WHERE organization_id = ? AND id = ? AND decided_at IS NULL"
    )
    return session.write((sql, (at, by, outcome, reason, session.organization, id))) == [1]


def waiting(session: Session, *kinds: str) -> list[Proposal]:
    """The oldest first."""
    sql = (
        f"SELECT {_READ} FROM proposals WHERE organization_id = ? AND kind IN ({', '.join('?' * len(kinds))})"  # noqa: S608
        " AND decided_at IS NULL ORDER BY proposed_at, id LIMIT 100"
    )
    return [_proposal(row) for row in session.ask((sql, (session.organization, *kinds)))[0]]


def decided(session: Session, *kinds: str) -> list[Proposal]:
    """The newest first."""
    sql = (
        f"SELECT {_READ} FROM proposals WHERE organization_id = ? AND kind IN ({', '.join('?' * len(kinds))})"  # noqa: S608
        " AND decided_at IS NOT NULL ORDER BY decided_at DESC, id LIMIT 50"
    )
    return [_proposal(row) for row in session.ask((sql, (session.organization, *kinds)))[0]]


def _proposal(row: Row) -> Proposal:
    id, kind, about, said, why, proposed_at, proposed_by, decided_at, *rest = row
    return Proposal(
        id, kind, about, said, why, an_instant(proposed_at), proposed_by, as_instant(decided_at), *rest
    )
