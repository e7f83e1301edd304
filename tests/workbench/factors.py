"""Second factors for tests: an app that shows codes, added or used without a browser."""

import re
from dataclasses import replace
from typing import Any

import httpx
from django.apps import apps

from tests.workbench.browser import Site, send_code, sign_in

APP = "/account/factors/totp/activate/"


def with_app(browser: httpx.Client) -> str:
    """Add a code app; gives its secret."""
    page = browser.get(APP).text
    found = re.search(r'id="authenticator_secret"[^>]*>(\w+)<', page)
    assert found
    assert send_code(browser, APP, page, found[1]).status_code == 302
    return found[1]


def requiring(site: Site) -> Site:
    """The same desk where a second factor is required."""
    return Site(site.here, replace(site.chosen, second_factor="required"))


def begun(site: Site, name: str = "lead") -> httpx.Client:
    """Somebody who gave their password."""
    browser = site.browser()
    assert sign_in(browser, name).status_code == 302
    return browser


def stored() -> Any:
    """What the database of sign-ins has of factors."""
    return apps.get_model("mfa", "Authenticator").objects.all()
