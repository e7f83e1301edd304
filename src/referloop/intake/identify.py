"""Who a message is about: certain, or a question for a person, never a guess that merges two patients."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from rapidfuzz.distance import JaroWinkler

from referloop.messages import Person
from referloop.ports import KnownPerson
from referloop.spelling import called, plain

# Numbers a family shares, or that people mistype: they never identify on their own.
_SHARED_NUMBERS = {"MB", "SN", "SS", "MC", "MA", "DL", "PPN"}
_PLACEHOLDERS = {
    "baby",
    "babyboy",
    "babygirl",
    "newborn",
    "infant",
    "bb",
    "bg",
    "boy",
    "girl",
    "unknown",
    "twin",
}
_ALIKE = 0.88

Why = Literal[
    "", "several-match", "number-matches-name-differs", "name-and-birth-date-only", "newborn-or-twin"
]


@dataclass(frozen=True, slots=True)
class Identified:
    """`person` is the known one, "" for a new one; `like` are those a person should compare with."""

    person: str
    why: Why = ""
    like: tuple[str, ...] = ()


def keys(person: Person) -> list[str]:
    """What finds somebody: each number with its authority, and each full name with the birth date."""
    found = [f"id|{each.system}|{each.value}" for each in person.identifiers if each.value]
    if len(person.birth_date) == 10:
        found += [
            f"name|{plain(name.family)}|{_first(name.given)}|{person.birth_date}"
            for name in person.names
            if name.family and name.given
        ]
    return list(dict.fromkeys(found))


def identify(person: Person, known: Iterable[KnownPerson]) -> Identified:
    """The one known person this certainly is; else a new one, with a question where it may be another."""
    likely = [(other, _evidence(person, other)) for other in known]
    same = [other.id for other, why in likely if why == "same"]
    if len(same) == 1:
        return Identified(same[0])
    if same:
        return Identified("", "several-match", tuple(same))
    doubtful = [(other.id, why) for other, why in likely if why and why != "same"]
    if doubtful:
        return Identified("", doubtful[0][1], tuple(id for id, _ in doubtful))
    return Identified("")


def _evidence(person: Person, other: KnownPerson) -> Literal["same"] | Why:
    if _strong_number(person, other):
        return "same" if _agree(person, other.said) else "number-matches-name-differs"
    if not any(key.startswith("name|") for key in other.shared):
        return ""
    if _newborn(person) or _newborn(other.said):
        return "newborn-or-twin"
    third = _reach(person) & _reach(other.said)
    if third and _same_sex(person, other.said) and not _numbers_conflict(person, other.said):
        return "same"
    return "name-and-birth-date-only"


def _strong_number(person: Person, other: KnownPerson) -> bool:
    strong = {
        f"id|{i.system}|{i.value}" for i in person.identifiers if i.system and i.kind not in _SHARED_NUMBERS
    }
    return any(key in strong for key in other.shared)


def _agree(one: Person, other: Person) -> bool:
    """Birth dates do not contradict each other, and a name is alike; what is missing does not contradict."""
    length = min(len(one.birth_date), len(other.birth_date))
    if one.birth_date[:length] != other.birth_date[:length]:
        return False
    if not one.names or not other.names:
        return True
    pairs = [(a, b) for a in one.names for b in other.names]
    return any(_alike(a.family, b.family) or (length == 10 and _alike(a.given, b.given)) for a, b in pairs)


def _alike(one: str, other: str) -> bool:
    return JaroWinkler.similarity(plain(one), plain(other)) >= _ALIKE


def _newborn(person: Person) -> bool:
    return bool(person.birth_order) or any(plain(name.given) in _PLACEHOLDERS for name in person.names)


def _same_sex(one: Person, other: Person) -> bool:
    told = {one.sex, other.sex} - {"", "unknown"}
    return len(told) < 2


def _reach(person: Person) -> set[str]:
    """The third thing to agree on, beside name and birth date: a number to call, a mail, a home."""
    found = {called(c.value) for c in person.contacts if c.kind in ("phone", "mobile")}
    found |= {contact.value.casefold() for contact in person.contacts if contact.kind == "email"}
    if person.address and person.postal_code:
        found.add(f"{plain(person.address)}|{person.postal_code}")
    return found - {""}


def _numbers_conflict(one: Person, other: Person) -> bool:
    """Both carry a number of the same authority, and none agrees."""
    mine = {(i.system, i.kind): i.value for i in one.identifiers if i.system}
    theirs = {(i.system, i.kind): i.value for i in other.identifiers if i.system}
    return any(mine[each] != theirs[each] for each in mine.keys() & theirs.keys())


def _first(given: str) -> str:
    return plain(given.split(" ")[0])
