"""Which referrals somebody may see, as a condition in SQL: a list never holds more, nor is more counted."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from referloop.storage.database import Query, Session, among
from referloop.storage.search_keys import Span

_NAMES = msgspec.json.Decoder(tuple[str, ...])
# What is restricted shows to no other organisation without the patient's consent.
_UNRESTRICTED = (
    " AND NOT EXISTS (SELECT 1 FROM board r WHERE r.referral_id = sent_to.referral_id"
    " AND r.organization_id = sent_to.organization_id AND r.restricted_to <> '')"
)
UNASKED = "-"  # of books that are older than this column


@dataclass(frozen=True, slots=True)
class Seen:
    """What was asked for by, and sent to, parties whose keys lie in these ranges; or everything there is."""

    asked: tuple[Span, ...] = ()
    sent: tuple[Span, ...] = ()
    everything: bool = False


EVERYTHING, NOTHING = Seen(everything=True), Seen()


@dataclass(frozen=True, slots=True)
class Between:
    """Between whom a referral goes, as keys, and for which patient."""

    patient: str
    requester: str
    restricted_to: str
    performers: tuple[str, ...]


def where(seen: Seen, organization: str, column: str = "referral_id") -> Query:
    """A condition on a column of referrals, to stand behind an AND."""
    if seen.everything:
        return "", ()
    found, values = _those(seen, organization)
    return f" AND {column} IN ({found})", values


def patients(seen: Seen, organization: str, column: str) -> Query:
    """The same for a column of patients: those who have a referral that may be seen."""
    if seen.everything:
        return "", ()
    found, values = _those(seen, organization)
    theirs = f"SELECT b.patient_id FROM board b WHERE b.organization_id = ? AND b.referral_id IN ({found})"  # noqa: S608
    return f" AND {column} IN ({theirs})", (organization, *values)


def _those(seen: Seen, organization: str) -> tuple[str, tuple[object, ...]]:
    """The referrals of each range, found in the index; a range of nobody finds nothing."""
    each = "SELECT referral_id FROM {0} WHERE organization_id = ? AND {1} >= ? AND {1} < ?"
    asked, sent = each.format("board", "requester"), each.format("sent_to", "party") + _UNRESTRICTED
    parts: list[Query] = [(asked, (organization, *span)) for span in seen.asked]
    parts += [(sent, (organization, *span)) for span in seen.sent]
    if not parts:
        return each.format("sent_to", "party"), (organization, "", "")
    return " UNION ".join(sql for sql, _ in parts), tuple(value for _, values in parts for value in values)


def between(session: Session, referral: str) -> Between | None:
    """None where there is no such referral here."""
    values = (session.organization, referral)
    parties = "SELECT patient_id, requester, restricted_to FROM board"
    rows, sent = session.ask(
        (f"{parties} WHERE organization_id = ? AND referral_id = ?", values),
        ("SELECT party FROM sent_to WHERE organization_id = ? AND referral_id = ? ORDER BY party", values),
    )
    if not rows:
        return None
    patient, requester, restricted_to = rows[0]
    return Between(patient, requester, restricted_to, tuple(row[0] for row in sent))


def stands_for(session: Session, user: str) -> tuple[str, ...]:
    """The requesters or performers, by name, whom somebody is or works for."""
    sql = "SELECT stands_for FROM users WHERE organization_id = ? AND id = ? AND active = 1"
    rows = session.ask((sql, (session.organization, user)))[0]
    return _NAMES.decode(rows[0][0]) if rows else ()


def colleagues(session: Session, role: str) -> dict[str, tuple[str, ...]]:
    """Everybody who ever had this role here, with whom they stand for."""
    sql = "SELECT id, stands_for FROM users WHERE organization_id = ? AND role = ?"
    rows = session.ask((sql, (session.organization, role)))[0]
    return {id: _NAMES.decode(names) for id, names in rows}


def stand_for(session: Session, user: str, names: Sequence[str]) -> bool:
    """From now on they stand for these and no others; False where nobody has this name."""
    sql = "UPDATE users SET stands_for = ? WHERE organization_id = ? AND id = ?"
    text = msgspec.json.encode(list(dict.fromkeys(names))).decode()
    return session.write((sql, (text, session.organization, user)))[0] == 1


def forget(organization: str, referrals: Sequence[str]) -> list[Query]:
    """Take back to whom these were sent, before it is written anew."""
    if not referrals:
        return []
    condition, values = among("referral_id", referrals)
    return [(f"DELETE FROM sent_to WHERE organization_id = ? AND {condition}", (organization, *values))]  # noqa: S608


def unasked(session: Session) -> bool:
    """Whether the board has rows of which nobody asked the log yet who requested them."""
    sql = "SELECT 1 FROM board WHERE organization_id = ? AND requester = '-' LIMIT 1"
    return bool(session.ask((sql, (session.organization,)))[0])
