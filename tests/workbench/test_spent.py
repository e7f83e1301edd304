"""On its page a referral says how long it took, and what is left of each permission."""

import pytest

from referloop.workbench.asking import Page
from referloop.workbench.pages.referral import referral
from tests.desks import TestDesk
from tests.workbench.filled import Filled, filled
from tests.workbench.sighted import OURS, ours, say

R1 = {"referral": OURS}
GRANTED = {"authorization": "a", "number": "PA-1", "units": "1", "until_on": "2027-01-03"}
BOOKED = {"appointment": "x", "starts": "2026-12-01T09:00"}


@pytest.fixture
def it(here: TestDesk) -> Filled:
    found = filled(here)
    ours(found)
    return found


def shown(it: Filled, name: str) -> object:
    answer = it.ask(referral, path=R1)
    assert isinstance(answer, Page)
    return answer.shows[name]


def test_it_says_how_long_it_took_gross_and_net_while_it_is_open_and_when_it_is_closed(it: Filled):
    say(it, OURS, "clock-paused", pause="p", reason="patient-requested-delay", until_on="2026-12-01")
    it.test.clock.forward(days=10)
    assert shown(it, "took") == "open for 10 days gross, 3 net (7 paused) · cohort Nov 2026"
    say(it, OURS, "referral-closed", reason="moved", note="x")
    it.test.clock.forward(days=10)
    took = "took 10 days gross, 3 net (7 paused) · cohort Nov 2026"
    assert (shown(it, "took"), took in it.page(referral, path=R1)) == (took, True)


def test_the_permission_says_what_is_left_of_it(it: Filled):
    say(it, OURS, "permission-granted", **GRANTED)
    free = "PA-1: 1 unit, 0 used, 1 left, until 3 Jan 2027"
    assert (shown(it, "permitted"), free in it.page(referral, path=R1)) == ([(free, False)], True)
    say(it, OURS, "appointment-booked", **BOOKED)
    say(it, OURS, "encounter-finished", appointment="x")
    assert shown(it, "permitted") == [("PA-1: 1 unit, 1 used, 0 left, until 3 Jan 2027", False)]


def test_a_visit_booked_beyond_the_permission_is_pointed_out(it: Filled):
    say(it, OURS, "permission-granted", **GRANTED)
    for each in ("x", "y"):
        say(it, OURS, "appointment-booked", **{**BOOKED, "appointment": each})
    over = "PA-1: 1 unit, 0 used, 2 booked, 0 left, until 3 Jan 2027"
    over += ", 1 visit without one: ask the payer for more"
    assert (shown(it, "permitted"), over in it.page(referral, path=R1)) == ([(over, True)], True)
