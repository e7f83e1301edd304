"""What each fact changes in the picture of a referral: one small function a fact."""

from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import Any

from referloop.referral.facts import closure, coverage, desk, intake, routing, scheduling
from referloop.referral.facts.fact import Fact


@dataclass(frozen=True, slots=True)
class Leaf:
    """One leg, appointment, permission, report, question or hold: its state and the fact that set it up."""

    id: str
    state: str
    fact: Fact


@dataclass
class Sketch:
    """A snapshot while it is drawn."""

    day: date | None = None
    request: intake.ReferralReceived | None = None
    patient: str = ""
    owner: str = ""
    coverage: str = "unverified"
    coverage_until: date | None = None
    legs: dict[str, Leaf] = field(default_factory=dict)
    permissions: dict[str, Leaf] = field(default_factory=dict)
    appointments: dict[str, Leaf] = field(default_factory=dict)
    reports: dict[str, Leaf] = field(default_factory=dict)
    questions: dict[str, Leaf] = field(default_factory=dict)
    holds: dict[str, Leaf] = field(default_factory=dict)
    documents: list[str] = field(default_factory=list)
    contact: str = ""
    triaged: bool = False
    opted_out: set[str] = field(default_factory=set)
    labels: set[str] = field(default_factory=set)
    paper_labels: dict[str, set[str]] = field(default_factory=dict)
    lifted: set[tuple[str, str]] = field(default_factory=set)
    consents: dict[str, Leaf] = field(default_factory=dict)
    letter_sent: bool = False
    patient_told: bool = False
    approved: set[str] = field(default_factory=set)
    closes_on: date | None = None
    announced_on: date | None = None
    closed: str = ""
    rests_in: str = ""
    died: bool = False
    cancel_asked: bool = False


Fold = Callable[[Sketch, Any], None]


def _set(name: str, value: Any) -> Fold:
    """The fact sets one thing."""
    return lambda sketch, fact: setattr(sketch, name, value)


def _opens(name: str, key: str, state: str) -> Fold:
    """The fact brings a new thing into being, or sets it up anew."""

    def fold(sketch: Sketch, fact: Any) -> None:
        things: dict[str, Leaf] = getattr(sketch, name)
        things[getattr(fact, key)] = Leaf(getattr(fact, key), state, fact)

    return fold


def _moves(name: str, key: str, state: str) -> Fold:
    """The fact changes the state of a thing; without an id, that of the latest one."""

    def fold(sketch: Sketch, fact: Any) -> None:
        things: dict[str, Leaf] = getattr(sketch, name)
        thing = getattr(fact, key) or next(reversed(things), "")
        before = things.get(thing)
        things[thing] = replace(before, state=state) if before else Leaf(thing, state, fact)

    return fold


def _received(sketch: Sketch, fact: intake.ReferralReceived) -> None:
    sketch.request, sketch.patient = fact, fact.patient or sketch.patient


def _changed(sketch: Sketch, fact: intake.ReferralChanged) -> None:
    if sketch.request:
        values = {f.name: getattr(fact, f.name) for f in fields(fact)}
        sketch.request = replace(sketch.request, **{name: value for name, value in values.items() if value})


def _eligibility(sketch: Sketch, fact: coverage.EligibilityChecked) -> None:
    sketch.coverage, sketch.coverage_until = fact.result, fact.valid_until_on


def _stated(sketch: Sketch, fact: coverage.CoverageStated) -> None:
    sketch.coverage = "stated" if sketch.coverage == "unverified" else sketch.coverage


def _assessed(sketch: Sketch, fact: coverage.PermissionAssessed) -> None:
    sketch.permissions[fact.authorization] = Leaf(fact.authorization, fact.result, fact)


def _granted(sketch: Sketch, fact: coverage.PermissionGranted) -> None:
    sketch.permissions[fact.authorization] = Leaf(fact.authorization, "granted", fact)


def _extended(sketch: Sketch, fact: coverage.PermissionExtended) -> None:
    before = sketch.permissions.get(fact.authorization)
    if before and isinstance(before.fact, coverage.PermissionGranted):
        granted = before.fact
        longer = replace(
            granted, until_on=fact.until_on or granted.until_on, units=fact.units or granted.units
        )
        sketch.permissions[fact.authorization] = replace(before, fact=longer)


