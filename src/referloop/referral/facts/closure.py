"""Facts of the last stage: the report comes back, is read and acted on, and the loop closes."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from referloop.referral.facts.fact import Fact
from referloop.referral.kinds import CLEAR, Code, Day, Flag, OneOf, Ref, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRequested(Fact):
    word: ClassVar[str] = "report-requested"
    sentence: ClassVar[str] = "Asked the performer for the report[ by {channel}][, {of}]"
    channel: Code = ""
    of: Text = ""  # the person asked


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportReceived(Fact):
    """`interim` keeps the loop open; so does a report that does not answer the question."""

    word: ClassVar[str] = "report-received"
    sentence: ClassVar[str] = "Report received: {kind}[, {title}][, critical finding: {critical}]"
    document: Ref
    kind: Annotated[
        str, CLEAR, OneOf("final", "interim", "procedure", "pathology", "note-to-follow", "unrelated")
    ] = "final"
    title: Text = ""
    critical: Flag = False
    answers_question: Annotated[str, CLEAR, OneOf("yes", "no", "unknown")] = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportMatched(Fact):
    word: ClassVar[str] = "report-matched"
    sentence: ClassVar[str] = "Report matched to this referral[, by {how}]"
    document: Ref
    how: Text = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRouted(Fact):
    word: ClassVar[str] = "report-routed"
    sentence: ClassVar[str] = "Report given to {to}"
    document: Ref = ""
    to: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportReviewed(Fact):
    """The referring clinician or a named delegate read it and says what follows."""

    word: ClassVar[str] = "report-reviewed"
    sentence: ClassVar[str] = "Report read: {disposition}[, {note}]"
    document: Ref = ""
    disposition: Annotated[
        str,
        CLEAR,
        OneOf("no-action", "plan-agreed", "tasks-created", "question-open", "accepted-without-report"),
    ]
    note: Text = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecommendationMade(Fact):
    word: ClassVar[str] = "recommendation-made"
    sentence: ClassVar[str] = "Recommended: {what}[, owner {owner}]"
    recommendation: Ref
    what: Text
    owner: Code = "requester"
    due_on: Day = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecommendationSettled(Fact):
    word: ClassVar[str] = "recommendation-settled"
    sentence: ClassVar[str] = "Recommendation {how}[: {reason}]"
    recommendation: Ref
    how: Annotated[str, CLEAR, OneOf("done", "declined", "ordered")]
    reason: Text = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientTold(Fact):
    word: ClassVar[str] = "patient-told"
    sentence: ClassVar[str] = "Patient told: {what}[, by {channel}]"
    what: Annotated[str, CLEAR, OneOf("plan", "closing", "appointment", "denial")]
    channel: Code = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosureApproved(Fact):
    """The clinician's standing approval that a routine referral may close after the full ladder."""

    word: ClassVar[str] = "closure-approved"
    sentence: ClassVar[str] = "Clinician approves closing: {reason}"
    reason: Code


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosureAnnounced(Fact):
    word: ClassVar[str] = "closure-announced"
    sentence: ClassVar[str] = "Told clinician and patient: will close on {closes_on} unless they act"
    closes_on: Day


@dataclass(frozen=True, slots=True, kw_only=True)
class CancellationRequested(Fact):
    word: ClassVar[str] = "cancellation-requested"
    sentence: ClassVar[str] = "{by} asks to cancel[: {reason}]"
    by: Annotated[str, CLEAR, OneOf("requester", "performer", "patient")]
    reason: Text = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CancellationAnswered(Fact):
    word: ClassVar[str] = "cancellation-answered"
    sentence: ClassVar[str] = "Cancellation {answer}[: {reason}]"
    answer: Annotated[str, CLEAR, OneOf("agreed", "refused")]
    reason: Text = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientDied(Fact):
    """Stops all contact at once."""

    word: ClassVar[str] = "patient-died"
    sentence: ClassVar[str] = "Patient died[ on {died_on}]"
    died_on: Day = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralClosed(Fact):
    """`closing.py` lists the reasons and what each one needs."""

    word: ClassVar[str] = "referral-closed"
    sentence: ClassVar[str] = "Closed: {reason}[, {note}]"
    reason: Code
    note: Text = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralReopened(Fact):
    word: ClassVar[str] = "referral-reopened"
    sentence: ClassVar[str] = "Reopened: {reason}"
    reason: Text
