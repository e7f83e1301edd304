"""What a receiving office may record, and on which of its things: its own leg and visit, never another's."""

from collections.abc import Sequence
from dataclasses import replace

from referloop.referral.facts import closure, intake, routing, scheduling
from referloop.referral.facts.fact import Fact
from referloop.referral.log import Log
from referloop.referral.problems import Problem
from referloop.referral.snapshot import Snapshot
from referloop.workbench.sent import Share

MAY = (
    routing.ReceiptConfirmed, routing.ReferralAccepted, routing.ReferralDeclined, routing.ReferralRedirected,
    intake.InformationRequested, intake.UrgencyProposed, scheduling.AppointmentBooked,
    scheduling.AppointmentMoved, scheduling.AppointmentCancelled, scheduling.PatientArrived,
    scheduling.PatientNoShow, scheduling.EncounterFinished, closure.ReportReceived,
)  # fmt: skip
OfVisit = (
    scheduling.AppointmentMoved | scheduling.AppointmentCancelled | scheduling.PatientArrived
    | scheduling.PatientNoShow | scheduling.EncounterFinished
)  # fmt: skip
_NO_VISIT = Problem("visit-none", "appointment", "There is no visit of yours here.", "Book it first.")


def told(fact: Fact, share: Share, now: Snapshot, whole: Log) -> Fact | Problem:
    """The fact as it goes into the whole log. `now` is what they see."""
    if not isinstance(fact, MAY):
        says = "A receiving office does not record this."
        return Problem("office-records", fact.word, says, "Ask the referral desk to do it.")
    match fact:
        case scheduling.AppointmentBooked():
            performer = fact.performer or share.sendings[-1].performer
            visit = f"appointment-{whole.version + 1}"
            return replace(fact, appointment=visit, leg=share.legs[-1], performer=performer)
        case intake.InformationRequested():
            return replace(fact, request=f"request-{whole.version + 1}", of="requester")
        case intake.UrgencyProposed() | closure.ReportReceived():
            return fact
        case (
            routing.ReceiptConfirmed() | routing.ReferralAccepted() | routing.ReferralDeclined()
            | routing.ReferralRedirected()
        ):  # fmt: skip
            return replace(fact, leg=fact.leg if fact.leg in share.legs else share.legs[-1])
        case _:
            return _of_visit(fact, list(now.appointments))


def _of_visit(fact: OfVisit, visits: Sequence[str]) -> Fact | Problem:
    if not visits:
        return _NO_VISIT
    named = replace(fact, appointment=fact.appointment if fact.appointment in visits else visits[-1])
    if isinstance(named, scheduling.AppointmentCancelled) and named.by == "requester":
        return replace(named, by="performer")
    return named


def corrects_own(whole: Log, corrects: int | None, share: Share) -> list[Problem]:
    """They correct what they recorded themselves, and nothing else."""
    entry = next((each for each in whole.entries if each.seq == corrects), None)
    if corrects is None or (entry and share.said_by(entry) and isinstance(entry.fact, MAY)):
        return []
    return [Problem("correction-own", "corrects", "This entry is not yours.", "Ask the referral desk.")]
