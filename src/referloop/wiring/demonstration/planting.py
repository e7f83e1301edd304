"""The planted patients come through the front door, and people decide about them, day by day."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from typing import Any

from referloop.gym.letters import Paper, fhir_report, fhir_request
from referloop.messages import ContactRules
from referloop.referral.entry import Author, Draft
from referloop.referral.fields import fact_from
from referloop.referral.kinds import ReferralId
from referloop.referral.problems import ProgramFault
from referloop.wiring import reaching
from referloop.wiring.demonstration.agenda import Department
from referloop.wiring.demonstration.partners import Clock, post
from referloop.wiring.demonstration.people import DANA, HARBOR, JULES, KIM, MORGAN, NOOR, OSEI
from referloop.wiring.demonstration.planted import Act, Planted, filled, moment, paper, planted
from referloop.wiring.demonstration.sent_out import sent_out
from referloop.wiring.desk import Desk
from referloop.wiring.recording import Place, merge, record
from referloop.wiring.workspace import WorkspaceOfDesk
from referloop.workbench.asking import Here
from referloop.workbench.workspace_needs import Upload

_PEOPLE = {each.id: each for each in (DANA, JULES, MORGAN, OSEI, NOOR, KIM, HARBOR)}
_FARTHEST = 45
_BEGUN = time(9, 30)  # the last that happens today is before this


@dataclass
class _Garden:
    it: Department
    days: dict[int, date]  # by how many business days they are away
    places: dict[str, ReferralId]  # by the requester's number


def plant(desk: Desk, organization: str, token: str, now: datetime, seed: int) -> dict[str, ReferralId]:
    """Let everything happen that the text tells; returns the referrals by their requesters' numbers."""
    zone = desk.policy(organization).calendar.zone
    days = _days(now.astimezone(zone))
    clock = Clock(moment(days[-_FARTHEST], time(8), now.astimezone(zone)))
    desk = replace(desk, clock=clock)
    it = Department(desk, organization, clock, now, seed, zone, post(desk, token))
    garden = _Garden(it, days, {})
    for one in (*planted(), *sent_out(seed)):
        came = _at(garden, *one.came)
        it.plan(came, lambda one=one: _comes(garden, one))  # type: ignore[misc]
        for act in one.acts:
            it.plan(
                _at(garden, act.day, act.clock),
                lambda one=one, act=act: _done(garden, one, act),  # type: ignore[misc]
            )
    it.live()
    return garden.places


def _days(now: datetime) -> dict[int, date]:
    """Today, and the business days before and after it."""
    today = now.date()
    days = {0: today}
    for step in (1, -1):
        day = today
        for count in range(1, _FARTHEST + 1):
            day += timedelta(days=step)
            while day.weekday() > 4:
                day += timedelta(days=step)
            days[step * count] = day
    return days


def _at(garden: _Garden, day: int, clock: time) -> datetime:
    at = datetime.combine(garden.days[day], clock, garden.it.zone)
    begun = datetime.combine(garden.days[0], _BEGUN, garden.it.zone)
    # Whoever looks before the desk has begun finds the same, done shortly before.
    return at - max(begun - garden.it.until, timedelta()) if day == 0 else at


def _comes(garden: _Garden, one: Planted) -> None:
    it = garden.it
    papers = [paper(name, one.case, it.clock.at.date()) for name in one.papers]
    see_by = garden.days[one.see_by].isoformat() if one.see_by else ""
    it.send(fhir_request(one.case, it.clock.at - timedelta(minutes=2), papers, see_by))
    garden.places[one.case.number] = it.named(one.case)


def _done(garden: _Garden, one: Planted, act: Act) -> None:
    verbs: dict[str, Callable[[_Garden, Planted, Act], None]] = {
        "report": _reports, "merge": _merges, "rules": _tells_rules,
    }  # fmt: skip
    (verbs[act.does] if act.who == "then" else _records)(garden, one, act)


def _reports(garden: _Garden, one: Planted, act: Act) -> None:
    report = paper("consult", one.case, garden.it.clock.at.date())
    garden.it.send(fhir_report(one.case, garden.it.clock.at - timedelta(minutes=2), report))


def _merges(garden: _Garden, one: Planted, act: Act) -> None:
    it = garden.it
    survivor = Place(it.organization, garden.places[act.fields["into"]])
    found = merge(it.desk, survivor, garden.places[one.case.number], act.fields["reason"], DANA)
    if isinstance(found, tuple):
        raise ProgramFault(f"the demonstration's merge was refused: {found[0]}")


def _tells_rules(garden: _Garden, one: Planted, act: Act) -> None:
    """How the patient may be reached, as somebody of the desk writes it down."""
    it, told = garden.it, dict[str, Any](act.fields)
    here = here_of(it, _PEOPLE[told.pop("by")])
    quiet = told.pop("no_voicemail", "") == "yes"
    patient = it.standing(garden.places[one.case.number]).log.patient
    found = reaching.tell(it.desk, here, patient, 0, ContactRules(**told, no_voicemail=quiet))
    if found:
        raise ProgramFault(f"{one.case.number}: the demonstration's contact rules were refused: {found[0]}")


def _records(garden: _Garden, one: Planted, act: Act) -> None:
    it, fields = garden.it, dict(act.fields)
    referral = garden.places[one.case.number]
    now = it.standing(referral)
    mends, comes = fields.pop("mends", ""), fields.pop("paper", "")
    upload = _upload(paper(comes, one.case, it.clock.at.date())) if comes else None
    if upload:
        fields["document"] = upload.digest
    report = next(reversed(now.now.reports), "")
    said = {name: filled(value, garden.days).replace("{report}", report) for name, value in fields.items()}
    fact = fact_from(act.does, said)
    if isinstance(fact, tuple):
        raise ProgramFault(f"{one.case.number}: the demonstration's {act.does} is wrong: {fact[0]}")
    corrects = [entry.seq for entry in now.log.entries if entry.word == mends][-1] if mends else None
    draft = Draft(fact, it.clock.at, upload.digest if upload else "", corrects)
    by = _PEOPLE[act.who]
    if upload:
        workspace = WorkspaceOfDesk(it.desk)
        found = workspace.record(here_of(it, by), referral, None, draft, upload)
    else:
        found = record(it.desk, Place(it.organization, referral), draft, by)
    if isinstance(found, tuple):
        raise ProgramFault(f"{one.case.number}: the demonstration's {act.does} was refused: {found[0]}")


def here_of(it: Department, by: Author) -> Here:
    """As somebody sits before the workbench."""
    return Here(
        organization=it.organization, organization_name=it.organization, user=by.id, name=by.id,
        role=by.role, now=it.clock.at, zone=it.zone,
    )  # fmt: skip


def _upload(it: Paper) -> Upload:
    return Upload(sha256(it.content).hexdigest(), it.media_type, it.content)
