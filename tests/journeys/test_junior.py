"""A journey: a junior's morning, and the same referral as its clinician and the lead see it."""

from collections.abc import Callable

import pytest

from referloop.gym.letters import fhir_report, fhir_request
from tests.journeys.by_hand import comes_back, does, enters, fills, sends
from tests.journeys.department import Department
from tests.journeys.steps import Person
from tests.journeys.test_keyboard import REPORT, a_patient_called

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_junior_works_three_referrals_and_undoes_a_mistake(
    here: Department, someone: Callable[[str], Person]
):
    jules = someone("jules")
    jules.signs_in()
    done = []
    for number in range(3):
        jules.page.goto("/")
        jules.presses(*"j" * (number + 1))
        jules.goes_on()
        jules.commands("Note")
        jules.types("text", "Called the practice; they will send the list.")
        jules.goes_to_button()
        jules.goes_on()
        done.append(jules.page.url)
        assert "they will send the list" in jules.reads()
    jules.goes_on("u")
    jules.types("reason", "Wrong patient.")
    jules.goes_to_button()
    jules.goes_on()
    jules.sees("junior-undone")
    assert "Earlier entry withdrawn: Wrong patient." in jules.reads()
    assert len(set(done)) == 3


def test_a_junior_is_warned_of_a_patient_and_a_request_that_are_here_already(
    here: Department, someone: Callable[[str], Person]
):
    jules = someone("jules")
    comes_back(jules)
    asked = {
        "family": "Ostrander", "given": "Wilma", "born": "1964-03-30", "phone": "555-0163",
        "service": "Cardiology", "requester": "Ruth Osei", "urgency": "routine", "question": "Palpitations?",
    }  # fmt: skip
    first = enters(jules, **asked)
    assert enters(jules, **asked) == "new", "the second one is not entered at once"
    assert "Is it one of these people?" in jules.reads()
    jules.sees("new-referral-known")
    jules.page.locator("fieldset.notice [name=same]").first.check()
    sends(jules, "fieldset.notice button.first")
    assert "This may be here already" in jules.reads()
    jules.sees("new-referral-double")
    assert jules.page.locator(f"fieldset.notice a[href='/referrals/{first}']").count() == 1


def test_its_clinician_answers_and_reviews_on_a_phone_and_the_lead_gives_it_to_somebody(
    here: Department, someone: Callable[[str], Person]
):
    ida = a_patient_called("Underwood", 905)
    here.send(fhir_request(ida, here.clock.at))
    jules, osei, kim = someone("jules"), someone("osei"), someone("lead")
    comes_back(jules, osei, kim)
    jules.finds("underwo")
    jules.opens_the_first_row()
    it = jules.page.url.split("/")[-1].partition("?")[0]
    does(jules, it, "information-requested", of="requester", what="Which tablets now?")
    osei.page.set_viewport_size({"width": 390, "height": 844})
    osei.goes("/")
    osei.page.locator("main li.mine", has_text="Underwood").locator("textarea").fill("None.")
    osei.clicks("button", "Answer", beside="Underwood")
    here.send(fhir_report(ida, here.clock.at, REPORT))
    here.did(ida, "report-routed", to="Dr. Osei")
    osei.page.set_viewport_size({"width": 390, "height": 844})
    osei.goes("/")
    osei.clicks("link", "Read the report", beside="Underwood")
    osei.clicks("button", "Read, plan agreed")
    kim.goes(f"/referrals/{it}")
    assert "Which tablets now?" in kim.reads()
    assert "Report read: plan agreed" in kim.reads()
    does(kim, it, "owner-assigned", owner="dana")
    assert "with Dana Reyes" in kim.page.inner_text(".referral-head")


def test_a_referral_is_put_aside_and_brought_back(here: Department, someone: Callable[[str], Person]):
    it = a_patient_called("Yarborough", 906)
    here.send(fhir_request(it, here.clock.at))
    dana = someone("dana")
    comes_back(dana)
    dana.finds("yarborough")
    dana.opens_the_first_row()
    dana.goes_on("s")
    dana.goes_to_button()
    dana.goes_on()
    dana.goes("/?queue=aside")
    assert "Yarborough" in dana.reads()
    dana.clicks("button", "Bring back")
    dana.goes("/?queue=aside")
    assert "Nothing is put aside" in dana.reads()


def test_several_get_a_note_at_once_which_is_taken_back(here: Department, someone: Callable[[str], Person]):
    dana = someone("dana")
    comes_back(dana)
    dana.goes("/referrals")
    for row in range(3):
        dana.page.locator("main tbody [name=pick]").nth(row).check()
    dana.clicks("button", "Add a note")
    fills(dana, "main form", text="Asked for the list of tablets.")
    dana.clicks("button", "Show what it will do")
    dana.sees("batch-preview")
    assert "It will be recorded on 3 of 3. Nothing is written yet." in dana.reads()
    dana.clicks("button", "Record it on 3")
    assert "Recorded on 3 of 3." in dana.reads()
    dana.page.fill("main [name=reason]", "Wrong list.")
    dana.clicks("button", "Take it back")
    dana.sees("batch-undone")
    assert "Taken back on 3 of 3" in dana.reads()
