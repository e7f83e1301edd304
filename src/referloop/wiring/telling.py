"""Requesters are told how their referrals go: facts that they would see queue one notice for each change.

The notice is written when the fact is, in the same transaction; the outbox sends it. What the requester said
is not told back, and where policy wants a person to tell, the machine's notice does not stand for that.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from referloop.exchange.fhir import notice as fhir
from referloop.exchange.fhir.settling import loaded
from referloop.exchange.fhir.status import is_abort, word
from referloop.exchange.hl7v2 import notice as hl7v2
from referloop.exchange.hl7v2.acknowledgment import Status
from referloop.messages import Identifier
from referloop.ports import Item, NewId, Outgoing, naming
from referloop.referral.entry import Author, Draft
from referloop.referral.facts import closure, routing, scheduling
from referloop.referral.facts.fact import Fact
from referloop.referral.facts.intake import InformationRequested, ReceiptAcknowledged
from referloop.referral.kinds import ReferralId
from referloop.referral.log import Log
from referloop.referral.requirement import Policy, Span
from referloop.storage import inbox
from referloop.storage.books import OpenBooks
from referloop.storage.database import Session
from referloop.storage.destinations import channel_of, destinations
from referloop.storage.resources import of_referral

DESK = Author("machine", "desk")
REMEMBERED = timedelta(seconds=30)
_SOON = Span(1, "bd")
_NEWS = (
    routing.ReferralAccepted, routing.ReferralDeclined, scheduling.AppointmentBooked,
    scheduling.AppointmentMoved, scheduling.AppointmentCancelled, scheduling.PatientNoShow,
    scheduling.EncounterFinished, closure.ReportReceived, closure.ReferralClosed,
)  # fmt: skip
_STATUSES: dict[str, Status] = {
    "accepted": "accepted", "in-progress": "accepted", "completed": "accepted", "rejected": "declined",
    "failed": "declined", "cancelled": "declined", "entered-in-error": "declined",
}  # fmt: skip


@dataclass(frozen=True)
class Telling:
    """Who is told where, as one process knows it: a change of a destination is noticed within 30 seconds."""

    public_url: str = ""
    _known: dict[str, tuple[datetime, Mapping[str, str]]] = field(default_factory=dict)

    def books(self, session: Session, policy: Policy, at: datetime, new_id: NewId) -> OpenBooks:
        """Books that tell requesters what is written in them."""
        return TellingBooks(session, policy, at, new_id, self)

    def addresses(self, session: Session, at: datetime) -> Mapping[str, str]:
        """Address by sender."""
        known = self._known.get(session.organization)
        if known is None or abs(at - known[0]) >= REMEMBERED:
            known = at, {each.sender: each.address for each in destinations(session)}
            self._known[session.organization] = known
        return known[1]


class TellingBooks(OpenBooks):
    """Every way into the books appends here, so that none can forget to tell."""

    def __init__(
        self, session: Session, policy: Policy, at: datetime, new_id: NewId, telling: Telling
    ) -> None:
        super().__init__(session, policy, at, new_id)
        self._telling = telling
        self._untold: dict[ReferralId, str] = {}  # the address for each referral that has news

    def append(self, log: Log, drafts: Sequence[Draft], by: Author) -> Log:
        longer = super().append(log, drafts, by)
        sender = placer(longer)
        address = self._telling.addresses(self.session, self.at).get(sender)
        if not address:
            return longer
        if not log.entries:
            longer = self._acknowledged(longer, channel_of(address))
            self._untold[longer.referral] = address
        elif str(by) != f"partner:{sender}" and any(_is_news(each.fact) for each in drafts):
            self._untold[longer.referral] = address
        return longer

    def flush(self) -> None:
        super().flush()
        if self._untold:
            # What a notice is made of was written just now.
            for referral, address in self._untold.items():
                self._tell(referral, address)
            self._untold.clear()
            super().flush()

    def _acknowledged(self, log: Log, channel: str) -> Log:
        """With the fact that the requester was told, unless policy wants a person to tell them."""
        owing = [
            each.requirement
            for each in self.standing(log).owed
            if any(pattern.word == ReceiptAcknowledged.word for pattern in each.requirement.owed)
        ]
        if not owing or not all(each.may_automate for each in owing):
            return log
        return super().append(log, [Draft(ReceiptAcknowledged(channel=channel), self.at)], DESK)

    def _tell(self, referral: ReferralId, address: str) -> None:
        log = self._logs[referral]
        id = self.new_id()
        channel = channel_of(address)
        made = self._reply(log, id) if channel == "hl7v2" else self._notification(log, id)
        if made is None:
            self._leave_to_people(referral)
            return
        media_type, payload = made
        self.send(
            Outgoing(
                id=id, referral=referral, channel=channel, destination=address, media_type=media_type,
                payload=payload, created_at=self.at,
            )
        )  # fmt: skip

    def _reply(self, log: Log, id: str) -> tuple[str, bytes] | None:
        """RRI, answering the message in which the referral came."""
        came = inbox.read(self.session, log.entries[0].evidence.removeprefix("inbox:"))
        if came is None:
            return None
        task, *notes = word(self.standing(log))
        payload = hl7v2.notice(
            came[0].body, at=self.at, control_id=id, status=_STATUSES.get(task, "pending"),
            number=log.referral, notes=[each for each in notes if each],
        )  # fmt: skip
        if payload is None:
            return None
        # From now on they may call it by our number alone.
        self.name_referral(log.referral, [naming(Identifier(hl7v2.NAMESPACE, log.referral), "filler")])
        return came[0].media_type, payload

    def _notification(self, log: Log, id: str) -> tuple[str, bytes] | None:
        """That the Task changed by which the client follows the referral."""
        tasks = of_referral(self.session, "Task", log.referral)
        task = next((each.id for each in tasks if not is_abort(loaded(each))), "")
        if not task:
            return None
        base = f"{self._telling.public_url.rstrip('/')}/fhir" if self._telling.public_url else ""
        return fhir.MEDIA_TYPE, fhir.notice(task, base, id=id, at=self.at, number=log.version)

    def _leave_to_people(self, referral: ReferralId) -> None:
        item = Item(
            id=self.new_id(), kind="untold", about=f"referral:{referral}",
            says="The requester could not be told: the referral came another way than its destination goes.",
            remedy="Tell the requester yourself; then correct the destination.", owner="specialist",
            created_at=self.at, due_at=self.policy.calendar.counted(self.at, _SOON, whole_days=False),
        )  # fmt: skip
        self.open_item(item)


def placer(log: Log) -> str:
    """The sender in whose message the referral came, as the inbox knows it; "" where people began it."""
    author = log.entries[0].author
    return str(author).removeprefix("partner:") if author.kind == "partner" else ""


def _is_news(fact: Fact) -> bool:
    """Whether the requester would see another referral than before."""
    if isinstance(fact, InformationRequested):
        return fact.of == "requester"
    return isinstance(fact, _NEWS)
