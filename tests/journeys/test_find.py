"""A journey: somebody calls, and half a name is all there is."""

from collections.abc import Callable

import pytest

from tests.journeys.department import Department
from tests.journeys.steps import Person

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_patient_is_found_by_half_a_name(here: Department, someone: Callable[[str], Person]):
    dana = someone("dana")
    dana.signs_in()
    dana.presses("/")
    dana.page.keyboard.type("thibod")
    dana.goes_on()
    dana.sees("find")
    assert "Thibodeaux" in dana.reads()
    dana.goes_on()
    dana.sees("patient")
    assert "Thibodeaux" in dana.page.inner_text("h1")
