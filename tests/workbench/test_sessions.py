"""How long a sign-in lasts, what wants a fresh one, and that nothing sent too late is lost."""

import re
from html import unescape

import httpx
import pytest

from referloop.wiring.signing import set_password
from referloop.workbench.routes import RAIL, ROUTES
from tests.workbench.browser import HIDDEN, PASSWORD, Site, send, sign_in

pytestmark = pytest.mark.slow  # each signs in anew

DAY = {"administrator": (10, 8), "compliance": (10, 8), "receiving-office": (15, 8), "junior": (15, 12)}
FORM = {"id": "new.one", "name": "Una Quill", "role": "junior", "active": "yes"}


def someone(site: Site, role: str) -> httpx.Client:
    assert set_password(site.here.organization, role, PASSWORD) == ()
    return site.signed_in(role) if role != "administrator" else _landed(site, role)


def _landed(site: Site, role: str) -> httpx.Client:
    browser = site.browser()
    assert sign_in(browser, role).headers["location"] == "/settings"
    return browser


def post(browser: httpx.Client, to: str, **fields: str) -> httpx.Response:
    token = HIDDEN.search(browser.get("/account").text)
    assert token
    return browser.post(to, data={**fields, "csrfmiddlewaretoken": token[1]})


def sent_again(browser: httpx.Client) -> httpx.Response:
    """Send the form of the page that shows what was kept."""
    page = browser.get("/account/again").text
    form = page[page.index("<h2>") :]
    to = re.search(r'<form action="([^"]+)"', form)
    assert to
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))
    return browser.post(unescape(to[1]), data={name: unescape(value) for name, value in fields.items()})


@pytest.mark.parametrize("role", DAY)
def test_each_role_has_its_time_without_work(site: Site, role: str):
    browser, (minutes, _) = someone(site, role), DAY[role]
    browser.get("/account")
    site.here.clock.forward(minutes=minutes - 1)
    assert browser.get("/account/here").json() == {"here": True}
    site.here.clock.forward(minutes=1)
    assert browser.get("/account/here").headers["location"] == "/sign-in?next=/account/here"


@pytest.mark.slow
@pytest.mark.parametrize("role", DAY)
def test_each_role_has_its_longest_day(site: Site, role: str):
    browser, (minutes, hours) = someone(site, role), DAY[role]
    statuses, rounds = [], hours * 60 // (minutes - 2)
    for _ in range(rounds + 2):
        statuses.append(browser.get("/account").status_code)
        site.here.clock.forward(minutes=minutes - 2)
    ends = rounds + (hours * 60 % (minutes - 2) > 0)
    assert statuses[: ends + 1] == [200] * ends + [302]


@pytest.mark.parametrize("role", ["junior", "administrator", "receiving-office", "compliance"])
def test_each_role_begins_at_a_screen_of_its_rail(site: Site, role: str):
    assert set_password(site.here.organization, role, PASSWORD) == ()
    browser = site.browser()
    to = sign_in(browser, role).headers["location"]
    assert (to in [entry[0] for entry in RAIL], browser.get(to).status_code) == (True, 200)


def test_what_is_dangerous_wants_a_fresh_sign_in():
    people = {"settings/people", "settings/people/reset"}
    partners = {
        "settings/tokens",
        "settings/tokens/revoke",
        "settings/destinations",
        "settings/destinations/remove",
    }
    assert people | partners | {"glass"} <= {each.pattern for each in ROUTES if each.fresh}


def test_a_dangerous_act_within_five_minutes_is_done_at_once(site: Site):
    browser = someone(site, "administrator")
    browser.get("/settings")
    site.here.clock.forward(minutes=4, seconds=59)
    assert post(browser, "/settings/people", **FORM).headers["location"] == "/settings"


def test_a_dangerous_act_later_asks_who_is_there_and_loses_nothing(site: Site):
    browser = someone(site, "administrator")
    browser.get("/settings")
    site.here.clock.forward(minutes=5)
    asked = post(browser, "/settings/people", **FORM)
    assert (asked.status_code, asked.headers["location"]) == (303, "/account/confirm?next=%2Faccount%2Fagain")
    assert "Una Quill" not in browser.get("/settings").text
    old = browser.cookies["sessionid"]
    wrong = send(browser, asked.headers["location"], password="not this one", next="/account/again")
    assert "The password is not right." in wrong.text
    right = send(browser, asked.headers["location"], password=PASSWORD, next="/account/again")
    assert right.headers["location"] == "/account/again"
    assert "sessionid=" in right.headers["set-cookie"]
    assert browser.cookies["sessionid"] != old
    assert "data-sends-itself" in browser.get("/account/again").text
    assert sent_again(browser).headers["location"] == "/settings"
    assert "Una Quill" in browser.get("/settings").text
    assert browser.get("/account/again").headers["location"] == "/settings"
    browser.cookies.set("sessionid", old, domain="localhost.local")
    assert browser.get("/settings").headers["location"] == "/sign-in?next=/settings"


