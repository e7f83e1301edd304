"""Policy files: TOML text in; requirements, or problems with file, line and what to write instead, out."""

from datetime import date
from typing import Any

from referloop.policy.conditions import check_field, given, patterns
from referloop.policy.dated import version
from referloop.policy.policy_file import PolicyFile
from referloop.referral.problems import Problem
from referloop.referral.requirement import DECISIONS, Requirement

STAGES = ("intake", "coverage", "routing", "scheduling", "encounter", "closure")
TRACKS = ("intake", "coverage", "permission", "scheduling", "report")
OWNERS = ("specialist", "senior", "lead", "requester", "performer", "patient", "payer", "nurse")

_TEXT, _LIST, _FLAG, _NUMBER = "a text", "a list of texts", "true or false", "a whole number"
_SHAPES = {
    "title": _TEXT, "says": _TEXT, "stage": _TEXT, "track": _TEXT, "owner": _TEXT, "after": _LIST,
    "owed": _LIST, "unless": _LIST, "given": _LIST, "about": _TEXT, "counted_from": _TEXT, "direction": _TEXT,
    "earlier_counts": _FLAG, "blocks": _LIST, "may_automate": _FLAG, "harm": _NUMBER, "effort": _NUMBER,
    "top": _FLAG, "escalates_to": _TEXT,
}  # fmt: skip
_REQUIRED = ("title", "says", "stage", "track", "after", "owed", "owner", "in_force")
_CHOICES = {
    "stage": STAGES, "track": TRACKS, "owner": OWNERS, "escalates_to": OWNERS,
    "direction": ("after", "before"), "blocks": DECISIONS, "harm": (1, 2, 3, 4, 5),
}  # fmt: skip
_EXAMPLES = {
    _TEXT: '{} = "..."', _LIST: '{} = ["referral-received"]', _FLAG: "{} = true", _NUMBER: "{} = 3",
}  # fmt: skip
_DATED = "an [[in_force]] table with from, within and citation"


def code_of(name: str) -> str:
    """The code a file's name stands for.

    >>> code_of("library/report-review.cases.toml")
    'report-review'
    """
    return name.rsplit("/", 1)[-1].removesuffix(".toml").removesuffix(".cases")


def read(name: str, text: str) -> tuple[Requirement, ...] | tuple[Problem, ...]:
    """All dated versions of the requirement in one file; its code is the file's name."""
    file = PolicyFile(name, text)
    said = file.parsed()
    if file.problems or not _shaped(file, said):
        return tuple(file.problems)
    _choices(file, said)
    head = _head(file, said)
    versions = [version(file, table, number) for number, table in enumerate(said["in_force"], start=1)]
    _different_days(file, [dated["since"] for dated in versions])
    if file.problems:
        return tuple(file.problems)
    return tuple(Requirement(code=code_of(name), **head, **dated) for dated in versions)


def _shaped(file: PolicyFile, said: dict[str, Any]) -> bool:
    """Whether everything needed is there, and everything there is of its kind."""
    for key in _REQUIRED:
        if key not in said:
            remedy = f"Add {_example(key)}."
            file.add(Problem("policy-missing", file.at(key), f"`{key}` is missing.", remedy))
    for key in sorted(said.keys() - _SHAPES.keys() - {"in_force"}):
        says, words = f"`{key}` is not a word of policy files.", ", ".join(sorted(_SHAPES))
        file.add(Problem("policy-unknown-key", file.at(key), says, f"Use one of: {words}."))
    for key in sorted(said.keys() & (_SHAPES.keys() | {"in_force"})):
        if not _is(_SHAPES.get(key, _DATED), said[key]):
            says = f"`{key}` is not {_SHAPES.get(key, _DATED)}."
            file.add(Problem("policy-type", file.at(key), says, f"Write {_example(key)}."))
    return not file.problems


def _example(key: str) -> str:
    return _EXAMPLES[_SHAPES[key]].format(key) if key in _SHAPES else _DATED


def _is(shape: str, value: Any) -> bool:
    if shape == _DATED:
        return isinstance(value, list) and value != [] and all(isinstance(table, dict) for table in value)
    if shape == _LIST:
        return isinstance(value, list) and all(isinstance(text, str) and text.strip() for text in value)
    if shape == _NUMBER:
        return type(value) is int
    return isinstance(value, bool if shape == _FLAG else str)


def _choices(file: PolicyFile, said: dict[str, Any]) -> None:
    for key, choices in _CHOICES.items():
        values = said.get(key, [])
        if not set(values if isinstance(values, list) else [values]) <= set(choices):
            remedy = f"Use one of: {', '.join(map(str, choices))}."
            file.add(Problem("policy-choice", file.at(key), f"`{key}` has no such value.", remedy))
    for key in ("after", "owed"):
        if said[key] == []:
            says = f"`{key}` names no fact."
            file.add(Problem("policy-empty", file.at(key), says, f"Write {_example(key)}."))


def _head(file: PolicyFile, said: dict[str, Any]) -> dict[str, Any]:
    head = {key: value for key, value in said.items() if key != "in_force"}
    for key in ("after", "owed", "unless"):
        head[key] = patterns(file, key, said.get(key, []))
    head["given"] = given(file, said.get("given", []))
    head["blocks"] = frozenset(said.get("blocks", []))
    for key in ("about", "counted_from"):
        check_field(file, key, said.get(key, ""), head["after"])
    return head


def _different_days(file: PolicyFile, days: list[date | None]) -> None:
    for number, day in enumerate(days, start=1):
        if day is not None and day in days[: number - 1]:
            says = "Another [[in_force]] begins on the same day."
            file.add(Problem("policy-date", file.at("from", number), says, "Give each its own first day."))
