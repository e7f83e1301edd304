"""Requesters and performers as messages named them, by name, with how many referrals each has."""

from collections.abc import Collection, Mapping, Sequence
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


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody as referrals name them: in several ways, if one number stands behind these."""

    words: str
    number: str
    names: tuple[str, ...]


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


def named(session: Session, text: str) -> list[Named]:
    """Whom this finds, with the names under which referrals have them: each person, and their practice."""
    rows = page(session, text, ("", ""), _SPELT)
    spelt, doubtful = _spelt(session, [row.key for row in rows])
    found = [Named(name_of(row.party), _number(row.party), _names(row, spelt, doubtful)) for row in rows]
    told = {name for each in found if each.number for name in each.names}
    found = [each for each in found if each.names and (each.number or not told.issuperset(each.names))]
    alone = {row.party.organisation for row in rows} - {name for each in found for name in each.names} - {""}
    found += [Named(name, "", (name,)) for name in sorted(alone - doubtful)]
    return [*found, *(Named(name, "more than one number", (name,)) for name in sorted(doubtful))]


def also(session: Session, names: Collection[str]) -> dict[str, set[str]]:
    """By name: other names of the same person or practice, by the number behind both.

    A name of two numbers tells nothing, and of those that nobody was named by, nothing is said.
    """
    if not names:
        return {}
    condition, values = among("name", sorted(names))
    sql = (
        f"SELECT name, MIN(key) FROM party_names WHERE organization_id = ? AND {condition}"  # noqa: S608
        " GROUP BY name HAVING COUNT(*) = 1"
    )
    single: dict[str, str] = dict(session.ask((sql, (session.organization, *values)))[0])
    spelt, doubtful = _spelt(session, sorted(set(single.values())))
    return {name: set(spelt.get(key, ())) - doubtful - {name} for name, key in single.items()}


def _names(row: PartyRow, spelt: Mapping[str, Sequence[str]], doubtful: set[str]) -> tuple[str, ...]:
    return tuple(each for each in spelt.get(row.key, [name_of(row.party)]) if each not in doubtful)


def _number(party: Party) -> str:
    return next((f"{each.kind or 'number'} {each.value}" for each in party.identifiers if each.value), "")


def _spelt(session: Session, keys: Sequence[str]) -> tuple[dict[str, list[str]], set[str]]:
    """The names of each number, and those of them that are another number's too."""
    if not keys:
        return {}, set()
    condition, values = among("key", keys)
    mine = f"SELECT name FROM party_names WHERE organization_id = ? AND {condition}"  # noqa: S608
    sql = f"SELECT key, name FROM party_names WHERE organization_id = ? AND {condition} ORDER BY name"  # noqa: S608
    twice = (
        f"SELECT name FROM party_names WHERE organization_id = ? AND name IN ({mine})"  # noqa: S608
        " GROUP BY name HAVING COUNT(*) > 1"
    )
    own = (session.organization, *values)
    rows, doubtful = session.ask((sql, own), (twice, (session.organization, *own)))
    found: dict[str, list[str]] = {}
    for key, name in rows:
        found.setdefault(key, []).append(name)
    return found, {row[0] for row in doubtful}


def spelled(session: Session, names: Sequence[str]) -> set[str]:
    """Which of these names the directory knows."""
    if not names:
        return set()
    both = "CASE WHEN practitioner = '' OR organisation = '' THEN '' ELSE ', ' END"
    told = f"practitioner || {both} || organisation"
    said, values = among("name", names)
    sql = f"SELECT DISTINCT name FROM party_names WHERE organization_id = ? AND {said}"  # noqa: S608
    asked: list[Query] = [(sql, (session.organization, *values))]
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
