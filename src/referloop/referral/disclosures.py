"""What of a referral went to whom, when, on what ground and by whom: read from its log, kept nowhere else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from referloop.referral.closing import is_clinician
from referloop.referral.entry import Author, Entry
from referloop.referral.facts import closure, coverage, desk, intake, routing, scheduling
from referloop.referral.facts.fact import Fact
from referloop.referral.priority import OURS
from referloop.referral.requirement import Calendar
from referloop.referral.story import Story

# By whom it is told. The law's account leaves out all of these, and nothing of which no ground is known.
GROUNDS = {
    "performer": "treatment",
    "requester": "treatment",
    "payer": "payment",
    "patient": "to-patient",
    "contact": "involved-in-care",
}
UNKNOWN = "unknown"
_AT_THE_DESK = {"desk", *OURS}
_OFFICE = "receiving-office"
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Disclosure:
    """`to` is a kind of recipient, `name` who it was where that is known; `what` is a word of ours."""

    seq: int
    at: datetime
    day_only: bool
    what: str
    to: str
    name: str
    channel: str
    ground: str
    by: Author
    proof: str = ""  # delivered, failed, received, answered, kept

    @property
    def accountable(self) -> bool:
        """Whether the account for the patient under 45 CFR 164.528 has to name it."""
        return self.ground == UNKNOWN


@dataclass(frozen=True, slots=True)
class _Way:
    """Whom a fact tells: always the same, or whom its field `told_by` says; its field `name` says who."""

    what: str
    to: tuple[str, ...] = ()
    told_by: str = ""
    name: str = ""


_WAYS: Mapping[type[Fact], _Way] = {
    routing.ReferralSent: _Way("referral", ("performer",)),
    intake.ReceiptAcknowledged: _Way("receipt", ("requester",)),
    intake.InformationRequested: _Way("question", told_by="of"),
    coverage.EligibilityChecked: _Way("coverage-question", ("payer",)),
    coverage.PermissionRequested: _Way("permission-request", ("payer",)),
    coverage.PermissionSupplemented: _Way("permission-supplement", ("payer",)),
    coverage.PeerToPeerHeld: _Way("peer-to-peer", ("payer",)),
    coverage.AppealFiled: _Way("appeal", ("payer",)),
    scheduling.LetterSent: _Way("letter", ("patient",)),
    closure.ReportRequested: _Way("report-question", ("performer",), name="of"),
    closure.ReportRouted: _Way("report", ("requester",), name="to"),
    closure.ClosureAnnounced: _Way("closing-announced", ("requester", "patient")),
    desk.MessageSent: _Way("message", told_by="to"),
    desk.NoteAdded: _Way("note", told_by="audience"),
    desk.Escalated: _Way("escalation", told_by="to"),
}
_PROOFS: Mapping[type[Fact], str] = {
    routing.DeliveryConfirmed: "delivered",
    routing.DeliveryFailed: "failed",
    routing.ReceiptConfirmed: "received",
    routing.ReferralAccepted: "answered",
    routing.ReferralDeclined: "answered",
}


def disclosures(log: Sequence[Entry], calendar: Calendar) -> list[Disclosure]:
    """In the order they happened. What was withdrawn as never done is not among them."""
    story = Story.of(log, calendar)
    reading = _Reading()
    for at, entry in zip(story.at, story.entries, strict=True):
        reading.learn(entry.fact)
        if _ours(entry):
            reading.tell(entry, at)
    return reading.found


@dataclass(frozen=True, slots=True)
class Permitted:
    """That the patient permits to disclose something to somebody, from one moment until another."""

    seq: int
    to: str
    since: datetime
    until: datetime | None  # None while it holds


def permitted(log: Sequence[Entry], calendar: Calendar) -> list[Permitted]:
    """What the patient ever permitted. It ends when it is taken back, or with its last day."""
    story = Story.of(log, calendar)
    revoked: dict[str, datetime] = {}
    found = []
    for at, entry in zip(reversed(story.at), reversed(story.entries), strict=True):
        match entry.fact:
            case intake.ConsentRevoked(consent=consent):
                revoked[consent] = at
            case intake.ConsentRecorded(consent=consent, to=to, until_on=last):
                over = calendar.starts(story.within_years(last) + _DAY) if last else None
                ends = [each for each in (revoked.pop(consent, None), over) if each]
                found.append(Permitted(entry.seq, to, at, min(ends, default=None)))
    return found[::-1]


def _ours(entry: Entry) -> bool:
    """What others say is nothing that we told. The machine's receipt is a message: it counts as that."""
    by = entry.author
    if by.kind == "machine" and isinstance(entry.fact, intake.ReceiptAcknowledged):
        return False
    return by.kind != "partner" and by.role != _OFFICE


