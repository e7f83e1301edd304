"""A journey: a receiving office on its own screen, from what was sent to its report."""

from collections.abc import Callable

import pytest

from referloop.gym.letters import fhir_request
from tests.journeys.by_hand import comes_back, day, does, later
from tests.journeys.department import Department
from tests.journeys.steps import Person
from tests.journeys.test_keyboard import a_patient_called

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_an_office_receives_asks_accepts_books_and_reports(
    here: Department, someone: Callable[[str], Person]
):
    is_sent_to_an_office(here)
    harbor, dana = someone("harbor"), someone("dana")
    comes_back(harbor)
    assert "Ravndal" in harbor.reads()
    harbor.clicks("link", "Ravndal", beside="Ravndal")
    harbor.sees("office-new")
    it = harbor.page.url.split("/")[-1].partition("?")[0]
    does(harbor, it, "receipt-confirmed")
    does(harbor, it, "information-requested", of="requester", what="Which anticoagulant now?")
    does(harbor, it, "referral-accepted")
    does(harbor, it, "appointment-booked", starts=f"{day(here.clock.at, 2)}T10:30")
    harbor.sees("office-booked")
    later(here, harbor, dana, days=3)
    does(harbor, it, "encounter-finished")
    its_report_is_sent(harbor, it)
    harbor.goes("/")
    assert "Report sent" in harbor.reads()
    dana.goes(f"/referrals/{it}")
    told = dana.reads()
    assert "Which anticoagulant now?" in told
    assert "Report received: final" in told


def is_sent_to_an_office(here: Department) -> None:
    sent = a_patient_called("Ravndal", 903)
    here.send(fhir_request(sent, here.clock.at))
    here.did(sent, "eligibility-checked", result="active")
    here.did(sent, "referral-triaged")
    not_needed = {"kind": "prior-authorization", "result": "not-required"}
    here.did(sent, "permission-assessed", authorization="a", **not_needed)
    here.did(sent, "performer-chosen", leg="leg-1", performer="Harbor Cardiology")
    here.did(sent, "referral-sent", leg="leg-1", channel="portal")


def its_report_is_sent(harbor: Person, it: str) -> None:
    harbor.goes(f"/referrals/{it}?do=report-received#do")
    report = {"name": "report.txt", "mimeType": "text/plain", "buffer": b"Apixaban 5 mg twice a day."}
    harbor.page.set_input_files("#do [name=file]", report)  # type: ignore[arg-type]
    with harbor.page.expect_navigation(wait_until="load"):
        harbor.page.click("#do button.first")
    assert "/do/" not in harbor.page.url, harbor.reads()
