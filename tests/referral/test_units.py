"""What is left of a payer's permission: what it allows, less the visits that took place or are booked."""

from datetime import date

import pytest
from hypothesis import given

from referloop.referral.journal import journal
from referloop.referral.snapshot import snapshot
from referloop.referral.units import Units, units
from tests.referral.policies import CALENDAR
from tests.referral.strategies import LOGS

RECEIVED = "2026-04-01 referral-received service=MRI urgency=routine\n"
GRANTED = (
    "2026-04-02 permission-granted authorization=a number=PA-1 units=2"
    " from_on=2026-04-10 until_on=2026-05-10\n"
)
DAYS = (date(2026, 4, 10), date(2026, 5, 10))
BOOKED = "2026-04-03 appointment-booked appointment={} starts={}T09:00\n"
ONE = BOOKED.format("x", "2026-05-01")


def of(text):
    return units(snapshot(journal(RECEIVED + text), CALENDAR))


@pytest.mark.parametrize(
    ("then", "used", "booked", "left", "over"),
    [
        ("", 0, 0, 2, 0),
        (ONE, 0, 1, 1, 0),
        (ONE + "2026-04-04 appointment-confirmed appointment=x\n", 0, 1, 1, 0),
        (ONE + "2026-05-01 encounter-finished appointment=x\n", 1, 0, 1, 0),
        (ONE + "2026-05-01 patient-no-show appointment=x\n", 0, 0, 2, 0),
        (ONE + "2026-04-20 appointment-cancelled appointment=x by=patient\n", 0, 0, 2, 0),
        (BOOKED.format("x", "2026-04-09") + BOOKED.format("y", "2026-05-11"), 0, 0, 2, 0),
        (BOOKED.format("x", "2026-04-10") + BOOKED.format("y", "2026-05-10"), 0, 2, 0, 0),
        ("".join(BOOKED.format(each, "2026-05-01") for each in "xyz"), 0, 3, 0, 1),
        ("2026-05-01 encounter-finished appointment=x\n", 1, 0, 1, 0),
    ],
)
def test_a_visit_inside_the_permitted_days_takes_a_unit(then, used, booked, left, over):
    [found] = of(GRANTED + then)
    assert (found, found.left, found.over) == (Units("a", "PA-1", 2, used, booked, *DAYS), left, over)


def test_a_permission_without_a_number_of_units_is_never_used_up():
    [found] = of("2026-04-02 permission-granted authorization=a\n" + ONE)
    assert (found, found.over) == (Units("a", "", 0, 0, 1, None, None), 0)


def test_an_extension_gives_more_of_both():
    [found] = of(GRANTED + "2026-04-20 permission-extended authorization=a until_on=2026-06-10 units=5\n")
    assert (found.approved, found.until_on) == (5, date(2026, 6, 10))


@pytest.mark.parametrize(
    "then",
    [
        "2026-04-20 permission-denied authorization=a reason=no\n",
        "2026-04-20 permission-ended authorization=a how=void\n",
    ],
)
def test_a_permission_that_no_longer_holds_has_none(then):
    assert of(GRANTED + then) == []


def test_a_permission_won_on_appeal_without_its_terms_is_not_counted():
    filed = "2026-04-02 appeal-filed authorization=a\n"
    assert of(filed + "2026-04-03 appeal-decided authorization=a outcome=overturned\n") == []


def test_each_permission_is_counted_by_itself():
    echo = GRANTED.replace("authorization=a number=PA-1", "authorization=b number=PA-2").replace(
        "04-10", "05-02"
    )
    found = of(GRANTED + echo + ONE)
    assert [(each.number, each.booked, each.left) for each in found] == [("PA-1", 1, 1), ("PA-2", 0, 2)]


@given(LOGS)
def test_what_is_left_and_what_is_taken_make_up_what_was_approved(log):
    for each in units(snapshot(log, CALENDAR)):
        taken = each.used + each.booked
        assert (min(each.left, each.over), each.left >= 0, each.over >= 0) == (0, True, True)
        assert not each.approved or each.approved == taken + each.left - each.over
