"""The demonstration's department behind a real server, and people who look at it in a real browser."""

import shutil
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from referloop.gym.town import Case
from referloop.referral.board import Standing
from referloop.referral.entry import Draft
from referloop.referral.facts.fact import Fact
from referloop.referral.fields import fact_from
from referloop.settings import Settings
from referloop.storage.access import SCOPES, Organization, User, add_organization, add_token, add_user
from referloop.storage.due import look
from referloop.storage.migrations import migrate_sqlite
from referloop.storage.sight import stand_for
from referloop.storage.sqlite import SqliteDatabase
from referloop.wiring.demonstration.department import SMALL, fill
from referloop.wiring.demonstration.partners import Clock, post
from referloop.wiring.demonstration.people import DANA
from referloop.wiring.desk import Desk, new_id, shipped_policy
from referloop.wiring.recording import Place, record
from referloop.wiring.signing import open_signins, set_password
from referloop.wiring.web import application
from referloop.wiring.workbench import WorkbenchNeeds
from referloop.workbench.site import Wsgi

NOW = datetime(2026, 11, 24, 15, tzinfo=UTC)
PASSWORD = "a quiet harbour"
_PEOPLE = (
    User("dana", "Dana Reyes", "specialist"), User("jules", "Jules Okafor", "junior"),
    User("osei", "Dr. Ruth Osei", "clinician"), User("lead", "Kim Sato", "lead"),
    User("morgan", "Morgan Blake", "senior"), User("ines", "Ines Duarte", "compliance"),
    User("harbor", "Harbor Cardiology", "receiving-office"), User("vaca", "Dr. Teresa Vaca", "clinician"),
)  # fmt: skip
_STAND_FOR = {
    "osei": [
        "Ruth Osei", "Ruth Osei, Northside Family Practice", "Paul Lindgren",
        "Paul Lindgren, Harbor Internal Medicine", "Samuel Roth", "Samuel Roth, Eastgate Paediatrics",
    ],
    "vaca": ["Teresa Vaca"], "harbor": ["Harbor Cardiology"],
}  # fmt: skip


@dataclass
class Department:
    """`send` is how its partners' messages come in."""

    address: str
    desk: Desk
    clock: Clock
    send: Callable[[bytes], bytes]
    organization: str = "riverbend"

    def did(self, it: Case, word: str, **fields: str) -> None:
        """Somebody of the desk recorded this."""
        with self.desk.books(self.organization) as books:
            referral = books.referrals_named([f"placer|{it.office.system}|{it.number}"])[0]
        fact = fact_from(word, fields)
        assert isinstance(fact, Fact)
        place = Place(self.organization, referral)
        assert isinstance(record(self.desk, place, Draft(fact, self.clock.at), DANA), Standing)

    def later(self, **span: float) -> None:
        """Time goes by, and the watcher writes down what was missed meanwhile."""
        self.clock.at += timedelta(**span)
        policy = self.desk.policy(self.organization)
        while look(self.desk.database, self.organization, policy, self.clock.at, new_id):
            pass


def lived_through(folder: Path) -> Path:
    """The books of a department after some weeks: made once, and copied for each journey."""
    path = folder / "books.sqlite3"
    database = SqliteDatabase(path)
    migrate_sqlite(database)
    with database.transaction("riverbend") as session:
        add_organization(
            session, Organization("riverbend", "Riverbend Specialty Clinic", "America/New_York"), NOW
        )
        add_token(session, "demonstration", "town", sorted(SCOPES), NOW, None)
        for person in _PEOPLE:
            add_user(session, person, NOW)
        for person_id, names in _STAND_FOR.items():
            stand_for(session, person_id, names)
    desk = Desk(database, Clock(NOW), new_id, shipped_policy(), "inbound")
    fill(desk, "riverbend", "demonstration", NOW, 7, SMALL)
    database.close()
    return path


@contextmanager
def department(folder: Path, books: Path) -> Iterator[Department]:
    shutil.copy(books, folder / "books.sqlite3")
    database = SqliteDatabase(folder / "books.sqlite3")
    clock = Clock(NOW)
    desk = Desk(database, clock, new_id, shipped_policy(), "inbound")
    chosen = Settings(
        organization="riverbend", signin_database=f"sqlite:{folder / 'signin.sqlite3'}",
        second_factor="offered",
    )  # fmt: skip
    assert open_signins(chosen) == ()
    for person in _PEOPLE:
        assert set_password("riverbend", person.id, PASSWORD) == ()
    app = application(desk, secrets=(b"s" * 32,), needs=WorkbenchNeeds(desk), settings=chosen)
    send = post(replace(desk), "demonstration")
    with served(app) as address:
        yield Department(address, desk, clock, send)
    database.close()


@contextmanager
def served(app: Wsgi) -> Iterator[str]:
    """The application at an address of this machine, for as long as the block runs."""
    server = _Server(("127.0.0.1", 0), _Quiet)
    server.set_app(app)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.pool.shutdown()
        server.server_close()


class _Server(WSGIServer):
    """A few threads, so that a connection a browser opens in advance holds nobody up."""

    request_queue_size = 64

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.pool = ThreadPoolExecutor(8)

    def process_request(self, request: Any, client_address: Any) -> None:
        self.pool.submit(self._answer, request, client_address)

    def _answer(self, request: Any, client_address: Any) -> None:
        try:
            self.finish_request(request, client_address)
        finally:
            self.shutdown_request(request)


class _Quiet(WSGIRequestHandler):
    timeout = 2

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing is said."""
