"""Pages of one process take turns.

Python runs one thread at a time in a process. Of two pages made at once each waits for the other at every
statement it asks of the database: both come later than they would have one after the other.
"""

from collections import deque
from collections.abc import Callable, Iterable
from threading import Lock
from typing import Any

from referloop.workbench.site import Wsgi

PATIENCE = 0.1  # seconds: behind a page that is slow by nature, such as a letter, the next goes beside it


def in_turn(inner: Wsgi, patience: float = PATIENCE) -> Wsgi:
    """The same application, each request after the one before it, or beside it once patience has run out."""
    turns = _Turns()

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        mine = turns.take(patience)
        try:
            return inner(environ, start_response)
        finally:
            if mine:
                turns.pass_on()

    return application


class _Turns:
    """Whoever came first is next: a plain lock may let those wait longest who wait already."""

    def __init__(self) -> None:
        self._mutex = Lock()
        self._taken = False
        self._waiting: deque[Lock] = deque()

    def take(self, patience: float) -> bool:
        with self._mutex:
            if not self._taken:
                self._taken = True
                return True
            called = Lock()
            called.acquire()
            self._waiting.append(called)
        if called.acquire(timeout=patience):
            return True
        with self._mutex:
            if called in self._waiting:
                self._waiting.remove(called)
                return False
        return True  # it was called at the last moment

    def pass_on(self) -> None:
        with self._mutex:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._taken = False
