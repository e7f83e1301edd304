"""The calendar's page out of the books, and back."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from referloop.policy.in_force import PolicyInForce
from referloop.policy.opening import Opening, day_faults, faults, period, spoken, usual
from referloop.referral.problems import Problem, ProgramFault
from referloop.storage import forms, roster
from referloop.storage.access import Organization, organization
from referloop.storage.calendars import LaidCalendar, calendars, lay, withdraw
from referloop.storage.database import Session
from referloop.storage.rule_changes import RuleChange, note_change
from referloop.wiring.desk import Desk
from referloop.wiring.impacts import on_open
from referloop.wiring.rules import countries, in_force_on, is_known, parts, public_holidays
from referloop.workbench.asking import Here
from referloop.workbench.calendar_needs import Calendars, Coming, Impact, Laid

_AHEAD = timedelta(days=400)


class CalendarOfDesk:
    """See `workbench.calendar_needs.CalendarNeeds`."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def calendars(self, here: Here) -> Calendars:
        with self.desk.database.reading(here.organization) as session:
            it, laid = _organization(session), calendars(session)
            names = {user.id: user.name for user in roster.users(session)}
        today = _today(here)
        now = in_force_on(it, laid, today) or usual(it.holidays)
        shown = [
            Laid(
                each.id, each.valid_from, each.opening, each.written_at,
                names.get(each.written_by, each.written_by), each.why, each.valid_from <= today,
            )
            for each in reversed(laid)
        ]  # fmt: skip
        last = laid[-1].opening if laid else usual(it.holidays)
        return Calendars(it.zone, now, last, shown, _coming(it, laid, today))

    def countries(self) -> Sequence[tuple[str, str]]:
        return countries()

    def parts(self, country: str) -> Sequence[tuple[str, str]]:
        return parts(country)

    def public(self, where: str, year: int) -> Sequence[tuple[date, str]]:
        found = public_holidays(where) if is_known(where) else {}
        return sorted((day, name) for day, name in found.items() if day.year == year)

    def problems(self, here: Here, it: Opening, valid_from: date | None) -> Sequence[Problem]:
        with self.desk.database.reading(here.organization) as session:
            return _problems(session, here, it, valid_from)

    def impact(self, here: Here, it: Opening, valid_from: date) -> Impact:
        before = self.desk.policy(here.organization)
        after = _with(before, it, valid_from, _today(here))
        with self.desk.database.reading(here.organization) as session:
            return on_open(session, before, after)

    def lay(self, here: Here, it: Opening, valid_from: date, why: str) -> Sequence[Problem]:
        with self.desk.database.transaction(here.organization) as session:
            if forms.before(session, here.form):
                return ()
            if found := _problems(session, here, it, valid_from):
                return found
            id = self.desk.new_id()
            lay(session, LaidCalendar(id, valid_from, it, here.now, here.user, why))
            change = RuleChange(self.desk.new_id(), "calendar", id, here.user, why, here.now)
            note_change(session, change)
            forms.keep(session, here.form, id, here.now)
        self.desk.rules_changed(here.organization)
        return ()

    def withdraw(self, here: Here, id: str, why: str) -> bool:
        with self.desk.database.transaction(here.organization) as session:
            if forms.before(session, here.form):
                return True
            if not withdraw(session, id, _today(here), here.now):
                return False
            change = RuleChange(self.desk.new_id(), "calendar-withdrawn", id, here.user, why, here.now)
            note_change(session, change)
            forms.keep(session, here.form, id, here.now)
        self.desk.rules_changed(here.organization)
        return True


def _problems(session: Session, here: Here, it: Opening, valid_from: date | None) -> Sequence[Problem]:
    laid = calendars(session)
    last = laid[-1].valid_from if laid else None
    return (*faults(it, is_known), *day_faults(valid_from, _today(here), last))


def _with(policy: PolicyInForce, it: Opening, valid_from: date, today: date) -> PolicyInForce:
    """The same policy over a calendar that has this one too."""
    known = [each for each in policy.calendar.periods if each.since < valid_from]
    new = period(it, valid_from, today, frozenset(public_holidays(it.holidays)))
    return PolicyInForce(policy.versions, replace(policy.calendar, periods=(*known, new)))


def _coming(it: Organization, laid: Sequence[LaidCalendar], today: date) -> list[Coming]:
    """What is special in the days ahead, by the calendar that will hold then."""
    found = []
    for day in (today + timedelta(days=number) for number in range(_AHEAD.days)):
        opening = in_force_on(it, laid, day) or usual(it.holidays)
        own = next((each for each in opening.own if each.day == day), None)
        if own:
            found.append(Coming(day, own.name, spoken(own.hours), ours=True))
        elif name := public_holidays(opening.holidays).get(day):
            found.append(Coming(day, name, "closed", ours=False))
    return found


def _organization(session: Session) -> Organization:
    it = organization(session)
    if it is None:
        raise ProgramFault("the organisation of a sign-in is gone")
    return it


def _today(here: Here) -> date:
    return here.today
