"""Days end at the close of business, hours are elapsed time, and the zone's clock is the one that counts."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referloop.policy.calendar import BusinessCalendar
from referloop.referral.entry import instant
from referloop.referral.requirement import Span, Unit
from tests.policy.library import FEDERAL, NEW_YORK


def counted(start: str, amount: int, unit: Unit, *, backwards: bool = False) -> str:
    begins = datetime.fromisoformat(start) if "T" in start else NEW_YORK.starts(date.fromisoformat(start))
    span = Span(amount, unit)
    return instant(NEW_YORK.counted(begins, span, whole_days="T" not in start, backwards=backwards))


@pytest.mark.parametrize(
    ("case", "start", "amount", "unit", "due"),
    [
        ("minutes", "2026-04-02T14:00:00Z", 30, "min", "2026-04-02T14:30:00Z"),
        ("hours over the night", "2026-04-02T23:00:00Z", 12, "h", "2026-04-03T11:00:00Z"),
        ("hours over the lost hour", "2026-03-07T15:00:00Z", 24, "h", "2026-03-08T15:00:00Z"),
        ("a day over the lost hour", "2026-03-07T15:00:00Z", 1, "d", "2026-03-08T21:00:00Z"),
        ("a day over the doubled hour", "2026-10-31T15:00:00Z", 1, "d", "2026-11-01T22:00:00Z"),
        ("hours over the doubled hour", "2026-10-31T15:00:00Z", 24, "h", "2026-11-01T15:00:00Z"),
        ("calendar days over a weekend", "2026-04-02T14:00:00Z", 3, "d", "2026-04-05T21:00:00Z"),
        ("business days over a weekend", "2026-04-02T14:00:00Z", 2, "bd", "2026-04-06T21:00:00Z"),
        ("business days from a Saturday", "2026-04-04T14:00:00Z", 1, "bd", "2026-04-06T21:00:00Z"),
        ("business days over a holiday", "2026-05-22T14:00:00Z", 1, "bd", "2026-05-26T21:00:00Z"),
        ("an observed holiday", "2026-07-02T14:00:00Z", 1, "bd", "2026-07-06T21:00:00Z"),
        ("the end of the year", "2026-12-31T15:00:00Z", 1, "bd", "2027-01-04T22:00:00Z"),
        ("a leap day", "2028-02-28T15:00:00Z", 1, "bd", "2028-02-29T22:00:00Z"),
        ("a late evening is still that day", "2026-04-03T02:00:00Z", 1, "bd", "2026-04-03T21:00:00Z"),
        ("no business days on a business day", "2026-04-02T14:00:00Z", 0, "bd", "2026-04-02T21:00:00Z"),
        ("no business days on a holiday", "2026-05-25T14:00:00Z", 0, "bd", "2026-05-26T21:00:00Z"),
        ("a whole day, in hours", "2026-04-02", 2, "h", "2026-04-02T14:00:00Z"),
        ("a whole day, in days", "2026-04-02", 7, "d", "2026-04-09T21:00:00Z"),
        ("a whole day, in business days", "2026-04-03", 1, "bd", "2026-04-06T21:00:00Z"),
        ("the day clocks change, in hours", "2026-03-08", 1, "h", "2026-03-08T13:00:00Z"),
    ],
)
def test_it_counts_forwards(case: str, start: str, amount: int, unit: Unit, due: str):
    assert (case, counted(start, amount, unit)) == (case, due)


@pytest.mark.parametrize(
    ("case", "start", "amount", "unit", "due"),
    [
        ("hours", "2026-04-02T14:00:00Z", 24, "h", "2026-04-01T14:00:00Z"),
        ("days", "2026-04-20T13:00:00Z", 10, "d", "2026-04-10T21:00:00Z"),
        ("business days over a weekend", "2026-04-20T13:00:00Z", 1, "bd", "2026-04-17T21:00:00Z"),
        ("business days over a holiday", "2026-05-26", 1, "bd", "2026-05-22T21:00:00Z"),
        ("no business days on a Sunday", "2026-04-19", 0, "bd", "2026-04-17T21:00:00Z"),
        ("the start of the year", "2027-01-04", 1, "bd", "2026-12-31T22:00:00Z"),
    ],
)
def test_it_counts_backwards(case: str, start: str, amount: int, unit: Unit, due: str):
    assert (case, counted(start, amount, unit, backwards=True)) == (case, due)


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Honolulu", "UTC"])
@pytest.mark.parametrize("day", [date.min, date.max])
@pytest.mark.parametrize("backwards", [True, False])
def test_a_day_that_means_no_end_can_be_counted_from(zone: str, day: date, backwards: bool):
    calendar = BusinessCalendar(ZoneInfo(zone))
    start = calendar.starts(day)
    years = {
        calendar.counted(start, Span(999, unit), whole_days=True, backwards=backwards).year
        for unit in ("min", "h", "d", "bd")
    }
    assert years <= {*range(90, 105), *range(9890, 9905)}
    assert calendar.closes(day).tzinfo is UTC


MINUTES = 3 * 365 * 24 * 60
instants = st.integers(0, MINUTES).map(lambda n: datetime(2025, 1, 2, tzinfo=UTC) + timedelta(minutes=n))
days = st.integers(0, 60)


@given(instants, days)
def test_business_days_end_on_business_days(start: datetime, amount: int):
    due = NEW_YORK.counted(start, Span(amount, "bd"), whole_days=False)
    assert NEW_YORK.is_business_day(due.astimezone(NEW_YORK.zone).date())


@given(instants, days, st.sampled_from(["d", "bd", "h", "min"]))
def test_more_time_is_never_due_earlier(start: datetime, amount: int, unit: Unit):
    first, second = (NEW_YORK.counted(start, Span(n, unit), whole_days=False) for n in (amount, amount + 1))
    assert first <= second


@given(instants, instants, days, st.sampled_from(["d", "bd", "h", "min"]))
def test_a_later_start_is_never_due_earlier(one: datetime, other: datetime, amount: int, unit: Unit):
    first, second = (
        NEW_YORK.counted(start, Span(amount, unit), whole_days=False) for start in sorted([one, other])
    )
    assert first <= second


@given(instants, st.integers(1, 60))
def test_business_days_counted_back_return_to_the_day(start: datetime, amount: int):
    there = NEW_YORK.counted(start, Span(amount, "bd"), whole_days=False)
    back = NEW_YORK.counted(there, Span(amount, "bd"), whole_days=False, backwards=True)
    day = start.astimezone(NEW_YORK.zone).date()
    kept = back.astimezone(NEW_YORK.zone).date()
    assert (kept == day) if NEW_YORK.is_business_day(day) else (kept < day)


def test_holidays_are_data():
    day = date(2026, 7, 3)
    assert (day in FEDERAL, BusinessCalendar(NEW_YORK.zone).is_business_day(day)) == (True, True)


def test_a_calendar_that_counted_from_very_many_days_still_counts_the_same():
    used, fresh = BusinessCalendar(ZoneInfo("UTC")), BusinessCalendar(ZoneInfo("UTC"))
    first = datetime(2000, 1, 3, 9, tzinfo=UTC)
    for day in range(10_001):
        used.counted(first + timedelta(days=day), Span(1, "d"), whole_days=False)
    asked = (first, Span(3, "bd"))
    assert used.counted(*asked, whole_days=False) == fresh.counted(*asked, whole_days=False)
