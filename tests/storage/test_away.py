"""A database that is away, full or cut off in the middle says so at once; the first fault stays the first."""

import logging

import apsw
import psycopg
import pytest

from referloop.ports import Answer
from referloop.storage.database import Away
from referloop.storage.migrations import migrate_sqlite
from referloop.storage.postgres import PostgresDatabase
from referloop.storage.sqlite import SqliteDatabase
from tests.storage.cast import Place, make_organization

CUT = (
    "SELECT pg_terminate_backend(pid, 2000) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)

BIG = Answer(200, b"x" * 200_000)


@pytest.fixture
def own_pool(postgres_place: Place):
    database = PostgresDatabase(postgres_place.owner_url, size=2)
    yield Place(database, postgres_place.organization, postgres_place.owner_url)
    database.close()


def cut_all(place: Place) -> None:
    with psycopg.connect(place.owner_url) as owner:
        owner.execute(CUT)


@pytest.mark.postgres
def test_a_server_that_is_not_there_is_told():
    logging.getLogger("psycopg.pool").setLevel(logging.CRITICAL)
    database = PostgresDatabase("postgresql://127.0.0.1:1/nothing")
    try:
        for ask in (database.organizations, lambda: database.by_credential("x")):
            with pytest.raises(Away):
                ask()
    finally:
        database.close()


@pytest.mark.postgres
def test_a_connection_lost_in_the_middle_is_away_and_the_next_one_works(own_pool):
    def ask_while_it_is_cut() -> None:
        with own_pool.database.transaction(own_pool.organization) as session:
            cut_all(own_pool)
            session.ask(("SELECT 1", ()))

    with pytest.raises(Away):
        ask_while_it_is_cut()
    assert own_pool.organization in own_pool.database.organizations()


@pytest.mark.postgres
def test_a_fault_of_ours_is_not_hidden_by_a_connection_that_broke_with_it(own_pool):
    def fail_while_it_is_cut() -> None:
        with own_pool.database.transaction(own_pool.organization):
            cut_all(own_pool)
            raise LookupError("ours")

    with pytest.raises(LookupError, match="ours"):
        fail_while_it_is_cut()
    assert own_pool.organization in own_pool.database.organizations()


@pytest.mark.postgres
def test_connections_that_broke_while_nobody_used_them_are_noticed_by_nobody(own_pool):
    assert own_pool.organization in own_pool.database.organizations()
    cut_all(own_pool)
    assert own_pool.receive("R1").version == 1


def small(tmp_path) -> Place:
    database = SqliteDatabase(tmp_path / "books.sqlite3")
    migrate_sqlite(database)
    make_organization(database, "org")
    return Place(database, "org")


def test_a_full_disk_refuses_what_comes_keeps_reading_and_recovers(tmp_path):
    place = small(tmp_path)
    connection = place.database._connection()
    pages = connection.execute("PRAGMA page_count").get
    connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(Away):
        place.keep("M1", answer=BIG)
    assert place.rows("inbox") == []
    connection.execute("PRAGMA max_page_count = 100000")
    place.keep("M1", answer=BIG)
    assert len(place.rows("inbox")) == 1
    place.database.close()


def test_a_file_that_cannot_be_opened_is_away(tmp_path):
    with pytest.raises(Away):
        SqliteDatabase(tmp_path / "no such folder" / "books.sqlite3").organizations()


def test_a_file_another_process_writes_in_for_too_long_is_away(tmp_path):
    place = small(tmp_path)
    place.database._connection().set_busy_timeout(50)
    other = apsw.Connection(str(tmp_path / "books.sqlite3"))
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Away):
        place.receive("R1")
    other.execute("ROLLBACK")
    other.close()
    assert place.receive("R1").version == 1
    place.database.close()


def test_a_failed_sync_is_no_mere_absence(tmp_path):
    place = small(tmp_path)
    with pytest.raises(apsw.IOError), place.database.transaction("org"):
        raise apsw.exception_for(apsw.SQLITE_IOERR_FSYNC)
    with pytest.raises(Away), place.database.transaction("org"):
        raise apsw.exception_for(apsw.SQLITE_IOERR_READ)
    place.database.close()
