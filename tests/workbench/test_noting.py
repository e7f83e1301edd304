"""Whoever sees a patient leaves a line, written before the page arrives; typed words are never in it."""

import pytest
from django.core.cache import cache

from referloop.storage.access_lists import Narrowed, looked
from referloop.storage.accesses import ACTS
from referloop.wiring.signing import set_password
from referloop.workbench.asking import NOT_HERE, Download, Go, Noted, Page
from referloop.workbench.noting import NOBODY, NOTES, noted
from referloop.workbench.presenters import looks
from referloop.workbench.routes import ROUTES
from tests.desks import TestDesk
from tests.workbench.browser import HIDDEN, PASSWORD, Site, send
from tests.workbench.filled import Filled, filled


@pytest.fixture
def it(site: Site) -> Filled:
    found = filled(site.here)
    found.receive("R1", "P1")
    found.receive("R2", "P2")
    return found


def lines(site: Site) -> list[tuple[str, str, str, str, int]]:
    """(reader, act, patient, referral, how many), the oldest first, without coming and going."""
    with site.here.desk.database.reading(site.here.organization) as session:
        rows = looked(session, Narrowed(), 500)
    told = [each.it for each in reversed(rows)]
    return [
        (each.user, each.act, each.patient, each.referral, each.how_many)
        for each in told
        if not each.act.startswith("signed-")
    ]


def everything(site: Site) -> str:
    sql = "SELECT * FROM accesses WHERE organization_id = ?"
    with site.here.desk.database.reading(site.here.organization) as session:
        return repr(session.ask((sql, (site.here.organization,))))


def test_every_route_says_what_its_reader_sees():
    assert set(NOTES) == {route.pattern for route in ROUTES}


def test_every_act_is_defined_and_has_words():
    assert (set(NOTES.values()) - {NOBODY} - ACTS, set(looks.ACTS)) == (set(), set(ACTS))


def test_pages_that_are_said_to_show_nobody_do(here: TestDesk):
    found = filled(here)
    found.receive("R1", "P1")
    found.receive("R2", "P2")
    plain = [
        route
        for route in ROUTES
        if NOTES[route.pattern] == NOBODY and "GET" in route.methods and "<" not in route.pattern
    ]
    pages = {
        route.pattern: found.page(route.view) for route in plain if isinstance(found.ask(route.view), Page)
    }
    shown = {pattern for pattern, page in pages.items() if "Chen, Ben" in page}
    assert (len(pages) > 8, shown) == (True, set())


def test_a_referral_that_is_opened_is_noted_once_a_minute(site: Site, it: Filled):
    browser = site.signed_in()
    for _ in range(3):
        assert browser.get("/referrals/R1").status_code == 200
    assert lines(site)[-1:] == [("lead", "referral-opened", "P1", "R1", 0)]
    assert [each[1] for each in lines(site)].count("referral-opened") == 1
    site.here.clock.forward(minutes=1)
    browser.get("/referrals/R1")
    assert [each[1] for each in lines(site)].count("referral-opened") == 2


def test_w06_whoever_asks_for_what_is_not_here_is_noted_without_what_they_typed(site: Site, it: Filled):
    browser = site.signed_in()
    before = lines(site)
    for typed in ("R9", "R8", "Ada-Okafor"):
        assert browser.get(f"/referrals/{typed}").status_code == 404
    assert browser.get("/patients/P9").status_code == 404
    assert lines(site) == [*before, ("lead", "not-here", "", "", 0), ("lead", "not-here", "", "", 0)]
    assert [each in everything(site) for each in ("R9", "P9", "Ada-Okafor")] == [False] * 3


def test_an_address_that_no_page_has_is_noted_nowhere(site: Site, it: Filled):
    browser = site.signed_in()
    before = lines(site)
    assert browser.get("/nothing-like-this").status_code == 404
    assert lines(site) == before


def test_a_page_that_asks_for_news_is_no_reading(site: Site, it: Filled):
    browser = site.signed_in()
    before = lines(site)
    assert browser.get("/version", params={"at": "/referrals/R1"}).status_code == 200
    assert lines(site) == before


def test_a_search_is_noted_with_how_many_were_found_and_never_with_what_was_typed(site: Site, it: Filled):
    browser = site.signed_in()
    assert "Okafor" in send(browser, "/find", text="Okafor").text
    assert send(browser, "/find", text="Wanderley").status_code == 200
    found = [each for each in lines(site) if each[1] == "found"]
    assert (found[0][4] > 0, found[1]) == (True, ("lead", "found", "", "", 0))
    assert [each in everything(site) for each in ("Okafor", "okafor", "Wanderley")] == [False] * 3


