"""A FHIR client that calls the WSGI application without a network, over books that a test made."""

import io
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any

import psycopg

from referloop.storage.access import Organization, add_organization, add_token
from referloop.storage.database import Database
from referloop.storage.migrations import migrate_postgres, migrate_sqlite
from referloop.storage.postgres import PostgresDatabase
from referloop.storage.sqlite import SqliteDatabase
from referloop.wiring.desk import Desk, shipped_policy
from referloop.wiring.web import application

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
Json = dict[str, Any]
WHOLE = ("referral.write", "referral.read", "progress.write")
# client -> its organisation and scopes; a client's token is "secret-" and its name
CLIENTS = {
    "placer": ("desk", WHOLE),
    "performer": ("desk", ("progress.write", "referral.read")),
    "reader": ("desk", ("referral.read",)),
    "writer": ("desk", ("referral.write",)),
    "nobody": ("desk", ()),
    "stranger": ("other", WHOLE),
}
POLICY = shipped_policy()


class Clock:
    """Stands still until a test moves it."""

    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        return self.at


@dataclass(frozen=True)
class Came:
    """An answer as a client sees it."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Json:
        return json.loads(self.body)  # type: ignore[no-any-return]

    @property
    def issues(self) -> list[str]:
        return [issue["code"] for issue in self.json["issue"]]

    @property
    def place(self) -> str:
        """`Type/id` of what was created."""
        return self.headers["Location"].partition("/fhir/")[2].partition("/_history")[0]

    @property
    def resources(self) -> list[Json]:
        return [entry["resource"] for entry in self.json.get("entry", [])]

    @property
    def ids(self) -> list[str]:
        return [each["id"] for each in self.resources]


@dataclass
class Site:
    """A desk behind its WSGI application."""

    desk: Desk
    clock: Clock
    app: Callable[..., Any]
    database: Database

    def call(self, method: str, path: str, body: Any = b"", client: str = "placer", **headers: str) -> Came:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        environ = self.environ(method, path, content, client, headers)
        seen: dict[str, Any] = {}

        def start_response(status: str, listed: list[tuple[str, str]], *rest: object) -> None:
            seen.update(status=int(status.split()[0]), headers=dict(listed))

        response = self.app(environ, start_response)
        answer = b"".join(response)
        response.close()
        return Came(seen["status"], seen["headers"], answer)

    def environ(
        self, method: str, path: str, body: bytes, client: str, headers: Mapping[str, str]
    ) -> dict[str, Any]:
        place, _, query = path.partition("?")
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method, "PATH_INFO": f"/fhir/{place}".rstrip("/"), "QUERY_STRING": query,
            "SERVER_NAME": "desk.example", "SERVER_PORT": "80", "HTTP_HOST": "desk.example",
            "CONTENT_TYPE": "application/fhir+json", "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body), "wsgi.url_scheme": "http", "wsgi.errors": io.StringIO(),
        }  # fmt: skip
        if client:
            environ["HTTP_AUTHORIZATION"] = f"Bearer secret-{client}"
        for name, value in headers.items():
            key = name.upper()
            environ[key if key in ("CONTENT_TYPE", "PATH_INFO") else f"HTTP_{key}"] = value
        return environ

    def get(self, path: str, client: str = "placer", **headers: str) -> Came:
        return self.call("GET", path, client=client, **headers)

    def post(self, path: str, body: Any, client: str = "placer", **headers: str) -> Came:
        return self.call("POST", path, body, client, **headers)

    def put(self, path: str, body: Any, client: str = "placer", **headers: str) -> Came:
        return self.call("PUT", path, body, client, **headers)

    def count(self, table: str, organization: str = "desk") -> int:
        with self.database.reading(organization) as session:
            sql = f"SELECT count(*) FROM {table} WHERE organization_id = ?"
            return int(session.ask((sql, (organization,)))[0][0][0])

    def together(self, works: list[Callable[[], Came]]) -> list[Came]:
        """All at once, each in a thread of its own."""
        came: list[Came | None] = [None] * len(works)
        gate = threading.Barrier(len(works))

        def run(place: int, work: Callable[[], Came]) -> None:
            gate.wait()
            came[place] = work()

        threads = [threading.Thread(target=run, args=each) for each in enumerate(works)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return [each for each in came if each is not None]


@dataclass
class Ids:
    """Counts, from any thread."""

    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def __call__(self) -> str:
        return f"{next(self.numbers):06d}"


def site_over(database: Database, **settings: Any) -> Site:
    clock = Clock()
    desk = Desk(database, clock, Ids(), POLICY)
    for name in ("desk", "other"):
        with database.transaction(name) as session:
            add_organization(session, Organization(name, name, "America/New_York"), START)
            for client, (organization, scopes) in CLIENTS.items():
                if organization == name:
                    add_token(session, f"secret-{client}", client, scopes, START, None)
    return Site(desk, clock, application(desk, secrets=(b"s" * 32,), **settings), database)


def in_memory(**settings: Any) -> Site:
    database = SqliteDatabase(":memory:")
    migrate_sqlite(database)
    return site_over(database, **settings)


def on_postgres(url: str) -> Site:
    """Fresh books in the test run's own database."""
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute(
            "DROP SCHEMA public CASCADE; CREATE SCHEMA public; GRANT USAGE ON SCHEMA public TO PUBLIC"
        )
    migrate_postgres(url)
    return site_over(PostgresDatabase(url, size=14))
