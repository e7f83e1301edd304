"""What a receiving office sees of a referral: its log, cut down to what was sent to it and said since."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from referloop.referral.entry import Entry
from referloop.referral.facts import closure, coverage, desk, intake, routing, scheduling
from referloop.referral.facts.fact import Fact
from referloop.referral.folds import Leaf
from referloop.referral.log import Log
from referloop.referral.sendings import Sending
from referloop.referral.snapshot import Snapshot
from referloop.referral.story import standing
from referloop.workbench.restricted import withheld
from referloop.workbench.sight import stands_for_names

_AS_SENT = (intake.ReferralReceived, intake.ReferralChanged, intake.DocumentReceived)
_ALWAYS = (intake.UrgencyRaised, intake.UrgencyLowered, closure.PatientDied)
_LEG = (
    routing.ReferralSent, routing.DeliveryConfirmed, routing.DeliveryFailed, routing.ReceiptConfirmed,
    routing.ReferralAccepted, routing.ReferralDeclined, routing.ReferralRedirected,
)  # fmt: skip
_VISIT = (
    scheduling.AppointmentBooked, scheduling.AppointmentMoved, scheduling.AppointmentConfirmed,
    scheduling.AppointmentCancelled, scheduling.PatientArrived, scheduling.PatientNoShow,
    scheduling.EncounterFinished,
)  # fmt: skip
_ENDS = (closure.ReferralClosed, closure.ReferralReopened, closure.CancellationRequested)
_KEPT_BACK = ("other", "")  # kinds of papers that the desk adds for itself


@dataclass(frozen=True, slots=True)
class Share:
    """The sendings to them that live, who works there, and whether nobody else has it beside them."""

    stands_for: Sequence[str]
    sendings: Sequence[Sending]
    people: frozenset[str]
    alone: bool

    @property
    def legs(self) -> tuple[str, ...]:
        return tuple(each.leg for each in self.sendings)

    @property
    def first(self) -> int:
        return min(each.first for each in self.sendings)

    @property
    def last(self) -> int:
        return max(each.last for each in self.sendings)

    def said_by(self, entry: Entry) -> bool:
        return entry.author.kind == "person" and entry.author.id in self.people


def share_of(stands_for: Sequence[str], people: Iterable[str], live: Sequence[Sending]) -> Share | None:
    """None where nothing that lives was sent to them."""
    mine = [each for each in live if stands_for_names(stands_for, each.performer)]
    return Share(stands_for, mine, frozenset(people), len(mine) == len(live)) if mine else None


def cut(log: Log, now: Snapshot, share: Share, today: date) -> Log:
    """The same log without everything that is not theirs; its entries keep their numbers.

    Of a restricted document that the patient lets nobody show them, they do not learn that it is here.
    """
    papers = withheld(now, [each.performer for each in share.sendings], today)
    permits = {key for key, leaf in now.permissions.items() if _permits_them(leaf, share)}
    visits = {key for key, leaf in now.appointments.items() if _is_theirs(leaf, log, share)}
    entries = standing(log.entries)
    asked = {
        each.fact.request
        for each in entries
        if isinstance(each.fact, intake.InformationRequested) and _said_between(each, share, frozenset())
    }
    kept = [
        each
        for each in entries
        if share.said_by(each)
        or (
            getattr(each.fact, "document", "") not in papers
            and (_shown(each, share, permits, visits) or _said_between(each, share, asked))
        )
    ]
    return replace(log, entries=tuple(replace(each, fact=_outward(each.fact), evidence="") for each in kept))


def _shown(entry: Entry, share: Share, permits: set[str], visits: set[str]) -> bool:
    fact = entry.fact
    match fact:
        case intake.DocumentReceived() if entry.author.kind == "person" and fact.kind in _KEPT_BACK:
            return False
        case _ if isinstance(fact, _AS_SENT):
            return entry.seq <= share.last
        case _ if isinstance(fact, _LEG):
            return fact.leg in share.legs
        case _ if isinstance(fact, _VISIT):
            return fact.appointment in visits
        case coverage.PermissionGranted() | coverage.PermissionExtended():
            return fact.authorization in permits
        case _:
            return isinstance(fact, _ALWAYS) or (isinstance(fact, _ENDS) and entry.seq > share.first)


def _said_between(entry: Entry, share: Share, asked: frozenset[str] | set[str]) -> bool:
    """What the desk said to performers, and heard of them, while no other had the referral."""
    if entry.seq < share.first or not (share.alone or share.said_by(entry)):
        return False
    match entry.fact:
        case desk.NoteAdded(audience=whom) | desk.MessageSent(to=whom) | desk.MessageReceived(from_=whom):
            return whom == "performer"
        case intake.InformationRequested(of=whom):
            return whom == "performer" or share.said_by(entry)
        case intake.InformationReceived(request=request):
            return request in asked
        case _:
            return False


def _permits_them(leaf: Leaf, share: Share) -> bool:
    performer = getattr(leaf.fact, "performer", "")
    return leaf.state == "granted" and (not performer or stands_for_names(share.stands_for, performer))


def _is_theirs(leaf: Leaf, log: Log, share: Share) -> bool:
    """A visit of their leg or with them; one that names neither is theirs when it was booked since."""
    leg, performer = getattr(leaf.fact, "leg", ""), getattr(leaf.fact, "performer", "")
    if leg:
        return leg in share.legs
    if performer:
        return stands_for_names(share.stands_for, performer)
    booked = (each.seq for each in log.entries if getattr(each.fact, "appointment", None) == leaf.id)
    return share.alone and min(booked, default=0) > share.first


def _outward(fact: Fact) -> Fact:
    """Without what the desk keeps to itself in a fact that is shown."""
    match fact:
        case closure.ReferralClosed():
            return replace(fact, reason="closed", note="")
        case closure.CancellationRequested() | scheduling.AppointmentCancelled() if fact.by != "performer":
            return replace(fact, reason="")
        case scheduling.AppointmentMoved():
            return replace(fact, reason="")
        case _:
            return fact
