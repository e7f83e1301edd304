"""A second factor is required: nothing is open without it, its secret is encrypted, and it can be reset."""

import json

import pytest
from django.contrib.auth import get_user_model

from referloop.wiring.signed_in import renew, reset_factors
from referloop.wiring.signing import login_of, set_password
from referloop.workbench.access import ROLES
from referloop.workbench.signin.keys import FACTORS, Keys
from tests.workbench.browser import PASSWORD, Site, send, sign_in
from tests.workbench.factors import APP, begun, requiring, stored, with_app

pytestmark = pytest.mark.slow  # each signs in anew

FIRST = "/account/first-factor"
OLD, NEW = b"s" * 32, b"n" * 32


@pytest.fixture
def required(site: Site) -> Site:
    for role in ROLES:
        assert set_password(site.here.organization, role, PASSWORD) == ()
    stored().delete()
    return requiring(site)


@pytest.mark.parametrize(
    "path", ["/", "/referrals", "/account", "/account/factors/", "/version", "/settings"]
)
@pytest.mark.parametrize("role", ["junior", "administrator"])
def test_a_password_alone_opens_nothing_but_adding_a_factor(required: Site, role: str, path: str):
    answer = begun(required, role).get(path)
    assert (answer.status_code, answer.headers["location"]) == (303, FIRST)


def test_a_form_sent_with_a_password_alone_changes_nothing(required: Site):
    browser = begun(required)
    token = {"csrfmiddlewaretoken": browser.cookies["csrftoken"]}
    assert browser.post("/settings/people", data={**token, "id": "x"}).headers["location"] == FIRST


@pytest.mark.parametrize("role", ROLES)
def test_who_could_open_the_desk_to_others_needs_a_passkey(required: Site, role: str):
    browser = begun(required, role)
    wants_passkey = role in ("administrator", "compliance")
    page = browser.get(FIRST).text
    assert ("Add a passkey" in page, "Use a code app" in page) == (True, not wants_passkey)
    assert browser.get(APP).status_code == (303 if wants_passkey else 200)


def test_with_an_app_the_desk_opens_and_the_first_factor_page_leads_on(required: Site):
    browser = begun(required)
    with_app(browser)
    assert (browser.get("/").status_code, browser.get(FIRST).headers["location"]) == (200, "/")


def test_taking_the_last_factor_away_asks_for_another_at_once(required: Site):
    browser = begun(required)
    with_app(browser)
    assert send(browser, "/account/factors/totp/deactivate/").status_code == 302
    assert browser.get("/").headers["location"] == FIRST


def test_recovery_codes_are_shown_once(required: Site):
    browser = begun(required)
    with_app(browser)
    shown = [browser.get("/account/factors/recovery-codes/").text.count("<code>") for _ in range(2)]
    assert shown == [10, 0]


def test_the_secret_of_an_app_lies_encrypted(required: Site):
    secret = with_app(begun(required))
    kept = json.dumps(list(stored().values_list("data", flat=True)))
    opened = [Keys((OLD,)).opened(FACTORS, each.data["secret"]) for each in stored().filter(type="totp")]
    assert (secret in kept, opened) == (False, [secret])


def test_a_rotated_secret_still_opens_and_brings_what_is_stored_under_the_new_one(required: Site):
    secret = with_app(begun(required))
    assert [renew(Keys((NEW, OLD))) for _ in range(2)] == [2, 0]
    [app] = stored().filter(type="totp")
    sealed = app.data["secret"]
    assert (Keys((NEW,)).opened(FACTORS, sealed), Keys((OLD,)).opened(FACTORS, sealed)) == (secret, None)


def test_a_factor_of_a_lost_secret_says_so_and_opens_nothing(required: Site):
    with_app(begun(required))
    renew(Keys((NEW, OLD)))
    browser = begun(required)
    page = send(browser, "/account/factors/authenticate/", code="123456").text
    assert "Ask your administrator to reset it." in page
    assert browser.get("/").headers["location"].startswith("/sign-in")


def test_after_twenty_wrong_codes_in_a_day_none_is_taken(required: Site):
    from django.core.cache import cache

    with_app(begun(required))
    browser = begun(required)
    says = []
    for _ in range(21):
        for key in [row for row in _attempts() if "code_failed" not in row]:
            cache.delete(key)  # the wait of a minute
        says.append("Too many wrong codes" in send(browser, "/account/factors/authenticate/", code="1").text)
    assert says == [False] * 20 + [True]


def _attempts() -> list[str]:
    from django.db import connection

    with connection.cursor() as cursor:
        rows = cursor.execute("SELECT cache_key FROM attempts").fetchall()
    return [row[0].split(":", 2)[2] for row in rows]


def test_a_reset_takes_the_factors_away_and_signs_out_everywhere(required: Site):
    here, there = begun(required), begun(required)
    with_app(here)
    junior = begun(required, "junior")
    with_app(junior)
    login = login_of(required.here.organization, "lead")
    assert reset_factors(login) == 1
    assert [each.get("/").headers.get("location") for each in (here, there, junior)] == [
        "/sign-in?next=/",
        "/sign-in?next=/",
        None,
    ]
    assert begun(required).get("/").headers["location"] == FIRST


def test_a_new_password_leaves_the_factor(required: Site):
    with_app(begun(required))
    assert set_password(required.here.organization, "lead", "another harbour") == ()
    answer = sign_in(required.browser(), "lead", "another harbour")
    assert answer.headers["location"].startswith("/account/factors/authenticate/")


def test_nobody_is_reset_who_never_signed_in(required: Site):
    assert reset_factors("nobody@anywhere") is None
    assert get_user_model().objects.filter(username="nobody@anywhere").count() == 0


def test_an_administrator_resets_with_a_reason(site: Site):
    for role in ("administrator", "junior"):
        assert set_password(site.here.organization, role, PASSWORD) == ()
    stored().delete()
    junior, admin = begun(site, "junior"), begun(site, "administrator")
    with_app(junior)
    refused = _post(admin, "/settings/people/reset", id="junior", reason=" ")
    done = _post(admin, "/settings/people/reset", id="junior", reason="Came to the desk in person.")
    assert (refused.status_code, "The reason is missing." in refused.text) == (422, True)
    assert (done.status_code, junior.get("/").headers["location"]) == (303, "/sign-in?next=/")


def _post(browser, to: str, **fields: str):
    from tests.workbench.browser import HIDDEN

    token = HIDDEN.search(browser.get("/settings").text)
    assert token
    return browser.post(to, data={**fields, "csrfmiddlewaretoken": token[1]})
