"""What those who watch over a desk find: who looked, a glass broken, a file asked for, a day closed."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from referloop.policy.opening import OwnDay, with_day
from referloop.referral.entry import Author
from referloop.referral.kinds import ReferralId
from referloop.referral.problems import ProgramFault
from referloop.wiring.accesses import AccessesOfDesk
from referloop.wiring.calendar_pages import CalendarOfDesk
from referloop.wiring.demonstration.people import ADMIN, DANA, JULES, KIM, MORGAN, NOOR, OSEI
from referloop.wiring.desk import Desk
from referloop.wiring.exports import ExportsOfDesk
from referloop.wiring.glass import GlassOfDesk
from referloop.workbench.asking import Here, Noted
from referloop.workbench.lines import Filter
from referloop.workbench.presenters.listing import USUAL

_READERS = (DANA, DANA, JULES, MORGAN, NOOR, KIM)
_APART = timedelta(minutes=7)
_COLLEAGUE = "REF-2624"  # of another practice than the clinician who opens it
_CLOSED_IN = timedelta(days=21)
_NAMES = {
    "dana": "Dana Reyes", "jules": "Jules Okafor", "morgan": "Morgan Blake", "noor": "Noor Haddad",
    "lead": "Kim Sato", "osei": "Dr. Ruth Osei", "admin": "Alex Wirth",
}  # fmt: skip


def oversight(desk: Desk, organization: str, now: datetime, places: Mapping[str, ReferralId]) -> None:
    """In the last hours before `now`."""
    desk = replace(desk, clock=lambda: now)
    _looked(desk, organization, now, places)
    opened = _here(desk, organization, OSEI, now - timedelta(hours=2))
    glass = GlassOfDesk(desk)
    pane = glass.behind(opened, referral=places[_COLLEAGUE])
    if pane is None:
        raise ProgramFault("the demonstration's patient is behind no glass")
    glass.open(opened, pane.patient, "covering", "I stand in for Dr. Roth this week; the mother called.")
    AccessesOfDesk(desk).note(opened, Noted("referral-opened", referral=places[_COLLEAGUE]))
    wanted, why = Filter(headline="Waitlisted|Contacting patient"), "Call list for the extra Saturday."
    asks = _here(desk, organization, MORGAN, now - timedelta(hours=1))
    ExportsOfDesk(desk).ask(asks, wanted, USUAL, "xlsx", 64, why)


def _looked(desk: Desk, organization: str, now: datetime, places: Mapping[str, ReferralId]) -> None:
    last = _last_at_the_desk(desk, organization, now)
    for number, referral in enumerate(places.values()):
        reader = _READERS[number % len(_READERS)]
        here = _here(desk, organization, reader, last - (number + 1) * _APART)
        AccessesOfDesk(desk).note(here, Noted("referral-opened", referral=referral))


def _last_at_the_desk(desk: Desk, organization: str, now: datetime) -> datetime:
    """The end of the last business day: who looks at night would stand out."""
    calendar = desk.policy(organization).calendar
    day = now.astimezone(calendar.zone).date()
    while calendar.closes(day) > now or not calendar.is_business_day(day):
        day -= timedelta(days=1)
    return calendar.closes(day)


def close_a_day(desk: Desk, organization: str, now: datetime) -> None:
    """The desk is away for a day: from tomorrow on its calendar knows."""
    here = _here(desk, organization, ADMIN, now - timedelta(hours=3))
    calendar, today = CalendarOfDesk(desk), here.today
    away = today + _CLOSED_IN
    while away.weekday() > 4:
        away += timedelta(days=1)
    opening = with_day(calendar.calendars(here).last, OwnDay(away, "Training of the whole desk"))
    if found := calendar.lay(here, opening, today + timedelta(days=1), "The desk trains together."):
        raise ProgramFault(f"the demonstration's calendar was refused: {found[0]}")


def _here(desk: Desk, organization: str, by: Author, at: datetime) -> Here:
    return Here(
        organization=organization, organization_name="Riverbend Specialty Clinic", user=by.id,
        name=_NAMES[by.id], role=by.role, now=at, zone=desk.policy(organization).calendar.zone,
    )  # fmt: skip
