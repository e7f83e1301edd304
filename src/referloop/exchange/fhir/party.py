"""Reads who asks for a referral or carries it out, through every kind of resource that may stand for them."""

from collections.abc import Callable, Iterable
from functools import reduce

from referloop.exchange.fhir.access import Json, part, parts, text
from referloop.exchange.fhir.datatypes import contacts, identifier, identifiers, spoken, words
from referloop.exchange.fhir.lookup import Lookup, Where
from referloop.exchange.fhir.references import split
from referloop.messages import Party

# PractitionerRole -> HealthcareService -> Organization; references in a circle end here.
_FARTHEST = 3
_PEOPLE = ("Practitioner", "PractitionerRole")


def party(
    lookup: Lookup, owner: Where, references: Iterable[Json], expects: str = "Practitioner", depth: int = 1
) -> Party:
    """What all the references together say; the first that names a practitioner or organisation wins.

    `expects` is the type of a reference that does not say what it points at.
    """
    found = (_one(lookup, owner, reference, expects, depth) for reference in references)
    return reduce(_joined, found, Party())


def _one(lookup: Lookup, owner: Where, reference: Json, expects: str, depth: int) -> Party:
    found = lookup.follow(owner, reference) if depth <= _FARTHEST else None
    read = _READERS.get(found.kind) if found else None
    said = read(lookup, found, depth) if found and read else Party()
    return _joined(said, _named(reference, expects))


def _named(reference: Json, expects: str) -> Party:
    """What the reference itself says, without its resource."""
    kind = text(reference, "type") or split(text(reference, "reference")).type or expects
    logical, display = identifier(part(reference, "identifier")), text(reference, "display")
    listed = (logical,) if logical.value else ()
    if kind in _PEOPLE:
        return Party(practitioner=display, identifiers=listed)
    return Party(organisation=display, identifiers=listed) if kind in _READERS else Party()


def _joined(first: Party, second: Party) -> Party:
    return Party(
        practitioner=first.practitioner or second.practitioner,
        organisation=first.organisation or second.organisation,
        identifiers=tuple(dict.fromkeys(first.identifiers + second.identifiers)),
        specialty=first.specialty or second.specialty,
        contacts=tuple(dict.fromkeys(first.contacts + second.contacts)),
    )


def _practitioner(lookup: Lookup, at: Where, depth: int) -> Party:
    resource = at.resource
    return Party(
        practitioner=spoken(resource), identifiers=identifiers(resource), contacts=contacts(resource)
    )


def _role(lookup: Lookup, at: Where, depth: int) -> Party:
    resource = at.resource
    own = Party(
        identifiers=identifiers(resource), specialty=_specialty(resource), contacts=contacts(resource)
    )
    practitioner = party(lookup, at, parts(resource, "practitioner"), depth=depth + 1)
    places = parts(resource, "organization") or [
        *parts(resource, "healthcareService"),
        *parts(resource, "location"),
    ]
    return reduce(_joined, (practitioner, party(lookup, at, places, "Organization", depth + 1)), own)


def _place(lookup: Lookup, at: Where, depth: int) -> Party:
    """An organisation, or what belongs to one: a service, a location, a care team."""
    resource = at.resource
    own = Party(
        organisation=text(resource, "name"),
        identifiers=identifiers(resource),
        specialty=_specialty(resource),
        contacts=contacts(resource),
    )
    behind = parts(resource, "providedBy") + parts(resource, "managingOrganization")
    return _joined(own, party(lookup, at, behind, "Organization", depth + 1)) if behind else own


def _specialty(resource: Json) -> str:
    return next((words(one) for one in parts(resource, "specialty")), "")


_READERS: dict[str, Callable[[Lookup, Where, int], Party]] = {
    "Practitioner": _practitioner,
    "PractitionerRole": _role,
    "Organization": _place,
    "CareTeam": _place,
    "HealthcareService": _place,
    "Location": _place,
}
