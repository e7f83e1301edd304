"""Where sign-ins are kept: beside the books, or in a schema of their own on the same server."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from django.db import connection, connections

from referloop.settings import Settings
from referloop.storage.migrations import migrate_postgres
from referloop.wiring.signing import migrate_signins, open_signins, place, set_password


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    yield
    connections.close_all()


def test_beside_the_books_unless_told_otherwise(tmp_path: Path):
    books = Settings(database=f"sqlite:{tmp_path / 'books.sqlite3'}")
    other = replace(books, signin_database=f"sqlite:{tmp_path / 'elsewhere.sqlite3'}")
    assert [place(books)["NAME"], place(other)["NAME"]] == [
        str(tmp_path / "signin.sqlite3"),
        str(tmp_path / "elsewhere.sqlite3"),
    ]


def test_sqlite_is_made_when_first_needed_and_never_uses_wal(tmp_path: Path):
    chosen = Settings(database=f"sqlite:{tmp_path / 'books.sqlite3'}")
    assert open_signins(chosen) == ()
    assert set_password("desk", "lead", "a quiet harbour") == ()
    with connection.cursor() as cursor:
        modes = [cursor.execute(f"PRAGMA {name}").fetchone() for name in ("journal_mode", "synchronous")]
    assert modes == [("delete",), (2,)]


@pytest.mark.postgres
def test_postgres_wants_its_owner_first_and_then_serves_the_application(postgres_url: str):
    migrate_postgres(postgres_url)
    chosen = Settings(database=postgres_url)
    assert [problem.code for problem in open_signins(chosen)] == ["signin-old"]
    migrate_signins(chosen)
    with psycopg.connect(postgres_url, autocommit=True) as owner:
        owner.execute("CREATE ROLE referloop_signin_test IN ROLE referloop_app")
        try:
            joined = "&" if "?" in postgres_url else "?"
            role = f"{joined}options=-c%20role%3Dreferloop_signin_test"
            assert open_signins(replace(chosen, database=postgres_url + role)) == ()
            assert set_password("desk", "lead", "a quiet harbour") == ()
            assert set_password("desk", "lead", "another harbour") == ()
        finally:
            connections.close_all()
            owner.execute("DROP ROLE referloop_signin_test; DROP SCHEMA signin CASCADE")
