"""The schema comes up to date once, whoever starts first."""

from collections.abc import Iterator

import pytest

from referloop.storage.gate import faults
from referloop.storage.migrations import changes, migrate_postgres, migrate_sqlite
from referloop.storage.postgres import PostgresDatabase
from referloop.storage.sqlite import SqliteDatabase
from tests.storage.conftest import another_database
from tests.storage.test_concurrency import at_once

ALL = [name for name, _ in changes("sqlite")]


@pytest.fixture
def fresh_url(postgres_url: str) -> Iterator[str]:
    """A database that nobody has migrated."""
    with another_database(postgres_url, "fresh") as url:
        yield url


def test_both_databases_know_the_same_changes():
    assert [name for name, _ in changes("postgres")] == ALL


def test_a_second_run_changes_nothing(tmp_path):
    database = SqliteDatabase(tmp_path / "books.sqlite3")
    assert migrate_sqlite(database) == ALL
    assert migrate_sqlite(database) == []
    database.close()


@pytest.mark.postgres
def test_a_second_run_on_postgres_changes_nothing(fresh_url):
    assert migrate_postgres(fresh_url) == ALL
    assert migrate_postgres(fresh_url) == []


def test_of_several_that_start_at_once_one_migrates(tmp_path):
    def start(number: int) -> list[str]:
        database = SqliteDatabase(tmp_path / "books.sqlite3")
        applied = migrate_sqlite(database)
        database.close()
        return applied

    assert sorted(map(str, at_once(start, 4))) == sorted(["[]", "[]", "[]", str(ALL)])


@pytest.mark.postgres
def test_of_several_that_start_at_once_on_postgres_one_migrates(fresh_url):
    applied = at_once(lambda number: migrate_postgres(fresh_url), 4)
    assert sorted(map(str, applied)) == sorted(["[]", "[]", "[]", str(ALL)])
    database = PostgresDatabase(fresh_url)
    assert faults(database) == ()
    database.close()
