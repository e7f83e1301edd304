"""Signing in: who gets in, for how long, and with what."""

import json
import re
from datetime import timedelta
from types import SimpleNamespace

import httpx
import pytest

from referloop.storage.access import User
from referloop.wiring.signing import KNOWN_FOR, change_user, login_of, set_password
from referloop.workbench.limits import IDLE, LONGEST
from tests.workbench.browser import HIDDEN, PASSWORD, Site, confirmed, send, send_code, sign_in


def test_the_right_password_opens_the_workbench(site: Site):
    browser = site.signed_in()
    page = browser.get("/")
    assert (page.status_code, "A lead" in page.text, "(lead)" in page.text) == (200, True, True)


def test_a_name_with_its_organisation_opens_it_too(site: Site):
    name = login_of(site.here.organization, "lead")
    assert sign_in(site.browser(), name).headers["location"] == "/"


@pytest.mark.parametrize(
    ("name", "password"), [("lead", "another password"), ("nobody", PASSWORD), ("lead@other", PASSWORD)]
)
def test_a_wrong_name_or_password_gets_the_same_words(site: Site, name: str, password: str):
    answer = sign_in(site.browser(), name, password)
    says = "The name or the password is not right."
    assert (answer.status_code, says in answer.text, password in answer.text) == (200, True, False)


@pytest.mark.parametrize("path", ["/", "/version", "/account", "/account/password", "/account/factors/"])
def test_nobody_sees_a_page_without_signing_in(site: Site, path: str):
    answer = site.browser().get(path)
    assert (answer.status_code, answer.headers["location"]) == (302, f"/sign-in?next={path}")


def test_a_session_gets_a_new_id_when_somebody_signs_in(site: Site):
    """Row W11 of the bad inputs."""
    browser, stranger = site.browser(), site.browser()
    browser.get("/account/factors/webauthn/login/", headers={"accept": "application/json"})
    planted = browser.cookies["sessionid"]
    stranger.cookies.set("sessionid", planted, domain="localhost.local")
    assert sign_in(browser, "lead").headers["location"] == "/"
    assert browser.cookies["sessionid"] != planted
    assert (browser.get("/").status_code, stranger.get("/").status_code) == (200, 302)


def test_the_session_cookie_is_kept_from_scripts_and_other_sites(site: Site):
    cookies = sign_in(site.browser(), "lead").headers.get_list("set-cookie")
    [session] = [each.strip() for each in cookies if "sessionid=" in each]
    assert re.sub(r"=\w+;", "=…;", session, count=1) == "sessionid=…; HttpOnly; Path=/; SameSite=Lax"


def test_behind_encryption_the_cookie_is_for_it_alone(site: Site):
    browser = site.browser(site.mounted(public_url="https://desk.example"))
    browser.base_url = httpx.URL("https://desk.example")
    answer = browser.get("/sign-in")
    [cookie] = [each for each in answer.headers.get_list("set-cookie") if "csrf" in each]
    plain = re.sub(r"=\w+;", "=…;", cookie.strip(), count=1)
    assert plain == "__Host-csrftoken=…; HttpOnly; Path=/; SameSite=Lax; Secure"
    browser.headers["referer"] = "https://desk.example/sign-in"
    cookies = sign_in(browser, "lead").headers.get_list("set-cookie")
    [session] = [each for each in cookies if "sessionid" in each]
    plain = re.sub(r"=\w+;", "=…;", session.strip(), count=1)
    assert plain == "__Host-sessionid=…; HttpOnly; Path=/; SameSite=Lax; Secure"
    assert answer.headers["strict-transport-security"] == "max-age=31536000"


@pytest.mark.parametrize("to", ["/sign-in", "/sign-out", "/account/password"])
def test_a_form_without_its_token_changes_nothing(site: Site, to: str):
    """Row W01 of the bad inputs."""
    browser = site.signed_in()
    answer = browser.post(to, data={"login": "lead", "password": PASSWORD})
    says = "This form is not from your session, so nothing was changed."
    assert (answer.status_code, says in answer.text, browser.get("/").status_code) == (403, True, 200)


