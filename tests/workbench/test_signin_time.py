"""T22: how long a refused sign-in takes does not tell whether the name is known.

Work is measured, not time, and names take turns, so that a busy machine slows both alike. The threat model
asks for p > 0.05, which fails one run in twenty by itself; bounds on the difference stand in for it. That
the same bytes and as many hashes are behind it: `test_sessions`.
"""

import statistics
import time

import pytest
from django.core.cache import cache

from referloop.wiring.signing import set_password
from tests.workbench.browser import HIDDEN, PASSWORD, Site

pytestmark = pytest.mark.slow  # hundreds of attempts

KNOWN, UNKNOWN = "lead", "daed"  # of one length
NEAR = 0.1  # of the time that a refusal takes


def refused(site: Site, rounds: int) -> tuple[list[float], list[float]]:
    """Seconds of work for a wrong password: for the known name and for the unknown one."""
    browser = site.browser()
    took: dict[str, list[float]] = {KNOWN: [], UNKNOWN: []}
    token = HIDDEN.search(browser.get("/sign-in").text)
    assert token
    for turn in range(rounds):
        if turn % 4 == 0:
            cache.clear()  # it counts attempts
        for name in (KNOWN, UNKNOWN) if turn % 2 else (UNKNOWN, KNOWN):
            fields = {"login": name, "password": "a wrong password", "csrfmiddlewaretoken": token[1]}
            began = time.process_time()
            answer = browser.post("/sign-in", data=fields)
            took[name].append(time.process_time() - began)
            assert answer.status_code == 200
    return took[KNOWN], took[UNKNOWN]


def apart(known: list[float], unknown: list[float]) -> float:
    """How far the medians lie apart, as a part of one."""
    one, other = statistics.median(known), statistics.median(unknown)
    return abs(one - other) / one


def longer(known: list[float], unknown: list[float]) -> float:
    """How often the known name takes longer, of all pairs (Mann and Whitney); half, where alike."""
    return sum(one > other for one in known for other in unknown) / (len(known) * len(unknown))


@pytest.fixture
def quick(site: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    """A hash that takes next to no time, so that all the rest shows."""
    from django.contrib.auth.hashers import Argon2PasswordHasher

    for name, cost in (("time_cost", 1), ("memory_cost", 64), ("parallelism", 1)):
        monkeypatch.setattr(Argon2PasswordHasher, name, cost)
    assert set_password(site.here.organization, KNOWN, PASSWORD) == ()
    return site


def test_t22_a_known_and_an_unknown_name_are_as_much_work(site: Site):
    assert apart(*refused(site, 12)) <= NEAR


def test_t22_so_are_they_without_the_hash(quick: Site):
    took = refused(quick, 100)
    assert apart(*took) <= NEAR
    assert 0.3 <= longer(*took) <= 0.7  # five deviations of what chance alone does to 100 and 100


def test_a_name_that_costs_no_hash_would_be_noticed(site: Site, monkeypatch: pytest.MonkeyPatch):
    from django.contrib.auth import get_user_model

    monkeypatch.setattr(get_user_model(), "set_password", lambda *given: None)
    took = refused(site, 5)
    assert (apart(*took) > 0.5, longer(*took)) == (True, 1.0)
