"""Books of which a page reads everything as of one moment, in one transaction."""

import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from referloop.storage.database import Database, Row, Session


@dataclass
class _Open:
    """The transaction that a thread reads in; none has begun while there is no session."""

    stack: ExitStack = field(default_factory=ExitStack)
    session: Session | None = None

    def end(self) -> None:
        self.session = None
        self.stack.close()


class OneReading:
    """Around other books: inside `at_once`, whatever this thread reads it reads in the same transaction.

    A change ends that transaction first, so that what is read afterwards sees the change.
    """

    def __init__(self, inner: Database) -> None:
        self.inner = inner
        self._local = threading.local()

    @contextmanager
    def at_once(self) -> Iterator[None]:
        self._local.open = _Open()
        try:
            yield
        finally:
            self._end()
            del self._local.open

    @contextmanager
    def reading(self, organization: str) -> Iterator[Session]:
        shared = self._shared()
        if shared is None:
            with self.inner.reading(organization) as session:
                yield session
            return
        try:
            yield _begun(shared, self.inner, organization)
        except BaseException:
            shared.session = None
            if not shared.stack.__exit__(*sys.exc_info()):
                raise

    @contextmanager
    def transaction(self, organization: str) -> Iterator[Session]:
        self._end()
        with self.inner.transaction(organization) as session:
            yield session

    def organizations(self) -> list[str]:
        self._end()
        return self.inner.organizations()

    def by_credential(self, digest: str) -> Row | None:
        self._end()
        return self.inner.by_credential(digest)

    def close(self) -> None:
        self.inner.close()

    def _shared(self) -> _Open | None:
        return getattr(self._local, "open", None)

    def _end(self) -> None:
        if shared := self._shared():
            shared.end()


def _begun(shared: _Open, inner: Database, organization: str) -> Session:
    if shared.session and shared.session.organization != organization:
        shared.end()
    if shared.session is None:
        shared.session = shared.stack.enter_context(inner.reading(organization))
    return shared.session
