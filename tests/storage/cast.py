"""The same cast everywhere: organisations of their own, one patient, small policies, and a raw way in."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import count

import psycopg

from referloop.messages import Name, Person
from referloop.policy.in_force import PolicyInForce
from referloop.ports import Answer, Arrival, Kept, Outgoing
from referloop.referral.entry import Author, Draft
from referloop.referral.facts.intake import ReferralReceived
from referloop.referral.kinds import ReferralId
from referloop.referral.log import Log
from referloop.storage.access import Organization, add_organization
from referloop.storage.books import OpenBooks, again, opened
from referloop.storage.database import Database, Query, Row
from referloop.storage.postgres import PostgresDatabase
from referloop.storage.sqlite import SqliteDatabase
from referloop.storage.tables import COLUMNS
from tests.referral.policies import need, policy

NINE = datetime(2026, 11, 24, 9, tzinfo=UTC)  # a Tuesday
ANN, CLINIC = Author("person", "ann", "specialist"), Author("partner", "clinic")
PATIENT = Person(names=(Name("Okafor", "Ada"),), birth_date="1980-02-29", sex="female")
TRIAGE = need("triage", "referral-received", "referral-triaged", within="1 h", escalates_to="senior")
CALL = need("call", "referral-received", "contact-attempted", within="4 h", harm=5)
POLICY = policy(TRIAGE, CALL)
_NUMBERS = count(1)


def new_id() -> str:
    return f"{next(_NUMBERS):08}"


def later(hours: float) -> datetime:
    return NINE + timedelta(hours=hours)


@dataclass(frozen=True)
class Place:
    """One organisation in one database. `raw` is a way in that no rule of ours stands in."""

    database: SqliteDatabase | PostgresDatabase
    organization: str
    owner_url: str = ""
    policy: PolicyInForce = POLICY
    new_id: Callable[[], str] = field(default=new_id)

    def books(self, at: datetime = NINE) -> AbstractContextManager[OpenBooks]:
        return opened(self.database, self.organization, self.policy, at, self.new_id)

    def receive(self, referral: str, at: datetime = NINE, patient: str = "P1", **said: str) -> Log:
        with self.books(at) as books:
            fact = ReferralReceived(**{"service": "Cardiology", "urgency": "routine", **said})  # type: ignore[arg-type]
            log = books.new_referral(ReferralId(referral), patient, fact.service)
            return books.append(log, [Draft(fact, at)], CLINIC)

    def append(self, referral: str, *drafts: Draft, at: datetime = NINE, by: Author = ANN) -> Log:
        def work() -> Log:
            with self.books(at) as books:
                log = books.log(ReferralId(referral))
                assert log is not None
                return books.append(log, drafts, by)

        return again(work)

    def log(self, referral: str) -> Log:
        with self.books() as books:
            log = books.log(ReferralId(referral))
            assert log is not None
            return log

    def keep(self, id: str, **said: object) -> tuple[Arrival, Kept]:
        it = message(id)
        values = {
            "id": id, "state": "problem", "kind": "referral", "content_digest": it.content_digest,
            "referrals": (), "answer": Answer(200, b"ok"), "owner": "specialist", "due_at": later(8),
        }  # fmt: skip
        kept = Kept(**{**values, **said})  # type: ignore[arg-type]
        with self.books() as books:
            books.keep(it, kept)
        return it, kept

    def send(self, *ids: str, referral: str = "", to: str = "lab", at: datetime = NINE) -> list[Outgoing]:
        sent = [outgoing(id, referral, to, at) for id in ids]
        with self.books(at) as books:
            for each in sent:
                books.send(each)
        return sent

    def ask(self, sql: str, *values: object) -> list[Row]:
        with self.database.reading(self.organization) as session:
            return session.ask((sql, values))[0]

    def rows(self, table: str) -> list[Row]:
        """Everything of this organisation, without its name, in an order of Python's own."""
        columns = ", ".join(COLUMNS[table][1:])
        found = self.ask(f"SELECT {columns} FROM {table} WHERE organization_id = ?", self.organization)
        return sorted((tuple(map(_alike, row)) for row in found), key=repr)

    def tamper(self, *queries: Query) -> None:
        """Write as somebody who owns the database and has lifted its triggers and keys."""
        lift = _postgres_lifted if self.owner_url else _sqlite_lifted
        with lift(self) as run:
            for sql, values in queries:
                run(sql, values)


def _alike(value: object) -> object:
    """Instants as text in UTC, whichever database they come from."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return bytes(value) if isinstance(value, memoryview | bytearray) else value


@contextmanager
def _sqlite_lifted(place: Place) -> Iterator[Callable[..., object]]:
    connection = place.database._connection()
    connection.execute("PRAGMA foreign_keys = OFF")  # means nothing within a transaction
    with place.database.transaction(place.organization) as session:
        triggers = session.ask(("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'", ()))[0]
        session.write(*[(f"DROP TRIGGER {name}", ()) for name, _ in triggers])
        yield lambda sql, values: session.write((sql, values))
        session.write(*[(text, ()) for _, text in triggers])
    connection.execute("PRAGMA foreign_keys = ON")


@contextmanager
def _postgres_lifted(place: Place) -> Iterator[Callable[..., object]]:
    with psycopg.connect(place.owner_url) as owner:
        owner.execute("SET session_replication_role = replica")  # no trigger, no foreign key
        owner.execute("SELECT set_config('referloop.organization', %s, false)", (place.organization,))
        yield lambda sql, values: owner.execute(sql.replace("?", "%s"), values)


def make_organization(database: Database, name: str) -> None:
    with database.transaction(name) as session:
        add_organization(session, Organization(name, f"Desk {name}", "America/New_York"), NINE)


def message(id: str, body: bytes = b"") -> Arrival:
    body = body or f"MSH|{id}".encode()
    digest = sha256(body).hexdigest()
    return Arrival(
        id=id, channel="hl7v2", sender="clinic", message_id=f"control {id}",
        media_type="x-application/hl7-v2",
        body=body, received_at=NINE, digest=digest, content_digest=digest,
    )  # fmt: skip


def outgoing(id: str, referral: str = "", to: str = "lab", at: datetime = NINE) -> Outgoing:
    return Outgoing(
        id=id, referral=referral, channel="loopback", destination=to, media_type="text/plain",
        payload=f"effect {id}".encode(), created_at=at,
    )  # fmt: skip
