"""Each change of what is owed, with who and why; after one, the watcher is sent to every open referral."""

from dataclasses import dataclass
from datetime import datetime

from referloop.storage.database import Query, Session, an_instant, insert_sql

_COLUMNS = ("organization_id", "id", "kind", "about", "by_user", "why", "at", "looked_to", "done_at")
_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class RuleChange:
    """`kind` is calendar, calendar-withdrawn, pack, pack-end or zone."""

    id: str
    kind: str
    about: str
    by: str
    why: str
    at: datetime


def note_change(session: Session, it: RuleChange) -> None:
    row = (session.organization, it.id, it.kind, it.about, it.by, it.why, it.at, "", None)
    session.write((insert_sql("rule_changes", _COLUMNS, 1), row))


def stamp(session: Session) -> tuple[int, str]:
    """Another one when the rules have changed."""
    sql = "SELECT COUNT(*), MAX(id) FROM rule_changes WHERE organization_id = ?"
    [(count, last)] = session.ask((sql, (session.organization,)))[0]
    return count, last or ""


def rule_changes(session: Session, limit: int = 20) -> list[RuleChange]:
    """The newest first."""
    sql = (
        "SELECT id, kind, about, by_user, why, at FROM rule_changes WHERE organization_id = ?"
        " ORDER BY id DESC LIMIT ?"
    )
    rows = session.ask((sql, (session.organization, limit)))[0]
    return [RuleChange(id, kind, about, by, why, an_instant(at)) for id, kind, about, by, why, at in rows]


def is_change_open(session: Session) -> bool:
    """Whether the watcher has not been sent to everything since some change."""
    sql = "SELECT 1 FROM rule_changes WHERE organization_id = ? AND done_at IS NULL LIMIT 1"
    return bool(session.ask((sql, (session.organization,)))[0])


def send_watcher(session: Session, before: datetime, at: datetime) -> int:
    """Have the watcher look at the next open referrals after a change that is older than `before`.

    Returns how many; a change whose end is reached is done. By then every process knows the new rules.
    """
    oldest = "SELECT id, looked_to FROM rule_changes WHERE organization_id = ? AND done_at IS NULL AND at <= ? ORDER BY id LIMIT 1"  # noqa: E501
    change = next(iter(session.ask((oldest, (session.organization, before)))[0]), None)
    if change is None:
        return 0
    page = "SELECT referral_id FROM board WHERE organization_id = ? AND referral_id > ? AND is_open = 1 ORDER BY referral_id LIMIT ?"  # noqa: E501
    ids = [row[0] for row in session.ask((page, (session.organization, change[1], _AT_ONCE)))[0]]
    session.write(*_sent(session.organization, change, ids, at))
    return len(ids)


def _sent(organization: str, change: tuple[str, str], ids: list[str], at: datetime) -> list[Query]:
    last = ids[-1] if ids else change[1]
    done = at if len(ids) < _AT_ONCE else None
    progress = "UPDATE rule_changes SET looked_to = ?, done_at = ? WHERE organization_id = ? AND id = ?"
    queries: list[Query] = [(progress, (last, done, organization, change[0]))]
    if ids:
        look = (
            "UPDATE board SET look_at = ? WHERE organization_id = ? AND referral_id > ? AND referral_id <= ?"
            " AND is_open = 1"
        )
        queries.append((look, (at, organization, change[1], last)))
    return queries
