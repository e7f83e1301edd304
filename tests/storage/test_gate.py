"""A desk does not open over settings that could lose or mix up referrals; each is named with its remedy."""

import zoneinfo
from collections.abc import Iterator
from importlib.resources import files

import psycopg
import pytest

from referloop.storage.gate import (
    faults,
    role_faults,
    setting_faults,
    sqlite_faults,
    sqlite_is_safe,
    zone_faults,
)
from referloop.storage.migrations import migrate_sqlite
from referloop.storage.postgres import PostgresDatabase
from referloop.storage.sqlite import SqliteDatabase
from tests.storage.cast import Place

SOUND = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}


def named(problems) -> list[tuple[str, str]]:
    found = list(problems)
    assert all(problem.says and problem.remedy for problem in found)
    return [(problem.code, problem.where) for problem in found]


def test_the_database_of_these_tests_is_sound(file_place):
    assert faults(file_place.database) == ()


@pytest.mark.postgres
def test_the_postgres_of_these_tests_is_sound(postgres_place):
    assert faults(postgres_place.database) == ()


def test_a_sqlite_that_can_lose_commits_is_refused(file_place):
    with file_place.database.reading("") as session:
        assert named(sqlite_faults(session, "3.51.2")) == [("sqlite-too-old", "SQLite")]


def test_releases_with_the_repair_are_known():
    versions = [
        "3.40.1",
        "3.44.5",
        "3.44.6",
        "3.45.0",
        "3.50.6",
        "3.50.7",
        "3.51.2",
        "3.51.3",
        "3.52.0",
        "4.0.0",
    ]
    assert [version for version in versions if sqlite_is_safe(version)] == [
        "3.44.6",
        "3.50.7",
        "3.51.3",
        "3.52.0",
        "4.0.0",
    ]


def test_books_in_memory_are_refused(sqlite_memory):
    assert named(faults(sqlite_memory.database)) == [("journal-mode", "SQLite")]


@pytest.mark.parametrize("level", ["OFF", "NORMAL"])
def test_commits_that_are_not_synchronised_are_refused(tmp_path, level):
    database = SqliteDatabase(tmp_path / "books.sqlite3", synchronous=level)
    migrate_sqlite(database)
    assert named(faults(database)) == [("not-durable", "SQLite, synchronous")]
    database.close()


def test_the_strictest_synchronisation_is_sound(tmp_path):
    database = SqliteDatabase(tmp_path / "books.sqlite3", synchronous="EXTRA")
    migrate_sqlite(database)
    assert faults(database) == ()
    database.close()


def test_a_database_that_nobody_migrated_is_refused(tmp_path):
    database = SqliteDatabase(tmp_path / "books.sqlite3")
    assert set(named(faults(database))) == {("schema-behind", "schema")}
    database.close()


def test_a_database_of_a_later_release_is_refused(tmp_path):
    database = SqliteDatabase(tmp_path / "books.sqlite3")
    migrate_sqlite(database)
    with database.transaction("") as session:
        session.write(("INSERT INTO schema_changes VALUES ('9999_later')", ()))
    assert named(faults(database)) == [("schema-ahead", "schema")]
    database.close()


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("fsync", "off"),
        ("full_page_writes", "off"),
        ("synchronous_commit", "off"),
        ("synchronous_commit", "local"),
    ],
)
def test_a_server_that_may_lose_a_commit_is_refused(setting, value):
    assert named(setting_faults(SOUND | {setting: value})) == [("not-durable", f"PostgreSQL, {setting}")]


@pytest.mark.parametrize("value", ["on", "remote_apply", "remote_write"])
def test_a_server_that_waits_for_its_disk_is_sound(value):
    assert named(setting_faults(SOUND | {"synchronous_commit": value})) == []


@pytest.mark.postgres
def test_a_setting_of_the_database_itself_is_noticed(postgres_place):
    with owner_of(postgres_place) as owner:
        name = owner.execute("SELECT current_database()").fetchone()[0]
        owner.execute(f"ALTER DATABASE {name} SET synchronous_commit = off")
    database = PostgresDatabase(postgres_place.owner_url)
    try:
        assert named(faults(database)) == [("not-durable", "PostgreSQL, synchronous_commit")]
    finally:
        database.close()
        with owner_of(postgres_place) as owner:
            owner.execute(f"ALTER DATABASE {name} RESET synchronous_commit")


@pytest.mark.parametrize("which", [0, 1, 2])
def test_a_role_that_is_not_bound_is_refused(which):
    assert named(role_faults(*(place == which for place in range(3)))) == [
        ("role-too-strong", "PostgreSQL, role")
    ]


@pytest.mark.postgres
def test_the_owner_of_the_tables_may_not_run_the_desk(postgres_place):
    with owner_of(postgres_place) as owner:
        (name, strong) = owner.execute(
            "SELECT current_user, rolsuper FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
    database = PostgresDatabase(postgres_place.owner_url, role=name)
    found = named(faults(database))
    database.close()
    assert ("role-too-strong", "PostgreSQL, role") in found
    assert len(found) >= 1 + strong


@pytest.mark.postgres
@pytest.mark.parametrize("without", ["DISABLE", "NO FORCE"])
def test_a_table_that_shows_all_rows_is_refused(postgres_place, without):
    with owner_of(postgres_place) as owner:
        owner.execute(f"ALTER TABLE people {without} ROW LEVEL SECURITY")
    try:
        assert named(faults(postgres_place.database)) == [("rows-unprotected", "table people")]
    finally:
        with owner_of(postgres_place) as owner:
            owner.execute("ALTER TABLE people ENABLE ROW LEVEL SECURITY")
            owner.execute("ALTER TABLE people FORCE ROW LEVEL SECURITY")


def owner_of(place: Place) -> psycopg.Connection:
    return psycopg.connect(place.owner_url, autocommit=True)


@pytest.fixture
def old_zones(tmp_path) -> Iterator[None]:
    """Zones from before 2026, in which Winnipeg still goes back in winter, as Chicago."""
    folder = tmp_path / "America"
    folder.mkdir()
    (folder / "Winnipeg").write_bytes((files("tzdata.zoneinfo.America") / "Chicago").read_bytes())
    before = zoneinfo.TZPATH
    zoneinfo.reset_tzpath(to=[str(tmp_path)])
    yield
    zoneinfo.reset_tzpath(to=before)


def test_zones_from_before_2026_are_refused(old_zones):
    assert named(zone_faults()) == [("zones-too-old", "time zones")]


def test_the_zones_of_these_tests_are_new_enough():
    assert named(zone_faults()) == []
