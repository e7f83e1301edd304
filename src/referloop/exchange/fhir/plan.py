"""Reads what a request says about insurance: Coverage and the payer's answer in a ClaimResponse."""

from collections.abc import Iterable

from referloop.exchange.fhir.access import Json, part, parts, text
from referloop.exchange.fhir.datatypes import codes, day, identifiers, words
from referloop.exchange.fhir.lookup import Lookup, Where
from referloop.exchange.fhir.party import party
from referloop.messages import Plan


def insurance(lookup: Lookup, owner: Where, subject: Json) -> tuple[tuple[Plan, ...], tuple[str, ...]]:
    """The plans and the payer's numbers of a request; a Coverage beside it needs no link."""
    found = [lookup.follow(owner, one) for one in parts(owner.resource, "insurance")]
    linked = [one for one in found if one is not None]
    covers = [one for one in linked if one.kind == "Coverage"] or list(_beside(lookup, owner, subject))
    numbers = [text(one.resource, "preAuthRef") for one in linked if one.kind == "ClaimResponse"]
    return tuple(_plan(lookup, one) for one in covers), tuple(filter(None, numbers))


def _beside(lookup: Lookup, owner: Where, subject: Json) -> Iterable[Where]:
    patient = lookup.follow(owner, subject)
    for name, resource in lookup.of_kind("Coverage"):
        cover = Where(name, resource)
        insured = lookup.follow(cover, part(resource, "beneficiary"))
        if patient and insured and insured.name == patient.name and text(resource, "status") != "cancelled":
            lookup.used.add(name)
            yield cover


def _plan(lookup: Lookup, at: Where) -> Plan:
    resource = at.resource
    payer = party(lookup, at, parts(resource, "payor"), "Organization")
    period = part(resource, "period")
    return Plan(
        payer=payer.organisation or payer.practitioner,
        payer_id=next((one.value for one in payer.identifiers), ""),
        member_id=_member_id(resource),
        group=_group(resource),
        kind=words(part(resource, "type")),
        from_on=day(text(period, "start")),
        until_on=day(text(period, "end")),
    )


def _member_id(resource: Json) -> str:
    listed = identifiers(resource)
    members = [one.value for one in listed if one.kind == "MB"]
    return next(iter([*members, text(resource, "subscriberId"), *(one.value for one in listed)]), "")


def _group(resource: Json) -> str:
    of_groups = (one for one in parts(resource, "class") if "group" in codes(part(one, "type")))
    return next((text(one, "value") for one in of_groups), "")
