"""What the stages ask of the outside, as Protocols and the values they hand over."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from referloop.messages import Identifier, Party, Person
from referloop.referral.entry import Author, Draft
from referloop.referral.kinds import ReferralId
from referloop.referral.log import Log
from referloop.referral.problems import Problem
from referloop.referral.requirement import Policy

NewId = Callable[[], str]


class ExchangeError(Exception):
    """The world did not do as asked. `permanent` is the one bit that decides whether to try again."""

    def __init__(self, says: str, *, permanent: bool = False) -> None:
        super().__init__(says)
        self.says = says
        self.permanent = permanent


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """Bytes that came in, before anybody read them."""

    id: str
    channel: str  # fhir, hl7v2, table, ...
    sender: str  # who the credential or the connection says it is
    message_id: str  # unique within channel and sender
    media_type: str
    body: bytes
    received_at: datetime
    digest: str  # of the body, SHA-256
    content_digest: str  # of the content less its send time


@dataclass(frozen=True, slots=True)
class Answer:
    """What we tell the sender; stored, so that a resend gets the same."""

    status: int  # an HTTP status, or 0 where the channel has none
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """An inbox row: what became of an arrival. Every state is visible; the open ones have owner and timer."""

    id: str
    state: str  # done, kept, held, problem, refused, dead
    kind: str
    content_digest: str
    referrals: tuple[str, ...]
    answer: Answer
    problems: tuple[Problem, ...] = ()
    waits_for: str = ""
    owner: str = ""
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """Somebody in our books who shares a key with a person in a message."""

    id: str
    said: Person
    shared: tuple[str, ...]  # the keys they share


@dataclass(frozen=True, slots=True)
class OpenReferral:
    """An open referral of a known person, as far as a duplicate check needs it."""

    id: ReferralId
    patient: str
    service: str
    received_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """One version of a FHIR resource."""

    kind: str
    id: str
    version: int
    received_at: datetime
    body: bytes
    client: str
    referral: str = ""
    person: str = ""
    names: tuple[str, ...] = ()  # system|value of its identifiers


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the reading of a batch will need to look up: asked for in one round trip."""

    messages: Sequence[tuple[str, str, str]] = ()  # channel, sender, message id
    person_keys: Sequence[str] = ()
    names: Sequence[str] = ()
    whole: bool = False  # a batch: wait for everybody else


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """Work that belongs to no referral yet, or to several."""

    id: str
    kind: str
    about: str
    says: str
    remedy: str
    owner: str
    created_at: datetime
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """An effect that another party will see; `id` is the key of every attempt."""

    id: str
    referral: str
    channel: str
    addressee: str = "requester"
    destination: str
    media_type: str
    payload: bytes
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Sent:
    """What a transport knows after an attempt that did not fail.

    Not `confirmed`: it left, and nobody answered. That is neither sent nor failed, and is shown as such.
    """

    confirmed: bool = True
    says: str = ""


Transport = Callable[[Outgoing], Sent]  # raises ExchangeError


class Books(Protocol):
    """The books of one organisation within one transaction; nothing is there until it commits."""

    organization: str
    policy: Policy
    at: datetime
    new_id: NewId

    def read_ahead(self, wanted: Wanted) -> None: ...
    def seen(self, channel: str, sender: str, message_id: str) -> Kept | None: ...
    def keep(self, arrival: Arrival, kept: Kept) -> None: ...
    def keep_evidence(self, digest: str, media_type: str, body: bytes) -> None: ...
    def people(self, keys: Iterable[str]) -> list[KnownPerson]: ...
    def add_person(self, id: str, person: Person, keys: Iterable[str]) -> None: ...
    def add_person_keys(self, id: str, person: Person, keys: Iterable[str]) -> None: ...
    def referrals_named(self, names: Iterable[str]) -> list[ReferralId]: ...
    def open_referrals_of(self, person: str) -> list[OpenReferral]: ...
    def name_referral(self, referral: ReferralId, names: Iterable[str]) -> None: ...
    def new_referral(self, referral: ReferralId, patient: str, service: str) -> Log: ...
    def log(self, referral: ReferralId) -> Log | None: ...
    def append(self, log: Log, drafts: Sequence[Draft], by: Author) -> Log: ...
    def know_party(self, key: str, party: Party) -> None: ...
    def open_item(self, item: Item) -> None: ...
    def send(self, outgoing: Outgoing) -> None: ...
    def held_for(self, names: Iterable[str]) -> list[tuple[Arrival, Kept]]: ...
    def settle(self, kept: Kept) -> None: ...


@dataclass(frozen=True, slots=True)
class Told:
    """What came of one message: the referrals it became or touched, and what a person has to look at."""

    state: str
    kind: str
    referrals: tuple[ReferralId, ...] = ()
    persons: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    waits_for: str = ""
    by_source: dict[str, ReferralId] = field(default_factory=dict)


def naming(identifier: Identifier, role: str) -> str:
    """The name under which a number finds a referral: `placer|system|value`."""
    return f"{role}|{identifier.system}|{identifier.value}"


Json = dict[str, Any]
