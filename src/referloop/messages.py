"""What the outside can tell us, in our own words: every channel's codec ends here.

These are values. A text that was absent is "", a list that was absent is (). Nothing is guessed: what a
message did not say stays unsaid, and an unknown code keeps its raw text.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from referloop.referral.problems import Problem


@dataclass(frozen=True, slots=True)
class Identifier:
    """`kind` is a word of HL7 table 0203 (MR, MB, NPI, PLAC, FILL, SS, ...) or ""."""

    system: str
    value: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Coded:
    """A code with its system, or only a text."""

    code: str = ""
    system: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Name:
    family: str = ""
    given: str = ""  # all given names, one space between them


@dataclass(frozen=True, slots=True)
class Contact:
    kind: Literal["phone", "mobile", "email", "fax", "other"]
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A patient as one message describes them."""

    identifiers: tuple[Identifier, ...] = ()
    names: tuple[Name, ...] = ()  # the name in use first
    birth_date: str = ""  # ISO, possibly only a year or year and month
    sex: str = ""  # female, male, other, unknown
    contacts: tuple[Contact, ...] = ()
    address: str = ""  # one line
    postal_code: str = ""
    language: str = ""  # BCP 47
    birth_order: str = ""  # "1", "2" of a multiple birth; "yes" when only the fact is known
    died: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactRules:
    """How a patient may be reached and spoken with, as they or their caregiver told the desk.

    `only_by` and `only_at` are a confidential-communication request (45 CFR 164.522(b)): no other way.
    """

    language: str = ""  # BCP 47, spoken
    interpreter: str = ""  # by phone, by video, in person, sign language, none needed
    only_by: str = ""  # a way of contact; "" for any
    only_at: str = ""  # the number or address for it
    no_voicemail: bool = False
    say_as: str = ""  # what the caller says who they are
    times: str = ""
    speaks_for: str = ""  # who else may be spoken with
    speaks_until: date | None = None
    support: str = ""  # large print, hearing, help at hand


NO_RULES = ContactRules()


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """A requester or performer as a message names it: a practitioner, an organisation, or both."""

    practitioner: str = ""
    organisation: str = ""
    identifiers: tuple[Identifier, ...] = ()
    specialty: str = ""
    contacts: tuple[Contact, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a message says about insurance. It is a claim by the sender, never a verified eligibility."""

    payer: str = ""
    payer_id: str = ""
    member_id: str = ""
    group: str = ""
    kind: str = ""
    from_on: date | None = None
    until_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A document that came with a message, or a pointer to one that did not."""

    id: str  # stable within the message
    title: str = ""
    kind: Coded = Coded()
    media_type: str = ""
    content: bytes = b""  # b"" when only a link came
    link: str = ""  # kept as text, never fetched
    labels: tuple[str, ...] = ()  # why the sender wants it restricted, in the words of `referral.kinds`


Urgency = Literal["emergent", "stat", "urgent", "fast-track", "expedited", "routine", "elective", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralSaid:
    """A referral request, its change or its cancellation.

    `placer` is the requester's number for the referral, `filler` the performer's. A change carries the
    whole request again, as FHIR PUT and HL7 v2 REF^I13 do.
    """

    action: Literal["request", "change", "cancel"]
    sent_at: datetime | None  # aware; when the sender says so
    placer: Identifier | None
    filler: Identifier | None = None
    patient: Person
    service: Coded
    category: Coded = Coded()
    reasons: tuple[Coded, ...] = ()
    question: str = ""
    urgency: Urgency
    urgency_raw: str = ""  # what the sender wrote, where it is not one of our words
    see_by: date | None = None
    requester: Party = Party()
    performer: Party = Party()
    fulfilled: bool = False  # the requester says that what was asked for has been done
    plans: tuple[Plan, ...] = ()
    authorizations: tuple[str, ...] = ()  # payer's numbers as stated by the sender
    attachments: tuple[Attachment, ...] = ()
    notes: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()  # why the sender wants all of it restricted
    source: str = ""  # where in the message it stood: a FHIR full URL or reference, a row number


Progress = Literal[
    "received", "accepted", "declined", "awaiting-information", "booked", "no-show", "visit-finished",
    "interim-report", "report", "booking-cancelled", "cancel-requested", "cancelled", "failed",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressSaid:
    """The other side tells how a referral goes: a FHIR Task, an RRI, a status update.

    `attachments` carries a report when the word is `report` or `interim-report`.
    """

    referral: tuple[Identifier, ...]  # any number or reference that finds the referral
    progress: Progress
    sent_at: datetime | None
    by: Party = Party()
    reason: str = ""
    starts_at: datetime | None = None
    attachments: tuple[Attachment, ...] = ()
    source: str = ""


@dataclass(frozen=True, slots=True)
class NotAReferral:
    """Something well formed that is no referral: kept, shown as such, never guessed at."""

    kind: str  # "Observation", "ADT^A04"
    source: str = ""


Said = ReferralSaid | ProgressSaid | NotAReferral


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a codec made of some bytes: everything it understood and everything it did not."""

    said: tuple[Said, ...] = ()
    problems: tuple[Problem, ...] = ()
