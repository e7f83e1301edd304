"""Forty referrals on their way: sent by partners, and worked on as far as their age makes likely."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from referloop.gym.letters import fhir_request, spreadsheet, v2_request
from referloop.gym.town import Case, case, chosen
from referloop.referral.entry import Author, Draft
from referloop.referral.fields import fact_from
from referloop.referral.kinds import ReferralId
from referloop.referral.problems import Problem, ProgramFault
from referloop.storage.due import look
from referloop.wiring.demonstration.partners import Clock, by_spreadsheet, over_mllp, post
from referloop.wiring.desk import Desk
from referloop.wiring.recording import Place, record

COUNT = 39  # and the one whose story is told
DANA = Author("person", "dana", "specialist")
MORGAN = Author("person", "morgan", "senior")
_LISTED = 6  # come by spreadsheet
_BY_V2 = 13
_DAY = timedelta(days=1)
_ZONE = ZoneInfo("America/New_York")


@dataclass(frozen=True, slots=True)
class Sent:
    """A referral under way, and how old it is."""

    case: Case
    at: datetime


def fill(desk: Desk, organization: str, token: str, now: datetime, seed: int) -> list[ReferralId]:
    """Send all messages, then do the work that was done since; returns the referrals in their order."""
    clock = Clock(now)
    desk = replace(desk, clock=clock)
    sent = sorted((Sent(case(seed, n), _sent_at(now, seed, n)) for n in range(COUNT)), key=lambda one: one.at)
    listed, others = sent[:_LISTED], sent[_LISTED:]
    send = post(desk, token)
    clock.at = listed[-1].at + timedelta(hours=1)
    zone = desk.policy(organization).calendar.zone
    rows = [(one.case, one.at.astimezone(zone).replace(tzinfo=None)) for one in listed]
    by_spreadsheet(desk, organization, spreadsheet(rows), zone.key)
    sent = [*(replace(one, at=clock.at) for one in listed), *others]  # work begins when the list is here
    over_mllp(desk, organization, [(one.at, v2_request(one.case, one.at)) for one in others[:_BY_V2]], clock)
    for one in others[_BY_V2:]:
        clock.at = one.at
        send(fhir_request(one.case, one.at))
    referrals = [_found(desk, organization, one.case) for one in sent]
    for one, referral in zip(sent, referrals, strict=True):
        _work_on(desk, Place(organization, referral), clock, one, seed, now)
    while look(desk.database, organization, desk.policy(organization), now, desk.new_id):
        pass  # what was missed until now is written down, as the watcher would have done at its time
    return referrals


def _sent_at(now: datetime, seed: int, number: int) -> datetime:
    """Within the last five weeks, in the hours of a practice, more of them lately."""
    days = chosen((0, 0, 1, 1, 2, 3, 4, 5, 7, 9, 12, 15, 19, 24, 29, 34), seed, number, "days")
    minutes = chosen(range(60), seed, number, "minutes") * 9
    opens = now.astimezone(_ZONE).replace(hour=8, minute=5, second=0, microsecond=0)
    at = opens - days * _DAY + timedelta(minutes=minutes)
    while at.weekday() > 4 or at > now - timedelta(minutes=30):
        at -= _DAY
    return at


def _found(desk: Desk, organization: str, it: Case) -> ReferralId:
    """By its requester's number, as a partner would ask for it."""
    with desk.database.reading(organization) as session:
        sql = "SELECT referral_id FROM referral_names WHERE organization_id = ? AND name LIKE ?"
        rows = session.ask((sql, (organization, f"placer|%|{it.number}")))[0]
    if not rows:
        raise ProgramFault("a referral of the demonstration did not come in")
    return ReferralId(rows[0][0])


# What is done with a referral, in hours after it came: the word, and its fields.
Step = tuple[float, str, dict[str, Any]]


def _course(one: Sent, seed: int) -> Sequence[Step]:
    number, need = one.case.number, {"authorization": "need", "kind": "prior-authorization"}
    who = chosen(("Dr. Amin", "Dr. Castell", "Dr. Iyer", "Dr. Novak"), seed, number)
    slow = {"stat": 0.1, "urgent": 0.4}.get(one.case.urgency, 1.0)
    visit = one.at + slow * 16 * _DAY
    while visit.weekday() > 4:
        visit += _DAY
    starts = visit.replace(hour=10, minute=0)
    reach = chosen((("reached",), ("no-answer", "reached"), ("no-answer", "no-answer")), seed, number, 1)
    channels = ("phone", "text", "mobile")
    tries: list[Step] = [
        (slow * (30 + 26 * place), "contact-attempted", {"channel": channels[place], "outcome": outcome})
        for place, outcome in enumerate(reach)
    ]
    booked: list[Step] = [
        (slow * 84, "appointment-booked",
         {"appointment": "visit-1", "starts": f"{starts:%Y-%m-%dT%H:%M}", "performer": who}),
        (slow * 85, "patient-told", {"what": "appointment", "channel": "portal"}),
        ((starts - one.at) / timedelta(hours=1) + 6, "encounter-finished", {"appointment": "visit-1"}),
    ]  # fmt: skip
    return [
        (slow * 3, "receipt-acknowledged", {"channel": "fhir"}),
        (slow * 5, "referral-triaged", {"urgency": one.case.urgency}),
        (slow * 6, "eligibility-checked", {"result": "active"}),
        (slow * 9, "permission-assessed", need | {"result": "not-required"}),
        (slow * 20, "referral-accepted", {}),
        *tries,
        *(booked if reach[-1] == "reached" else []),
    ]  # fmt: skip


def _work_on(desk: Desk, place: Place, clock: Clock, one: Sent, seed: int, now: datetime) -> None:
    late = chosen((0.0, 0.0, 6.0, 70.0), seed, one.case.number, "late")  # some are forgotten for a while
    for hours, word, fields in _course(one, seed):
        at = one.at + timedelta(hours=hours + late)
        if at >= now - timedelta(minutes=20):
            return
        clock.at = at
        by = MORGAN if word.startswith("permission") else DANA
        if _recorded(desk, place, word, fields, by):
            return  # a question stands in the way, as in life: it waits on the board


def _recorded(desk: Desk, place: Place, word: str, fields: dict[str, Any], by: Author) -> tuple[Problem, ...]:
    """Record a fact now; what stands against it, () when nothing does."""
    fact = fact_from(word, fields)
    if isinstance(fact, tuple):
        raise ProgramFault(f"the demonstration's {word} is wrong: {fact[0]}")
    outcome = record(desk, place, Draft(fact, desk.clock()), by)
    return outcome if isinstance(outcome, tuple) else ()