def test_whoever_is_refused_is_noted(site: Site, it: Filled):
    browser = someone(site, "junior")
    assert browser.get("/inbox").status_code == 403
    assert lines(site)[-1] == ("junior", "refused", "", "", 0)


def test_coming_and_going_are_noted(site: Site, it: Filled):
    browser = site.signed_in()
    send(browser, "/sign-out")
    with site.here.desk.database.reading(site.here.organization) as session:
        rows = looked(session, Narrowed(user="lead"), 9)
    assert [each.it.act for each in rows] == ["signed-out", "signed-in"]


def test_a_patient_and_a_list_are_noted(site: Site, it: Filled):
    browser = site.signed_in()
    browser.get("/patients/P2")
    browser.get("/referrals")
    assert lines(site)[-2:] == [
        ("lead", "patient-opened", "P2", "", 0),
        ("lead", "list-opened", "", "", 0),
    ]


def test_a_change_of_settings_names_whom_it_was_about_and_the_new_role(site: Site):
    browser = someone(site, "administrator")
    token = HIDDEN.search(browser.get("/settings").text)
    fields = {"id": "dana", "name": "Dana Reyes", "role": "senior", "active": "yes"}
    said = browser.post("/settings/people", data={**fields, "csrfmiddlewaretoken": token[1] if token else ""})
    assert said.status_code == 303
    with site.here.desk.database.reading(site.here.organization) as session:
        [row] = [
            each.it
            for each in looked(session, Narrowed(user="administrator"), 9)
            if "settings" in each.it.act
        ]
    assert (row.act, row.about, row.reason) == ("settings-changed", "settings/people dana", "senior")


def someone(site: Site, role: str):
    assert set_password(site.here.organization, role, PASSWORD) == ()
    cache.clear()  # it counts attempts
    browser = site.browser()
    send(browser, "/sign-in", login=role, password=PASSWORD)
    return browser


REFERRAL, PATH = "referrals/<str:referral>", {"referral": "R1"}


@pytest.mark.parametrize(
    ("pattern", "method", "path", "answer", "expected"),
    [
        (REFERRAL, "GET", PATH, Page("x", {}), Noted("referral-opened", referral="R1")),
        (f"{REFERRAL}/merge", "POST", PATH, Page("x", {}, 409), Noted("referral-opened", referral="R1")),
        (f"{REFERRAL}/merge", "POST", PATH, Go("/"), None),
        (REFERRAL, "GET", PATH, NOT_HERE, Noted("not-here", about=REFERRAL)),
        (REFERRAL, "GET", PATH, Page("x", {}, 403), Noted("refused", referral="R1", about=REFERRAL)),
        (
            f"{REFERRAL}/documents/<str:digest>/file",
            "GET",
            {**PATH, "digest": "d1"},
            Download("a", "text/plain", b""),
            Noted("document-taken", referral="R1", about="d1"),
        ),
        ("inbox/<str:id>", "GET", {"id": "M1"}, Page("x", {}), Noted("message-opened", about="M1")),
        ("reports", "GET", {}, Page("x", {}), None),
        ("settings/tokens", "POST", {}, Page("x", {}, 422), None),
        ("settings/tokens", "POST", {}, Page("x", {}), Noted("settings-changed", about="settings/tokens")),
        ("find", "GET", {}, Page("x", {}), None),
        ("referrals/new", "GET", {}, Page("x", {}), None),
        ("referrals/new", "POST", {}, Page("x", {}, 422), Noted("found", about="referrals/new")),
        ("compliance/glass/reviewed", "POST", {}, Go("/compliance/glass"), None),
        ("forgotten", "GET", {}, Page("x", {}), Noted("list-opened", about="forgotten")),
    ],
)  # fmt: skip
def test_what_is_noted_of_an_answer(pattern, method, path, answer, expected):
    assert noted(pattern, method, path, {}, answer) == expected


def test_a_new_referral_for_a_patient_shows_that_patient():
    found = noted("referrals/new", "GET", {}, {"patient": "P1"}, Page("x", {}))
    typed = noted("referrals/new", "GET", {}, {"patient": "Ada Okafor"}, Page("x", {}))
    assert found is not None
    assert (found.act, found.patient, typed) == ("patient-opened", "P1", None)
