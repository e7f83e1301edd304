"""A journey: a knee, refused by its plan, won on appeal, missed once, and brought to its end by hand."""

from collections.abc import Callable

import pytest

from tests.journeys.by_hand import comes_back, day, does, enters, later, told_to, tries
from tests.journeys.department import Department
from tests.journeys.steps import Person

pytestmark = [pytest.mark.browser, pytest.mark.slow]
FACILITY_A, FACILITY_B = "Harbor Imaging", "Lakeside Imaging"


def test_a_knee_is_denied_appealed_missed_and_closed(here: Department, someone: Callable[[str], Person]):
    jules, morgan, osei, lead = someone("jules"), someone("morgan"), someone("osei"), someone("lead")
    comes_back(jules, morgan)
    knee = enters(
        jules, family="Halvorsen", given="Nils", born="1971-05-09", phone="555-0142", sex="male",
        service="MRI of the knee", requester="Ruth Osei, Northside Family Practice", urgency="routine",
        question="Meniscal tear?", diagnosis="M23.203", payer="Harbor Health HMO", member_id="H-4471",
    )  # fmt: skip
    a_junior_prepares_and_a_senior_asks_the_payer(here, jules, morgan, knee)
    the_plan_pends_and_denies(here, jules, morgan, knee)
    the_appeal_is_won(here, morgan, jules, osei, knee)
    booked_where_it_is_permitted_missed_and_booked_again(here, jules, knee)
    the_report_comes_late_and_is_read(here, jules, osei, knee)
    it_closes_with_the_whole_story(here, jules, morgan, knee)
    everything_that_was_sent_is_accounted_for(here, lead, knee)


def a_junior_prepares_and_a_senior_asks_the_payer(
    here: Department, jules: Person, morgan: Person, knee: str
) -> None:
    does(jules, knee, "eligibility-checked", result="active", said="HMO, assigned to Dr. Osei",
         valid_until_on=day(here.clock.at, 120), payer="Harbor Health HMO")  # fmt: skip
    does(jules, knee, "referral-triaged", urgency="routine")
    does(
        jules,
        knee,
        "permission-assessed",
        kind="prior-authorization",
        result="required",
        basis="imaging list",
    )
    does(jules, knee, "receipt-acknowledged", channel="phone")
    refused = tries(jules, knee, "appointment-booked", starts=f"{day(here.clock.at, 9)}T09:00")
    assert "Ask the payer for permission" in refused
    jules.goes(f"/referrals/{knee}?do=permission-requested#do")
    assert jules.page.locator("#do").count() == 0, "a junior is offered no request to the payer"
    later(here, morgan, days=2)
    does(morgan, knee, "permission-requested", pace="standard", codes="73721")


def the_plan_pends_and_denies(here: Department, jules: Person, morgan: Person, knee: str) -> None:
    later(here, jules, days=1)
    does(jules, knee, "permission-pended", what="Dates of conservative care", due_on=day(here.clock.at, 7))
    does(jules, knee, "information-requested", of="requester", what="Dates of conservative care")
    later(here, jules, days=8)
    jules.goes(f"/referrals/{knee}")
    assert "Missed" in jules.reads()
    later(here, jules, morgan, days=1)
    does(jules, knee, "permission-denied", reason="Conservative therapy not documented",
         appeal_by=day(here.clock.at, 180))  # fmt: skip
    does(jules, knee, "patient-told", what="denial", channel="phone")
    assert "Read the denial" in jules.reads()


def the_appeal_is_won(here: Department, morgan: Person, jules: Person, osei: Person, knee: str) -> None:
    later(here, morgan, osei, days=8)
    does(morgan, knee, "peer-to-peer-held", outcome="no-show")
    osei.goes("/")
    answers = osei.page.locator("main li.mine", has_text="Halvorsen")
    answers.locator("textarea").first.fill("Physiotherapy, six visits, 3 August to 20 October, discharged.")
    with osei.page.expect_navigation(wait_until="load"):
        answers.get_by_role("button", name="Answer").first.click()
    does(morgan, knee, "appeal-filed", level="1", decision_due_on=day(here.clock.at, 30))
    later(here, morgan, jules, days=21)
    does(morgan, knee, "appeal-decided", outcome="overturned")
    does(morgan, knee, "permission-granted", number="PA-77120", extent="full", units="1", site=FACILITY_A,
         from_on=day(here.clock.at), until_on=day(here.clock.at, 60), codes="73721")  # fmt: skip
    assert "PA-77120: 1 unit, 0 used, 1 left" in morgan.reads()
    does(morgan, knee, "referral-sent", performer=FACILITY_A, channel="fax")
    does(morgan, knee, "referral-accepted")