@dataclass(slots=True)
class _Reading:
    """Who is who at this place of the story, and what was told so far."""

    found: list[Disclosure] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)  # by kind of recipient
    performers: dict[str, str] = field(default_factory=dict)  # by leg
    sent: dict[str, int] = field(default_factory=dict)  # by leg: which of those found

    def learn(self, fact: Fact) -> None:
        match fact:
            case intake.ReferralReceived() | intake.ReferralChanged():
                self._call("requester", fact.requester)
                self._call("performer", fact.performer)
            case coverage.CoverageStated() | coverage.EligibilityChecked():
                self._call("payer", fact.payer)
            case routing.PerformerChosen() | routing.ReferralSent():
                name = fact.performer or self.performers.get(fact.leg, "")
                self.performers[fact.leg] = name
                self._call("performer", name)
        if type(fact) in _PROOFS:
            self._prove(str(getattr(fact, "leg", "")), _PROOFS[type(fact)])

    def tell(self, entry: Entry, at: datetime) -> None:
        what, whom, name = _told(entry.fact)
        for to in whom:
            if to in _AT_THE_DESK or (to == "requester" and is_clinician(entry.author)):
                continue
            if isinstance(entry.fact, routing.ReferralSent):
                self.sent[entry.fact.leg] = len(self.found)
            self.found.append(
                Disclosure(
                    seq=entry.seq, at=at, day_only=entry.day_only, what=what, to=to,
                    name=name or self.names.get(to, ""), channel=getattr(entry.fact, "channel", ""),
                    ground=GROUNDS.get(to, UNKNOWN), by=entry.author, proof=_kept(entry),
                )
            )  # fmt: skip

    def _call(self, kind: str, name: str) -> None:
        if name:
            self.names[kind] = name

    def _prove(self, leg: str, proof: str) -> None:
        """Of the leg it names, or of the one that was sent last."""
        place = self.sent.get(leg) if leg else max(self.sent.values(), default=None)
        if place is not None:
            self.found[place] = replace(self.found[place], proof=proof)


def _told(fact: Fact) -> tuple[str, tuple[str, ...], str]:
    """What it tells, whom, and who that is where the fact says so."""
    if isinstance(fact, scheduling.ContactAttempted):
        return "contact", _reached(fact), ""
    if isinstance(fact, closure.PatientTold):
        return f"told-{fact.what}", ("patient",), ""
    if isinstance(fact, coverage.PeerToPeerHeld) and fact.outcome == "no-show":
        return "peer-to-peer", (), ""
    way = _WAYS.get(type(fact))
    if way is None:
        return "", (), ""
    whom = (str(getattr(fact, way.told_by)),) if way.told_by else way.to
    return way.what, whom, str(getattr(fact, way.name)) if way.name else ""


def _reached(fact: scheduling.ContactAttempted) -> tuple[str, ...]:
    """Whom an attempt told something: a call that nobody answered told nobody."""
    if fact.outcome not in ("reached", "voicemail", "sent"):
        return ()
    return ("contact",) if fact.channel == "alternate-contact" else ("patient",)


def _kept(entry: Entry) -> str:
    """Whether a document was kept that proves it, as a fax's confirmation page."""
    return "kept" if entry.evidence and not entry.evidence.startswith("inbox:") else ""
