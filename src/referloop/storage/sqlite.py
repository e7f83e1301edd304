"""Books in one SQLite file: the embedded default, durable in WAL mode with full synchronisation.

`apsw` carries its own SQLite: the one many Pythons link (before 3.51.3) can lose committed transactions when
two connections share a database in WAL mode.
"""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import apsw

from referloop.failpoints import reached
from referloop.storage.database import Away, Contended, Query, Row, storable

_SETTINGS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA cache_size = -16000",
)

_TRY_AGAIN = (apsw.SQLITE_CONSTRAINT_UNIQUE, apsw.SQLITE_CONSTRAINT_PRIMARYKEY)
# After a failed sync, a later one that succeeds proves nothing: that one is no `Away`, and ends the process.
_FAILED_SYNC = (apsw.SQLITE_IOERR_FSYNC, apsw.SQLITE_IOERR_DIR_FSYNC)


def stored(value: Any) -> Any:
    """Instants as text of one width, so that they sort."""
    return _written(value) if isinstance(value, datetime) else storable(value)


@lru_cache(maxsize=4096)
def _written(at: datetime) -> str:
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


class SqliteSession:
    """One transaction on a connection that no other thread uses meanwhile."""

    skip_locked = ""
    locks_row = ""

    def __init__(self, connection: apsw.Connection, organization: str) -> None:
        self._connection = connection
        self.organization = organization

    def ask(self, *queries: Query) -> list[list[Row]]:
        return [self._run(query).fetchall() for query in queries]

    def write(self, *queries: Query) -> list[int]:
        counts = []
        for query in queries:
            self._run(query)
            counts.append(self._connection.changes())
            reached("statement-written")
        return counts

    def one_at_a_time(self, keys: Sequence[str], *, whole: bool = False) -> Query | None:
        return None  # BEGIN IMMEDIATE: one writer in the whole file

    def _run(self, query: Query) -> apsw.Cursor:
        sql, values = query
        # Almost every value is text that can stay as it is: no call for those.
        plain = [each if type(each) is str and "\0" not in each else stored(each) for each in values]
        return self._connection.execute(sql, plain)


class SqliteDatabase:
    """A file, or ":memory:" for the fake that tests use. Threads write one after the other."""

    def __init__(self, path: str | Path, *, synchronous: str = "FULL") -> None:
        self.path = str(path)
        self._synchronous = synchronous
        self._local = threading.local()
        self._all: list[apsw.Connection] = []
        self._writing = threading.Lock()
        self._shared = self._open() if self.path == ":memory:" else None

    @contextmanager
    def transaction(self, organization: str) -> Iterator[SqliteSession]:
        # Colliding threads would sleep in SQLite's busy handler far longer than they need to.
        with self._writing, self._block("BEGIN IMMEDIATE", organization) as session:
            yield session

    @contextmanager
    def reading(self, organization: str) -> Iterator[SqliteSession]:
        if self._shared:  # one connection for all threads: readers take turns with writers
            with self._writing, self._block("BEGIN", organization) as session:
                yield session
        else:
            with self._block("BEGIN", organization) as session:
                yield session

    def organizations(self) -> list[str]:
        with self.reading("") as session:
            return [row[0] for row in session.ask(("SELECT organization_id FROM organizations", ()))[0]]

    def by_credential(self, digest: str) -> Row | None:
        sql = "SELECT organization_id, client, scopes, expires_at, revoked_at FROM tokens WHERE digest = ?"
        with self.reading("") as session:
            return next(iter(session.ask((sql, (digest,)))[0]), None)

    def close(self) -> None:
        for connection in self._all:
            connection.close()

    @contextmanager
    def _block(self, begin: str, organization: str) -> Iterator[SqliteSession]:
        try:
            connection = self._connection()
            with _undone_on_failure(connection):
                connection.execute(begin)
                yield SqliteSession(connection, organization)
                connection.execute("COMMIT")
        except apsw.ConstraintError as fault:
            if _code(fault) not in _TRY_AGAIN:
                raise
            raise Contended("a row of this key is there already") from fault
        except (apsw.FullError, apsw.BusyError, apsw.CantOpenError, apsw.ReadOnlyError) as fault:
            raise Away(f"SQLite cannot write now: {type(fault).__name__}") from fault
        except apsw.IOError as fault:
            if _code(fault) in _FAILED_SYNC:
                raise
            raise Away("SQLite cannot read or write its file") from fault

    def _connection(self) -> apsw.Connection:
        if self._shared:
            return self._shared
        if not hasattr(self._local, "connection"):
            self._local.connection = self._open()
        connection: apsw.Connection = self._local.connection
        return connection

    def _open(self) -> apsw.Connection:
        connection = apsw.Connection(self.path)
        connection.set_busy_timeout(10_000)
        for setting in _SETTINGS:
            connection.execute(setting)
        connection.execute(f"PRAGMA synchronous = {self._synchronous}")
        self._all.append(connection)
        return connection


def _code(fault: Exception) -> int:
    return int(getattr(fault, "extendedresult", 0))  # apsw's own stubs do not know it


@contextmanager
def _undone_on_failure(connection: apsw.Connection) -> Iterator[None]:
    try:
        yield
    except BaseException:
        if connection.in_transaction:  # a full disk has undone it already
            connection.execute("ROLLBACK")
        raise
