"""Reads the patient that a request is about."""

from typing import Any

from referloop.exchange.fhir.access import Json, integer, part, parts, text
from referloop.exchange.fhir.datatypes import (
    contacts,
    current_address,
    identifier,
    identifiers,
    names,
    one_line,
)
from referloop.exchange.fhir.lookup import Lookup, Where
from referloop.messages import Name, Person

_SEXES = ("female", "male", "other", "unknown")


def person(lookup: Lookup, owner: Where, reference: Json) -> Person:
    """The person behind a subject; a reference without its resource still has its identifier and display."""
    found = lookup.follow(owner, reference)
    if found is not None and found.kind == "Patient":
        return patient(found.resource)
    logical, display = identifier(part(reference, "identifier")), text(reference, "display")
    return Person(
        identifiers=(logical,) if logical.value else (),
        names=(Name(family=display),) if display else (),
    )


def patient(resource: Json) -> Person:
    address = current_address(resource)
    gender = text(resource, "gender")
    return Person(
        identifiers=identifiers(resource),
        names=names(resource),
        birth_date=text(resource, "birthDate"),
        sex=gender if gender in _SEXES else "",
        contacts=contacts(resource),
        address=one_line(address),
        postal_code=text(address, "postalCode"),
        language=_language(resource),
        birth_order=_birth_order(resource),
        died=resource.get("deceasedBoolean") is True or bool(text(resource, "deceasedDateTime")),
    )


def _language(resource: Json) -> str:
    spoken = parts(resource, "communication")
    preferred: list[dict[str, Any]] = [one for one in spoken if one.get("preferred") is True]
    for one in preferred or spoken[:1]:
        for coding in parts(part(one, "language"), "coding"):
            return text(coding, "code")
    return ""


def _birth_order(resource: Json) -> str:
    order = integer(resource, "multipleBirthInteger")
    if order is not None:
        return str(order)
    return "yes" if resource.get("multipleBirthBoolean") is True else ""
