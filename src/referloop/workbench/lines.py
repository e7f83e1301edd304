"""Rows of lists: what they show, and what narrows them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from referloop.referral.kinds import ReferralId

RESTRICTED, ASK = "Restricted item", "Ask a lead, who gives it to somebody"
PLAIN_FLAGS = frozenset({"overdue", "on-hold", "identity", "duplicate"})


@dataclass(frozen=True, slots=True)
class Line:
    """One referral in a list, with its patient."""

    referral: ReferralId
    patient: str
    name: str  # family, given
    birth_date: str
    sex: str
    headline: str
    service: str
    urgency: str
    step: str
    says: str
    owner: str
    due_at: datetime | None
    received_at: datetime | None
    reasons: tuple[str, ...]
    flags: tuple[str, ...]
    score: float
    version: int
    about: str = ""  # which of several things the step is about
    language: str = ""
    whose: str = ""  # the name of a person who owns the step; "" for a role
    hidden: bool = False  # restricted to others: who, when and how far is all it says


@dataclass(frozen=True, slots=True)
class Todo:
    """Work that belongs to no referral yet, or to several."""

    id: str
    kind: str
    about: str
    says: str
    remedy: str
    owner: str
    due_at: datetime | None
    name: str = ""  # of the patient it is about, family, given


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list shows; empty fields do not narrow."""

    owner: str = ""
    headline: str = ""  # several with | between them, as owners
    urgency: str = ""  # several with | between them
    text: str = ""
    state: str = "open"  # or closed, or all
    overdue: bool = False
    flag: str = ""
    since: str = ""  # received on this day or later
    until: str = ""  # received on this day or earlier
    after: str = ""  # opaque: where the page before ended
    limit: int = 50
    due_by: datetime | None = None  # the next step is due by then
    due: str = ""  # "today": the next step is due before midnight, and not overdue
    ending: str = ""  # a code: this is owed because something ends soon
    closed: str = ""  # closed on this day


@dataclass(frozen=True, slots=True)
class Lines:
    """A page of a list, and where the next one begins ("" at the end)."""

    lines: Sequence[Line]
    next: str = ""
    began: Mapping[str, datetime] = field(default_factory=dict)  # since when each one's next step is owed
