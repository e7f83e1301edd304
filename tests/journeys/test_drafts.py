"""A journey: words that were typed and not sent, keys that lead to a form, and a form that takes its time."""

from collections.abc import Callable
from time import sleep

import pytest
from playwright.sync_api import Route

from referloop.gym.letters import fhir_request
from tests.journeys.department import Department
from tests.journeys.steps import Person
from tests.journeys.test_keyboard import a_patient_called

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PUT_BACK = "What you typed here before is still there."


@pytest.fixture
def dana(here: Department, someone: Callable[[str], Person]) -> Person:
    """At a referral that came for a patient of their own."""
    here.send(fhir_request(a_patient_called("Quillfeather", 970), here.clock.at))
    dana = someone("dana")
    dana.page.goto("/sign-in")
    dana.signs_in_again()
    dana.finds("quillfeather")
    dana.opens_the_first_row()
    return dana


def test_a_form_that_was_not_sent_is_there_again_until_it_is_left_or_sent(dana: Person):
    referral = dana.page.url
    dana.commands("note")
    dana.types("text", "Asked the practice for the ECG.")
    dana.page.locator("#do [name=audience][value=requester]").check()
    form = dana.page.url
    dana.page.goto("/")
    dana.page.goto(form)
    assert PUT_BACK in dana.reads()
    assert dana.page.locator("#do [name=text]").input_value() == "Asked the practice for the ECG."
    assert dana.page.locator("#do [name=audience]:checked").input_value() == "requester"
    dana.sees("form-put-back")
    with dana.page.expect_navigation():
        dana.page.get_by_role("button", name="Begin anew").click()
    assert PUT_BACK not in dana.reads()
    assert dana.page.locator("#do [name=text]").input_value() == ""
    dana.types("text", "They will fax it.")
    dana.goes_to_button()
    dana.goes_on()
    assert "They will fax it." in dana.reads()
    dana.page.goto(referral)
    dana.commands("note")
    assert dana.page.locator("#do [name=text]").input_value() == "", "what was sent is no draft any more"


def test_nothing_that_was_typed_outlives_signing_out(dana: Person):
    dana.commands("note")
    dana.types("text", "Half a sentence")
    dana.page.get_by_role("button", name="Sign out").click()
    dana.page.wait_for_url("**/sign-in*")
    assert "Half a sentence" not in dana.page.evaluate("() => JSON.stringify({...sessionStorage})")


def test_keys_open_a_document_an_escalation_and_what_else_can_be_done(dana: Person):
    dana.goes_on("a")
    assert "Add a document" in dana.page.locator("#do-title").inner_text()
    dana.page.go_back()
    dana.goes_on("e")
    assert "Escalate" in dana.page.locator("#do-title").inner_text()
    dana.page.go_back()
    dana.presses(".")
    options = dana.page.locator("#palette [role=option]")
    assert options.first.inner_text().startswith("Next step")
    dana.page.keyboard.type("attempt log")
    assert [each.inner_text() for each in options.all()] == ["Log a contact attempt"]
    dana.page.keyboard.type(" zebra")
    assert dana.page.locator("#palette-nothing").inner_text().startswith("Nothing here is called that.")


def test_what_takes_a_while_says_that_it_is_under_way(dana: Person):
    dana.commands("note")
    dana.types("text", "Waits for a slow network.")
    dana.page.evaluate(_LISTENS)

    def slow(route: Route) -> None:
        sleep(1.2)
        route.continue_()

    dana.page.route("**/do/note-added", slow)
    with dana.page.expect_navigation():
        dana.page.locator("#do button.first").click(no_wait_after=True)
    assert dana.page.evaluate("() => sessionStorage.getItem('heard')").startswith("Under way.")
    assert dana.page.locator(".busy").count() == 0
    assert "Waits for a slow network." in dana.reads()


_LISTENS = """() => new MutationObserver(() => {
  const busy = document.querySelector(".busy");
  if (busy) sessionStorage.setItem("heard", busy.innerText);
}).observe(document.body, { childList: true, subtree: true })"""
