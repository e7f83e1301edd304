"""A journey: a fax read page by page with keys, the letter and the packet taken away."""

from collections.abc import Callable

import pytest

from referloop.gym.letters import Paper, fhir_request
from tests.journeys.by_hand import comes_back
from tests.journeys.department import Department
from tests.journeys.steps import Person
from tests.journeys.test_keyboard import a_patient_called
from tests.paper.samples import fax

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_fax_is_read_with_keys_and_goes_into_the_packet(here: Department, someone: Callable[[str], Person]):
    papers = [Paper("Holter report", "image/tiff", fax(3))]
    here.send(fhir_request(a_patient_called("Lindholm", 907), here.clock.at, papers))
    dana = someone("dana")
    comes_back(dana)
    dana.finds("lindholm")
    dana.opens_the_first_row()
    it = dana.page.url.partition("?")[0]
    dana.clicks("link", "Holter report")
    assert dana.page.inner_text("#page") == "Page 1 of 3"
    for page in ("Page 2 of 3", "Page 3 of 3"):
        dana.goes_on("ArrowRight")
        assert dana.page.inner_text("#page") == page
    dana.goes_on("ArrowLeft")
    dana.goes_on("+")
    dana.sees("fax-page")
    assert dana.page.inner_text("#page") == "Page 2 of 3"
    dana.goes(it)
    assert the_file(dana, "link", "Referral letter").startswith(b"%PDF")
    dana.clicks("link", "Packet")
    assert "5 pages" in dana.reads()
    assert the_file(dana, "button", "Make the packet").startswith(b"%PDF")


def the_file(it: Person, role: str, words: str) -> bytes:
    with it.page.expect_download() as taken:
        it.page.locator("main").get_by_role(role, name=words).first.click()  # type: ignore[arg-type]
    content: bytes = taken.value.path().read_bytes()
    return content
