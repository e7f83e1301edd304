"""Where the references of a request lead: into the request itself, to what is stored, or to nothing."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from referloop.exchange.fhir.access import Json
from referloop.exchange.fhir.references import places, references, rewrite, split, unlisted
from referloop.exchange.fhir.server import KINDS
from referloop.exchange.fhir.writes import Request, Write, named_identifier
from referloop.referral.problems import Problem

Place = tuple[str, str]
_DIGEST = 64


@dataclass(slots=True)
class Pointers:
    """References that leave the request, by the text they were written as."""

    stored: dict[str, Place] = field(default_factory=dict)
    named: dict[str, Place] = field(default_factory=dict)  # conditional: kind and system|value
    dangling: dict[str, Problem] = field(default_factory=dict)
    foreign: list[Problem] = field(default_factory=list)


def pointers(request: Request, mapping: Mapping[str, str], base: str, hosts: Collection[str]) -> Pointers:
    """Sort every reference that the request does not answer itself."""
    found = Pointers()
    for write in request.writes:
        for reference in references(write.resource):
            if reference not in mapping:
                _sort(found, write, reference, base, hosts)
    return found


def _sort(found: Pointers, write: Write, reference: str, base: str, hosts: Collection[str]) -> None:
    to = split(reference.removeprefix(base + "/") if base else reference)
    if to.form == "relative":
        found.stored[reference] = (to.type, to.id)
    elif to.form == "absolute":
        found.foreign += _foreign(write, reference, hosts)
    elif "?" in reference and reference.partition("?")[0] in KINDS:
        kind, _, query = reference.partition("?")
        name = named_identifier(query, places(write.resource, write.where, reference)[0])
        if isinstance(name, Problem):
            found.dangling[reference] = name
        else:
            found.named[reference] = (kind, name)
    else:
        found.dangling[reference] = missing(write, reference)


def _foreign(write: Write, reference: str, hosts: Collection[str]) -> list[Problem]:
    places_ = set(places(write.resource, write.where, reference))
    return [one for one in unlisted(write.resource, hosts, write.where) if one.where in places_]


def missing(write: Write, reference: str) -> Problem:
    """The same words whether nothing is there or it is somebody else's."""
    place = next(iter(places(write.resource, write.where, reference)), write.where)
    return Problem(
        "fhir-reference", place, "Nothing is stored under this reference.",
        "Send the resource first, or in the same Bundle.",
    )  # fmt: skip


def ambiguous(write: Write, reference: str) -> Problem:
    place = next(iter(places(write.resource, write.where, reference)), write.where)
    says = "More than one resource has this identifier."
    return Problem("fhir-multiple-matches", place, says, "Refer to one of them by its id.")


def is_digest(place: Place) -> bool:
    """Whether this is a document of ours, which is found by its digest."""
    return place[0] == "Binary" and len(place[1]) == _DIGEST


def pointed(write: Write, mapping: Mapping[str, str]) -> Json:
    """The resource with every reference as it will be stored."""
    return rewrite(write.resource, mapping)
