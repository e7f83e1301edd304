"""Pages made one after the other in a process, and what happens behind a slow one."""

from collections.abc import Callable, Iterable
from threading import Event, Thread
from typing import Any

import pytest

from referloop.workbench.turns import in_turn

LONG = 30.0  # seconds; nothing here waits so long unless it fails


def _start(_: str, __: list[tuple[str, str]]) -> None:
    """Nobody reads it."""


class _Pages:
    """Each is under way until the test lets it end."""

    def __init__(self) -> None:
        self.began: list[str] = []
        self.ends = {name: Event() for name in ("first", "second")}
        self.under_way = {name: Event() for name in ("first", "second")}

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        name = environ["PATH_INFO"]
        self.began.append(name)
        self.under_way[name].set()
        assert self.ends[name].wait(LONG)
        return [name.encode()]


def _asked(application: Callable[..., Iterable[bytes]], name: str) -> Thread:
    thread = Thread(target=application, args=({"PATH_INFO": name}, _start), daemon=True)
    thread.start()
    return thread


def test_the_second_page_begins_when_the_first_has_ended() -> None:
    pages = _Pages()
    application = in_turn(pages, patience=LONG)
    first = _asked(application, "first")
    assert pages.under_way["first"].wait(LONG)
    second = _asked(application, "second")
    assert not pages.under_way["second"].wait(0.05)
    pages.ends["first"].set()
    assert pages.under_way["second"].wait(LONG)
    pages.ends["second"].set()
    first.join(LONG)
    second.join(LONG)
    assert pages.began == ["first", "second"]


def test_behind_a_slow_page_the_next_goes_beside_it_when_patience_runs_out() -> None:
    pages = _Pages()
    application = in_turn(pages, patience=0.01)
    first = _asked(application, "first")
    assert pages.under_way["first"].wait(LONG)
    second = _asked(application, "second")
    assert pages.under_way["second"].wait(LONG)
    for end in pages.ends.values():
        end.set()
    first.join(LONG)
    second.join(LONG)


def test_a_page_that_fails_gives_its_turn_back() -> None:
    pages = _Pages()
    failed: list[str] = []

    def fails_first(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if not failed:
            failed.append(environ["PATH_INFO"])
            raise ValueError("gone")
        return pages(environ, start_response)

    application = in_turn(fails_first, patience=LONG)
    with pytest.raises(ValueError, match="gone"):
        application({"PATH_INFO": "first"}, _start)
    pages.ends["second"].set()
    second = _asked(application, "second")
    assert pages.under_way["second"].wait(LONG / 3)
    second.join(LONG)
    assert (failed, pages.began) == (["first"], ["second"])