def booked_where_it_is_permitted_missed_and_booked_again(here: Department, jules: Person, knee: str) -> None:
    at = {"starts": f"{day(here.clock.at, 14)}T09:00", "performer": FACILITY_A}
    does(jules, knee, "contact-attempted", press="button[value=reached]", channel="phone")
    blocked = tries(jules, knee, "appointment-booked", **at, location=FACILITY_B)
    assert "The payer permitted another site." in blocked
    assert "Book at the permitted site, or ask the payer to change it." in blocked
    does(jules, knee, "appointment-booked", **at, location=FACILITY_A)
    does(jules, knee, "patient-told", what="appointment", channel="phone")
    later(here, jules, days=14)
    does(jules, knee, "patient-no-show", reason="No ride")
    assert "Book again" in jules.reads()
    does(jules, knee, "note-added", text="Barrier: no ride. Ride asked for.", audience="desk")
    again = f"{day(here.clock.at, 15)}T09:00"
    does(jules, knee, "appointment-booked", starts=again, performer=FACILITY_A, location=FACILITY_A)
    does(jules, knee, "patient-told", what="appointment", channel="phone")
    later(here, jules, days=15)
    does(jules, knee, "encounter-finished")
    assert "Book inside the permitted days" not in jules.reads()
    assert "PA-77120: 1 unit, 1 used, 0 left" in jules.reads()


def the_report_comes_late_and_is_read(here: Department, jules: Person, osei: Person, knee: str) -> None:
    for _ in range(2):
        later(here, jules, days=8)
        does(jules, knee, "report-requested", channel="phone", of="Ms Reed, imaging records")
    later(here, jules, days=2)
    jules.goes(f"/referrals/{knee}?do=report-received#do")
    fax = {"name": "report.txt", "mimeType": "text/plain", "buffer": b"Bucket-handle tear. Orthopaedics?"}
    jules.page.set_input_files("#do [name=file]", fax)  # type: ignore[arg-type]
    with jules.page.expect_navigation(wait_until="load"):
        jules.page.click("#do button.first")
    does(jules, knee, "report-matched", how="Name, date of birth and order number")
    does(jules, knee, "report-routed", to="Dr. Ruth Osei")
    later(here, jules, osei, days=2)
    osei.goes(f"/referrals/{knee}")
    osei.clicks("button", "Read, tasks created")
    does(osei, knee, "recommendation-made", what="Referral to orthopaedics?", owner="requester")
    does(osei, knee, "recommendation-settled", how="ordered")


def it_closes_with_the_whole_story(here: Department, jules: Person, morgan: Person, knee: str) -> None:
    does(jules, knee, "patient-told", what="plan", channel="phone")
    does(jules, knee, "referral-closed", reason="completed")
    said = jules.reads()
    assert "Closed, loop complete" in said
    assert "took 90 days gross, 90 net · cohort Nov 2026" in said
    counted = {word: said.count(word) for word in (
        "Appointment booked for", "Payer permits", "Payer denies", "Appeal level 1: overturned",
        "Patient did not come",
    )}  # fmt: skip
    assert counted == {
        "Appointment booked for": 2, "Payer permits": 1, "Payer denies": 1, "Appeal level 1: overturned": 1,
        "Patient did not come": 1,
    }  # fmt: skip


def everything_that_was_sent_is_accounted_for(here: Department, lead: Person, knee: str) -> None:
    comes_back(lead)
    osei, plan = "Ruth Osei, Northside Family Practice (requester)", "Harbor Health HMO (payer)"
    assert told_to(lead, knee) == [
        ("That the referral came", osei),
        ("A question about coverage", plan),
        ("A request for permission", plan),
        ("A question", osei),
        ("The denial", "patient"),
        ("An appeal", plan),
        ("The referral", f"{FACILITY_A} (performer)"),
        ("A call or message about the referral", "patient"),
        ("The appointment", "patient"),
        ("The appointment", "patient"),
        ("A request for the report", "Ms Reed, imaging records (performer)"),
        ("A request for the report", "Ms Reed, imaging records (performer)"),
        ("The report", "Dr. Ruth Osei (requester)"),
        ("What follows", "patient"),
    ]
    lead.goes(f"/referrals/{knee}/disclosures?show=law")
    assert "Nothing has to be named" in lead.reads()
