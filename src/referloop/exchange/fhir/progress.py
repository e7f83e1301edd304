"""Reads a Task or an Appointment as news about a referral."""

from collections.abc import Iterable

from referloop.exchange.fhir.access import Json, part, parts, text
from referloop.exchange.fhir.datatypes import codes, identifier, identifiers, moment, words
from referloop.exchange.fhir.document import attachments, inline
from referloop.exchange.fhir.lookup import Lookup, Where
from referloop.exchange.fhir.party import party
from referloop.exchange.fhir.references import split
from referloop.messages import Attachment, Identifier, Progress, ProgressSaid
from referloop.referral.problems import Problem

_REQUESTS = ("ServiceRequest", "ReferralRequest")
_STATUSES: dict[str, Progress] = {
    "received": "received",
    "accepted": "accepted",
    "rejected": "declined",
    "on-hold": "awaiting-information",
    "in-progress": "accepted",
    "completed": "visit-finished",
    "cancelled": "cancelled",
    "failed": "failed",
}
# What these statuses say is final, whatever the business status says beside them.
_FINAL = ("rejected", "cancelled", "failed", "entered-in-error")
_BUSINESS: dict[str, Progress] = {
    # HL7 Clinical Order Workflow 1.0.0, coordination task business status
    "awaiting-information": "awaiting-information",
    "visit-scheduled": "booked",
    "visit-complete": "visit-finished",
    "preliminary-outcome": "interim-report",
    "no-show": "no-show",
    # HL7 BSeR 2.0.0, TaskBusinessStatusCS
    "3.0": "accepted",
    "4.0": "declined",
    "5.1.1": "booked",
    "5.1.2": "no-show",
    "5.1.3": "booking-cancelled",
    "5.1.4": "visit-finished",
    "5.2": "cancel-requested",
    "6.0": "cancelled",
    "7.0": "visit-finished",
}
# Where no statusReason stands beside these, a note is taken for the reason.
_EXPLAINED = ("declined", "awaiting-information", "cancelled", "booking-cancelled", "failed")
_APPOINTMENTS: dict[str, Progress] = {
    "booked": "booked",
    "arrived": "booked",
    "checked-in": "booked",
    "fulfilled": "visit-finished",
    "noshow": "no-show",
    "cancelled": "booking-cancelled",
}


def task(lookup: Lookup, at: Where) -> tuple[ProgressSaid | None, bool, tuple[Problem, ...]]:
    """What a Task tells, whether it is about a referral at all, and what in it was not understood."""
    resource = at.resource
    about = [part(resource, "focus"), *parts(resource, "basedOn")]
    if "abort" in codes(part(resource, "code")):
        return _abort(lookup, at)
    referral = _referral(lookup, at, about)
    if not referral:
        return None, False, ()
    report = _outputs(lookup, at)
    word, doubts = _word(at, bool(report))
    return (_told(lookup, at, referral, word, report) if word else None), True, doubts


def appointment(lookup: Lookup, at: Where) -> tuple[ProgressSaid | None, bool, tuple[Problem, ...]]:
    """What an Appointment for a referral tells; R4 links by basedOn, STU3 by incomingReferral."""
    resource = at.resource
    about = [*parts(resource, "basedOn"), *parts(resource, "incomingReferral")]
    referral = _referral(lookup, at, about)
    word = _APPOINTMENTS.get(text(resource, "status"))
    if not referral or word is None:
        return None, bool(referral), ()
    actors = [part(one, "actor") for one in parts(resource, "participant")]
    said = ProgressSaid(
        referral=referral,
        progress=word,
        sent_at=moment(text(part(resource, "meta"), "lastUpdated")) or moment(text(resource, "created")),
        by=party(lookup, at, [one for one in actors if _is_performer(lookup, at, one)]),
        reason=words(part(resource, "cancelationReason")),
        starts_at=moment(text(resource, "start")),
        source=at.name,
    )
    return said, True, ()


def _is_performer(lookup: Lookup, at: Where, actor: Json) -> bool:
    """Whether a participant is neither the patient nor somebody who only comes along."""
    found = lookup.follow(at, actor)
    kind = found.kind if found else text(actor, "type") or split(text(actor, "reference")).type
    return kind not in ("Patient", "RelatedPerson", "")