def test_a_form_from_another_origin_changes_nothing(site: Site):
    """Row W01 of the bad inputs."""
    browser = site.signed_in()
    token = HIDDEN.search(browser.get("/").text)
    assert token
    fields = {"csrfmiddlewaretoken": token[1]}
    answer = browser.post("/sign-out", data=fields, headers={"origin": "https://evil.example"})
    assert (answer.status_code, browser.get("/").status_code) == (403, 200)


def test_after_signing_out_nothing_is_shown_or_kept(site: Site):
    """Row W12 of the bad inputs."""
    browser = site.signed_in()
    assert browser.get("/").headers["cache-control"] == "no-store"
    kept = dict(browser.cookies)
    assert send(browser, "/sign-out").headers["location"] == "/sign-in"
    browser.cookies.update(kept)
    assert browser.get("/").headers["location"] == "/sign-in?next=/"


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "localhost:80@evil.example", "a b", ""]
)
def test_another_host_is_refused_and_makes_no_link(site: Site, host: str):
    """Row W27 of the bad inputs."""
    answer = site.browser().get("/sign-in", headers={"host": host})
    assert (answer.status_code, answer.text) == (400, "This desk is not known under that address.\n")


def test_a_forwarded_host_is_not_believed(site: Site):
    """Row W27 of the bad inputs."""
    answer = site.browser().get("/sign-in", headers={"x-forwarded-host": "evil.example"})
    assert (answer.status_code, "evil.example" in answer.text) == (200, False)


@pytest.mark.parametrize("method", ["TRACE", "PUT", "DELETE", "PATCH", "BREW"])
@pytest.mark.parametrize("path", ["/", "/sign-in", "/account"])
def test_other_methods_are_refused(site: Site, method: str, path: str):
    """Row W28 of the bad inputs."""
    answer = site.signed_in().request(method, path)
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, POST")


def test_a_method_written_in_a_header_is_not_believed(site: Site):
    """Row W28 of the bad inputs."""
    browser = site.signed_in()
    assert browser.get("/", headers={"x-http-method-override": "DELETE"}).status_code == 200


@pytest.mark.parametrize("next", ["//evil", "https:evil", "https://evil.example/", "\\evil", "javascript:x"])
def test_signing_in_never_leads_elsewhere(site: Site, next: str):
    """Row W29 of the bad inputs."""
    assert sign_in(site.browser(), "lead", next=next).headers["location"] == "/"


@pytest.mark.parametrize("next", ["//evil", "https:evil", "\\evil"])
def test_nor_does_the_sign_in_page_of_whoever_is_signed_in(site: Site, next: str):
    """Row W29 of the bad inputs."""
    assert site.signed_in().get("/sign-in", params={"next": next}).headers["location"] == "/"


def test_signing_in_leads_to_the_page_that_was_asked_for(site: Site):
    assert sign_in(site.browser(), "lead", next="/account").headers["location"] == "/account"


@pytest.mark.slow
def test_many_attempts_are_slowed_down(site: Site, caplog: pytest.LogCaptureFixture):
    """Row W33 of the bad inputs: over many names."""
    browser = site.browser()
    statuses = [sign_in(browser, f"name{each}", "a wrong password").status_code for each in range(31)]
    assert (set(statuses[:30]), statuses[30]) == ({200}, 429)
    assert "sign-in: too many attempts were made and are slowed down" in caplog.messages


