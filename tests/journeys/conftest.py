"""A department, a browser, and the people who open it."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connections
from playwright.sync_api import Browser, sync_playwright

from tests.journeys.department import Department, department, lived_through
from tests.journeys.steps import Person

CHROMIUM = shutil.which("chromium") or ""
PICTURES = Path(__file__).parents[2] / "var" / "screenshots"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM:
        pytest.skip("chromium is not on this machine: apt-get install chromium")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
        )
        yield found
        found.close()


@pytest.fixture(scope="session")
def books(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return lived_through(tmp_path_factory.mktemp("books"))


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory, books: Path) -> Iterator[Department]:
    with department(tmp_path_factory.mktemp("department"), books) as found:
        yield found
    connections.close_all()


@pytest.fixture
def someone(browser: Browser, here: Department) -> Iterator[Callable[[str], Person]]:
    """Somebody before the sign-in, with a browser of their own."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    opened: list[Person] = []

    def opens(name: str) -> Person:
        context = browser.new_context(base_url=here.address, reduced_motion="reduce", locale="en-US")
        opened.append(Person(context.new_page(), name, PICTURES))
        return opened[-1]

    yield opens
    for person in opened:
        person.page.context.close()