def _appealed(sketch: Sketch, fact: coverage.AppealDecided) -> None:
    state = "granted" if fact.outcome == "overturned" else "denied"
    _moves("permissions", "authorization", state)(sketch, fact)


def _attempted(sketch: Sketch, fact: scheduling.ContactAttempted) -> None:
    if fact.outcome == "reached":
        _reached(sketch, fact)
    else:
        sketch.contact = "contacting"


def _reached(sketch: Sketch, fact: Fact) -> None:
    sketch.contact, sketch.letter_sent = "reached", False


def _absent(sketch: Sketch, fact: scheduling.PatientNoShow) -> None:
    _moves("appointments", "appointment", "no-show")(sketch, fact)
    sketch.letter_sent = False


def _booked(sketch: Sketch, fact: scheduling.AppointmentBooked) -> None:
    _opens("appointments", "appointment", "booked")(sketch, fact)
    sketch.contact = ""


def _moved(sketch: Sketch, fact: scheduling.AppointmentMoved) -> None:
    before = sketch.appointments.get(fact.appointment)
    booked = before.fact if before else None
    if isinstance(booked, scheduling.AppointmentBooked):
        booked = replace(booked, starts=fact.starts, zone=fact.zone or booked.zone)
    sketch.appointments[fact.appointment] = Leaf(fact.appointment, "booked", booked or fact)


def _report(sketch: Sketch, fact: closure.ReportReceived) -> None:
    state = "received" if fact.kind not in ("interim", "note-to-follow", "unrelated") else fact.kind
    sketch.reports[fact.document] = Leaf(fact.document, state, fact)
    sketch.documents.append(fact.document)


def _reviewed(sketch: Sketch, fact: closure.ReportReviewed) -> None:
    if fact.disposition == "question-open":
        return
    for key, report in sketch.reports.items():
        if fact.document in ("", key) and report.state == "received":
            sketch.reports[key] = replace(report, state="reviewed")


def _told(sketch: Sketch, fact: closure.PatientTold) -> None:
    sketch.patient_told = sketch.patient_told or fact.what in ("plan", "closing")


def _announced(sketch: Sketch, fact: closure.ClosureAnnounced) -> None:
    sketch.closes_on, sketch.announced_on = fact.closes_on, sketch.day


def _reopened(sketch: Sketch, fact: closure.ReferralReopened) -> None:
    """What was approved and announced before does not close it a second time."""
    sketch.closed, sketch.approved, sketch.closes_on, sketch.announced_on = "", set(), None, None


def _merged(sketch: Sketch, fact: intake.ReferralMerged) -> None:
    if fact.role == "rests":
        sketch.rests_in = fact.other
    sketch.questions.pop(f"duplicate:{fact.other}", None)


def _asked(prefix: str, key: str) -> Fold:
    def fold(sketch: Sketch, fact: Any) -> None:
        name = f"{prefix}:{getattr(fact, key)}"
        sketch.questions[name] = Leaf(name, "open", fact)

    return fold


def _answered(prefix: str, key: str) -> Fold:
    """Without saying which question, an answer answers all of its kind."""

    def fold(sketch: Sketch, fact: Any) -> None:
        one = getattr(fact, key)
        for name in [
            n for n in sketch.questions if n == f"{prefix}:{one}" or (not one and n.startswith(f"{prefix}:"))
        ]:
            del sketch.questions[name]

    return fold


def _settled(sketch: Sketch, fact: intake.IdentitySettled) -> None:
    _answered("identity", "question")(sketch, fact)
    sketch.patient = fact.patient or sketch.patient


def _lifted(sketch: Sketch, fact: intake.SensitivityLifted) -> None:
    sketch.labels.discard(fact.label)
    sketch.lifted.add(("", fact.label))


def _unlabelled(sketch: Sketch, fact: intake.DocumentUnlabelled) -> None:
    sketch.paper_labels.get(fact.document, set()).discard(fact.label)
    sketch.lifted.add((fact.document, fact.label))


