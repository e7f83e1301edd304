"""What every fact is: a frozen dataclass with a word for the log and a sentence for people."""

import re
from dataclasses import dataclass, fields
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that happened to a referral.

    In `sentence`, `{field}` is the field's value and a part in brackets is left out when a field in it is
    empty: `"Booked[ for {starts}][ at {location}]"`.
    """

    word: ClassVar[str]
    sentence: ClassVar[str]


_OPTIONAL = re.compile(r"\[([^\[\]]*)\]")
_FIELD = re.compile(r"\{(\w+)\}")


def in_words(fact: Fact) -> str:
    """The fact as a sentence for the timeline."""

    def shown(name: str) -> str:
        value = getattr(fact, name)
        if isinstance(value, tuple):
            return ", ".join(value)
        return "yes" if value is True else str(value or "")

    def part(found: re.Match[str]) -> str:
        names = _FIELD.findall(found[1])
        return found[1] if all(shown(name) for name in names) else ""

    return _FIELD.sub(lambda found: shown(found[1]) or "unknown", _OPTIONAL.sub(part, fact.sentence))


def filled(fact: Fact) -> dict[str, object]:
    """The fields that say something: those that differ from their default."""
    return {
        field.name: value for field in fields(fact) if (value := getattr(fact, field.name)) != field.default
    }