def test_who_may_not_do_it_is_refused_and_not_asked_first(site: Site):
    browser = someone(site, "junior")
    site.here.clock.forward(minutes=6)
    assert post(browser, "/settings/people", **FORM).status_code == 403


def test_a_form_sent_after_the_session_ended_is_shown_again_after_signing_in(site: Site):
    browser = someone(site, "administrator")
    token = HIDDEN.search(browser.get("/settings").text)
    assert token
    site.here.clock.forward(minutes=10)
    late = browser.post("/settings/people", data={**FORM, "csrfmiddlewaretoken": token[1]})
    assert (late.status_code, late.headers["location"]) == (303, "/sign-in?next=%2Faccount%2Fagain")
    assert sign_in(browser, "administrator", next="/account/again").headers["location"] == "/account/again"
    page = browser.get("/account/again").text
    assert ("Una Quill" in page, "data-sends-itself" in page) == (True, False)
    assert sent_again(browser).headers["location"] == "/settings"
    assert "Una Quill" in browser.get("/settings").text


def test_somebody_else_who_signs_in_there_sees_nothing_of_it(site: Site):
    browser = someone(site, "administrator")
    assert set_password(site.here.organization, "junior", PASSWORD) == ()
    token = HIDDEN.search(browser.get("/settings").text)
    assert token
    site.here.clock.forward(minutes=10)
    browser.post("/settings/people", data={**FORM, "csrfmiddlewaretoken": token[1]})
    assert sign_in(browser, "junior", next="/account/again").headers["location"] == "/account/again"
    answer = browser.get("/account/again")
    assert (answer.headers["location"], "Una Quill" in answer.text) == ("/", False)


def test_what_is_kept_of_a_form_lies_encrypted(site: Site):
    from django.contrib.sessions.models import Session

    browser = someone(site, "administrator")
    site.here.clock.forward(minutes=5)
    post(browser, "/settings/people", **FORM)
    session = Session.objects.get(session_key=browser.cookies["sessionid"]).get_decoded()
    assert ("carried" in session, "Quill" in repr(session)) == (True, False)


def test_a_late_form_without_its_token_is_not_kept(site: Site):
    browser = someone(site, "administrator")
    browser.get("/settings")
    site.here.clock.forward(minutes=10)
    assert browser.post("/settings/people", data=FORM).status_code == 403


@pytest.mark.parametrize("locked", [False, True])
def test_a_known_and_an_unknown_name_get_the_same_status_and_bytes(site: Site, locked: bool):
    def answer(name: str) -> tuple[int, str, list[str]]:
        browser = site.browser()
        for _ in range(11 if locked else 1):
            got = sign_in(browser, name, "a wrong password")
        body = re.sub(r'value="[A-Za-z0-9]{64}"', "", got.text).replace(name, "NAME")
        return got.status_code, body, sorted(set(got.headers) - {"content-length"})

    from django.core.cache import cache

    known = answer("lead")
    cache.clear()
    assert known == answer("daed")


def test_a_password_is_hashed_as_often_for_an_unknown_name(site: Site, monkeypatch: pytest.MonkeyPatch):
    from django.contrib.auth.hashers import Argon2PasswordHasher

    hashed: list[str] = []
    plain = Argon2PasswordHasher.encode, Argon2PasswordHasher.verify
    monkeypatch.setattr(
        Argon2PasswordHasher, "encode", lambda *given: (hashed.append("x"), plain[0](*given))[1]
    )
    monkeypatch.setattr(
        Argon2PasswordHasher, "verify", lambda *given: (hashed.append("x"), plain[1](*given))[1]
    )
    counts = []
    for name in ("lead", "daed"):
        hashed.clear()
        sign_in(site.browser(), name, "a wrong password")
        counts.append(len(hashed))
    assert counts == [1, 1]


def test_a_late_form_with_a_password_is_not_kept(site: Site):
    browser = someone(site, "junior")
    token = HIDDEN.search(browser.get("/account/password").text)
    assert token
    site.here.clock.forward(minutes=15)
    fields = {"oldpassword": PASSWORD, "csrfmiddlewaretoken": token[1]}
    late = browser.post("/account/password", data=fields)
    assert late.headers["location"] == "/sign-in?next=/account/password"
