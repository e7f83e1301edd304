"""Everything a person can record on a referral by hand: one line an act, in the lane where it belongs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from referloop.workbench.access import may

DESK = ("record",)
DECIDE = ("decide-permission",)
EITHER = ("record", "clinical")
CLINICAL = ("clinical",)
OFFICE = ("record", "perform")
ANYBODY = ("record", "clinical", "perform")

RESTRICT = ("decide-permission", "clinical")
_RESTRICTS = "From then on only whoever it is given to sees it whole. A lead gives it to somebody."
_HIDES = "From then on only whoever the referral is given to sees it, and whoever asked for the referral."
_PERMITS = "One kind of information and one recipient at a time. Add the signed form first; it is the proof."


@dataclass(frozen=True, slots=True)
class Act:
    """`about` is the field that names the thing the act is about; `new` one that it brings into being.

    Where both name the same field, the thing may be there already or be new.
    """

    word: str
    words: str
    lane: str
    permissions: tuple[str, ...] = DESK
    new: str = ""
    about: str = ""
    hint: str = ""

    def allowed(self, role: str) -> bool:
        return any(may(role, each) for each in self.permissions)


_INTAKE = (
    Act("receipt-acknowledged", "Requester told it is here", "intake"),
    Act("referral-triaged", "Triage", "intake", EITHER),
    Act("information-requested", "Ask for information", "intake", OFFICE, new="request"),
    Act("information-received", "Information came", "intake", EITHER, about="request"),
    Act("performer-chosen", "Choose performer", "intake", EITHER, new="leg"),
    Act("packet-completed", "Records complete", "intake", about="leg"),
    Act(
        "referral-sent", "Sent", "intake", new="leg", about="leg", hint="Only what has really left the desk."
    ),
    Act("delivery-failed", "Could not be delivered", "intake", about="leg"),
    Act("receipt-confirmed", "Performer confirms receipt", "intake", OFFICE),
    Act("referral-accepted", "Accepted", "intake", OFFICE),
    Act("referral-declined", "Declined", "intake", OFFICE),
    Act("referral-redirected", "Sent on to another performer", "intake", OFFICE),
    Act("leg-ended", "End this sending", "intake", about="leg"),
    Act("econsult-answered", "Answered by e-consult", "intake"),
)
_COVERAGE = (
    Act("eligibility-checked", "Eligibility checked", "coverage"),
    Act("coverage-stated", "Coverage stated", "coverage"),
    Act("authorization-stated", "Number stated by the requester", "coverage"),
)
_PERMISSION = (
    Act(
        "permission-assessed",
        "Is permission needed?",
        "permission",
        new="authorization",
        about="authorization",
    ),
    Act(
        "permission-requested",
        "Permission requested",
        "permission",
        DECIDE,
        new="authorization",
        about="authorization",
    ),
    Act("permission-pended", "Payer asks for more", "permission", about="authorization"),
    Act("permission-supplemented", "Sent what the payer asked for", "permission", about="authorization"),
    Act(
        "permission-granted",
        "Granted, with its limits",
        "permission",
        new="authorization",
        about="authorization",
    ),
    Act("permission-denied", "Denied", "permission", about="authorization"),
    Act("peer-to-peer-held", "Peer-to-peer talk", "permission", DECIDE, about="authorization"),
    Act("appeal-filed", "Appeal filed", "permission", DECIDE, about="authorization"),
    Act("appeal-decided", "Appeal decided", "permission", about="authorization"),
    Act("permission-extended", "Extended", "permission", about="authorization"),
    Act("permission-ended", "Permission ended", "permission", DECIDE, about="authorization"),
)
_SCHEDULING = (
    Act("contact-attempted", "Log a contact attempt", "scheduling", EITHER),
    Act("patient-called-in", "Patient called", "scheduling", EITHER),
    Act("patient-reached", "Spoke with the patient", "scheduling", EITHER),
    Act("letter-sent", "Letter sent", "scheduling"),
    Act("patient-to-call", "Patient will call", "scheduling"),
    Act("patient-waitlisted", "On the waiting list", "scheduling"),
    Act("appointment-booked", "Book", "scheduling", OFFICE, new="appointment"),
    Act("appointment-moved", "Moved", "scheduling", OFFICE, about="appointment"),
    Act("appointment-confirmed", "Confirmed by the patient", "scheduling", about="appointment"),
    Act("appointment-cancelled", "Cancelled", "scheduling", OFFICE, about="appointment"),
    Act("patient-arrived", "Patient arrived", "scheduling", OFFICE, about="appointment"),
    Act("patient-no-show", "Did not come", "scheduling", OFFICE, about="appointment"),
    Act("encounter-finished", "Patient was seen", "scheduling", ANYBODY),
    Act("patient-told", "Patient told", "scheduling", EITHER),
    Act("patient-declined", "Patient declines", "scheduling", EITHER),
    Act("contact-detail-corrected", "Contact detail corrected", "scheduling"),
    Act("contact-opted-out", "Patient wants no contact this way", "scheduling", EITHER),
)
_REPORT = (
    Act("report-requested", "Report requested", "report"),
    Act("report-received", "Report received", "report", ANYBODY),
    Act("report-matched", "Report belongs here", "report", about="document"),
    Act("report-routed", "Report given to", "report"),
    Act("report-reviewed", "Report read", "report", EITHER),
    Act("recommendation-made", "Recommendation made", "report", EITHER, new="recommendation"),
    Act("recommendation-settled", "Recommendation settled", "report", EITHER, about="recommendation"),
)
_REFERRAL = (
    Act("note-added", "Note", "referral", EITHER),
    Act("owner-assigned", "Give to", "referral"),
    Act("document-received", "Add a document", "referral", EITHER),
    Act("message-sent", "Message sent", "referral", EITHER),
    Act("message-received", "Message received", "referral", EITHER),
    Act("urgency-raised", "Raise urgency", "referral", EITHER),
    Act("urgency-lowered", "Lower urgency", "referral", CLINICAL),
    Act("urgency-proposed", "Performer proposes another urgency", "referral", OFFICE),
    Act("risk-flagged", "Flag a risk", "referral", EITHER),
    Act("risk-cleared", "Risk no longer present", "referral", CLINICAL, about="risk"),
    Act("sensitivity-labelled", "Restrict who sees it", "referral", RESTRICT, hint=_RESTRICTS),
    Act("sensitivity-lifted", "No longer restricted", "referral", RESTRICT, about="label"),
    Act("document-labelled", "Restrict a document", "referral", RESTRICT, about="document", hint=_HIDES),
    Act("document-unlabelled", "Document no longer restricted", "referral", RESTRICT, about="document"),
    Act("consent-recorded", "Patient permits to disclose", "referral", EITHER, new="consent", hint=_PERMITS),
    Act("consent-revoked", "Permission to disclose taken back", "referral", EITHER, about="consent"),
    Act("hold-placed", "Put on hold", "referral", new="hold"),
    Act("hold-ended", "End the hold", "referral", about="hold"),
    Act("clock-paused", "Pause the clocks", "referral", new="pause"),
    Act("clock-resumed", "Let the clocks run", "referral", about="pause"),
    Act("looked-again", "Looked at it again", "referral", EITHER),
    Act("escalated", "Escalate", "referral", EITHER),
    Act("cancellation-requested", "Withdraw", "referral", EITHER),
    Act("cancellation-answered", "Answer the withdrawal", "referral"),
    Act("patient-died", "Patient died", "referral", EITHER),
    Act("closure-approved", "Approve closing", "referral", CLINICAL),
    Act("closure-announced", "Closing announced", "referral"),
    Act("referral-closed", "Close", "referral", EITHER),
    Act("referral-reopened", "Reopen", "referral", EITHER),
    Act("identity-settled", "Settle who the patient is", "questions", about="question"),
    Act("duplicate-dismissed", "Not a duplicate", "questions", about="other"),
    Act("entry-withdrawn", "Undo an entry", "timeline", EITHER),
)

ALL: Sequence[Act] = (*_INTAKE, *_COVERAGE, *_PERMISSION, *_SCHEDULING, *_REPORT, *_REFERRAL)
ACTS: Mapping[str, Act] = {act.word: act for act in ALL}

_JUNIOR_CLOSES = ("completed", "duplicate-of")


def closing_reasons(role: str, reasons: Sequence[str]) -> list[str]:
    """Those of the reasons for which somebody in this role may close."""
    whole = may(role, "close-any") or may(role, "clinical")
    return [reason for reason in reasons if whole or reason in _JUNIOR_CLOSES]
