"""A journey: one referral from the message that brings it to the closed loop, with the keyboard alone."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from referloop.gym.letters import fhir_report, fhir_request
from referloop.gym.town import OFFICES, Case, case
from tests.journeys.department import Department
from tests.journeys.steps import Person

pytestmark = [pytest.mark.browser, pytest.mark.slow]
REPORT = "Atrial fibrillation confirmed. Apixaban 5 mg twice a day. Review in three months."


def a_patient_called(family: str, number: int) -> Case:
    it = case(7, number)
    who = replace(it.resident, family=family, given="Ida")
    return replace(it, resident=who, office=OFFICES[0], urgency="urgent")


def test_a_referral_goes_from_its_message_to_closed_without_a_mouse(
    here: Department, someone: Callable[[str], Person]
):
    ida = a_patient_called("Saltzman", 900)
    here.send(fhir_request(ida, here.clock.at))
    dana, osei = someone("dana"), someone("osei")
    dana.signs_in()
    dana.finds("saltzman")
    dana.opens_the_first_row()
    dana.sees("referral-new")
    takes_it_on(dana)
    books_it(dana)
    here.later(days=8)
    dana.signs_in_again()
    dana.finds("saltzman")
    dana.opens_the_first_row()
    dana.records("Patient was seen")
    here.send(fhir_report(ida, here.clock.at, REPORT))
    dana.page.reload()
    dana.records("Report belongs here")
    reads_it(osei, dana.page.url)
    dana.page.reload()
    closes_it(dana)
    assert "Closed, loop complete" in dana.reads()


def takes_it_on(dana: Person) -> None:
    dana.records("Eligibility checked", "n", result="active")
    dana.records("Triage")
    dana.records("Is permission needed?", kind="prior-authorization", result="not-required")
    dana.records("Requester told it is here")
    dana.records("Accepted")


def books_it(dana: Person) -> None:
    dana.commands("Log a contact attempt")
    dana.sees("referral-contact")
    dana.goes_on("1")
    dana.commands("Book")
    dana.writes_time("starts", "12012026", "1030A")
    dana.sees("referral-book")
    dana.goes_to_button()
    dana.goes_on()
    dana.records("Patient told", what="appointment")
    dana.sees("referral-booked")


def reads_it(osei: Person, to: str) -> None:
    """The clinician's page: the question beside the answer."""
    osei.signs_in()
    osei.page.goto(to)
    osei.sees("clinician-report")
    osei.goes_to_words("Read, plan agreed")
    osei.goes_on()


def closes_it(dana: Person) -> None:
    dana.records("Patient told", what="plan")
    dana.commands("Close")
    dana.picks("reason", "completed")
    dana.sees("referral-close")
    dana.goes_to_button()
    dana.goes_on()
    dana.sees("referral-closed")
