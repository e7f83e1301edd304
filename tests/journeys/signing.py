"""A desk where a second factor is required, behind a real server, and a browser that holds passkeys."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.cache import cache
from playwright.sync_api import Page

from referloop.settings import Settings
from referloop.storage.access import User, add_user
from referloop.wiring.signing import open_signins, set_password
from referloop.wiring.web import application
from referloop.wiring.workbench import WorkbenchNeeds
from referloop.workbench.access import ROLES
from tests.desks import NOW, TestDesk, books_of, desk_over
from tests.journeys.department import PASSWORD, served


@contextmanager
def desk_with_factors(folder: Path) -> Iterator[tuple[str, TestDesk]]:
    """One person of each role, who sign in at localhost: a passkey wants a name."""
    with books_of("memory", folder, "") as database:
        here = desk_over(database)
        chosen = Settings(
            organization=here.organization, signin_database=f"sqlite:{folder / 'signin.sqlite3'}"
        )
        with database.transaction(here.organization) as session:
            for role in ROLES:
                add_user(session, User(role, f"A {role}", role), NOW)
        assert open_signins(chosen) == ()
        for role in ROLES:
            assert set_password(here.organization, role, PASSWORD) == ()
        cache.clear()  # it counts attempts
        app = application(here.desk, secrets=(b"s" * 32,), needs=WorkbenchNeeds(here.desk), settings=chosen)
        with served(app) as address:
            yield address.replace("127.0.0.1", "localhost"), here


def has_passkeys(page: Page) -> None:
    """The device of this browser holds passkeys, and whoever sits there is its owner."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options: dict[str, Any] = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def code_for(secret: str) -> str:
    """What a code app shows now."""
    from allauth.mfa.totp.internal import auth  # once Django is set up

    counter = list(auth.yield_hotp_counters_from_time())[1]
    return str(auth.format_hotp_value(auth.hotp_value(secret, counter)))
