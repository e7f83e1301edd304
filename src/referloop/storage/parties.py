"""Requesters and performers as messages named them, by name, with how many referrals each has."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from referloop.messages import Party
from referloop.storage.database import Query, Session, among
from referloop.storage.search_keys import FROM, TO, exactly, party_key

_PARTY = msgspec.json.Decoder(Party)
MOST = 1000
_SPELT = 20


@dataclass(frozen=True, slots=True)
class PartyRow:
    """`name` is what the list is in order of; with the key it is where the next page begins."""

    key: str
    name: str
    party: Party


_KINDS = {"practitioners": " AND practitioner <> ''", "organisations": " AND practitioner = ''"}
_NAME = (
    "LOWER(CASE WHEN organisation = '' THEN practitioner ELSE organisation END) || ' ' || LOWER(practitioner)"
)


def page(session: Session, text: str, after: tuple[str, str], limit: int, kind: str = "") -> list[PartyRow]:
    """By organisation and practitioner, those of this kind in whom every typed word stands."""
    words = [word.replace("%", "").replace("_", "") for word in text.casefold().split()[:5]]
    # Within a name, or at the beginning of any other value: specialty, number, phone.
    conditions = " AND (LOWER(organisation || ' ' || practitioner) LIKE ? OR LOWER(said) LIKE ?)" * len(words)
    conditions += _KINDS.get(kind, "")
    sql = (
        f"SELECT key, {_NAME}, said FROM parties WHERE organization_id = ?{conditions}"  # noqa: S608
        f" AND ({_NAME} > ? OR ({_NAME} = ? AND key > ?)) ORDER BY 2, key LIMIT ?"
    )
    like = [pattern for word in words for pattern in (f"%{word}%", f'%":"{word}%')]
    rows = session.ask((sql, (session.organization, *like, after[0], after[0], after[1], limit)))[0]
    return [PartyRow(key, name, _PARTY.decode(said)) for key, name, said in rows]


def one(session: Session, key: str) -> Party | None:
    sql = "SELECT said FROM parties WHERE organization_id = ? AND key = ?"
    rows = session.ask((sql, (session.organization, key)))[0]
    return _PARTY.decode(rows[0][0]) if rows else None


def spellings(session: Session, text: str) -> list[str]:
    """The names under which referrals may have whom this finds: each person, and their practice."""
    rows = page(session, text, ("", ""), _SPELT)
    return sorted({name for row in rows for name in (name_of(row.party), row.party.organisation) if name})


def spelled(session: Session, names: Sequence[str]) -> set[str]:
    """Which of these names the directory knows."""
    if not names:
        return set()
    both = "CASE WHEN practitioner = '' OR organisation = '' THEN '' ELSE ', ' END"
    told = f"practitioner || {both} || organisation"
    asked: list[Query] = []
    for column in (told, "organisation"):
        condition, values = among(column, names)
        sql = f"SELECT DISTINCT {column} FROM parties WHERE organization_id = ? AND {condition}"  # noqa: S608
        asked.append((sql, (session.organization, *values)))
    return {row[0] for rows in session.ask(*asked) for row in rows}


def counted(session: Session, parties: Sequence[Party]) -> dict[str, int]:
    """By key of `search_keys`: how many referrals came from them and went to them."""
    if not parties:
        return {}
    keys = [key for each in parties for key in (party_key(name_of(each), FROM), party_key(name_of(each), TO))]
    condition, values = among("key", keys)
    sql = f"SELECT key, COUNT(*) FROM search_keys WHERE organization_id = ? AND {condition} GROUP BY key"  # noqa: S608
    return {key: count for key, count in session.ask((sql, (session.organization, *values)))[0]}


def name_of(party: Party) -> str:
    """As the log names them."""
    return ", ".join(part for part in (party.practitioner, party.organisation) if part)


def spans_of(party: Party, kind: str) -> list[tuple[str, str]]:
    return [exactly(party_key(name_of(party), kind))]
