"""Facts of the first stage: a request arrives, is read, completed and triaged."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from referloop.referral.facts.fact import Fact
from referloop.referral.kinds import (
    CLEAR,
    DOCUMENT_LABELS,
    LABELS,
    Code,
    Day,
    Flag,
    OneOf,
    Ref,
    Text,
    Texts,
    UrgencyWord,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralReceived(Fact):
    """The request itself; a later one with the same words is the requester's change."""

    word: ClassVar[str] = "referral-received"
    sentence: ClassVar[str] = (
        "Referral received: {service}, {urgency}[, from {requester}][, question: {question}]"
    )
    service: Text
    urgency: UrgencyWord
    urgency_raw: Text = ""
    service_code: Text = ""
    category: Text = ""
    reasons: Texts = ()
    question: Text = ""
    requester: Text = ""
    performer: Text = ""
    see_by: Day = None
    kind: Annotated[str, CLEAR, OneOf("inbound", "outbound", "internal")] = "inbound"
    patient: Ref = ""
    number: Ref = ""  # the requester's own number
    plan: Text = ""
    social: Flag = False  # for a social need rather than a clinical question


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralChanged(Fact):
    """The requester changed the request; only what is filled in changes."""

    word: ClassVar[str] = "referral-changed"
    sentence: ClassVar[str] = (
        "Requester changed the referral[: {service}][, {urgency}][, question: {question}]"
    )
    service: Text = ""
    urgency: UrgencyWord = ""
    urgency_raw: Text = ""
    service_code: Text = ""
    category: Text = ""
    reasons: Texts = ()
    question: Text = ""
    requester: Text = ""
    performer: Text = ""
    see_by: Day = None
    plan: Text = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptAcknowledged(Fact):
    word: ClassVar[str] = "receipt-acknowledged"
    sentence: ClassVar[str] = "Told the requester that the referral is here[, by {channel}]"
    channel: Code = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InformationRequested(Fact):
    word: ClassVar[str] = "information-requested"
    sentence: ClassVar[str] = "Asked {of} for: {what}"
    request: Ref
    of: Annotated[str, CLEAR, OneOf("requester", "performer", "patient", "payer")]
    what: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class InformationReceived(Fact):
    word: ClassVar[str] = "information-received"
    sentence: ClassVar[str] = "Information received[: {what}]"
    request: Ref = ""
    what: Text = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentReceived(Fact):
    word: ClassVar[str] = "document-received"
    sentence: ClassVar[str] = "Document received: {title}[ ({media_type})]"
    document: Ref
    title: Text = ""
    kind: Code = ""
    media_type: Code = ""
    link: Text = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralTriaged(Fact):
    word: ClassVar[str] = "referral-triaged"
    sentence: ClassVar[str] = "Triaged[ as {urgency}][: {note}]"
    urgency: UrgencyWord = ""
    note: Text = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UrgencyRaised(Fact):
    word: ClassVar[str] = "urgency-raised"
    sentence: ClassVar[str] = "Urgency raised to {urgency}[: {reason}]"
    urgency: UrgencyWord
    reason: Text = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UrgencyLowered(Fact):
    """Only the referring clinician or a delegated clinician decides this, with a reason."""

    word: ClassVar[str] = "urgency-lowered"
    sentence: ClassVar[str] = "Urgency lowered to {urgency}: {reason}"
    urgency: UrgencyWord
    reason: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class UrgencyProposed(Fact):
    """The performer proposes another urgency; both values are kept."""

    word: ClassVar[str] = "urgency-proposed"
    sentence: ClassVar[str] = "Performer proposes {urgency}[: {reason}]"
    urgency: UrgencyWord
    reason: Text = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskFlagged(Fact):
    word: ClassVar[str] = "risk-flagged"
    sentence: ClassVar[str] = "Risk flagged: {risk}[, {note}]"
    risk: Annotated[
        str, CLEAR, OneOf("cancer", "safety", "paediatric", "pregnancy", "behavioural-health", "other")
    ]
    note: Text = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SensitivityLabelled(Fact):
    """From now on nobody sees it whole but whom it is given to, and whoever asked for it."""

    word: ClassVar[str] = "sensitivity-labelled"
    sentence: ClassVar[str] = "Restricted: {label}[, {reason}]"
    label: Annotated[str, CLEAR, OneOf(*LABELS)]
    reason: Text = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SensitivityLifted(Fact):
    word: ClassVar[str] = "sensitivity-lifted"
    sentence: ClassVar[str] = "No longer restricted: {label}, {reason}"
    label: Annotated[str, CLEAR, OneOf(*LABELS)]
    reason: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentLabelled(Fact):
    """From now on it shows to nobody but whom the referral is given to, and whoever asked for it."""

    word: ClassVar[str] = "document-labelled"
    sentence: ClassVar[str] = "Document restricted[: {label}][, {reason}]"
    document: Ref
    label: Annotated[str, CLEAR, OneOf(*DOCUMENT_LABELS)]
    reason: Text = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentUnlabelled(Fact):
    word: ClassVar[str] = "document-unlabelled"
    sentence: ClassVar[str] = "Document no longer restricted[: {label}], {reason}"
    document: Ref
    label: Annotated[str, CLEAR, OneOf(*DOCUMENT_LABELS)]
    reason: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentRecorded(Fact):
    """The patient permits to disclose what is so labelled to one recipient; its form is the evidence."""

    word: ClassVar[str] = "consent-recorded"
    sentence: ClassVar[str] = (
        "Patient permits to disclose[ {label}] to {to}, for {purpose}[, until {until_on}][, {note}]"
    )
    consent: Ref
    label: Annotated[str, CLEAR, OneOf(*DOCUMENT_LABELS)]
    to: Text
    purpose: Annotated[str, CLEAR, OneOf("treatment", "payment", "treatment-payment-operations")]
    until_on: Day = None  # its last day; without one, until it is revoked
    note: Text = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentRevoked(Fact):
    """From then on nothing more is disclosed; what went out before stays disclosed."""

    word: ClassVar[str] = "consent-revoked"
    sentence: ClassVar[str] = "Patient takes a permission to disclose back[: {reason}]"
    consent: Ref
    reason: Text = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskCleared(Fact):
    word: ClassVar[str] = "risk-cleared"
    sentence: ClassVar[str] = "Risk no longer present: {risk}, {reason}"
    risk: Code
    reason: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityQuestioned(Fact):
    """The patient may be someone we know already; a person decides."""

    word: ClassVar[str] = "identity-questioned"
    sentence: ClassVar[str] = "Is this the same patient as one we know? {why}"
    question: Ref
    why: Code


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentitySettled(Fact):
    word: ClassVar[str] = "identity-settled"
    sentence: ClassVar[str] = "Identity settled: {answer}"
    question: Ref
    answer: Annotated[str, CLEAR, OneOf("same", "different")]
    patient: Ref = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DuplicateSuspected(Fact):
    word: ClassVar[str] = "duplicate-suspected"
    sentence: ClassVar[str] = "Looks like a duplicate of referral {other}: {why}"
    other: Ref
    why: Code


@dataclass(frozen=True, slots=True, kw_only=True)
class DuplicateDismissed(Fact):
    word: ClassVar[str] = "duplicate-dismissed"
    sentence: ClassVar[str] = "Not a duplicate of referral {other}[: {reason}]"
    other: Ref
    reason: Text = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralMerged(Fact):
    """Stands in both logs: `role` says whether this one goes on or rests."""

    word: ClassVar[str] = "referral-merged"
    sentence: ClassVar[str] = "Merged with referral {other}; this one {role}[: {reason}]"
    other: Ref
    role: Annotated[str, CLEAR, OneOf("continues", "rests")]
    reason: Text = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeUndone(Fact):
    word: ClassVar[str] = "merge-undone"
    sentence: ClassVar[str] = "Merge with referral {other} undone: {reason}"
    other: Ref
    reason: Text
