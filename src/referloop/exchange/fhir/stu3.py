"""Reads the ReferralRequest of FHIR STU3, which the NHS e-Referral Service still speaks."""

from referloop.exchange.fhir.access import Json, part, parts, text
from referloop.exchange.fhir.datatypes import coded, coding_of, day, moment
from referloop.exchange.fhir.document import attachments
from referloop.exchange.fhir.lookup import Lookup, Where, kind_of
from referloop.exchange.fhir.party import party
from referloop.exchange.fhir.patient import person
from referloop.exchange.fhir.request import action, doubts, numbers, reasons, urgency
from referloop.messages import Coded, NotAReferral, ReferralSaid, Urgency
from referloop.referral.problems import Problem

_CANCELLED = ("cancelled", "entered-in-error")
_ERS_PRIORITY = "https://fhir.nhs.uk/STU3/StructureDefinition/Extension-eRS-ReferralPriority-1"
_ERS_URGENCIES: dict[str, Urgency] = {
    "ROUTINE": "routine",
    "URGENT": "urgent",
    "TWO_WEEK_WAIT": "fast-track",
}


def referral_request(lookup: Lookup, at: Where) -> tuple[ReferralSaid | NotAReferral, tuple[Problem, ...]]:
    """What a ReferralRequest says; its structure was checked by nobody."""
    if text(at.resource, "status") == "draft":
        return NotAReferral("ReferralRequest (draft)", at.name), ()
    said = _referral(lookup, at)
    return said, doubts(said)


def _referral(lookup: Lookup, at: Where) -> ReferralSaid:
    resource = at.resource
    placer, filler = numbers(resource)
    word, raw = _urgency(resource)
    return ReferralSaid(
        action=action(lookup, at, text(resource, "status") in _CANCELLED),
        sent_at=moment(text(resource, "authoredOn")),
        placer=placer,
        filler=filler,
        patient=person(lookup, at, part(resource, "subject")),
        service=_service(resource),
        category=coded(part(resource, "type")),
        reasons=reasons(lookup, at),
        question=text(resource, "description"),
        urgency=word,
        urgency_raw=raw,
        see_by=day(text(part(resource, "occurrencePeriod"), "end")),
        requester=party(lookup, at, _requester(resource)),
        performer=party(lookup, at, parts(resource, "recipient")),
        attachments=attachments(lookup, at, parts(resource, "supportingInfo")),
        notes=tuple(filter(None, (text(note, "text") for note in parts(resource, "note")))),
        source=at.name,
    )


def _urgency(resource: Json) -> tuple[Urgency, str]:
    """e-RS leaves `priority` out and speaks of it in an extension."""
    for extension in parts(resource, "extension"):
        if text(extension, "url") == _ERS_PRIORITY:
            raw = coded(part(extension, "valueCodeableConcept")).code
            return _ERS_URGENCIES.get(raw, "unknown"), raw
    raw = text(resource, "priority")
    word = urgency(raw)
    return word, raw if raw != word else ""


def _requester(resource: Json) -> list[Json]:
    requester = part(resource, "requester")
    return [one for one in (part(requester, "agent"), part(requester, "onBehalfOf")) if one]


def _service(resource: Json) -> Coded:
    """What is asked for; an e-RS request that is not booked yet only says which service was searched for."""
    asked = [*parts(resource, "serviceRequested"), part(resource, "specialty"), part(resource, "type")]
    said = [value for value in map(coded, asked) if value != Coded()]
    return next(iter([*said, *_searched(resource)]), Coded())


def _searched(resource: Json) -> list[Coded]:
    criteria = [one for one in parts(resource, "contained") if kind_of(one) == "Parameters"]
    named = [one for each in criteria for one in parts(each, "parameter") if text(one, "name") == "specialty"]
    return [coding_of(part(one, "valueCoding")) for one in named]
