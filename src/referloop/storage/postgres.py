"""Books in PostgreSQL: many processes, row-level security, the same functions."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from hashlib import blake2b
from typing import Any

import psycopg
from psycopg import sql
from psycopg_pool import ConnectionPool

from referloop.failpoints import reached
from referloop.storage.database import Away, Contended, Query, Row, storable

APP_ROLE = "referloop_app"
_WAIT = 1.5  # seconds: who asks while the server is away is told so within two
_TRY_AGAIN = (
    psycopg.errors.UniqueViolation,
    psycopg.errors.SerializationFailure,
    psycopg.errors.DeadlockDetected,
)
_OPERATOR = b"BEGIN READ ONLY; SET LOCAL referloop.operator = 'on'"
_CREDENTIAL = sql.SQL("BEGIN READ ONLY; SET LOCAL referloop.credential = {}")


@lru_cache(maxsize=1024)
def _placed(text: str) -> str:
    """`?` as PostgreSQL's own `$1`, which spares the driver the reading of every statement."""
    pieces = text.split("?")
    return "".join(f"{piece}${place}" for place, piece in enumerate(pieces[:-1], start=1)) + pieces[-1]


@lru_cache(maxsize=1024)
def _begin(organization: str, readonly: bool) -> bytes:
    """Starts the transaction and names the organisation in one round trip; SET LOCAL ends with it."""
    mode = sql.SQL("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" if readonly else "BEGIN")
    named = sql.SQL("{}; SET LOCAL referloop.organization = {}").format(mode, sql.Literal(organization))
    return named.as_bytes()


class PostgresSession:
    """One transaction on a pooled connection."""

    skip_locked = "FOR UPDATE SKIP LOCKED"
    locks_row = "FOR UPDATE"

    def __init__(self, connection: psycopg.Connection[Row], organization: str) -> None:
        self._connection = connection
        self.organization = organization

    def ask(self, *queries: Query) -> list[list[Row]]:
        if len(queries) == 1:
            return [self._run(queries[0]).fetchall()]
        with self._connection.pipeline():
            cursors = [self._run(query) for query in queries]
            return [cursor.fetchall() for cursor in cursors]

    def write(self, *queries: Query) -> list[int]:
        with self._connection.pipeline():
            cursors = []
            for query in queries:
                cursors.append(self._run(query))
                reached("statement-written")
        return [cursor.rowcount for cursor in cursors]

    def one_at_a_time(self, keys: Sequence[str], *, whole: bool = False) -> Query | None:
        everybody = _number(self.organization)
        if whole:
            return "SELECT pg_advisory_xact_lock(?::bigint)", (everybody,)
        # In one order everywhere, so that no two transactions wait for each other.
        numbers = sorted(_number(f"{self.organization}|{key}") for key in keys)
        waits = ", ".join(["pg_advisory_xact_lock(?::bigint)"] * len(numbers))
        return f"SELECT pg_advisory_xact_lock_shared(?::bigint), {waits}", (everybody, *numbers)

    def _run(self, query: Query) -> psycopg.Cursor[Row]:
        text, values = query
        # Almost every value is text that can stay as it is: no call for those.
        plain = [each if type(each) is str and "\0" not in each else storable(each) for each in values]
        return self._connection.execute(_placed(text), plain)


def _number(key: str) -> int:
    return int.from_bytes(blake2b(key.encode(), digest_size=8).digest(), signed=True)


class PostgresDatabase:
    """A server, reached as the application's role, which owns nothing and is bound by row-level security."""

    def __init__(self, url: str, *, size: int = 8, role: str = APP_ROLE) -> None:
        self.url = url
        options: dict[str, Any] = {
            "autocommit": True,
            # Starting processes to share a question costs more than any question a page asks.
            "options": f"-c role={role} -c max_parallel_workers_per_gather=0",
            "connect_timeout": 2,
            "cursor_factory": psycopg.RawCursor,
        }
        # It gives up soon, because the first to ask after that tries afresh instead of waiting its back-off.
        self._pool = ConnectionPool(
            url, min_size=1, max_size=size, kwargs=options, timeout=_WAIT, reconnect_timeout=4, open=False
        )
        self._pool.open()

    @contextmanager
    def transaction(self, organization: str) -> Iterator[PostgresSession]:
        with self._block(organization, readonly=False) as session:
            yield session

    @contextmanager
    def reading(self, organization: str) -> Iterator[PostgresSession]:
        with self._block(organization, readonly=True) as session:
            yield session

    def organizations(self) -> list[str]:
        with self._begun(_OPERATOR) as connection:
            return [row[0] for row in connection.execute("SELECT organization_id FROM organizations")]

    def by_credential(self, digest: str) -> Row | None:
        found = "SELECT organization_id, client, scopes, expires_at, revoked_at FROM tokens WHERE digest = $1"
        with self._begun(_CREDENTIAL.format(sql.Literal(digest)).as_bytes()) as connection:
            return connection.execute(found, (digest,)).fetchone()

    def close(self) -> None:
        self._pool.close()

    @contextmanager
    def _block(self, organization: str, *, readonly: bool) -> Iterator[PostgresSession]:
        with self._begun(_begin(organization, readonly)) as connection:
            yield PostgresSession(connection, organization)

    @contextmanager
    def _begun(self, begin: bytes) -> Iterator[psycopg.Connection[Row]]:
        """A transaction: committed when the block ends well, and undone when not or when the server goes."""
        try:
            connection = self._working(begin)
            try:
                with connection:
                    yield connection
            finally:
                self._pool.putconn(connection)
        except _TRY_AGAIN as fault:
            raise Contended(str(fault.sqlstate)) from fault
        except psycopg.OperationalError as fault:
            raise Away("PostgreSQL does not answer") from fault

    def _working(self, begin: bytes) -> psycopg.Connection[Row]:
        """A connection with its transaction begun; those whose server went away meanwhile are dropped."""
        for _ in range(self._pool.max_size + 1):
            connection = self._pool.getconn()
            try:
                connection.execute(begin)
            except BaseException as fault:
                self._pool.putconn(connection)
                if not isinstance(fault, psycopg.OperationalError):
                    raise
            else:
                return connection
        raise psycopg.OperationalError("no connection of the pool works")
