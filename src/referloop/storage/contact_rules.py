"""How patients may be reached: what was told last holds, what was told before stays to be read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import msgspec

from referloop.messages import NO_RULES, ContactRules
from referloop.storage.database import Session, among, as_instant, insert_sql

_COLUMNS = ("organization_id", "person_id", "seq", "at", "author", "said")
_RULES = msgspec.json.Decoder(ContactRules)


@dataclass(frozen=True, slots=True)
class Told:
    """`seq` counts what was told of this person; 0 for nothing yet."""

    seq: int = 0
    rules: ContactRules = NO_RULES
    author: str = ""
    at: datetime | None = None


def told(session: Session, people: Iterable[str]) -> Mapping[str, Told]:
    """What holds for each of these; what was told of somebody found to be them counts, the latest first."""
    wanted = sorted({person for person in people if person})
    if not wanted:
        return {}
    themselves, ids = among("c.person_id", wanted)
    joined, same = among("p.same_as", wanted)
    one = "SELECT c.person_id, c.seq, c.said, c.author, c.at FROM contact_rules c"
    other = (
        "SELECT p.same_as, c.seq, c.said, c.author, c.at FROM people p"
        " JOIN contact_rules c ON c.person_id = p.id AND c.organization_id = p.organization_id"
    )
    rows = session.ask(
        (f"{one} WHERE {themselves} AND c.organization_id = ?", (*ids, session.organization)),
        (
            f"{other} WHERE {joined} AND p.same_as <> '' AND p.organization_id = ?",
            (*same, session.organization),
        ),
    )
    found: dict[str, Told] = {}
    for person, seq, said, author, at in (row for some in rows for row in some):
        each = Told(seq, _RULES.decode(said), author, as_instant(at))
        if person not in found or _when(each) > _when(found[person]):
            found[person] = each
    return found


def tell(session: Session, person: str, rules: ContactRules, author: str, at: datetime) -> int:
    """Append what holds from now on; its number."""
    sql = "SELECT COALESCE(MAX(seq), 0) FROM contact_rules WHERE person_id = ? AND organization_id = ?"
    seq = int(session.ask((sql, (person, session.organization)))[0][0][0]) + 1
    said = msgspec.json.encode(rules).decode()
    values = (session.organization, person, seq, at, author, said)
    session.write((insert_sql("contact_rules", _COLUMNS, 1), values))
    return seq


def _when(each: Told) -> tuple[str, int]:
    return each.at.isoformat() if each.at else "", each.seq
