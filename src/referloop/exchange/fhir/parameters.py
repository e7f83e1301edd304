"""The search parameters there are: what each one compares, in any resource that has it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from referloop.exchange.fhir.access import Json, part, parts, text, texts
from referloop.exchange.fhir.references import split

Compared = Literal["token", "reference", "string", "date", "id"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """`values` gives what a resource holds: `system|code`, `Type/id`, a name, or a FHIR date."""

    compared: Compared
    values: Callable[[Json], Iterable[str]]
    indexed: bool = True


def _identifiers(resource: Json) -> Iterator[str]:
    for one in parts(resource, "identifier"):
        if value := text(one, "value"):
            yield f"{text(one, 'system')}|{value}"


def _codings(name: str) -> Callable[[Json], Iterator[str]]:
    def values(resource: Json) -> Iterator[str]:
        for one in parts(part(resource, name), "coding"):
            if code := text(one, "code"):
                yield f"{text(one, 'system')}|{code}"

    return values


def _code(name: str) -> Callable[[Json], Iterator[str]]:
    return lambda resource: (f"|{value}" for value in [text(resource, name)] if value)


def _pointed(*names: str) -> Callable[[Json], Iterator[str]]:
    def values(resource: Json) -> Iterator[str]:
        for name in names:
            for one in parts(resource, name):
                to = split(text(one, "reference"))
                if to.form == "relative":
                    yield f"{to.type}/{to.id}"

    return values


def _date(*names: str) -> Callable[[Json], Iterator[str]]:
    return lambda resource: (value for name in names if (value := text(resource, name)))


def _updated(resource: Json) -> Iterator[str]:
    yield text(part(resource, "meta"), "lastUpdated")


def _family(resource: Json) -> Iterator[str]:
    return (value for name in parts(resource, "name") if (value := text(name, "family")))


def _given(resource: Json) -> Iterator[str]:
    return (value for name in parts(resource, "name") for value in texts(name, "given") if value)


_EVERYWHERE = {
    "_id": Parameter("id", lambda resource: (text(resource, "id"),), indexed=False),
    "_lastUpdated": Parameter("date", _updated, indexed=False),
    "identifier": Parameter("token", _identifiers),
}
_PATIENT = Parameter("reference", _pointed("patient", "subject", "beneficiary", "for"))
_STATUS = Parameter("token", _code("status"), indexed=False)  # it changes: found by what stays
_OF_KIND: dict[str, dict[str, Parameter]] = {
    "ServiceRequest": {
        "patient": _PATIENT,
        "subject": _PATIENT,
        "status": _STATUS,
        "authored": Parameter("date", _date("authoredOn"), indexed=False),
        "code": Parameter("token", _codings("code")),
        "requester": Parameter("reference", _pointed("requester")),
    },
    "Task": {
        "patient": _PATIENT,
        "status": _STATUS,
        "focus": Parameter("reference", _pointed("focus")),
        "based-on": Parameter("reference", _pointed("basedOn", "focus")),
        "owner": Parameter("reference", _pointed("owner")),
        "requester": Parameter("reference", _pointed("requester")),
    },
    "Patient": {
        "family": Parameter("string", _family),
        "given": Parameter("string", _given),
        "birthdate": Parameter("date", _date("birthDate"), indexed=False),
    },
}
# _include -> the elements it follows
INCLUDES: dict[str, tuple[str, ...]] = {
    "Task:focus": ("focus",),
    "Task:based-on": ("basedOn",),
    "Task:patient": ("for",),
    "Task:owner": ("owner",),
    "Task:requester": ("requester",),
    "ServiceRequest:patient": ("subject",),
    "ServiceRequest:subject": ("subject",),
    "ServiceRequest:requester": ("requester",),
    "ServiceRequest:performer": ("performer",),
}


def parameters_of(kind: str) -> dict[str, Parameter]:
    """What resources of a kind can be searched by."""
    return _ALL.get(kind, _ALL[""])


_ALL = {kind: {**_EVERYWHERE, **own} for kind, own in _OF_KIND.items()}
_ALL[""] = {**_EVERYWHERE, "patient": _PATIENT}


def included(include: str, resources: Iterable[Json]) -> Iterator[str]:
    """The `Type/id` that an _include adds to these resources."""
    kind, values = include.partition(":")[0], _pointed(*INCLUDES[include])
    for resource in resources:
        if resource["resourceType"] == kind:
            yield from values(resource)