@pytest.mark.slow
def test_after_ten_wrong_passwords_a_name_waits_a_minute_and_nobody_is_thrown_out(
    site: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    """Row W33 of the bad inputs: one name. That a passkey opens all the while: `test_signing_in`."""
    from allauth.core.internal import ratelimit

    working, browser = site.signed_in(), site.browser()
    for _ in range(10):
        sign_in(browser, "lead", "a wrong password")
    assert caplog.messages == []
    answer = sign_in(browser, "lead")
    assert (answer.status_code, "Too many attempts were made." in answer.text) == (200, True)
    waits = "sign-in: wrong passwords came one after another, and a name or an address waits"
    assert caplog.messages == [waits]
    assert working.get("/").status_code == 200
    clock = ratelimit.time
    later = SimpleNamespace(time=lambda: clock.time() + 61, monotonic=clock.monotonic, sleep=clock.sleep)
    monkeypatch.setattr(ratelimit, "time", later)
    assert sign_in(browser, "lead").headers["location"] == "/"


def test_somebody_away_for_too_long_signs_in_again(site: Site):
    browser = site.signed_in()
    browser.get("/")
    site.here.clock.forward(seconds=IDLE.total_seconds() - 1)
    assert browser.get("/").status_code == 200
    site.here.clock.forward(seconds=IDLE.total_seconds())
    assert browser.get("/").headers["location"] == "/sign-in?next=/"


def test_a_page_that_lies_open_keeps_nobody_signed_in(site: Site):
    browser = site.signed_in()
    browser.get("/")
    site.here.clock.forward(minutes=10)
    assert browser.get("/version").status_code == 200
    site.here.clock.forward(minutes=5)
    assert browser.get("/version").status_code == 302


def test_a_session_ends_after_twelve_hours_of_work(site: Site):
    browser = site.signed_in()
    step = timedelta(minutes=14)
    answers = []
    for _ in range(LONGEST // step + 2):
        answers.append(browser.get("/version").status_code)
        browser.get("/account")
        site.here.clock.now += step
    assert answers == [200] * (LONGEST // step + 1) + [302]


def test_who_leaves_the_desk_is_signed_out_within_seconds(site: Site):
    browser = site.signed_in()
    assert browser.get("/").status_code == 200
    change_user(site.here.desk, site.here.organization, User("lead", "A lead", "lead", active=False))
    site.here.clock.forward(seconds=KNOWN_FOR.total_seconds())
    assert browser.get("/").headers["location"] == "/sign-in?next=/"
    answer = sign_in(browser, "lead")
    assert answer.headers["location"] == "/sign-in/inactive"
    assert "You are not at this desk now" in browser.get("/sign-in/inactive").text


def test_a_role_is_what_the_books_say(site: Site):
    browser = site.signed_in()
    site.here.clock.forward(seconds=KNOWN_FOR.total_seconds())
    change_user(site.here.desk, site.here.organization, User("lead", "Kim", "administrator"))
    answer = browser.get("/find")
    assert (answer.status_code, "This is not for your role." in answer.text) == (403, True)
    assert browser.get("/").headers["location"] == "/settings"


def test_a_new_password_ends_the_sessions_of_the_old_one(site: Site):
    browser = site.signed_in()
    assert set_password(site.here.organization, "lead", "another harbour") == ()
    assert browser.get("/").status_code == 302
    assert sign_in(browser, "lead").status_code == 200
    assert sign_in(browser, "lead", "another harbour").headers["location"] == "/"


def test_a_weak_password_is_refused_with_every_reason(site: Site):
    codes = [problem.says for problem in set_password(site.here.organization, "lead", "password")]
    assert codes == [
        "This password is too short. It must contain at least 12 characters.",
        "This password is too common.",
    ]


def test_with_an_app_a_password_alone_does_not_open(site: Site):
    browser = site.signed_in()
    page = confirmed(browser, "/account/factors/totp/activate/").text
    found = re.search(r'id="authenticator_secret"[^>]*>(\w+)<', page)
    assert found
    added = send_code(browser, "/account/factors/totp/activate/", page, found[1])
    assert added.headers["location"] == "/account/factors/recovery-codes/"
    codes = browser.get("/account/factors/recovery-codes/").text
    send(browser, "/sign-out")
    assert sign_in(browser, "lead").headers["location"].startswith("/account/factors/authenticate/")
    assert browser.get("/").status_code == 302
    recovery = re.findall(r"<code>(\d{8})</code>", codes)
    opened = send(browser, "/account/factors/authenticate/", code=recovery[0])
    assert (opened.headers["location"], browser.get("/").status_code) == ("/", 200)


def test_a_passkey_is_asked_for_this_host(site: Site):
    page = confirmed(site.signed_in(), "/account/factors/webauthn/add/").text
    found = re.search(r'<script id="js_data"[^>]*>(.*?)</script>', page)
    assert found
    options = json.loads(found[1])["creation_options"]["publicKey"]
    assert options["rp"] == {"name": "localhost", "id": "localhost"}
    asked = site.browser().get("/account/factors/webauthn/login/", headers={"accept": "application/json"})
    options = asked.json()["request_options"]["publicKey"]
    assert (options["rpId"], options["userVerification"]) == ("localhost", "required")
