"""The workbench over books of its own, and browsers that look at it without a network."""

import re
from dataclasses import replace

import httpx

from referloop.settings import Settings
from referloop.wiring.web import application
from referloop.wiring.workbench import WorkbenchNeeds
from referloop.workbench.needs import Needs
from referloop.workbench.site import Wsgi
from tests.desks import TestDesk

PASSWORD = "a quiet harbour"
HIDDEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


class Site:
    """A desk with its workbench, and browsers that look at it."""

    def __init__(self, here: TestDesk, chosen: Settings) -> None:
        self.here, self.chosen = here, chosen
        self.app = self.mounted()

    def mounted(self, *, public_url: str = "", demo: str = "", needs: Needs | None = None) -> Wsgi:
        desk, chosen = self.here.desk, replace(self.chosen, demo=demo)
        needs = needs or WorkbenchNeeds(desk)
        return application(desk, public_url=public_url, secrets=(b"s" * 32,), needs=needs, settings=chosen)

    def browser(self, app: Wsgi | None = None) -> httpx.Client:
        return httpx.Client(transport=httpx.WSGITransport(app=app or self.app), base_url="http://localhost")

    def signed_in(self, name: str = "lead") -> httpx.Client:
        browser = self.browser()
        assert sign_in(browser, name).headers["location"] in ("/", "/compliance")
        return browser


def sign_in(browser: httpx.Client, name: str, password: str = PASSWORD, next: str = "") -> httpx.Response:
    return send(browser, "/sign-in", login=name, password=password, next=next)


def send(browser: httpx.Client, to: str, **fields: str) -> httpx.Response:
    """Fill in the form of a page and send it."""
    token = HIDDEN.search(browser.get(to).text)
    return browser.post(to, data={**fields, "csrfmiddlewaretoken": token[1] if token else ""})


def confirmed(browser: httpx.Client, to: str) -> httpx.Response:
    """A page that wants the password once more, when the sign-in is not minutes old."""
    answer = browser.get(to)
    if answer.status_code == 200:
        return answer
    asked = answer.headers["location"]
    fields = {"password": PASSWORD, "next": to}
    assert send(browser, asked, **fields).headers["location"] == to
    return browser.get(to)


def send_code(browser: httpx.Client, to: str, page: str, secret: str) -> httpx.Response:
    from allauth.mfa.totp.internal import auth  # once Django is set up

    token = HIDDEN.findall(page)[-1]
    counter = next(iter(auth.yield_hotp_counters_from_time()))
    code = auth.format_hotp_value(auth.hotp_value(secret, counter))
    return browser.post(to, data={"code": code, "csrfmiddlewaretoken": token})
