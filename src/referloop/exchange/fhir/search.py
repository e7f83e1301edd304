"""A search as a client writes it becomes conditions that are all known, or the reasons why not."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from referloop.exchange.fhir.access import Json
from referloop.exchange.fhir.dates import DATE, within
from referloop.exchange.fhir.names import folded, name_for
from referloop.exchange.fhir.parameters import INCLUDES, Parameter, parameters_of
from referloop.exchange.fhir.references import split
from referloop.referral.problems import Problem

MOST_PARAMETERS = 50
MOST_ROWS = 1000
USUAL_ROWS = 50
_UNSUPPORTED = frozenset({"_filter", "_query", "_sort", "_text", "_content", "_list", "_contained"})
_FORBIDDEN = ("_has", "_revinclude")
_IGNORED = frozenset({"_format", "_pretty", "_summary", "_elements"})
_TOTALS = ("none", "estimate", "accurate")
PAGE = "_page"


@dataclass(frozen=True, slots=True)
class Term:
    """One condition; any of its values will do."""

    name: str
    parameter: Parameter
    values: tuple[str, ...]
    exact: bool = False

    def holds(self, resource: Json) -> bool:
        held = list(self.parameter.values(resource))
        return any(_fits(self, one, value) for value in self.values for one in held)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What to look for: all terms hold; `ignored` are parameters a lenient client gets no rows for."""

    kind: str
    terms: tuple[Term, ...] = ()
    count: int = USUAL_ROWS
    includes: tuple[str, ...] = ()
    wants_total: bool = True
    page: str = ""
    ignored: tuple[Problem, ...] = ()

    @property
    def finds_nothing(self) -> bool:
        """Whether every condition the client set was one that is not known here."""
        return bool(self.ignored) and not self.terms

    def names(self) -> list[list[str]]:
        """The names the index is asked for: one of each list."""
        return [
            [name_for(self.kind, term.parameter, term.name, value) for value in term.values]
            for term in self.terms
            if term.parameter.indexed
        ]

    def ids(self) -> list[str]:
        return [value for term in self.terms if term.parameter.compared == "id" for value in term.values]

    def holds(self, resource: Json) -> bool:
        return all(term.holds(resource) for term in self.terms)


@dataclass
class _Parsing:
    kind: str
    base: str
    lenient: bool
    asked: dict[str, object]
    terms: list[Term]
    includes: list[str]
    problems: list[Problem]
    ignored: list[Problem]


def parse(kind: str, pairs: Sequence[tuple[str, str]], base: str, *, lenient: bool) -> Asked | list[Problem]:
    """The search, or everything that forbids it: what is not known never widens what is found."""
    if len(pairs) > MOST_PARAMETERS:
        says = f"This search has more than {MOST_PARAMETERS} parameters."
        return [Problem("search-value", "", says, "Ask in several searches.")]
    it = _Parsing(kind, base, lenient, {}, [], [], [], [])
    for name, value in pairs:
        _one(it, name, value)
    if it.problems:
        return it.problems
    return Asked(
        kind=kind,
        terms=tuple(it.terms),
        includes=tuple(dict.fromkeys(it.includes)),
        ignored=tuple(it.ignored),
        **it.asked,  # type: ignore[arg-type]
    )


def _one(it: _Parsing, name: str, value: str) -> None:
    plain, _, modifier = name.partition(":")
    if plain in _IGNORED:
        return
    if plain in _CONTROLS:
        _CONTROLS[plain](it, modifier, value)
    elif plain in _FORBIDDEN or "." in plain or (modifier and modifier[:1].isupper()):
        says = "Searches do not reach through references."
        it.problems.append(
            Problem("search-forbidden", _place(it, plain), says, "Search each type by itself.")
        )
    elif plain in _UNSUPPORTED:
        says = "This parameter is not supported."
        it.problems.append(Problem("search-unsupported", plain, says, "GET metadata lists those that are."))
    else:
        _term(it, plain, modifier, value)


def _place(it: _Parsing, name: str) -> str:
    return name if name in _FORBIDDEN else it.kind


def _term(it: _Parsing, name: str, modifier: str, value: str) -> None:
    parameter = parameters_of(it.kind).get(name)
    exact = modifier == "exact" and parameter is not None and parameter.compared == "string"
    if parameter is None or (modifier and not exact):
        says = f"{it.kind} is not searched by this parameter, or not with this modifier."
        severity: Literal["error", "warning"] = "warning" if it.lenient else "error"
        found = Problem("search-unsupported", it.kind, says, "GET metadata lists those that are.", severity)
        (it.ignored if it.lenient else it.problems).append(found)
        return
    values = tuple(_value(it, parameter, each) for each in value.split(","))
    if all(_is_well_formed(parameter, each) for each in values):
        it.terms.append(Term(name, parameter, values, exact))
    else:
        says = f"This is no {parameter.compared} that can be searched for."
        it.problems.append(Problem("search-value", name, says, "Correct the value."))


def _value(it: _Parsing, parameter: Parameter, value: str) -> str:
    if parameter.compared != "reference":
        return value
    to = split(value.removeprefix(it.base + "/"))
    if to.type and to.form == "relative":
        return f"{to.type}/{to.id}"
    target = _TARGETS.get(id(parameter), "")
    return f"{target}/{value}" if target and value and "/" not in value else value


_TARGETS = {
    id(parameter): target
    for kind, name, target in (
        ("Task", "patient", "Patient"),
        ("Task", "focus", "ServiceRequest"),
        ("Task", "based-on", "ServiceRequest"),
    )
    for parameter in [parameters_of(kind)[name]]
}


def _is_well_formed(parameter: Parameter, value: str) -> bool:
    if parameter.compared == "date":
        return DATE.fullmatch(value) is not None
    return bool(value) and "\0" not in value and not value.endswith("|")


def _count(it: _Parsing, modifier: str, value: str) -> None:
    if value.isascii() and value.isdigit():
        it.asked["count"] = min(int(value[:9]), MOST_ROWS)
    else:
        says = "This is no number of rows."
        it.problems.append(Problem("search-value", "_count", says, "Use a whole number from 0."))


def _total(it: _Parsing, modifier: str, value: str) -> None:
    if value in _TOTALS:
        it.asked["wants_total"] = value != "none"
    else:
        it.problems.append(Problem("search-value", "_total", "This is no kind of total.", f"Use {_TOTALS}."))


def _page(it: _Parsing, modifier: str, value: str) -> None:
    it.asked["page"] = value


def _include(it: _Parsing, modifier: str, value: str) -> None:
    if value in INCLUDES and not modifier:
        it.includes.append(value)
    else:
        says = "This include is not offered."
        remedy = f"Use one of {', '.join(sorted(INCLUDES))}."
        it.problems.append(Problem("search-forbidden", "_include", says, remedy))


_CONTROLS = {"_count": _count, "_total": _total, PAGE: _page, "_include": _include}


def _fits(term: Term, held: str, value: str) -> bool:
    compared = term.parameter.compared
    if compared == "token":
        return held == value if "|" in value and value[0] != "|" else _same_code(held, value)
    if compared == "string":
        return held == value if term.exact else folded(held).startswith(folded(value))
    if compared == "date":
        return within(held, value)
    return held == value


def _same_code(held: str, value: str) -> bool:
    """`|code` asks for one without a system, `code` for any; a status has no system."""
    return held == value if value.startswith("|") else held.partition("|")[2] == value