def _abort(lookup: Lookup, at: Where) -> tuple[ProgressSaid | None, bool, tuple[Problem, ...]]:
    """A second Task that asks to stop the first: HL7 Clinical Order Workflow, cancellation request."""
    focus = part(at.resource, "focus")
    first = lookup.follow(at, focus)
    referral = _referral(lookup, at, [focus])
    if first is not None and first.kind == "Task":
        referral = _referral(
            lookup, first, [part(first.resource, "focus"), *parts(first.resource, "basedOn")]
        )
    asked = text(at.resource, "status") in ("requested", "ready")
    return (
        (_told(lookup, at, referral, "cancel-requested", ()) if referral and asked else None),
        bool(referral),
        (),
    )


def _referral(lookup: Lookup, at: Where, about: Iterable[Json]) -> tuple[Identifier, ...]:
    """Every number and reference that finds the referral, or nothing when this is about something else."""
    found: list[Identifier] = []
    for reference in about:
        target = lookup.follow(at, reference)
        pointed = split(text(reference, "reference"))
        kind = target.kind if target else text(reference, "type") or pointed.type
        if kind not in _REQUESTS:
            continue
        found += identifiers(target.resource) if target else ()
        found += [identifier(part(reference, "identifier")), Identifier("", _name(target, reference))]
    named = identifiers(at.resource) if found else ()
    # BSeR repeats the numbers of the request on the Task.
    found += [one for one in named if one.kind in ("PLAC", "FILL")]
    return tuple(dict.fromkeys(one for one in found if one.value))


def _name(target: Where | None, reference: Json) -> str:
    if target is not None:
        return target.name
    pointed = split(text(reference, "reference"))
    return f"{pointed.base}{pointed.type}/{pointed.id}" if pointed.type else pointed.id


def _word(at: Where, has_report: bool) -> tuple[Progress | None, tuple[Problem, ...]]:
    resource = at.resource
    status, business = text(resource, "status"), part(resource, "businessStatus")
    word = _STATUSES.get(status)
    if status in _FINAL or not business:
        return _reported(word, has_report), ()
    finer = next((_BUSINESS[code] for code in sorted(codes(business)) if code in _BUSINESS), None)
    if finer or not codes(business) - {""} or codes(business) & {"2.0"}:
        return _reported(_finer(word, finer), has_report), ()
    says = "This business status is not known here; only the status was read."
    doubt = Problem(
        "fhir-business-status", f"{at.name}.businessStatus", says, "Read it and decide.", "warning"
    )
    return _reported(word, has_report), (doubt,)


def _finer(word: Progress | None, finer: Progress | None) -> Progress | None:
    """A completed Task is not taken back by an earlier business status."""
    return word if finer is None or word == "visit-finished" else finer


def _reported(word: Progress | None, has_report: bool) -> Progress | None:
    return "report" if word == "visit-finished" and has_report else word


def _told(
    lookup: Lookup,
    at: Where,
    referral: tuple[Identifier, ...],
    word: Progress,
    report: tuple[Attachment, ...],
) -> ProgressSaid:
    resource = at.resource
    when = text(resource, "lastModified") or text(resource, "authoredOn")
    starts = text(part(resource, "executionPeriod"), "start") if word == "booked" else ""
    said = [words(part(resource, "statusReason"))]
    if word in _EXPLAINED:
        said += [text(note, "text") for note in parts(resource, "note")]
    return ProgressSaid(
        referral=referral,
        progress=word,
        sent_at=moment(when),
        by=party(lookup, at, parts(resource, "owner")),
        reason=next(filter(None, said), ""),
        starts_at=moment(starts),
        attachments=report if word in ("report", "interim-report") else (),
        source=at.name,
    )


def _outputs(lookup: Lookup, at: Where) -> tuple[Attachment, ...]:
    outputs = parts(at.resource, "output")
    linked = attachments(lookup, at, [part(one, "valueReference") for one in outputs])
    inside = [
        inline(part(one, "valueAttachment"), f"{at.name}/{place + 1}", title=words(part(one, "type")))
        for place, one in enumerate(outputs)
        if part(one, "valueAttachment")
    ]
    return (*linked, *inside)
