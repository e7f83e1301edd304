"""Facts of the third stage: who will see the patient; each send to one performer is a leg."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from referloop.referral.facts.fact import Fact
from referloop.referral.kinds import CLEAR, Code, OneOf, Ref, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class PerformerChosen(Fact):
    word: ClassVar[str] = "performer-chosen"
    sentence: ClassVar[str] = "Performer chosen: {performer}[, {why}]"
    leg: Ref
    performer: Text
    why: Text = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PacketCompleted(Fact):
    word: ClassVar[str] = "packet-completed"
    sentence: ClassVar[str] = "Record packet complete"
    leg: Ref = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralSent(Fact):
    word: ClassVar[str] = "referral-sent"
    sentence: ClassVar[str] = "Referral sent[ to {performer}][ by {channel}]"
    leg: Ref
    performer: Text = ""
    channel: Code = ""
    transmission: Ref = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryConfirmed(Fact):
    """The channel says it arrived; that is not yet receipt by a person."""

    word: ClassVar[str] = "delivery-confirmed"
    sentence: ClassVar[str] = "Delivery confirmed by the channel"
    leg: Ref
    transmission: Ref = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryFailed(Fact):
    word: ClassVar[str] = "delivery-failed"
    sentence: ClassVar[str] = "Could not be delivered[: {reason}]"
    leg: Ref
    reason: Text = ""
    transmission: Ref = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptConfirmed(Fact):
    word: ClassVar[str] = "receipt-confirmed"
    sentence: ClassVar[str] = "Performer confirms receipt"
    leg: Ref = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralAccepted(Fact):
    word: ClassVar[str] = "referral-accepted"
    sentence: ClassVar[str] = "Performer accepts[: {note}]"
    leg: Ref = ""
    note: Text = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralDeclined(Fact):
    """Ends the leg, never the referral: a performer is to be chosen again."""

    word: ClassVar[str] = "referral-declined"
    sentence: ClassVar[str] = "Performer declines: {reason}"
    leg: Ref = ""
    reason: Text = ""
    reason_code: Code = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralRedirected(Fact):
    word: ClassVar[str] = "referral-redirected"
    sentence: ClassVar[str] = "Performer sends it on to {to}[: {reason}]"
    leg: Ref = ""
    to: Text
    reason: Text = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LegEnded(Fact):
    word: ClassVar[str] = "leg-ended"
    sentence: ClassVar[str] = "This leg ended: {how}[, {reason}]"
    leg: Ref
    how: Annotated[str, CLEAR, OneOf("withdrawn", "expired", "superseded")]
    reason: Text = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EconsultAnswered(Fact):
    word: ClassVar[str] = "econsult-answered"
    sentence: ClassVar[str] = "Answered by e-consult[: {answer}]"
    leg: Ref = ""
    answer: Text = ""
    document: Ref = ""
