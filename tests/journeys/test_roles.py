"""A journey: the same referral as its clinician sees it, and as the lead does."""

from collections.abc import Callable

import pytest

from referloop.gym.letters import fhir_report, fhir_request
from tests.journeys.department import Department
from tests.journeys.steps import Person
from tests.journeys.test_keyboard import REPORT, a_patient_called

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_clinician_reviews_a_report_in_two_clicks_and_the_lead_sees_it(
    here: Department, someone: Callable[[str], Person]
):
    ida = a_patient_called("Underhill", 901)
    here.send(fhir_request(ida, here.clock.at))
    here.did(ida, "eligibility-checked", result="active")
    here.did(ida, "referral-triaged")
    here.did(ida, "permission-assessed", authorization="a", kind="prior-authorization", result="not-required")
    here.did(ida, "referral-accepted")
    here.send(fhir_report(ida, here.clock.at, REPORT))
    here.did(ida, "report-routed", to="Dr. Osei")
    osei, kim = someone("osei"), someone("lead")
    osei.signs_in()
    osei.clicks("link", "consultation", beside="Underhill")
    osei.sees("clinician")
    assert "Apixaban" in osei.reads()
    osei.clicks("button", "Read, plan agreed")
    osei.sees("clinician-reviewed")
    kim.signs_in()
    kim.page.goto(osei.page.url)
    kim.sees("lead-referral")
    assert "Report read: plan agreed" in kim.reads()


def test_a_lead_looks_over_the_team_and_its_numbers(someone: Callable[[str], Person]):
    kim = someone("lead")
    kim.signs_in()
    for key, name in (
        ("t", "team"),
        ("p", "reports"),
        ("r", "referrals"),
        ("i", "inbox"),
        ("d", "directory"),
    ):
        kim.presses("g")
        kim.goes_on(key)
        kim.sees(name)
    kim.presses("g")
    kim.goes_on("s")
    for name in ("People", "Calendar", "Policy", "Connections and tokens"):
        kim.clicks("link", name)
        kim.sees(f"settings-{name.split()[0].lower()}")
