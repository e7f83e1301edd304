"""Every page asks the books as often for two hundred referrals as for ten, and stays light."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from referloop.ports import Answer, Arrival, Books, Item, Kept
from referloop.referral.entry import Draft
from referloop.referral.facts.desk import NoteAdded
from referloop.referral.facts.intake import DocumentReceived
from referloop.referral.kinds import ReferralId
from referloop.wiring.workbench import WorkbenchNeeds
from referloop.workbench.access import ROLES, may
from referloop.workbench.asking import Noted, Page
from referloop.workbench.pages import referral
from referloop.workbench.routes import ROUTES, Route
from tests.desks import NOW, books_of, desk_over
from tests.workbench.counting import Counting
from tests.workbench.filled import CLINIC, Filled, filled

_LIGHT = 150 * 1024
_FEW, _MANY, _PAGE = 10, 200, 50
OPENABLE = [route for route in ROUTES if "GET" in route.methods]
# What stands in an address, for each kind of thing that has one.
_NAMED = {"referral": "R0", "digest": "d1", "page": "1", "code": "triage", "patients": "P1", "items": "I0"}


@pytest.fixture(scope="module", params=["memory", pytest.param("postgres", marks=pytest.mark.postgres)])
def desks(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Filled]]:
    """One desk with few referrals and one with many, in the same books."""
    url = request.getfixturevalue("desks_url") if request.param == "postgres" else ""
    with books_of(request.param, Path(tmp_path_factory.mktemp("books")), url) as database:
        found = []
        for count in (_FEW, _MANY):
            it = filled(desk_over(database))
            fill(it, count)
            found.append(it)
        yield found


def fill(it: Filled, count: int) -> None:
    """As many referrals, questions and messages, a quarter of one patient; the first one has a long log."""
    for number in range(count):
        it.receive(
            f"R{number}",
            "P1" if number % 4 == 0 else "P2",
            requester="Ruth Osei, Northside",
            performer=f"Harbor Heart {number}",
        )
    with it.test.desk.books(it.test.organization) as books:
        books.keep_evidence("d1", "text/plain", b"What the clinic sent.")
        log = books.log(ReferralId("R0"))
        assert log is not None
        notes = [Draft(NoteAdded(text=f"Called again, {number}"), NOW) for number in range(count)]
        document = Draft(DocumentReceived(document="d1", title="Letter", media_type="text/plain"), NOW)
        books.append(log, [document, *notes], CLINIC)
        for number in range(count):
            _ask_somebody(books, number)
    for number in range(min(count, _PAGE)):
        it.needs.accesses.note(it.here(), Noted("referral-opened", referral=f"R{number}"))


def _ask_somebody(books: Books, number: int) -> None:
    books.open_item(
        Item(
            id=f"I{number}", kind="identity", about="person:P1 like person:P2", says="Perhaps known.",
            remedy="Compare.", owner="specialist", created_at=books.at, due_at=books.at,
        )
    )  # fmt: skip
    arrival = Arrival(
        id=f"M{number}", channel="fhir", sender="clinic", message_id=f"m{number}", media_type="text/plain",
        body=b"?", received_at=NOW, digest=f"m{number}", content_digest="",
    )  # fmt: skip
    kept = Kept(
        id=f"M{number}", state="problem", kind="", content_digest="", referrals=(), answer=Answer(400, b""),
        owner="specialist", due_at=NOW,
    )  # fmt: skip
    books.keep(arrival, kept)


def address(route: Route) -> Mapping[str, str]:
    """What its address names; a kind of thing that is not known here fails."""
    parts = route.pattern.split("/")
    found = {}
    for at, part in enumerate(parts):
        if part.startswith("<"):
            name = part[1:-1].split(":")[1]
            found[name] = "M0" if parts[at - 1] == "inbox" else _NAMED.get(name) or _NAMED[parts[at - 1]]
    return found


def asked(it: Filled, route: Route) -> tuple[int, str]:
    """How many statements the page takes, and what it shows; opened by the first role that may."""
    role = next(role for role in ("lead", *ROLES) if may(role, route.permission))
    counting = Counting(it.test.desk.database)
    needs = WorkbenchNeeds(replace(it.test.desk, database=counting))  # type: ignore[arg-type]
    answer = Filled(it.test, needs).ask(route.view, role=role, path=address(route))
    statements = counting.statements
    return statements, it.page(route.view, role=role, path=address(route)) if isinstance(answer, Page) else ""


@pytest.mark.slow
@pytest.mark.parametrize("route", OPENABLE, ids=lambda route: route.pattern or "first")
def test_a_page_takes_the_same_statements_and_stays_light(desks: list[Filled], route: Route):
    (few, _), (many, page) = (asked(it, route) for it in desks)
    assert (many, len(page.encode()) <= _LIGHT) == (few, True)


@pytest.mark.slow
def test_a_long_timeline_goes_on_on_another_page(desks: list[Filled]):
    first = desks[1].page(referral.referral, path={"referral": "R0"})
    second = desks[1].page(referral.referral, path={"referral": "R0"}, query={"show": "all", "older": "100"})
    entries = [set(re.findall(r'<li id="entry-(\d+)"', page)) for page in (first, second)]
    assert ("?show=all&amp;older=100#timeline-title" in first, [len(each) for each in entries]) == (
        True,
        [100, 100],
    )
    assert entries[0] & entries[1] == set()
