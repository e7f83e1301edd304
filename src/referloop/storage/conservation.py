"""What was accepted is somewhere people see it: states, owners, timers, and bytes that are what they were."""

from collections.abc import Iterator
from hashlib import sha256

import msgspec

from referloop.referral.problems import Problem
from referloop.storage.database import Database, Row, Session, among
from referloop.storage.inbox import OPEN, STATES
from referloop.storage.tables import texts_of

_PAGE = 500
_EVIDENCE_PAGE = 20  # a document may have many megabytes
_REPORT = "Report it; meanwhile a person takes the message in hand."
_RESTORE = "Restore the bytes from the last good copy."
_STRAYS = (
    ("entries", "referral_id", "An entry belongs to no referral."),
    ("board", "referral_id", "The board shows a referral that does not exist."),
    ("obligations", "referral_id", "Something is owed on a referral that does not exist."),
    ("sent_to", "referral_id", "A referral that does not exist is shown to a performer."),
)


def stray_faults(database: Database, organization: str) -> Iterator[Problem]:
    """Rows about referrals that do not exist."""
    for table, column, says in _STRAYS:
        sql = (
            f"SELECT DISTINCT t.{column} FROM {table} t WHERE t.organization_id = ? AND NOT EXISTS"  # noqa: S608
            f" (SELECT 1 FROM referrals r WHERE r.organization_id = ? AND r.id = t.{column}) ORDER BY 1"
        )
        with database.reading(organization) as session:
            for (id,) in session.ask((sql, (organization, organization)))[0]:
                yield Problem("stray-row", f"{table}, referral {id}", says, "Restore it from a copy.")


def inbox_faults(database: Database, organization: str) -> Iterator[Problem]:
    """Messages in no known state, open ones that nobody owns, and finished ones that led nowhere."""
    sql = (
        "SELECT i.id, i.state, i.owner, i.due_at, i.referrals, e.digest FROM inbox i LEFT JOIN evidence e"
        " ON e.organization_id = i.organization_id AND e.digest = i.digest"
        " WHERE i.organization_id = ? AND i.id > ? ORDER BY i.id LIMIT ?"
    )
    after = ""
    while True:
        with database.reading(organization) as session:
            rows = session.ask((sql, (organization, after, _PAGE)))[0]
            if not rows:
                return
            named = {row[0]: _named(row) for row in rows}
            there = _existing(session, {id for names in named.values() for id in names or ()})
        for row in rows:
            yield from _message_faults(row, named[row[0]], there)
        after = rows[-1][0]


def _named(row: Row) -> tuple[str, ...] | None:
    try:
        return texts_of(row[4])
    except msgspec.DecodeError:
        return None


def _existing(session: Session, ids: set[str]) -> set[str]:
    if not ids:
        return set()
    condition, values = among("id", sorted(ids))
    sql = "SELECT id FROM referrals WHERE organization_id = ? AND " + condition  # noqa: S608  names are ours
    return {row[0] for row in session.ask((sql, (session.organization, *values)))[0]}


def _message_faults(row: Row, named: tuple[str, ...] | None, there: set[str]) -> Iterator[Problem]:
    id, state, owner, due_at, _, digest = row
    where = f"inbox {id}"
    if state not in STATES:
        yield Problem("state-unknown", where, "The message is in no state that a list shows.", _REPORT)
    if state in OPEN and not owner:
        yield Problem("nobody-owns", where, f"It is {state}, and nobody owns it.", _REPORT)
    if state in OPEN and due_at is None:
        yield Problem("no-timer", where, f"It is {state}, and nothing reminds anybody of it.", _REPORT)
    if state in OPEN and digest is None:
        yield Problem("bytes-gone", where, f"It is {state}, and its bytes are gone.", _RESTORE)
    if named is None or (state == "done" and not named) or {*(named or ())} - there:
        says = "It does not name the referrals that it became, or they do not exist."
        yield Problem("led-nowhere", where, says, _REPORT)


def evidence_faults(database: Database, organization: str) -> Iterator[Problem]:
    """Bytes that are not what their digest says."""
    sql = "SELECT digest, body FROM evidence WHERE organization_id = ? AND digest > ? ORDER BY digest LIMIT ?"
    after = ""
    while True:
        with database.reading(organization) as session:
            rows = session.ask((sql, (organization, after, _EVIDENCE_PAGE)))[0]
        if not rows:
            return
        for digest, body in rows:
            if sha256(bytes(body)).hexdigest() != digest:
                says = "The bytes are not those that came in."
                yield Problem("evidence-differs", f"evidence {digest}", says, _RESTORE)
        after = rows[-1][0]
