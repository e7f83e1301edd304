"""The names under which the index finds a resource: made when it is stored, asked for when one searches."""

import unicodedata
from functools import cache

from referloop.exchange.fhir.access import Json
from referloop.exchange.fhir.parameters import Parameter, parameters_of

_LETTERS = 3


def names_of(resource: Json) -> tuple[str, ...]:
    """`system|value` of its identifiers, and `?parameter=value` for everything else that is searched by."""
    found: dict[str, None] = {}
    for name, parameter in _indexed(resource["resourceType"]):
        for value in parameter.values(resource):
            if name == "identifier":
                found[value] = None
                found["?identifier=" + value.partition("|")[2]] = None
            else:
                found[f"?{name}={_indexed_form(parameter, value)}"] = None
    return tuple(found)


@cache
def _indexed(kind: str) -> tuple[tuple[str, Parameter], ...]:
    """What has an index of its own: two parameters with the same meaning share one."""
    own: dict[int, tuple[str, Parameter]] = {}
    for name, parameter in parameters_of(kind).items():
        if parameter.indexed:
            own.setdefault(id(parameter), (name, parameter))
    return tuple(own.values())


def name_for(kind: str, parameter: Parameter, name: str, value: str) -> str:
    """The one name that every resource with this value is found under."""
    if name == "identifier":
        system, bar, number = value.partition("|")
        return value if bar and system else "?identifier=" + (number or system)
    shared = next(own for own, each in _indexed(kind) if each is parameter)
    return f"?{shared}={_indexed_form(parameter, value)}"


def _indexed_form(parameter: Parameter, value: str) -> str:
    if parameter.compared == "token":
        return value.rpartition("|")[2]
    return folded(value)[:_LETTERS] if parameter.compared == "string" else value


def folded(name: str) -> str:
    """A name without case and accents.

    >>> folded("Müller")
    'muller'
    """
    apart = unicodedata.normalize("NFKD", name.casefold())
    return "".join(each for each in apart if not unicodedata.combining(each))
