"""Calendars with periods: from a day on other hours hold, and what lay before stays as it was."""

from datetime import UTC, date, datetime, time

import pytest

from referloop.policy.calendar import BusinessCalendar, Period
from referloop.referral.requirement import Span
from tests.policy.library import NEW_YORK

WEEK = (*[(time(9), time(16))] * 4, None, (time(10), time(12)), None)
HOLY = date(2026, 12, 9)
PERIOD = Period(
    date(2026, 12, 7), date(2026, 12, 1), WEEK, {HOLY}, {date(2026, 12, 13): (time(13), time(15))}
)
CALENDAR = BusinessCalendar(NEW_YORK.zone, NEW_YORK.holidays, periods=(PERIOD,))


def at(day: int, hour: int) -> datetime:
    return datetime(2026, 12, day, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        (4, (time(8), time(17))),  # a Friday before
        (5, None),
        (7, (time(9), time(16))),
        (9, None),
        (11, None),  # Fridays are closed now
        (12, (time(10), time(12))),
        (13, (time(13), time(15))),  # a Sunday that is open
    ],
)
def test_each_day_has_the_hours_of_its_period(day: int, hours: object):
    assert CALENDAR.hours(date(2026, 12, day)) == hours


@pytest.mark.parametrize(
    ("start", "amount", "expected"),
    [
        (at(2, 15), 2, at(4, 22)),  # ended before the period: as it was
        (at(3, 15), 2, at(7, 21)),
        (at(7, 15), 3, at(12, 17)),  # past the closed Wednesday and the closed Friday
    ],
)
def test_days_are_counted_by_the_period_they_are_in(start: datetime, amount: int, expected: datetime):
    assert CALENDAR.counted(start, Span(amount, "bd"), whole_days=False) == expected


def test_a_deadline_counted_backwards_that_lay_behind_us_stays_where_it_was():
    known_late = Period(PERIOD.since, date(2026, 12, 10), PERIOD.week, PERIOD.closed, PERIOD.opened)
    late = BusinessCalendar(NEW_YORK.zone, NEW_YORK.holidays, periods=(known_late,))
    found = [
        each.counted(at(12, 15), Span(3, "bd"), whole_days=True, backwards=True)
        for each in (NEW_YORK, CALENDAR, late)
    ]
    assert found == [at(9, 22), at(7, 21), at(9, 22)]


def test_on_a_closed_day_an_hour_clock_runs_from_the_usual_opening():
    assert CALENDAR.counted(at(11, 0), Span(2, "h"), whole_days=True) == at(11, 16)
