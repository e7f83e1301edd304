"""One way in for all channels: what a message says becomes a referral, a change, news, or a visible item."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from referloop.intake.duplicates import suspected
from referloop.intake.identify import identify, keys
from referloop.intake.progress import facts
from referloop.intake.request import (
    any_name,
    awaited_name,
    changed,
    in_words,
    keep_documents,
    names_of,
    party_key,
    received,
    surroundings,
)
from referloop.messages import Person, ProgressSaid, Reading, ReferralSaid
from referloop.ports import Arrival, Books, Item, Kept, Told, Wanted
from referloop.referral.entry import Author, AuthorKind, Draft
from referloop.referral.facts.closure import CancellationRequested
from referloop.referral.facts.intake import IdentityQuestioned
from referloop.referral.kinds import ReferralId
from referloop.referral.log import Log
from referloop.referral.problems import Problem
from referloop.referral.requirement import Span
from referloop.referral.snapshot import snapshot

HELD_FOR = timedelta(minutes=15)
_SOON = Span(1, "bd")
Reread = Callable[[Arrival], Reading]


@dataclass
class _Taking:
    """One message on its way into the books."""

    books: Books
    arrival: Arrival
    kind: str
    referrals: list[ReferralId] = field(default_factory=list)
    persons: list[str] = field(default_factory=list)
    waits_for: str = ""
    kinds: list[str] = field(default_factory=list)
    by_source: dict[str, ReferralId] = field(default_factory=dict)

    @property
    def evidence(self) -> str:
        return f"inbox:{self.arrival.id}"

    @property
    def author(self) -> Author:
        kind: AuthorKind = "person" if self.arrival.channel == "desk" else "partner"
        return Author(kind, self.arrival.sender or self.arrival.channel)

    def happened(self, sent_at: datetime | None) -> datetime:
        """When the sender says, unless that lies in the future of our own clock."""
        return min(sent_at, self.arrival.received_at) if sent_at else self.arrival.received_at


def wanted(arrival: Arrival, reading: Reading, *, whole: bool = False) -> Wanted:
    """What taking this message will look up."""
    person_keys: list[str] = []
    names: list[str] = []
    for said in reading.said:
        if isinstance(said, ReferralSaid):
            person_keys += keys(said.patient)
            names += names_of(said)
        elif isinstance(said, ProgressSaid):
            names += any_name(said.referral)
    message = (arrival.channel, arrival.sender, arrival.message_id)
    return Wanted(messages=[message], person_keys=person_keys, names=names, whole=whole)


def take(books: Books, arrival: Arrival, reading: Reading, reread: Reread, *, kind: str = "inbound") -> Told:
    """Write everything that a message says into the books, and say what came of it."""
    taking = _Taking(books, arrival, kind)
    for said in reading.said:
        if isinstance(said, ReferralSaid):
            _request(taking, said, reread)
        elif isinstance(said, ProgressSaid):
            _progress(taking, said)
        else:
            taking.kinds.append(said.kind)
    _unclear(taking, reading.problems)
    return Told(
        state=_state(taking, reading),
        kind=", ".join(dict.fromkeys(taking.kinds)),
        referrals=tuple(dict.fromkeys(taking.referrals)),
        persons=tuple(dict.fromkeys(taking.persons)),
        problems=reading.problems,
        waits_for=taking.waits_for,
        by_source=taking.by_source,
    )


def _state(taking: _Taking, reading: Reading) -> str:
    if taking.waits_for:
        return "held"
    if any(problem.severity == "error" for problem in reading.problems):
        return "problem"
    return "done" if taking.referrals else "kept"


def _request(taking: _Taking, said: ReferralSaid, reread: Reread) -> None:
    taking.kinds.append("referral")
    found = taking.books.referrals_named(names_of(said))
    if found:
        log = taking.books.log(found[0])
        if log:
            _change(taking, said, log)
        return
    if said.action != "request" and said.placer:
        taking.waits_for = names_of(said)[0]
        return
    if said.action == "cancel":
        return  # it cancels what nobody here ever had, and names nothing to wait for
    _new(taking, said)
    for name in names_of(said):
        _release(taking, name, reread)


def _new(taking: _Taking, said: ReferralSaid) -> None:
    books, at = taking.books, taking.arrival.received_at
    referral = ReferralId("R" + books.new_id())
    person, question = _person(taking, said.patient)
    service = in_words(said.service)
    doubles = suspected(said, books.open_referrals_of(person), at) if person else []
    log = books.new_referral(referral, person, service)
    drafts = [Draft(received(said, person, taking.kind), at, taking.evidence)]
    drafts += surroundings(said, None, at, taking.evidence)
    keep_documents(books, said.attachments)
    if question:
        drafts.append(Draft(question, at, taking.evidence))
    log = books.append(log, drafts, taking.author)
    if doubles:
        books.append(log, [Draft(double, at) for double in doubles], Author("machine", "intake"))
    books.name_referral(
        referral, [*names_of(said), f"fhir||{said.source}"] if said.source else names_of(said)
    )
    _parties(taking, said)
    taking.referrals.append(referral)
    taking.persons.append(person)
    taking.by_source[said.source] = referral


def _person(taking: _Taking, said: Person) -> tuple[str, IdentityQuestioned | None]:
    """The known person, or a new one; a doubtful number is not taken over by the new one."""
    books = taking.books
    mine = keys(said)
    found = identify(said, books.people(mine))
    if found.person:
        books.add_person_keys(found.person, said, mine)
        return found.person, None
    person = "P" + books.new_id()
    contested = {key for other in books.people(mine) for key in other.shared if key.startswith("id|")}
    books.add_person(person, said, [key for key in mine if key not in contested])
    if not found.why:
        return person, None
    _item(
        taking,
        "identity",
        f"person:{person} like {' '.join(f'person:{id}' for id in found.like)}",
        "This may be a patient we know already.",
        "Compare the two and answer, in the inbox or on the referral.",
    )
    return person, IdentityQuestioned(question=f"{person}-{found.like[0]}", why=found.why)


def _parties(taking: _Taking, said: ReferralSaid) -> None:
    for party in (said.requester, said.performer):
        if key := party_key(party):
            taking.books.know_party(key, party)


def _change(taking: _Taking, said: ReferralSaid, log: Log) -> None:
    """A later word on a known referral: only what differs is appended, so a resend appends nothing."""
    books, at = taking.books, taking.happened(said.sent_at)
    now = snapshot(log.entries, books.policy.calendar)
    drafts: list[Draft] = []
    if said.action == "cancel":
        if not now.cancel_asked and not now.closed:
            drafts.append(Draft(CancellationRequested(by="requester"), at, taking.evidence))
    else:
        change = changed(said, now)
        drafts += [Draft(change, at, taking.evidence)] if change else []
        drafts += surroundings(said, now, at, taking.evidence)
        keep_documents(books, said.attachments)
    if drafts:
        books.append(log, drafts, taking.author)
    books.name_referral(log.referral, names_of(said))
    taking.referrals.append(log.referral)
    taking.by_source[said.source] = log.referral


def _progress(taking: _Taking, said: ProgressSaid) -> None:
    taking.kinds.append("progress")
    books = taking.books
    names = any_name(said.referral)
    found = books.referrals_named(names)
    log = books.log(found[0]) if found else None
    if log is None:
        taking.waits_for = awaited_name(said.referral)
        return
    now = snapshot(log.entries, books.policy.calendar)
    drafts = facts(said, now, taking.happened(said.sent_at), taking.evidence, books.policy.calendar.zone)
    keep_documents(books, said.attachments)
    if drafts:
        books.append(log, drafts, taking.author)
    taking.referrals.append(log.referral)
    taking.by_source[said.source] = log.referral


def _release(taking: _Taking, name: str, reread: Reread) -> None:
    """What was waiting for this referral is read now, in the order in which it came."""
    for arrival, kept in taking.books.held_for([name]):
        later = _Taking(taking.books, arrival, taking.kind)
        for said in reread(arrival).said:
            if isinstance(said, ReferralSaid):
                _request(later, said, reread)
            elif isinstance(said, ProgressSaid):
                _progress(later, said)
        taking.books.settle(_settled(kept, later))


def _settled(kept: Kept, later: _Taking) -> Kept:
    """Done, or still waiting for another referral; "kept" when read again it speaks of none."""
    if later.waits_for:
        return replace(kept, waits_for=later.waits_for)
    state = "done" if later.referrals else "kept"
    return replace(kept, state=state, waits_for="", owner="", due_at=None, referrals=tuple(later.referrals))


def _unclear(taking: _Taking, problems: tuple[Problem, ...]) -> None:
    """Parts of a message nobody could read: the referral goes on, and a person looks."""
    unclear = [problem for problem in problems if problem.severity == "warning" and problem.remedy]
    if unclear and taking.referrals:
        places = ", ".join(dict.fromkeys(problem.where for problem in unclear))
        about = f"referral:{taking.referrals[0]} {taking.evidence}"
        _item(taking, "unclear", about, f"Parts of the message are unclear: {places}.", unclear[0].remedy)


def _item(taking: _Taking, kind: str, about: str, says: str, remedy: str) -> None:
    books, at = taking.books, taking.arrival.received_at
    due_at = books.policy.calendar.counted(at, _SOON, whole_days=False)
    books.open_item(
        Item(
            id=books.new_id(),
            kind=kind,
            about=about,
            says=says,
            remedy=remedy,
            owner="specialist",
            created_at=at,
            due_at=due_at,
        )
    )
