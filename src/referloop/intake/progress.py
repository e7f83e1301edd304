"""What the other side tells about a referral, as facts: recorded whatever the order in which it comes."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from referloop.intake.request import document_id, in_words, labelled, party_name
from referloop.messages import ProgressSaid
from referloop.referral.entry import Draft
from referloop.referral.facts import closure, routing, scheduling
from referloop.referral.facts.fact import Fact
from referloop.referral.facts.intake import InformationRequested
from referloop.referral.snapshot import Snapshot

_Make = Callable[[ProgressSaid, Snapshot, ZoneInfo], Fact]


def facts(said: ProgressSaid, now: Snapshot, at: datetime, evidence: str, zone: ZoneInfo) -> list[Draft]:
    """The facts a progress message tells, less those that the log has already."""
    if said.progress in ("report", "interim-report"):
        return _reports(said, now, at, evidence)
    fact = _MAKES[said.progress](said, now, zone)
    return [] if _known(fact, now) else [Draft(fact, at, evidence)]


def _reports(said: ProgressSaid, now: Snapshot, at: datetime, evidence: str) -> list[Draft]:
    """A corrected report is a new document; the same one again is none."""
    drafts = [] if now.seen else [Draft(scheduling.EncounterFinished(appointment=_latest(now)), at, evidence)]
    kind = "final" if said.progress == "report" else "interim"
    for each in said.attachments:
        document = document_id(each)
        if document not in now.reports:
            title = each.title or in_words(each.kind)
            fact = closure.ReportReceived(document=document, kind=kind, title=title)
            drafts.append(Draft(fact, at, evidence))
    labels = list(labelled((), said.attachments, now, at, evidence))
    return (
        [*drafts, *labels]
        if any(isinstance(each.fact, closure.ReportReceived) for each in drafts)
        else labels
    )


def _latest(now: Snapshot) -> str:
    return next(reversed(now.appointments), "")


def _leg(now: Snapshot) -> str:
    return next(reversed(now.legs), "")


def _booked(said: ProgressSaid, now: Snapshot, zone: ZoneInfo) -> Fact:
    starts = said.starts_at.astimezone(zone).strftime("%Y-%m-%dT%H:%M") if said.starts_at else ""
    with_whom = party_name(said.by)
    appointment = f"told-{starts or said.source}"
    return scheduling.AppointmentBooked(
        appointment=appointment, starts=starts, zone=zone.key, performer=with_whom, leg=_leg(now)
    )


def _cancel(said: ProgressSaid, now: Snapshot) -> Fact:
    """Whoever is on the other side: of an outbound referral that is the performer."""
    outbound = now.request is not None and now.request.kind == "outbound"
    return closure.CancellationRequested(by="performer" if outbound else "requester", reason=said.reason)


_MAKES: dict[str, _Make] = {
    "received": lambda said, now, zone: routing.ReceiptConfirmed(leg=_leg(now)),
    "accepted": lambda said, now, zone: routing.ReferralAccepted(leg=_leg(now), note=said.reason),
    "declined": lambda said, now, zone: routing.ReferralDeclined(
        leg=_leg(now), reason=said.reason or "no reason given"
    ),
    "awaiting-information": lambda said, now, zone: InformationRequested(
        request=f"performer-{len(now.questions) + 1}", of="requester", what=said.reason or "not stated"
    ),
    "booked": _booked,
    "no-show": lambda said, now, zone: scheduling.PatientNoShow(appointment=_latest(now), reason=said.reason),
    "visit-finished": lambda said, now, zone: scheduling.EncounterFinished(appointment=_latest(now)),
    "booking-cancelled": lambda said, now, zone: scheduling.AppointmentCancelled(
        appointment=_latest(now), by="performer", reason=said.reason
    ),
    "cancel-requested": lambda said, now, zone: _cancel(said, now),
    "cancelled": lambda said, now, zone: _cancel(said, now),
    "failed": lambda said, now, zone: routing.ReferralDeclined(
        leg=_leg(now), reason=said.reason or "could not be fulfilled"
    ),
}

_LEG_STATES = {
    routing.ReceiptConfirmed: ("received", "accepted"),
    routing.ReferralAccepted: ("accepted",),
    routing.ReferralDeclined: ("declined",),
}


_OUTCOMES = {scheduling.PatientNoShow: "no-show", scheduling.AppointmentCancelled: "cancelled"}


def _known(fact: Fact, now: Snapshot) -> bool:
    """Whether the log says this already, so that the same news twice is one fact."""
    if type(fact) in _LEG_STATES:
        leg = now.legs.get(getattr(fact, "leg", ""))
        return leg is not None and leg.state in _LEG_STATES[type(fact)]
    if isinstance(fact, scheduling.AppointmentBooked):
        return fact.appointment in now.appointments
    if isinstance(fact, scheduling.EncounterFinished):
        return now.seen
    if isinstance(fact, closure.CancellationRequested):
        return now.cancel_asked
    if isinstance(fact, InformationRequested):
        asked = [leaf.fact for leaf in now.questions.values()]
        return any(isinstance(each, InformationRequested) and each.what == fact.what for each in asked)
    latest = now.appointments.get(_latest(now))
    return latest is not None and latest.state == _OUTCOMES.get(type(fact))
