"""A journey: an urgent heart whose plan changes on the first of the month, kept inside its fourteen days."""

from collections.abc import Callable

import pytest

from tests.journeys.by_hand import comes_back, day, does, enters, later, told_to, tries
from tests.journeys.department import Department
from tests.journeys.steps import Person

pytestmark = [pytest.mark.browser, pytest.mark.slow]
OLD, NEW = "Lakeside Advantage HMO", "Harbor Senior PPO"


def test_an_urgent_heart_is_seen_in_time_though_its_plan_changes(
    here: Department, someone: Callable[[str], Person]
):
    dana, ines = someone("dana"), someone("ines")
    comes_back(dana)
    heart = enters(
        dana, family="Marchetti", given="Rosa", born="1948-02-11", phone="555-0177", sex="female",
        service="Cardiology", requester="Ruth Osei, Northside Family Practice", urgency="urgent",
        question="New atrial fibrillation with breathlessness: anticoagulate?", diagnosis="I48.91",
        payer=OLD, member_id="L-2208", see_by=day(here.clock.at, 14),
    )  # fmt: skip
    the_wrong_doctor_is_in_the_plans_books(here, dana, heart)
    nobody_has_a_slot_in_two_days_and_the_clinician_hears_of_it(here, dana, heart)
    the_month_ends_and_the_old_answer_is_used_no_more(here, dana, heart)
    the_new_plan_wants_another_cardiologist(here, dana, heart)
    seen_in_time(here, dana, heart)
    both_plans_are_in_the_account(ines, heart)


def the_wrong_doctor_is_in_the_plans_books(here: Department, dana: Person, heart: str) -> None:
    does(dana, heart, "eligibility-checked", result="active", payer=OLD, valid_until_on="2026-11-30",
         said="Active; another doctor is the assigned one")  # fmt: skip
    does(dana, heart, "referral-triaged", urgency="urgent")
    does(dana, heart, "permission-assessed", kind="payer-referral", result="required",
         basis="HMO; cannot be entered while another doctor is assigned")  # fmt: skip
    does(dana, heart, "receipt-acknowledged", channel="phone")
    does(dana, heart, "contact-attempted", press="button[value=reached]", channel="phone")
    does(dana, heart, "hold-placed", track="permission", waiting_for="payer",
         until_on=day(here.clock.at, 6), reason="Assigned doctor is being changed")  # fmt: skip
    blocked = tries(dana, heart, "appointment-booked", starts=f"{day(here.clock.at, 6)}T10:00")
    assert "Ask the payer for permission" in blocked


def nobody_has_a_slot_in_two_days_and_the_clinician_hears_of_it(
    here: Department, dana: Person, heart: str
) -> None:
    later(here, dana, hours=49)
    dana.goes(f"/referrals/{heart}")
    assert "Tell the referring clinician that no visit is booked, and what you tried" in dana.reads()
    does(dana, heart, "escalated", requirement="booked", to="requester")
    assert "Escalated to requester" in dana.reads()


def the_month_ends_and_the_old_answer_is_used_no_more(here: Department, dana: Person, heart: str) -> None:
    later(here, dana, days=5)  # the first of December
    stale = tries(dana, heart, "permission-requested", kind="payer-referral", pace="expedited")
    assert "The payer's answer about coverage was valid until 2026-11-30." in stale
    assert "Check the coverage again" in stale
    does(dana, heart, "eligibility-checked", result="active", payer=NEW, valid_until_on="2026-12-31",
         said="New plan from 1 December; no payer referral")  # fmt: skip
    does(dana, heart, "hold-ended", reason="The old plan is over")
    does(dana, heart, "permission-ended", how="void", reason="Plan ended on 30 November")
    does(dana, heart, "permission-assessed", kind="payer-referral", result="not-required", basis="PPO")
    told = dana.reads()
    assert (OLD in told, NEW in told) == (True, True), "both plans stay readable"


def the_new_plan_wants_another_cardiologist(here: Department, dana: Person, heart: str) -> None:
    does(dana, heart, "performer-chosen", performer="Harbor Cardiology", why="In the new plan's network")
    does(dana, heart, "permission-requested", authorization="+", kind="prior-authorization", pace="expedited",
         codes="93306")  # fmt: skip
    later(here, dana, days=1)
    blocked = tries(dana, heart, "appointment-booked", starts=f"{day(here.clock.at, 3)}T09:00")
    assert "Decide" in blocked
    does(dana, heart, "permission-granted", number="PA-9001", units="1", from_on=day(here.clock.at),
         until_on=day(here.clock.at, 30), codes="93306")  # fmt: skip
    does(dana, heart, "referral-sent", performer="Harbor Cardiology", channel="fax")
    does(dana, heart, "referral-accepted")
    does(dana, heart, "appointment-booked", starts=f"{day(here.clock.at, 3)}T09:00",
         performer="Harbor Cardiology")  # fmt: skip
    does(dana, heart, "patient-told", what="appointment", channel="phone")


def seen_in_time(here: Department, dana: Person, heart: str) -> None:
    later(here, dana, days=3)
    does(dana, heart, "encounter-finished")
    dana.goes(f"/referrals/{heart}?show=all")
    assert "See the patient by the requester's day" not in dana.reads()
    assert "Missed: the patient is seen by the day" not in dana.reads()
    told = dana.reads()
    assert ("open for 11 days gross" in told, "PA-9001: 1 unit, 1 used, 0 left" in told) == (True, True)


def both_plans_are_in_the_account(ines: Person, heart: str) -> None:
    comes_back(ines)
    told = told_to(ines, heart)
    assert [to for what, to in told if what == "A question about coverage"] == [
        f"{OLD} (payer)",
        f"{NEW} (payer)",
    ]
    assert ("The referral", "Harbor Cardiology (performer)") in told
    assert ("What is overdue", "Ruth Osei, Northside Family Practice (requester)") in told
