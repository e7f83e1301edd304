"""Signing in with a second factor, in a real browser: enrolled, used, and a page that locked itself."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.cache import cache
from django.db import connections
from playwright.sync_api import Browser, expect

from tests.desks import TestDesk
from tests.journeys.conftest import PICTURES
from tests.journeys.department import PASSWORD
from tests.journeys.signing import code_for, desk_with_factors, has_passkeys
from tests.journeys.steps import Person

pytestmark = pytest.mark.slow
Opens = Callable[..., Person]


@pytest.fixture(scope="module")
def required(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, TestDesk]]:
    with desk_with_factors(tmp_path_factory.mktemp("factors")) as found:
        yield found
    connections.close_all()


@pytest.fixture
def opens(required: tuple[str, TestDesk], browser: Browser) -> Iterator[Opens]:
    PICTURES.mkdir(parents=True, exist_ok=True)
    opened = []

    def person(name: str, *, script: bool = True) -> Person:
        context = browser.new_context(
            base_url=required[0], reduced_motion="reduce", locale="en-US", java_script_enabled=script
        )
        opened.append(context)
        return Person(context.new_page(), name, PICTURES)

    yield person
    for context in opened:
        context.close()


def with_password(it: Person) -> None:
    it.page.goto("/sign-in")
    it.page.fill("[name=login]", it.name)
    it.page.fill("[name=password]", PASSWORD)
    it.page.click("main button.first")


def with_new_passkey(it: Person) -> None:
    """Signed in for the first time, with a passkey added on the way."""
    has_passkeys(it.page)
    with_password(it)
    it.clicks("link", "Add a passkey")
    it.clicks("button", "Add the passkey")
    it.clicks("link", "I have kept them, go on")


def test_whoever_has_no_second_factor_adds_a_passkey_and_then_needs_no_password(opens: Opens):
    lead = opens("lead")
    has_passkeys(lead.page)
    with_password(lead)
    assert lead.page.url.endswith("/account/first-factor")
    lead.sees("first-factor")
    lead.page.goto("/referrals")
    assert lead.page.url.endswith("/account/first-factor")
    lead.clicks("link", "Add a passkey")
    lead.sees("add-passkey")
    lead.clicks("button", "Add the passkey")
    lead.sees("recovery-codes")
    assert lead.page.locator(".codes li").count() == 10
    lead.clicks("link", "I have kept them, go on")
    assert lead.page.url.endswith("/")
    lead.page.goto("/account/factors/recovery-codes/")
    assert lead.page.locator(".codes li").count() == 0
    for page in ("/account/factors/", "/account/factors/webauthn/", "/account/password", "/sign-out"):
        lead.page.goto(page)
        lead.sees(f"own{page.replace('/', '-')}")
    lead.page.click("main button.first")
    lead.page.wait_for_url("**/sign-in")
    lead.page.click("#passkey_login")
    lead.page.wait_for_url("**/")
    assert "A lead" in lead.page.inner_text("header.top")


def test_a_code_app_is_the_other_way_and_its_code_is_asked_for_at_each_sign_in(opens: Opens):
    junior = opens("junior")
    with_password(junior)
    junior.clicks("link", "Use a code app")
    junior.sees("code-app")
    secret = junior.page.inner_text("#authenticator_secret")
    junior.page.fill("[name=code]", code_for(secret))
    junior.clicks("button", "Use this app")
    junior.clicks("link", "I have kept them, go on")
    junior.page.click("header button")
    with_password(junior)
    junior.sees("second-factor")
    junior.page.fill("[name=code]", "000000")
    junior.page.click("main button.first")
    assert "The code or the passkey is not right." in junior.reads()
    junior.page.fill("[name=code]", code_for(secret))
    junior.page.click("main button.first")
    junior.page.wait_for_url("**/")


def test_after_a_password_a_passkey_is_the_second_factor(opens: Opens):
    nurse = opens("nurse")
    with_new_passkey(nurse)
    nurse.page.click("header button")
    with_password(nurse)
    nurse.page.click("text=Use a passkey")
    nurse.page.wait_for_url("**/")


def test_a_stranger_who_guesses_passwords_keeps_nobody_out_who_has_a_passkey(opens: Opens):
    """W33: locked never by an attacker alone."""
    office, stranger = opens("receiving-office"), opens("clinician", script=False)
    with_new_passkey(office)
    office.page.click("header button")
    for _ in range(11):
        stranger.page.goto("/sign-in")
        stranger.page.fill("[name=login]", "receiving-office")
        stranger.page.fill("[name=password]", "a wrong password")
        stranger.page.click("main button.first")
    assert "Too many attempts were made. Wait a minute, or use a passkey." in stranger.reads()
    office.page.goto("/sign-in")
    office.page.click("#passkey_login")
    office.page.wait_for_url("**/")
    assert "A receiving-office" in office.page.inner_text("header.top")
    with ThreadPoolExecutor(1) as pool:  # Playwright's own thread may not ask Django's database
        pool.submit(cache.clear).result()


def test_a_device_without_the_passkey_says_what_else_one_can_do(opens: Opens):
    stranger = opens("lead")
    stranger.page.goto("/sign-in")
    has_passkeys(stranger.page)
    stranger.page.click("#passkey_login")
    expect(stranger.page.get_by_role("alert")).to_contain_text("Try again, or use another way.")


def test_an_administrator_is_offered_a_passkey_alone_and_lands_on_settings(opens: Opens):
    admin = opens("administrator")
    has_passkeys(admin.page)
    with_password(admin)
    assert admin.page.get_by_role("link", name="Use a code app").count() == 0
    admin.page.goto("/account/factors/totp/activate/")
    assert admin.page.url.endswith("/account/first-factor")
    admin.clicks("link", "Add a passkey")
    admin.clicks("button", "Add the passkey")
    admin.clicks("link", "I have kept them, go on")
    assert admin.page.url.endswith("/settings")


def test_a_page_that_lies_open_is_locked_and_comes_back_as_it_was(
    opens: Opens, required: tuple[str, TestDesk]
):
    senior = opens("senior")
    with_new_passkey(senior)
    senior.page.goto("/referrals/new")
    senior.page.fill("[name=question]", "Quillfeather")
    required[1].clock.forward(minutes=15)
    senior.page.wait_for_selector("main.locked", timeout=12_000)
    left = senior.page.evaluate("() => document.body.outerHTML + document.title")
    assert ("Quillfeather" in left, "New referral" in left) == (False, False)
    senior.sees("locked")
    senior.page.fill("[name=login]", "senior")
    senior.page.fill("[name=password]", "not this one")
    senior.page.click("main button.first")
    expect(senior.page.get_by_role("alert")).to_contain_text("The name or the password is not right.")
    senior.page.fill("[name=password]", PASSWORD)
    senior.page.click("main button.first")
    senior.page.click("text=Use a passkey")
    senior.page.wait_for_selector(".shell")
    assert senior.page.input_value("[name=question]") == "Quillfeather"
    with senior.page.expect_navigation():
        senior.page.click("header form[action='/sign-out'] button")  # its token is the new sign-in's
    assert senior.page.url.endswith("/sign-in")


def test_somebody_else_at_a_locked_page_sees_nothing_of_it(opens: Opens, required: tuple[str, TestDesk]):
    it = opens("specialist")
    with_new_passkey(it)
    it.page.goto("/")
    it.page.evaluate("() => sessionStorage.setItem('form x', 'Quillfeather')")
    required[1].clock.forward(minutes=15)
    it.page.wait_for_selector("main.locked", timeout=12_000)
    it.page.fill("[name=login]", "clinician")
    it.page.fill("[name=password]", PASSWORD)
    it.page.click("main button.first")
    it.page.click("text=Add a passkey")
    it.page.click("text=Add the passkey")
    it.page.click("text=I have kept them, go on")
    it.page.wait_for_url("**/")
    kept = it.page.evaluate("() => JSON.stringify(sessionStorage)")
    assert ("A clinician" in it.page.content(), "Quillfeather" in kept) == (True, False)


def test_a_locked_page_opens_with_a_passkey_alone(opens: Opens, required: tuple[str, TestDesk]):
    officer = opens("compliance")
    with_new_passkey(officer)
    officer.page.fill("#find", "half a name")
    required[1].clock.forward(minutes=15)
    officer.page.wait_for_selector("main.locked", timeout=20_000)
    officer.page.click("#passkey_login")
    officer.page.wait_for_selector(".shell")
    assert officer.page.input_value("#find") == "half a name"
