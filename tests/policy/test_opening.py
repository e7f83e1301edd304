"""A calendar that cannot be meant is refused, with every fault at once."""

from datetime import date, time, timedelta

from referloop.policy.opening import Opening, OwnDay, faults

WEEK = ((time(8), time(17)),) * 5 + (None, None)
TUESDAY = date(2026, 11, 24)


def codes(it: Opening) -> list[str]:
    return [each.code for each in faults(it, lambda name: name == "US")]


def test_a_usual_week_is_right():
    assert codes(Opening("US", WEEK, (OwnDay(TUESDAY, "Saturday clinic", (time(9), time(12))),))) == []


def test_every_fault_is_told_at_once():
    backwards = ((time(17), time(8)),) + (None,) * 6
    wrong = (OwnDay(TUESDAY, ""), OwnDay(TUESDAY, "Clinic", (time(12), time(9))))
    assert codes(Opening("XX", backwards, wrong)) == [
        "holidays-unknown", "hours-backwards", "day-name", "hours-backwards",
    ]  # fmt: skip
    assert codes(Opening("", (None,) * 7)) == ["week-closed"]


def test_only_so_many_days_of_ones_own():
    days = tuple(OwnDay(TUESDAY + timedelta(days=each), "Clinic") for each in range(1_001))
    assert codes(Opening("US", WEEK, days)) == ["days-many"]
