"""A desk with books of its own: a fixed clock, counted ids, and an organisation nobody else uses."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import psycopg

from referloop.storage.access import Organization, add_organization
from referloop.storage.database import Database
from referloop.storage.migrations import migrate_postgres, migrate_sqlite
from referloop.storage.postgres import PostgresDatabase
from referloop.storage.sqlite import SqliteDatabase
from referloop.wiring.desk import Desk, shipped_policy

NOW = datetime(2026, 11, 24, 15, tzinfo=UTC)  # a Tuesday, 10:00 in New York
POLICY = shipped_policy()
_organizations = count(1)


@dataclass
class Clock:
    """A clock that stands still until it is told to move."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **span: float) -> datetime:
        self.now += timedelta(**span)
        return self.now


@dataclass
class TestDesk:
    """A desk, the organisation it is for, and its clock."""

    __test__ = False

    desk: Desk
    organization: str
    clock: Clock
    others: list[str] = field(default_factory=list)


@contextmanager
def books_of(kind: str, path: Path, postgres_url: str) -> Iterator[Database]:
    """A database with the schema in it: "memory", "sqlite" or "postgres"."""
    if kind == "postgres":
        migrate_postgres(postgres_url)
        database: Database = PostgresDatabase(postgres_url, size=16)
    else:
        sqlite = SqliteDatabase(":memory:" if kind == "memory" else path / "books.sqlite3")
        migrate_sqlite(sqlite)
        database = sqlite
    try:
        yield database
    finally:
        database.close()


def new_organization(database: Database, zone: str = "America/New_York") -> str:
    name = f"org{next(_organizations)}"
    with database.transaction(name) as session:
        add_organization(session, Organization(name, "Northside referral desk", zone), NOW)
    return name


def desk_over(database: Database, kind: str = "inbound") -> TestDesk:
    clock, ids = Clock(), count(1)
    organization = new_organization(database)
    desk = Desk(database, clock, lambda: f"{organization}x{next(ids):06}", POLICY, kind)
    return TestDesk(desk, organization, clock)


def connect(url: str) -> psycopg.Connection:
    return psycopg.connect(url, autocommit=True)