FOLDS: dict[type[Fact], Fold] = {
    intake.ReferralReceived: _received,
    intake.ReferralChanged: _changed,
    intake.DocumentReceived: lambda sketch, fact: sketch.documents.append(fact.document),
    intake.ReferralTriaged: _set("triaged", True),
    intake.SensitivityLabelled: lambda sketch, fact: sketch.labels.add(fact.label),
    intake.SensitivityLifted: _lifted,
    intake.DocumentLabelled: lambda sketch, fact: sketch.paper_labels.setdefault(fact.document, set()).add(
        fact.label
    ),
    intake.DocumentUnlabelled: _unlabelled,
    intake.ConsentRecorded: _opens("consents", "consent", "given"),
    intake.ConsentRevoked: _moves("consents", "consent", "revoked"),
    intake.InformationRequested: _asked("information", "request"),
    intake.InformationReceived: _answered("information", "request"),
    intake.IdentityQuestioned: _asked("identity", "question"),
    intake.IdentitySettled: _settled,
    intake.DuplicateSuspected: _asked("duplicate", "other"),
    intake.DuplicateDismissed: _answered("duplicate", "other"),
    intake.ReferralMerged: _merged,
    coverage.CoverageStated: _stated,
    coverage.EligibilityChecked: _eligibility,
    coverage.PermissionAssessed: _assessed,
    coverage.PermissionRequested: _moves("permissions", "authorization", "requested"),
    coverage.PermissionPended: _moves("permissions", "authorization", "pended"),
    coverage.PermissionSupplemented: _moves("permissions", "authorization", "requested"),
    coverage.PermissionGranted: _granted,
    coverage.PermissionDenied: _moves("permissions", "authorization", "denied"),
    coverage.PermissionEnded: _moves("permissions", "authorization", "ended"),
    coverage.PermissionExtended: _extended,
    coverage.AppealFiled: _moves("permissions", "authorization", "appealed"),
    coverage.AppealDecided: _appealed,
    routing.PerformerChosen: _opens("legs", "leg", "chosen"),
    routing.ReferralSent: _moves("legs", "leg", "sent"),
    routing.DeliveryConfirmed: _moves("legs", "leg", "delivered"),
    routing.DeliveryFailed: _moves("legs", "leg", "undelivered"),
    routing.ReceiptConfirmed: _moves("legs", "leg", "received"),
    routing.ReferralAccepted: _moves("legs", "leg", "accepted"),
    routing.ReferralDeclined: _moves("legs", "leg", "declined"),
    routing.ReferralRedirected: _moves("legs", "leg", "redirected"),
    routing.LegEnded: _moves("legs", "leg", "ended"),
    scheduling.ContactAttempted: _attempted,
    scheduling.PatientReached: _reached,
    scheduling.PatientCalledIn: _reached,
    scheduling.ContactOptedOut: lambda sketch, fact: sketch.opted_out.add(fact.channel),
    scheduling.PatientToCall: _set("contact", "patient-to-call"),
    scheduling.Waitlisted: _set("contact", "waitlisted"),
    scheduling.PatientDeclined: _set("contact", "declined"),
    scheduling.LetterSent: _set("letter_sent", True),
    scheduling.AppointmentBooked: _booked,
    scheduling.AppointmentMoved: _moved,
    scheduling.AppointmentConfirmed: _moves("appointments", "appointment", "confirmed"),
    scheduling.AppointmentCancelled: _moves("appointments", "appointment", "cancelled"),
    scheduling.PatientArrived: _moves("appointments", "appointment", "arrived"),
    scheduling.PatientNoShow: _absent,
    scheduling.EncounterFinished: _moves("appointments", "appointment", "kept"),
    closure.ReportReceived: _report,
    closure.ReportReviewed: _reviewed,
    closure.RecommendationMade: _asked("recommendation", "recommendation"),
    closure.RecommendationSettled: _answered("recommendation", "recommendation"),
    closure.PatientTold: _told,
    closure.ClosureApproved: lambda sketch, fact: sketch.approved.add(fact.reason),
    closure.ClosureAnnounced: _announced,
    closure.CancellationRequested: _set("cancel_asked", True),
    closure.CancellationAnswered: _set("cancel_asked", False),
    closure.PatientDied: _set("died", True),
    closure.ReferralClosed: lambda sketch, fact: setattr(sketch, "closed", fact.reason),
    closure.ReferralReopened: _reopened,
    desk.HoldPlaced: _opens("holds", "hold", "open"),
    desk.HoldEnded: _moves("holds", "hold", "ended"),
    desk.OwnerAssigned: lambda sketch, fact: setattr(sketch, "owner", fact.owner),
}
