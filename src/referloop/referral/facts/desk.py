"""Facts that belong to no stage: the desk's own work on a referral."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from referloop.referral.facts.fact import Fact
from referloop.referral.kinds import CLEAR, Code, Day, OneOf, Ref, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldPlaced(Fact):
    """A track waits: always for someone, until a day, for a reason."""

    word: ClassVar[str] = "hold-placed"
    sentence: ClassVar[str] = "{track} waits for {waiting_for} until {until_on}: {reason}"
    hold: Ref
    track: Code
    waiting_for: Code
    until_on: Day
    reason: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldEnded(Fact):
    word: ClassVar[str] = "hold-ended"
    sentence: ClassVar[str] = "Hold ended[: {reason}]"
    hold: Ref
    reason: Text = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockPaused(Fact):
    """Only for the reasons in `pauses.py`; gross and net times are both kept."""

    word: ClassVar[str] = "clock-paused"
    sentence: ClassVar[str] = "Clocks paused until {until_on}: {reason}"
    pause: Ref
    reason: Annotated[
        str, CLEAR, OneOf("patient-requested-delay", "clinician-requested-interval", "payer-awaits-patient")
    ]
    until_on: Day


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockResumed(Fact):
    word: ClassVar[str] = "clock-resumed"
    sentence: ClassVar[str] = "Clocks run again"
    pause: Ref


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerAssigned(Fact):
    word: ClassVar[str] = "owner-assigned"
    sentence: ClassVar[str] = "Given to {owner}"
    owner: Ref


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteAdded(Fact):
    word: ClassVar[str] = "note-added"
    sentence: ClassVar[str] = "Note for {audience}: {text}"
    text: Text
    audience: Annotated[str, CLEAR, OneOf("desk", "requester", "performer", "patient")] = "desk"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageReceived(Fact):
    word: ClassVar[str] = "message-received"
    sentence: ClassVar[str] = "Message from {from_}[: {text}]"
    from_: Code
    text: Text = ""
    channel: Code = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageSent(Fact):
    word: ClassVar[str] = "message-sent"
    sentence: ClassVar[str] = "Message to {to}[ by {channel}][: {text}]"
    to: Code
    text: Text = ""
    channel: Code = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineMissed(Fact):
    """Dated at the deadline, whenever it was noticed."""

    word: ClassVar[str] = "deadline-missed"
    sentence: ClassVar[str] = "Missed: {requirement}[ ({about})], owed by {owner}"
    requirement: Code
    about: Ref = ""
    owner: Code = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalated(Fact):
    word: ClassVar[str] = "escalated"
    sentence: ClassVar[str] = "Escalated to {to}: {requirement}"
    to: Code
    requirement: Code


@dataclass(frozen=True, slots=True, kw_only=True)
class LookedAgain(Fact):
    """A person looked at a referral on which nothing else was owed."""

    word: ClassVar[str] = "looked-again"
    sentence: ClassVar[str] = "Looked at it again[: {note}]"
    note: Text = ""
    look_again_on: Day = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryWithdrawn(Fact):
    """Stands in the place of an entry that should not have been made; that one stays readable."""

    word: ClassVar[str] = "entry-withdrawn"
    sentence: ClassVar[str] = "Earlier entry withdrawn: {reason}"
    reason: Text
