"""FHIR writes: one request, one transaction, one answer that a repetition gets again."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

from referloop.exchange.fhir import status
from referloop.exchange.fhir.access import Json, part, text
from referloop.exchange.fhir.answers import answer_to, told_in
from referloop.exchange.fhir.codec import read
from referloop.exchange.fhir.pointers import Pointers, pointers
from referloop.exchange.fhir.references import split
from referloop.exchange.fhir.server import Reply, refusal
from referloop.exchange.fhir.settling import Settled, Whole, loaded, settle
from referloop.exchange.fhir.transitions import objection
from referloop.exchange.fhir.writes import Request, etag
from referloop.intake.receive import wanted
from referloop.messages import ProgressSaid, Reading
from referloop.ports import Answer, Arrival, Told
from referloop.referral.board import Standing
from referloop.referral.kinds import ReferralId
from referloop.referral.problems import Problem
from referloop.storage.books import OpenBooks, again
from referloop.storage.resources import Found, Sought, find, newest
from referloop.wiring.desk import Desk
from referloop.wiring.door import Channel, refuse, taken_in
from referloop.wiring.fhir_storing import Posted, stored
from referloop.wiring.rereading import bundle_again

_REUSED = Problem(
    "fhir-key-reused", "Idempotency-Key", "This key was used for a different request.", "Use a new key."
)
_events = logging.getLogger("referloop.fhir")
_SOFT = ("fhir-reference", "fhir-multiple-matches", "fhir-condition", "fhir-foreign-reference")


@dataclass(frozen=True, slots=True)
class _Answered:
    answer: Answer
    repeated: bool


@dataclass(frozen=True, slots=True)
class _Refused:
    problems: tuple[Problem, ...]


def write(desk: Desk, it: Posted) -> Reply:
    """Carry the request out, wholly or not at all; what is refused is kept with the reasons."""
    mapping = it.request.mapping()
    leads = pointers(it.request, mapping, it.base, it.hosts)
    sought = _sought(it.request, leads)
    ready = _Ready.of(it, settle(it.request, mapping, leads, {}, {}, frozenset())) if not sought else None

    def work() -> _Answered | _Refused:
        with desk.books(it.organization, it.arrival.received_at) as books:
            if ready:
                return _carry_out(books, it, ready, desk.kind)
            found = _with_roles(books, find(books.session, sought))
            settled = settle(it.request, mapping, leads, found.places, found.named, found.digests)
            return _carry_out(books, it, _Ready.of(it, settled), desk.kind)

    came = again(work)
    if isinstance(came, _Refused):
        return refused_with(desk, it.organization, it.arrival, came.problems)
    return answer_to(came.answer, it.request.form, it.base, repeated=came.repeated)


def refused_with(desk: Desk, organization: str, it: Arrival, problems: tuple[Problem, ...]) -> Reply:
    reply = refusal(*problems)
    _events.info(
        "fhir-refused %s client=%s", " ".join(dict.fromkeys(one.code for one in problems)), it.sender
    )
    refuse(desk, organization, it, problems, Answer(reply.status, reply.body))
    return reply


@dataclass(frozen=True, slots=True)
class _Ready:
    """What does not depend on the log: the resources, what they say, and what stands against them."""

    whole: Whole
    reading: Reading
    problems: tuple[Problem, ...]

    @classmethod
    def of(cls, it: Posted, whole: Whole) -> "_Ready":
        gentle = it.request.form == "message"
        reading = read(whole.resources(it.request), whole.known)
        problems = tuple(_softened(one) if gentle else one for one in whole.problems)
        if not gentle:
            problems += tuple(one for one in reading.problems if one.severity == "error")
        elif problems:
            reading = replace(reading, problems=(*reading.problems, *problems))
        return cls(whole, reading, tuple(one for one in problems if one.severity == "error"))


def _softened(problem: Problem) -> Problem:
    """A message is taken in with what it has: a refused referral is a lost one."""
    return replace(problem, severity="warning") if problem.code in _SOFT else problem


def _sought(request: Request, leads: Pointers) -> Sought:
    places = dict.fromkeys(place for place in leads.stored.values())
    if request.form == "message":
        places.update({(write.kind, write.id): None for write in request.writes})
    places.update({(write.kind, write.id): None for write in request.writes if write.updates})
    named = dict.fromkeys(leads.named.values())
    named.update({(one.kind, one.condition): None for one in request.writes if one.condition})
    digests = [id for kind, id in places if kind == "Binary" and len(id) == 64]
    return Sought(places=list(places), named=list(named), digests=digests)


def _with_roles(books: OpenBooks, found: Found) -> Found:
    """A PractitionerRole only points at who it is about."""
    roles = [loaded(one) for one in found.places.values() if one.kind == "PractitionerRole"]
    targets = {
        (to.type, to.id)
        for role in roles
        for name in ("practitioner", "organization")
        for to in [split(text(part(role, name), "reference"))]
        if to.form == "relative" and (to.type, to.id) not in found.places
    }
    if targets:
        found.places.update(newest(books.session, targets))
    return found


def _carry_out(books: OpenBooks, it: Posted, ready: _Ready, kind: str) -> _Answered | _Refused:
    arrival = it.arrival
    books.read_ahead(wanted(arrival, ready.reading))
    before = books.seen(arrival.channel, arrival.sender, arrival.message_id)
    if before:
        if before.content_digest == arrival.content_digest:
            return _Answered(before.answer, repeated=True)
        if it.request.form != "message":
            return _Refused((_REUSED,))
    standings = _standings(books, ready.whole.items)
    problems = [*ready.problems, *_version_problems(it, ready.whole.items, standings)]
    if problems:
        return _Refused(tuple(problems))

    def answer(told: Told) -> Answer:
        done = stored(books, it, ready.whole.items, told)
        return told_in(it.request, done, it.base, arrival.received_at, told.problems)

    reading = _news(ready.reading, ready.whole.items, standings)
    accepted = taken_in(books, arrival, reading, Channel(bundle_again, answer), kind)
    return _Answered(accepted.kept.answer, accepted.again)


def _standings(books: OpenBooks, items: Sequence[Settled]) -> dict[str, Standing]:
    """How the referrals stand whose Tasks are to be changed, by the name of the Task."""
    tasks = {
        it.write.name: it.before.referral
        for it in items
        if it.before and not it.stays and it.write.kind == "Task" and it.before.referral
    }
    if not tasks:
        return {}
    logs = {
        log.referral: log for log in books.logs([ReferralId(each) for each in dict.fromkeys(tasks.values())])
    }
    return {
        name: books.standing(logs[ReferralId(referral)])
        for name, referral in tasks.items()
        if ReferralId(referral) in logs
    }


def _version_problems(it: Posted, items: Sequence[Settled], standings: dict[str, Standing]) -> list[Problem]:
    found: list[Problem | None] = []
    for item in items:
        if not item.write.updates:
            continue
        shown = _shown(item, standings)
        found.append(_stale(item, shown))
        if item.before and item.write.kind == "ServiceRequest" and item.before.client != it.client:
            says = "Only the client that placed a request changes it."
            found.append(
                Problem("fhir-placer-only", item.write.where, says, "Tell progress through its Task.")
            )
        if shown and item.write.kind == "Task":
            place = f"{item.write.where}.status"
            found.append(objection(text(shown, "status"), text(item.resource, "status"), place))
    return [one for one in found if one]


def _shown(item: Settled, standings: dict[str, Standing]) -> Json:
    """The resource as a reader sees it now; {} for one that is not there."""
    standing = standings.get(item.write.name)
    return status.project(item.before_json, standing) if standing else item.before_json


def _stale(item: Settled, shown: Json) -> Problem | None:
    asked, where = item.write.if_match, item.write.where
    if item.before and not asked:
        says = "An update names the version it changes."
        return Problem("http-precondition", where, says, "Send If-Match with the ETag of your last read.")
    if asked and etag(asked) != text(part(shown, "meta"), "versionId"):
        says = "Somebody changed this meanwhile, or it is not there."
        return Problem("fhir-stale", where, says, "Read it again, then decide anew.")
    return None


def _news(reading: Reading, items: Sequence[Settled], standings: dict[str, Standing]) -> Reading:
    """Without the progress of Tasks that only say what their sender read here."""
    silent = {
        item.write.name
        for item in items
        if item.write.name in standings
        and not status.is_abort(item.resource)
        and status.says_nothing_new(item.resource, _shown(item, standings), item.before_json)
    }
    if not silent:
        return reading
    said = [one for one in reading.said if not (isinstance(one, ProgressSaid) and one.source in silent)]
    return replace(reading, said=tuple(said))
