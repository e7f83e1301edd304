"""Facts of the fourth and fifth stage: reaching the patient, the appointment, and the visit."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from referloop.referral.facts.fact import Fact
from referloop.referral.kinds import CLEAR, Code, Day, Flag, Local, OneOf, Ref, Text, Zone


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactAttempted(Fact):
    """One attempt to reach the patient; `contact.py` says which attempts count."""

    word: ClassVar[str] = "contact-attempted"
    sentence: ClassVar[str] = "Tried to reach the patient by {channel}: {outcome}[, {band}][, {note}]"
    channel: Annotated[str, CLEAR, OneOf("phone", "mobile", "text", "portal", "letter", "alternate-contact")]
    outcome: Annotated[
        str,
        CLEAR,
        OneOf("reached", "no-answer", "voicemail", "mailbox-full", "wrong-number", "sent", "refused"),
    ]
    band: Annotated[str, CLEAR, OneOf("morning", "midday", "afternoon", "evening", "weekend")] = ""
    callback_left: Flag = False  # a voicemail counts only if a number to call back was left
    note: Text = ""
    bundle: Ref = ""  # one call about several referrals carries one id


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientReached(Fact):
    word: ClassVar[str] = "patient-reached"
    sentence: ClassVar[str] = "Spoke with the patient[: {note}]"
    note: Text = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientCalledIn(Fact):
    """An inbound call starts the contact ladder anew."""

    word: ClassVar[str] = "patient-called-in"
    sentence: ClassVar[str] = "Patient called[: {note}]"
    note: Text = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactDetailCorrected(Fact):
    word: ClassVar[str] = "contact-detail-corrected"
    sentence: ClassVar[str] = "Contact detail corrected: {channel}[, from {source}]"
    channel: Code
    source: Text = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactOptedOut(Fact):
    """The patient no longer wants to be reached this way; `all` leaves only what law demands."""

    word: ClassVar[str] = "contact-opted-out"
    sentence: ClassVar[str] = "Patient wants no contact by {channel}"
    channel: Annotated[
        str, CLEAR, OneOf("phone", "mobile", "text", "portal", "letter", "alternate-contact", "all")
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterSent(Fact):
    word: ClassVar[str] = "letter-sent"
    sentence: ClassVar[str] = "Letter sent to the patient[, {kind}][, {language}]"
    kind: Code = ""
    language: Code = ""
    tracked: Flag = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientToCall(Fact):
    """The patient wants to book alone; it is watched until a day."""

    word: ClassVar[str] = "patient-to-call"
    sentence: ClassVar[str] = "Patient will call the performer; watched until {watch_until_on}"
    watch_until_on: Day


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientDeclined(Fact):
    word: ClassVar[str] = "patient-declined"
    sentence: ClassVar[str] = "Patient declines: {reason}"
    reason: Text
    informed: Flag = False  # told of the risk of not going


@dataclass(frozen=True, slots=True, kw_only=True)
class Waitlisted(Fact):
    word: ClassVar[str] = "patient-waitlisted"
    sentence: ClassVar[str] = "On the waiting list[ at {performer}][, look again {look_again_on}]"
    performer: Text = ""
    look_again_on: Day = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentBooked(Fact):
    word: ClassVar[str] = "appointment-booked"
    sentence: ClassVar[str] = "Appointment booked for {starts}[ with {performer}][ at {location}]"
    appointment: Ref
    starts: Local
    zone: Zone = ""  # "" is the organisation's own
    performer: Text = ""
    location: Text = ""
    leg: Ref = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentMoved(Fact):
    word: ClassVar[str] = "appointment-moved"
    sentence: ClassVar[str] = "Appointment moved to {starts}[: {reason}]"
    appointment: Ref
    starts: Local
    zone: Zone = ""
    reason: Text = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentConfirmed(Fact):
    word: ClassVar[str] = "appointment-confirmed"
    sentence: ClassVar[str] = "Patient confirms the appointment"
    appointment: Ref = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentCancelled(Fact):
    word: ClassVar[str] = "appointment-cancelled"
    sentence: ClassVar[str] = "Appointment cancelled by {by}[: {reason}]"
    appointment: Ref = ""
    by: Annotated[str, CLEAR, OneOf("patient", "performer", "requester")]
    reason: Text = ""
    late: Flag = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientArrived(Fact):
    word: ClassVar[str] = "patient-arrived"
    sentence: ClassVar[str] = "Patient arrived"
    appointment: Ref = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientNoShow(Fact):
    """Reopens booking."""

    word: ClassVar[str] = "patient-no-show"
    sentence: ClassVar[str] = "Patient did not come[: {reason}]"
    appointment: Ref = ""
    reason: Text = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EncounterFinished(Fact):
    word: ClassVar[str] = "encounter-finished"
    sentence: ClassVar[str] = "Patient was seen[: {note}]"
    appointment: Ref = ""
    note: Text = ""
