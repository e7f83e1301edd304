"""A journey: a junior works three referrals, and takes one mistake back."""

from collections.abc import Callable

import pytest

from tests.journeys.department import Department
from tests.journeys.steps import Person

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
        jules.sees(f"junior-{number}")
        jules.commands("Note")
        jules.types("text", "Called the practice; they will send the list.")
        jules.goes_to_button()
        jules.goes_on()
        done.append(jules.page.url)
        assert "they will send the list" in jules.reads()
    jules.goes_on("u")
    jules.sees("junior-undo")
    jules.types("reason", "Wrong patient.")
    jules.goes_to_button()
    jules.goes_on()
    jules.sees("junior-undone")
    assert "Earlier entry withdrawn: Wrong patient." in jules.reads()
    assert len(set(done)) == 3
