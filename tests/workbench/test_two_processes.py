"""The same form sent to two web processes at once: one effect, and the second gets the answer of the first.

Each process is a desk over a database object of its own, as in `serving.wsgi`; what they share is the books.
"""

import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

import pytest

from referloop.storage.database import Database
from referloop.storage.postgres import PostgresDatabase
from referloop.storage.sqlite import SqliteDatabase
from referloop.wiring.workbench import WorkbenchNeeds
from referloop.workbench.asking import NOTED_BEFORE, Answer, Ask, Go, Page
from referloop.workbench.routes import ROUTES
from tests.desks import TestDesk, books_of, desk_over
from tests.workbench.filled import Filled, filled
from tests.workbench.sent_forms import FORMS, Sent, a_token

pytestmark = pytest.mark.slow  # every form, on both databases

WAIT = 30  # seconds, after which the two are taken to wait for each other


@dataclass
class Two:
    """Two processes of one desk."""

    one: Filled
    other: Filled

    def at_once(self, sent: Sent) -> list[Answer]:
        """Both begin at the same moment; the answers in the order of the processes."""
        ready = threading.Barrier(2)

        def send(it: Filled) -> Answer:
            here = replace(it.here(sent.role), form=f"a form of {sent.role}")
            lists = {**{name: [value] for name, value in sent.form.items()}, **sent.lists}
            ask = Ask("POST", here, sent.path, {}, sent.form, lists)
            ready.wait(WAIT)
            return sent.view(ask, it.needs)

        with ThreadPoolExecutor(2) as pool:
            return [each.result(WAIT) for each in [pool.submit(send, it) for it in (self.one, self.other)]]

    def rows(self) -> Mapping[str, int]:
        """How many rows each table of changes has."""
        with self.one.test.desk.database.reading(self.one.test.organization) as session:
            counts = session.ask(
                *((f"SELECT COUNT(*) FROM {each} WHERE organization_id = ?", (session.organization,))
                  for each in TABLES)
            )  # fmt: skip
        return {table: rows[0][0] for table, rows in zip(TABLES, counts, strict=True)}


TABLES = (
    "entries", "referrals", "people", "inbox", "items", "tokens", "proposals", "export_requests", "packs",
    "calendars", "rule_changes", "saved_views", "contact_rules", "accesses", "users",
)  # fmt: skip


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def two(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Two]:
    url = request.getfixturevalue("desks_url") if request.param == "postgres" else ""
    with books_of(request.param, tmp_path, url) as books:
        here = desk_over(books)
        second: Database = PostgresDatabase(url) if url else SqliteDatabase(tmp_path / "books.sqlite3")
        ids = count(1)
        desk = replace(here.desk, database=second, new_id=lambda: f"{here.organization}y{next(ids):06}")
        one = filled(here)
        yield Two(one, Filled(TestDesk(desk, here.organization, here.clock), WorkbenchNeeds(desk)))
        second.close()


def referrals_of(it: Filled) -> None:
    for id, patient in (("R1", "P1"), ("R2", "P2"), ("R4", "P1")):
        it.receive(id, patient, patient=patient)


@pytest.mark.parametrize("form", FORMS, ids=lambda each: each.__name__)
def test_w09_a_double_click_that_two_processes_get_has_one_effect_and_one_answer(
    two: Two, form: Callable[[Filled], Sent]
):
    referrals_of(two.one)
    sent = form(two.one)
    before = two.rows()
    first, second = two.at_once(sent)
    grown = {table: rows - before[table] for table, rows in two.rows().items() if rows != before[table]}
    assert grown == sent.grows
    assert said(first) == said(second)
    third, _ = two.at_once(sent)  # gone back, and sent again
    assert said(third) == said(first)
    assert two.rows() == {table: rows + sent.grows.get(table, 0) for table, rows in before.items()}


def test_w09_every_form_with_an_effect_is_tried_here_or_says_the_same_twice_by_itself(tmp_path: Path):
    tried = set()
    with books_of("memory", tmp_path, "") as books:
        for form in FORMS:
            it = filled(desk_over(books))
            referrals_of(it)
            tried.add(form(it).view)
    posted = {route.view for route in ROUTES if "POST" in route.methods}
    untried = {f"{each.__module__.rpartition('.')[2]}.{each.__name__}" for each in posted - tried}
    assert untried == SAME_TWICE


# What they show is read or made anew, or what they write is the same row with the same words.
SAME_TWICE = frozenset(
    {
        "aside.aside", "aside.back", "new_referral.codes", "find.lookup", "find.find", "directory.lookup",
        "glass.close", "referrals.referrals", "referrals.remove_view", "exports.export", "exports.take",
        "settings.stand_for", "settings.reset_factors", "settings_calendar.preview",
        "settings_connections.remove_destination", "settings_connections.try_destination", "packet.packet",
    }
)  # fmt: skip


def said(answer: Answer) -> object:
    """What its reader gets; a page by what it is about, as a secret and ids of a page are drawn once."""
    if isinstance(answer, Page):
        return answer.template, answer.status, answer.shows.get("made"), answer.shows.get("wrong")
    assert isinstance(answer, Go), answer
    return answer.to, answer.said


@pytest.mark.parametrize("times", range(3))
def test_of_two_clicks_that_make_a_token_one_shows_its_secret_and_one_says_it_was_made(two: Two, times: int):
    answers = two.at_once(a_token(two.one))
    pages = [each for each in answers if isinstance(each, Page)]
    secrets = sorted(bool(each.shows["secret"]) for each in pages)
    assert secrets == [False, True]
    again = next(each for each in pages if not each.shows["secret"])
    page = two.one.drawn(again, "administrator")
    assert "This token was made already" in page
    assert "If not, end all of north-ehr in the list below and make a new one." in page
    assert again.noted == NOTED_BEFORE
