"""A journey: two people on one referral, who see each other and lose nothing."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from referloop.gym.letters import fhir_request
from tests.journeys.by_hand import comes_back, does
from tests.journeys.department import Department
from tests.journeys.steps import Person
from tests.journeys.test_keyboard import a_patient_called

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_the_second_who_writes_sees_what_the_first_wrote_and_keeps_their_words(
    here: Department, someone: Callable[[str], Person]
):
    here.send(fhir_request(a_patient_called("Quist", 902), here.clock.at))
    dana, morgan = someone("dana"), someone("morgan")
    comes_back(dana, morgan)
    dana.finds("quist")
    dana.opens_the_first_row()
    shared = dana.page.url.split("/")[-1].partition("?")[0]
    dana.goes(f"/referrals/{shared}?do=note-added#do")
    dana.page.fill("#do [name=text]", "Called the practice; the list follows.")
    morgan.goes(f"/referrals/{shared}")
    they_see_each_other(dana, morgan)
    does(morgan, shared, "referral-triaged", urgency="urgent", note="Seen by the nurse")
    with dana.page.expect_navigation(wait_until="load"):
        dana.page.click("#do button.first")
    dana.sees("two-people-difference")
    told = dana.page.inner_text("#do")
    assert "Recorded since you opened this form" in told
    assert "Seen by the nurse" in told
    assert dana.page.input_value("#do [name=text]") == "Called the practice; the list follows."
    dana.clicks("button", "Record it anyway")
    assert "Called the practice; the list follows." in dana.reads()
    assert "Triaged as urgent: Seen by the nurse" in dana.reads()


def they_see_each_other(dana: Person, morgan: Person) -> None:
    expect(morgan.page.locator("[data-others]")).to_contain_text("Dana Reyes has this referral open")
    expect(dana.page.locator("[data-others]")).to_contain_text(
        "Morgan Blake has this referral open", timeout=20_000
    )
    dana.sees("two-people")
