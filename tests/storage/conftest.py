"""One database of each kind for all tests here, and an organisation of its own for each test."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from referloop.storage.migrations import migrate_postgres, migrate_sqlite
from referloop.storage.postgres import PostgresDatabase
from referloop.storage.sqlite import SqliteDatabase
from tests.storage.cast import Place, make_organization

_ORGANIZATIONS = count(1)


@pytest.fixture(scope="session")
def sqlite_file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    database = SqliteDatabase(tmp_path_factory.mktemp("books") / "books.sqlite3")
    migrate_sqlite(database)
    yield Place(database, "")
    database.close()


@pytest.fixture(scope="session")
def sqlite_memory() -> Iterator[Place]:
    database = SqliteDatabase(":memory:")
    migrate_sqlite(database)
    yield Place(database, "")
    database.close()


@pytest.fixture(scope="session")
def postgres(postgres_url: str) -> Iterator[Place]:
    """A database beside that of the run, in which nobody else leaves rows."""
    with another_database(postgres_url, "storage") as url:
        migrate_postgres(url)
        database = PostgresDatabase(url)
        yield Place(database, "", url)
        database.close()


@contextmanager
def another_database(url: str, suffix: str) -> Iterator[str]:
    """An empty database on the same server, dropped at the end."""
    parts = urlsplit(url)
    name = f"{parts.path.removeprefix('/')}_{suffix}"
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
        yield urlunsplit(parts._replace(path=f"/{name}"))
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite_file", "sqlite_memory", pytest.param("postgres", marks=pytest.mark.postgres)])
def place(request: pytest.FixtureRequest) -> Place:
    """An organisation of this test's own, in each kind of database in turn."""
    return of_its_own(request.getfixturevalue(request.param))


@pytest.fixture
def postgres_place(postgres: Place) -> Place:
    return of_its_own(postgres)


@pytest.fixture
def file_place(sqlite_file: Place) -> Place:
    return of_its_own(sqlite_file)


def of_its_own(shared: Place) -> Place:
    name = f"org{next(_ORGANIZATIONS)}"
    make_organization(shared.database, name)
    return Place(shared.database, name, shared.owner_url)
