"""Journeys: a patient opened with a reason and reviewed; a long list asked for, approved and taken."""

from collections.abc import Callable

import pytest

from referloop.gym.letters import fhir_request
from referloop.workbench.pages import exports
from tests.journeys.by_hand import comes_back, fills, sends
from tests.journeys.department import Department
from tests.journeys.steps import Person
from tests.journeys.test_keyboard import a_patient_called

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_clinician_opens_a_patient_with_a_reason_and_compliance_reviews_it(
    here: Department, someone: Callable[[str], Person]
):
    it = a_patient_called("Stavros", 904)
    here.send(fhir_request(it, here.clock.at))
    dana, osei, ines = someone("dana"), someone("vaca"), someone("ines")
    comes_back(dana, osei, ines)
    dana.finds("stavros")
    dana.opens_the_first_row()
    osei.goes(dana.page.url)
    assert "This is not one of your referrals" in osei.reads()
    fills(osei, "main form.entry", why="emergency", words="In the emergency room now, unconscious.")
    osei.clicks("button", "Open for 60 minutes")
    osei.sees("glass-open")
    assert "Opened with a reason, to read only" in osei.reads()
    assert "Stavros" in osei.page.inner_text("h1")
    it_is_reviewed(ines)


def it_is_reviewed(ines: Person) -> None:
    ines.goes("/compliance/glass")
    assert "In the emergency room now, unconscious." in ines.reads()
    form = "main li.todo form.inline"
    fills(ines, form, outcome="needed", words="The emergency room called the desk.")
    sends(ines, f"{form} button.first")
    ines.goes("/compliance/glass?show=all")
    assert "The emergency room called the desk." in ines.reads()


def test_a_long_list_is_asked_for_approved_and_taken(
    here: Department, someone: Callable[[str], Person], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(exports, "WITHOUT_APPROVAL", 5)  # the department is small
    morgan, ines = someone("morgan"), someone("ines")
    comes_back(morgan, ines)
    morgan.goes("/referrals")
    morgan.page.locator("details.more").evaluate("each => each.open = true")
    morgan.page.fill("[name=purpose]", "Monthly report to the payer")
    morgan.clicks("button", "Take as CSV")
    morgan.sees("export-ask")
    morgan.clicks("button", "Ask for it")
    assert "waits for a lead or compliance" in morgan.reads()
    ines.goes("/exports")
    assert "Monthly report to the payer" in ines.reads()
    ines.clicks("button", "Approve for 24 hours")
    morgan.goes("/exports")
    morgan.sees("export-approved")
    with morgan.page.expect_download() as taken:
        morgan.page.get_by_role("button", name="Take the file").click()
    rows = taken.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert rows[0].startswith('"Referral",')
    assert len(rows) > 6
    ines.goes("/compliance/exports")
    assert "Monthly report to the payer" in ines.reads()
