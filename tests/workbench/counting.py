"""Books that count what a page asks of them and writes to them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from referloop.storage.database import Database, Query, Row, Session


@dataclass
class Counting:
    inner: Database
    statements: int = 0

    @contextmanager
    def reading(self, organization: str) -> Iterator["Listening"]:
        with self.inner.reading(organization) as session:
            yield Listening(session, self)

    @contextmanager
    def transaction(self, organization: str) -> Iterator["Listening"]:
        with self.inner.transaction(organization) as session:
            yield Listening(session, self)


@dataclass
class Listening:
    """Everything else of a session is as it was."""

    inner: Session
    books: Counting

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    def ask(self, *queries: Query) -> list[list[Row]]:
        self.books.statements += len(queries)
        return self.inner.ask(*queries)

    def write(self, *queries: Query) -> list[int]:
        self.books.statements += len(queries)
        return self.inner.write(*queries)
