"""A desk with one person of each role, and a lead who can sign in."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import connections

from referloop.settings import Settings
from referloop.storage.access import User, add_user
from referloop.storage.one_reading import OneReading
from referloop.wiring.signing import open_signins, set_password
from referloop.workbench.access import ROLES
from tests.desks import NOW, books_of, desk_over
from tests.workbench.browser import PASSWORD, Site


@pytest.fixture(scope="module")
def signins(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """A database of sign-ins."""
    folder = tmp_path_factory.mktemp("signins")
    chosen = Settings(signin_database=f"sqlite:{folder / 'signin.sqlite3'}", second_factor="offered")
    assert open_signins(chosen) == ()
    yield chosen
    connections.close_all()


@pytest.fixture
def site(signins: Settings, tmp_path: Path) -> Iterator[Site]:
    with books_of("memory", tmp_path, "") as database:
        here = desk_over(OneReading(database))  # as it is served
        with database.transaction(here.organization) as session:
            for role in ROLES:
                add_user(session, User(role, f"A {role}", role), NOW)
        assert set_password(here.organization, "lead", PASSWORD) == ()
        cache.clear()  # it counts attempts
        yield Site(here, replace(signins, organization=here.organization))
