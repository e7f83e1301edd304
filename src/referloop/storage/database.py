"""What the books ask of a database: transactions of one organisation, and a few statements in each."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Protocol

Row = tuple[Any, ...]
Query = tuple[str, Sequence[Any]]


class Session(Protocol):
    """One transaction. SQL is portable, with `?` for values."""

    @property
    def organization(self) -> str: ...

    @property
    def skip_locked(self) -> str:
        """The clause that passes over rows another worker holds; "" where one writer is all there is."""

    @property
    def locks_row(self) -> str: ...

    def ask(self, *queries: Query) -> list[list[Row]]:
        """Several queries in one round trip; the rows of each."""

    def write(self, *queries: Query) -> list[int]:
        """Several changes in one round trip; how many rows each one touched."""

    def one_at_a_time(self, keys: Sequence[str], *, whole: bool = False) -> Query | None:
        """A query that waits until no other transaction holds these keys; held until the end of this one.

        `whole` waits for everybody in the organisation. None where writers are alone anyway.
        """


class Database(Protocol):
    """A place where books are kept."""

    def transaction(self, organization: str) -> AbstractContextManager[Session]:
        """A writing transaction: committed and on disk when the block ends well, undone when it does not."""

    def reading(self, organization: str) -> AbstractContextManager[Session]:
        """A reading transaction."""

    def organizations(self) -> list[str]: ...

    def by_credential(self, digest: str) -> Row | None:
        """The token row a credential names: (organization, client, scopes, expires_at, revoked_at)."""

    def close(self) -> None: ...


class Contended(Exception):
    """Another transaction was first; doing it again will see what that one did."""


class Away(Exception):
    """The database does not answer, or its disk is full: nothing was written; later it may be again."""


def an_instant(value: Any) -> datetime:
    """As `as_instant`, of a column that is never empty."""
    found = as_instant(value)
    if found is None:
        raise TypeError("the database handed back no instant")
    return found


@lru_cache(maxsize=512)
def insert_sql(table: str, columns: tuple[str, ...], rows: int, tail: str = "") -> str:
    """An INSERT of many rows at once."""
    marks = ", ".join(["(" + ", ".join("?" * len(columns)) + ")"] * rows)
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES {marks} {tail}"  # noqa: S608  names are ours


def among(column: str, values: Sequence[Any]) -> Query:
    """`column IN (...)`, padded to a power of two so that few statements need preparing."""
    size = 1 << max(len(values) - 1, 0).bit_length()
    padded = [*values, *[values[-1]] * (size - len(values))]
    return f"{column} IN ({', '.join('?' * size)})", padded


def storable(value: Any) -> Any:
    """Text without NUL, which PostgreSQL cannot hold; lines of the log escape theirs, and keep it."""
    return value.replace("\0", "\ufffd") if isinstance(value, str) and "\0" in value else value


def as_instant(value: Any) -> datetime | None:
    """What either database hands back for an instant."""
    if isinstance(value, str):
        return datetime.fromisoformat(value)
    return value.astimezone(UTC) if isinstance(value, datetime) else None
