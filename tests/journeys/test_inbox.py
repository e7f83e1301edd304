"""Journeys: a message on which the program failed is read again, and two patients are told apart."""

from collections.abc import Callable
from dataclasses import replace
from itertools import count

import pytest

from referloop.exchange.hl7v2.header import Site
from referloop.gym.letters import fhir_request, v2_request
from referloop.gym.town import OFFICES
from referloop.wiring.hl7v2 import receiver
from tests.journeys.by_hand import comes_back
from tests.journeys.department import Department
from tests.journeys.steps import Person
from tests.journeys.test_keyboard import a_patient_called

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_message_on_which_the_program_failed_is_read_again_and_becomes_a_referral(
    here: Department, someone: Callable[[str], Person]
):
    it = replace(a_patient_called("Castellan", 908), office=OFFICES[1])
    failing = receiver(replace(here.desk, new_id=failing_at(3, here)), here.organization, Site(zone="UTC"))
    assert b"MSA|AA|" in (failing(v2_request(it, here.clock.at), "peer") or b"")
    dana = someone("dana")
    comes_back(dana)
    dana.goes("/inbox?state=dead")
    assert "1" in dana.page.inner_text("nav.tabs [aria-current]")
    dana.opens_the_first_row()
    dana.sees("inbox-dead")
    assert "Castellan" in dana.page.inner_text("pre.raw")
    dana.goes_on("n")
    assert "It became none" not in dana.reads()
    dana.clicks("link", "Castellan")
    assert "Castellan" in dana.page.inner_text("h1")


def failing_at(which: int, here: Department) -> Callable[[], str]:
    """Makes ids, and fails at one of them: the arrival and the acknowledgement have theirs by the third."""
    calls = count(1)

    def made() -> str:
        if next(calls) == which:
            raise RuntimeError("a fault of our own")
        return here.desk.new_id()

    return made


def test_two_patients_are_compared_side_by_side_and_told_apart(
    here: Department, someone: Callable[[str], Person]
):
    one = a_patient_called("Merriweather", 909)
    other = replace(a_patient_called("Merriweather", 910), office=OFFICES[3])
    other = replace(other, resident=replace(other.resident, born=one.resident.born, given="Ida"))
    here.send(fhir_request(one, here.clock.at))
    here.send(fhir_request(other, here.clock.at))
    dana = someone("dana")
    comes_back(dana)
    dana.goes("/inbox")
    dana.clicks("link", "Compare the patients")
    dana.sees("identity")
    assert "Is this the same patient?" in dana.reads()
    number = dana.page.url.split("/")[-1]
    dana.clicks("button", "Different")
    dana.goes("/inbox")
    assert dana.page.locator(f"a[href='/inbox/items/{number}']").count() == 0, "it is decided"
