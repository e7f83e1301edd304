"""What the books are asked for a page, and the limit: the same statements through a bare driver."""

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from multiprocessing import get_context
from typing import Any

import apsw
import psycopg

from benchmarks.measure import Load, timed, until
from referloop.storage.database import Database, Query, Row, Session
from referloop.storage.postgres import _placed
from referloop.storage.sqlite import stored

Asked = list[Query]


@dataclass
class Heard:
    """Books that remember what they were asked."""

    inner: Database
    asked: Asked = field(default_factory=list)
    written: int = 0

    @contextmanager
    def reading(self, organization: str) -> Iterator[Session]:
        with self.inner.reading(organization) as session:
            yield _Listening(session, self)

    @contextmanager
    def transaction(self, organization: str) -> Iterator[Session]:
        with self.inner.transaction(organization) as session:
            yield _Listening(session, self)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


@dataclass
class _Listening:
    inner: Session
    heard: Heard

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    def ask(self, *queries: Query) -> list[list[Row]]:
        self.heard.asked += queries
        return self.inner.ask(*queries)

    def write(self, *queries: Query) -> list[int]:
        self.heard.written += len(queries)
        return self.inner.write(*queries)


def limits(kind: str, address: str, pages: Sequence[Asked], seconds: float) -> list[Load]:
    """Eight connections that do nothing else, page after page: two processes for a server, one for a file."""
    processes = 2 if kind == "postgres" else 1
    run = _postgres if kind == "postgres" else _sqlite
    found = []
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        for asked in pages:
            each = (address, _reads(asked), seconds, 8 // processes)
            futures = [pool.submit(run, *each) for _ in range(processes)]
            found.append(Load.together([future.result() for future in futures]))
    return found


def _reads(asked: Asked) -> Asked:
    """What waits for a lock is left out: nothing here writes."""
    return [query for query in asked if query[0].startswith(("SELECT", "WITH")) and "_lock" not in query[0]]


def _postgres(address: str, asked: Asked, seconds: float, connections: int) -> Load:
    work = [(_placed(sql), list(values)) for sql, values in asked]

    def client() -> Iterator[float]:
        with psycopg.connect(
            address, autocommit=True, prepare_threshold=0, cursor_factory=psycopg.RawCursor
        ) as line:
            for _ in until(seconds, range(10_000_000)):
                began = time.perf_counter()
                with line.pipeline():
                    cursors = [line.execute(sql, values) for sql, values in work]
                    for cursor in cursors:
                        cursor.fetchall()
                yield time.perf_counter() - began

    return timed([client] * connections)


def _sqlite(address: str, asked: Asked, seconds: float, connections: int) -> Load:
    work = [(sql, [_plain(value) for value in values]) for sql, values in asked]

    def client() -> Iterator[float]:
        line = apsw.Connection(address, flags=apsw.SQLITE_OPEN_READONLY)
        for _ in until(seconds, range(10_000_000)):
            began = time.perf_counter()
            for sql, values in work:
                line.execute(sql, values).fetchall()
            yield time.perf_counter() - began
        line.close()

    return timed([client] * connections)


def _plain(value: Any) -> Any:
    return stored(value) if isinstance(value, datetime) else value
