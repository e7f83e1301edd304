"""One database of each kind for all tests here, and an organisation of its own for each test."""

from collections.abc import Iterator
from itertools import count

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
    migrate_postgres(postgres_url)
    database = PostgresDatabase(postgres_url)
    yield Place(database, "", postgres_url)
    database.close()


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
