"""Fields of facts as text and back, checked against the fact's own declaration."""

from collections.abc import Callable
from dataclasses import MISSING, fields
from datetime import date, datetime
from difflib import get_close_matches
from functools import cache
from typing import Any, get_args, get_type_hints
from zoneinfo import ZoneInfo

from referloop.referral.facts import WORDS
from referloop.referral.facts.fact import Fact
from referloop.referral.kinds import OneOf
from referloop.referral.problems import Problem


@cache
def declared(word: str) -> dict[str, Any]:
    """The fields of a fact with their full type, markers included."""
    hints = get_type_hints(WORDS[word], include_extras=True)
    return {field.name: hints[field.name] for field in fields(WORDS[word])}


@cache
def required(word: str) -> frozenset[str]:
    return frozenset(field.name for field in fields(WORDS[word]) if field.default is MISSING)


def fact_from(word: str, said: dict[str, Any], where: str = "") -> Fact | tuple[Problem, ...]:
    """Build a fact from JSON values or texts, or say everything that is wrong with them."""
    kind = WORDS.get(word)
    if kind is None:
        return (Problem("fact-unknown", where, "This word is not in the log's vocabulary.", _nearest(word)),)
    known = declared(word)
    problems = [
        Problem("field-unknown", where, f"{word} has no field {name}.", f"Its fields: {', '.join(known)}.")
        for name in said
        if name not in known
    ]
    problems += [
        Problem("field-missing", where, f"{word} needs {name}.", f"Add {name}=... to it.")
        for name in sorted(required(word) - said.keys())
    ]
    values: dict[str, Any] = {}
    for name in (name for name in known if name in said):
        values[name] = _value(get_args(known[name])[0], said[name])
        if remedy := _fault(values[name], get_args(known[name]), name in required(word)):
            problems.append(Problem("field-value", where, f"{word}: {name} cannot be read.", remedy))
    return tuple(problems) if problems else kind(**values)


_REFUSED = object()


def _fault(value: Any, markers: tuple[Any, ...], needed: bool) -> str:
    """What to write instead; "" when the value is fine."""
    if value is _REFUSED or (needed and value is None):
        return "Write a day as 2026-04-02, a number as 7, yes or no, words in quotes."
    choice = next((marker for marker in markers if isinstance(marker, OneOf)), None)
    if choice and (value or needed) and value not in choice.words:
        return f"Use one of: {', '.join(choice.words)}."
    if "wall clock" in markers and not _reads(datetime.fromisoformat, value):
        return "Write the wall-clock time as 2026-12-01T09:00."
    if "zone" in markers and value and not _reads(ZoneInfo, value):
        return "Write the zone by its IANA name, such as America/New_York."
    return ""


def _reads(kind: Callable[[str], Any], value: str) -> bool:
    try:
        return getattr(kind(value), "tzinfo", None) is None
    except (ValueError, OSError, KeyError):  # ZoneInfo raises all three
        return False


def _value(declared: Any, said: Any) -> Any:
    """What was said as a value of this type, or _REFUSED."""
    try:
        return _READERS[declared](said)
    except (TypeError, ValueError, KeyError):
        return _REFUSED


def _text(said: Any) -> str:
    if not isinstance(said, str):
        raise TypeError
    said.encode()  # raises on half a surrogate pair, which can be neither stored nor hashed
    return said


def _number(said: Any) -> int:
    if isinstance(said, bool | float):
        raise TypeError
    return int(said)


def _texts(said: Any) -> tuple[str, ...]:
    return tuple(_text(part) for part in (said.split("|") if isinstance(said, str) else said) if part != "")


def _day(said: Any) -> date | None:
    return None if said in ("", None) else date.fromisoformat(said)


_BOOLEANS: dict[Any, bool] = {
    True: True,
    False: False,
    "yes": True,
    "no": False,
    "true": True,
    "false": False,
}

_READERS: dict[Any, Callable[[Any], Any]] = {
    str: _text,
    bool: _BOOLEANS.__getitem__,
    int: _number,
    tuple[str, ...]: _texts,
    date | None: _day,
}


def _nearest(word: str) -> str:
    close = get_close_matches(word, WORDS, n=3)
    return f"Did you mean {' or '.join(close)}?" if close else "`referloop facts` lists the words."
