"""The facts and conditions a policy file names, checked against the vocabulary of the log."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import get_args

from referloop.policy.policy_file import PolicyFile
from referloop.referral.facts import WORDS
from referloop.referral.fields import declared
from referloop.referral.kinds import URGENCIES, OneOf
from referloop.referral.problems import Problem
from referloop.referral.requirement import Pattern

TRAITS = {
    "kind": ("inbound", "outbound", "internal"),
    "risk": ("yes", "no"),
    "social": ("yes", "no"),
    "urgency": URGENCIES,
}

Condition = tuple[str, frozenset[str]]


def patterns(file: PolicyFile, key: str, said: Sequence[str]) -> tuple[Pattern, ...]:
    """`word field=value|value` as patterns; words nobody knows are left out and reported."""
    return tuple(_patterns(file, key, said))


def given(file: PolicyFile, said: Sequence[str]) -> tuple[Condition, ...]:
    """`trait=value|value` about the whole referral."""
    return tuple(_trait(file, text) for text in said)


def check_field(file: PolicyFile, key: str, name: str, after: Sequence[Pattern]) -> None:
    """Every opener must have the field that `about` or `counted_from` names; the latter holds a time."""
    for pattern in after if name else ():
        known = [each for each in _fields(pattern.word) if key == "about" or _tells_time(pattern.word, each)]
        if name not in known:
            remedy = f"Use one of: {', '.join(sorted(known))}." if known else f"Leave {key} out."
            says = f"{pattern.word} has no such field for `{key}`."
            file.add(Problem("policy-field", file.at(key), says, remedy))


def _tells_time(word: str, name: str) -> bool:
    kind, *markers = get_args(declared(word)[name])
    return kind == date | None or "wall clock" in markers


def _patterns(file: PolicyFile, key: str, said: Sequence[str]) -> Iterator[Pattern]:
    for text in said:
        word, *conditions = text.split()
        if word in WORDS:
            yield Pattern(word, tuple(_condition(file, key, word, each) for each in conditions))
        else:
            remedy = "docs/reference/facts.md lists the words."
            file.add(Problem("policy-word", file.at(key), f"`{word}` is not a fact.", remedy))


def _condition(file: PolicyFile, key: str, word: str, text: str) -> Condition:
    name, _, said = text.partition("=")
    values = frozenset(said.split("|"))
    names = _fields(word) | ({"attempt"} if word == "contact-attempted" else set())
    if name not in names or not said:
        remedy = f"Write field=value|value with one of: {', '.join(sorted(names))}."
        file.add(Problem("policy-condition", file.at(key), f"`{text}` does not fit {word}.", remedy))
    elif (possible := _possible(word, name)) and not values <= set(possible):
        says = f"`{name}` of {word} has no such value."
        file.add(Problem("policy-condition-value", file.at(key), says, f"Use: {', '.join(possible)}."))
    return name, values


def _possible(word: str, name: str) -> tuple[str, ...]:
    """The only values a field can have; () when it is free."""
    kind, *markers = get_args(declared(word).get(name)) or (str,)
    if kind is bool:
        return ("yes", "no")
    return next((marker.words for marker in markers if isinstance(marker, OneOf)), ())


def _trait(file: PolicyFile, text: str) -> Condition:
    name, _, said = text.partition("=")
    values = said.split("|")
    if name not in TRAITS:
        remedy = f"Write trait=value|value with one of: {', '.join(TRAITS)}."
        file.add(
            Problem("policy-given", file.at("given"), f"`{text}` is no condition on a referral.", remedy)
        )
    elif not set(values) <= set(TRAITS[name]):
        says = f"`{name}` has no such value."
        file.add(Problem("policy-given", file.at("given"), says, f"Use: {', '.join(TRAITS[name])}."))
    return name, frozenset(values)


def _fields(word: str) -> set[str]:
    return set(declared(word))
