"""One referral from its message to the closed loop: what was owed, what was recorded, what that changed."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from referloop.gym.letters import fhir_report, fhir_request
from referloop.gym.town import NEEDS, OFFICES, Case, Resident
from referloop.policy.explain import shown
from referloop.referral.board import Standing
from referloop.referral.entry import Draft
from referloop.referral.facts.fact import in_words
from referloop.referral.fields import fact_from
from referloop.referral.kinds import ReferralId
from referloop.referral.problems import ProgramFault
from referloop.wiring.demonstration.partners import Clock, post
from referloop.wiring.demonstration.people import DANA, MORGAN, OSEI
from referloop.wiring.demonstration.script import Step, steps
from referloop.wiring.desk import Desk
from referloop.wiring.recording import Place, record

_PEOPLE = {"dana": DANA, "morgan": MORGAN, "osei": OSEI}
_TAKES = timedelta(days=40)
_REPORT = "Atrial fibrillation confirmed. Apixaban 5 mg twice a day, rate control. Review in three months."

ELENA = Case(
    number="REF-2700",
    resident=Resident(
        number="MRN20417", family="Marchetti", given="Elena", sex="female", born=date(1958, 3, 9),
        phone="555-0142", street="27 Canal Road", language="en", plan="Harbor Health HMO",
    ),
    office=OFFICES[0],
    need=NEEDS[0],
    urgency="urgent",
)  # fmt: skip


@dataclass
class _Telling:
    desk: Desk
    place: Place
    clock: Clock
    say: Callable[[str], None]
    first: date
    zone: ZoneInfo

    def standing(self) -> Standing:
        with self.desk.books(self.place.organization) as books:
            log = books.log(self.place.referral)
            if log is None:
                raise ProgramFault("the story's referral is not there")
            return books.standing(log)

    def when(self) -> str:
        return shown(self.clock.at, self.zone)[:16]


def tell_story(
    desk: Desk, organization: str, token: str, now: datetime, say: Callable[[str], None]
) -> ReferralId:
    """Tell it step by step while it is really done; returns the referral."""
    zone = desk.policy(organization).calendar.zone
    first = _business((now - _TAKES).astimezone(zone).date(), 0)
    clock = Clock(datetime.combine(first, time(9, 2), zone))
    desk = replace(desk, clock=clock)
    send = post(desk, token)
    send(fhir_request(ELENA, clock.at - timedelta(minutes=1)))
    place = Place(organization, _named(desk, organization))
    telling = _Telling(desk, place, clock, say, first, zone)
    say(f"{telling.when()}  A FHIR Bundle from {ELENA.office.name} becomes referral {place.referral}.")
    _owed(telling, frozenset())
    for step in steps():
        _step(telling, step, send)
    return place.referral


def _step(telling: _Telling, step: Step, send: Callable[[bytes], bytes]) -> None:
    before = telling.standing()
    telling.clock.at = datetime.combine(_business(telling.first, step.day), step.clock, telling.zone)
    telling.say(f"\n{telling.when()}  {step.says}")
    if step.does == "sends":
        send(fhir_report(ELENA, telling.clock.at - timedelta(minutes=2), _REPORT))
        for entry in telling.standing().log.entries[before.log.version :]:
            telling.say(f"  recorded   {in_words(entry.fact)}  ({entry.author})")
    else:
        _record(telling, step, before)
    if step.does != "tries":
        _owed(telling, frozenset(each.requirement.code for each in before.owed))


def _record(telling: _Telling, step: Step, before: Standing) -> None:
    report = next(iter(before.now.reports), "")
    named = {
        "{visit}": f"{_business(telling.first, 7)}T10:30",
        "{ends}": _business(telling.first, 30).isoformat(),
        "{report}": report,
    }
    fact = fact_from(step.word, {name: named.get(value, value) for name, value in step.fields})
    if isinstance(fact, tuple):
        raise ProgramFault(f"the story's {step.word} is wrong: {fact[0]}")
    by = _PEOPLE[step.who]
    evidence = f"document:{report}" if step.does == "proves" else ""
    outcome = record(telling.desk, telling.place, Draft(fact, telling.clock.at, evidence), by)
    if isinstance(outcome, tuple) != (step.does == "tries"):
        raise ProgramFault(f"the story's {step.word} came out otherwise than told")
    if not isinstance(outcome, tuple):
        telling.say(f"  recorded   {in_words(fact)}  ({by})")
        return
    for problem in outcome:
        telling.say(f"  refused    {problem.says}")
        telling.say(f"             {problem.remedy}")


def _owed(telling: _Telling, before: frozenset[str]) -> None:
    """What that changed, and what comes next."""
    it = telling.standing()
    now = {each.requirement.code: each for each in it.owed}
    if settled := sorted(before - now.keys()):
        telling.say(f"  settled    {', '.join(settled)}")
    for code, each in now.items():
        if code not in before:
            by_when = shown(each.due, telling.zone)[:16]
            telling.say(f"  now owed   {each.requirement.says} ({each.requirement.owner}, by {by_when})")
    if it.step:
        telling.say(f"  next       {it.step.says}: {'; '.join(it.step.reasons)}")
    else:
        telling.say(f"  {it.headline}: nothing is owed any more.")


def _named(desk: Desk, organization: str) -> ReferralId:
    with desk.books(organization) as books:
        return books.referrals_named([f"placer|{ELENA.office.system}|{ELENA.number}"])[0]


def _business(first: date, days: int) -> date:
    day = first
    while days or day.weekday() > 4:
        day += timedelta(days=1)
        days -= day.weekday() < 5 and days > 0
    return day
