"""Pages of one process take turns.

Python runs one thread at a time in a process. Of two pages made at once each waits for the other at every
statement it asks of the database: both come later than they would have one after the other.
"""

from collections.abc import Callable, Iterable
from threading import Lock
from typing import Any

from referloop.workbench.site import Wsgi

PATIENCE = 0.1  # seconds: behind a page that is slow by nature, such as a letter, the next goes beside it


def one_at_a_time(inner: Wsgi, patience: float = PATIENCE) -> Wsgi:
    """The same application, each request after the one before it, or beside it once patience has run out."""
    turn = Lock()

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        mine = turn.acquire(timeout=patience)
        try:
            return inner(environ, start_response)
        finally:
            if mine:
                turn.release()

    return application
