"""Reads a ServiceRequest as a referral.

Any ServiceRequest is taken for a referral unless all its categories say laboratory, it is still a draft,
or it says what must not be done. When in doubt it is one: a referral taken for something else is lost.
"""

from dataclasses import replace
from datetime import date
from typing import Literal

from referloop.exchange.fhir import security
from referloop.exchange.fhir.access import Json, part, parts, text
from referloop.exchange.fhir.datatypes import coded, codes, day, identifiers, moment, words
from referloop.exchange.fhir.document import attachments, related
from referloop.exchange.fhir.lookup import Lookup, Where
from referloop.exchange.fhir.party import party
from referloop.exchange.fhir.patient import person
from referloop.exchange.fhir.plan import insurance
from referloop.messages import Coded, Identifier, NotAReferral, Party, Person, ReferralSaid, Urgency
from referloop.referral.problems import Problem

_LABORATORY = frozenset(("108252007", "laboratory", "LAB"))
_URGENCIES: dict[str, Urgency] = {
    "": "routine",  # http://hl7.org/fhir/R4/servicerequest-definitions.html#ServiceRequest.priority
    "routine": "routine",
    "urgent": "urgent",
    "asap": "expedited",
    "stat": "stat",
}
_CANCELLED = ("revoked", "entered-in-error")

Action = Literal["request", "change", "cancel"]


def service_request(
    lookup: Lookup, at: Where
) -> tuple[ReferralSaid | NotAReferral | None, tuple[Problem, ...]]:
    """What a ServiceRequest says, with a warning for whatever a person should look at."""
    resource = at.resource
    if resource.get("doNotPerform") is True:
        return None, (_refused(at),)
    if text(resource, "status") == "draft":
        return NotAReferral("ServiceRequest (draft)", at.name), ()
    categories = parts(resource, "category")
    if categories and all(codes(category) & _LABORATORY for category in categories):
        return NotAReferral("ServiceRequest (laboratory)", at.name), ()
    said = _referral(lookup, at)
    return said, doubts(said)


def _referral(lookup: Lookup, at: Where) -> ReferralSaid:
    resource = at.resource
    placer, filler = numbers(resource)
    subject, priority = part(resource, "subject"), text(resource, "priority")
    plans, authorizations = insurance(lookup, at, subject)
    word = urgency(priority)
    return ReferralSaid(
        action=action(lookup, at, text(resource, "status") in _CANCELLED),
        sent_at=moment(text(resource, "authoredOn")),
        placer=placer,
        filler=filler,
        patient=person(lookup, at, subject),
        service=_service(resource),
        category=next(map(coded, parts(resource, "category")), Coded()),
        reasons=reasons(lookup, at),
        urgency=word,
        urgency_raw=priority if priority != word else "",
        see_by=_see_by(resource),
        requester=party(lookup, at, parts(resource, "requester")),
        performer=_performer(lookup, at),
        fulfilled=text(resource, "status") == "completed",
        plans=plans,
        authorizations=authorizations,
        attachments=attachments(lookup, at, [*parts(resource, "supportingInfo"), *related(lookup, at)]),
        notes=_notes(resource),
        labels=_labels(lookup, at),
        source=at.name,
    )


def urgency(priority: str) -> Urgency:
    return _URGENCIES.get(priority, "unknown")


def numbers(resource: Json) -> tuple[Identifier | None, Identifier | None]:
    """The requester's and the performer's number; one that does not say whose it is, is the requester's."""
    listed = identifiers(resource)
    filler = next((one for one in listed if one.kind == "FILL"), None)
    placers = [one for one in listed if one.kind == "PLAC"] or [one for one in listed if one != filler]
    return next(iter(placers), None), filler


def action(lookup: Lookup, at: Where, cancelled: bool) -> Action:
    """A request that is already stored is sent again to change it."""
    if cancelled:
        return "cancel"
    return "change" if at.name in lookup.known else "request"


def reasons(lookup: Lookup, at: Where) -> tuple[Coded, ...]:
    found = [coded(one) for one in parts(at.resource, "reasonCode")]
    for reference in parts(at.resource, "reasonReference"):
        target = lookup.follow(at, reference)
        # Condition, Observation and DiagnosticReport have a code; DocumentReference has a type.
        concept = part(target.resource, "code") or part(target.resource, "type") if target else {}
        found.append(coded(concept) if concept else Coded(text=text(reference, "display")))
    return tuple(dict.fromkeys(one for one in found if one != Coded()))


def _labels(lookup: Lookup, at: Where) -> tuple[str, ...]:
    """Of the request, and of what it gives as its reasons: their words are the request's."""
    named = [lookup.follow(at, each) for each in parts(at.resource, "reasonReference")]
    return security.labels([at.resource, *(each.resource for each in named if each)])


def _service(resource: Json) -> Coded:
    """What is asked for; a request without a code is for its kind of performer, else for its category."""
    concepts = [part(resource, "code"), part(resource, "performerType"), *parts(resource, "category")]
    return next((value for value in map(coded, concepts) if value != Coded()), Coded())


def _see_by(resource: Json) -> date | None:
    return day(text(resource, "occurrenceDateTime")) or day(text(part(resource, "occurrencePeriod"), "end"))


def _performer(lookup: Lookup, at: Where) -> Party:
    """The performer, else the owner of the Task that hands the request over."""
    resource = at.resource
    named = [*parts(resource, "performer"), *parts(resource, "locationReference")]
    found = party(lookup, at, named)
    for name, task in lookup.of_kind("Task") if not named else ():
        target = lookup.follow(Where(name, task), part(task, "focus"))
        if target is not None and target.name == at.name:
            found = party(lookup, Where(name, task), parts(task, "owner"))
            break
    specialty = found.specialty or words(part(resource, "performerType"))
    return replace(found, specialty=specialty)


def _notes(resource: Json) -> tuple[str, ...]:
    written = [text(note, "text") for note in parts(resource, "note")]
    details = [words(detail) for detail in parts(resource, "orderDetail")]
    return tuple(filter(None, written + details))


def _refused(at: Where) -> Problem:
    says = "This request says what must not be done."
    place = f"{at.name}.doNotPerform"
    return Problem("fhir-do-not-perform", place, says, "Call the requester: it is no referral.")


def doubts(said: ReferralSaid) -> tuple[Problem, ...]:
    """What a person should look at before the referral goes on."""
    found = []
    if said.patient == Person():
        says = "The patient is neither in this message nor known."
        found.append(
            _doubt("fhir-reference", f"{said.source}.subject", says, "Send the Patient with the request.")
        )
    if said.service == Coded():
        found.append(
            _doubt("fhir-service", f"{said.source}.code", "No service is asked for.", "Ask the requester.")
        )
    if said.urgency == "unknown":
        says = "This priority is not one of FHIR's."
        found.append(_doubt("fhir-priority", f"{said.source}.priority", says, "Choose the urgency."))
    return tuple(found)


def _doubt(code: str, where: str, says: str, remedy: str) -> Problem:
    return Problem(code, where, says, remedy, "warning")
