"""HL7 v2 over a real connection: stored before it is answered, once however often it is sent."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import psycopg
import pytest

from referloop.exchange.hl7v2.client import send
from referloop.exchange.hl7v2.header import Site
from referloop.exchange.hl7v2.transport import listening
from referloop.referral.kinds import ReferralId
from referloop.storage.access import Organization, add_organization
from referloop.storage.database import Away, Database
from referloop.storage.inbox import counts
from referloop.storage.items import open_items
from referloop.storage.migrations import migrate_postgres, migrate_sqlite
from referloop.storage.postgres import PostgresDatabase
from referloop.storage.sqlite import SqliteDatabase
from referloop.wiring.desk import Desk, shipped_policy
from referloop.wiring.hl7v2 import quarantine, receiver

AT = datetime(2026, 11, 24, 15, tzinfo=UTC)
HOME = "desk"


def message(
    event: str = "I12",
    *,
    id: str = "M1",
    number: str = "R1",
    sent: str = "20261124100000-0500",
    service: str = "Cardiology",
) -> bytes:
    """A referral with what a test says of it."""
    return (
        (
            f"MSH|^~\\&|EHR|NORTH|REF|DESK|{sent}||REF^{event}^REF_I12|{id}|P|2.5.1\r"
            f"RF1||R||||{number}^NORTH\rPRD|RP|Osei^Ruth\rPRD|RT|Amin^Lena\rPID|1||100^^^NORTH^MR||Reed^Ann||19610203|F\r"
            f"PR1|1||1^{service}^L\r"
        )
        .replace("RF1||R|||||", "RF1||R||||")
        .encode()
    )


@dataclass(frozen=True)
class Line:
    """A connection to the listener, and the books behind it."""

    desk: Desk
    port: int

    def says(self, frame: bytes) -> tuple[str, str]:
        """The code of the answer and the control id it names."""
        answer = send("127.0.0.1", self.port, frame, 5).decode()
        msa = next(line for line in answer.split("\r") if line.startswith("MSA")).split("|")
        return msa[1], msa[2]

    def inbox(self) -> dict[str, int]:
        with self.desk.database.reading(HOME) as session:
            return {state: number for state, number in counts(session).items() if number}

    def items(self) -> list[str]:
        with self.desk.database.reading(HOME) as session:
            return [item.kind for item in open_items(session)]

    def words(self) -> list[list[str]]:
        """The words of every referral's log."""
        with self.desk.books(HOME) as books:
            rows = books.session.ask(
                ("SELECT id FROM referrals WHERE organization_id = ? ORDER BY id", (HOME,))
            )[0]
            return [
                [each.word for each in log.entries]
                for log in books.logs([ReferralId(row[0]) for row in rows])
            ]


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def line(request: pytest.FixtureRequest) -> Iterator[Line]:
    database = _sqlite() if request.param == "sqlite" else _postgres(request.getfixturevalue("postgres_url"))
    numbers = count(1)
    desk = Desk(database, lambda: AT, lambda: f"{next(numbers):016d}", shipped_policy())
    site = Site(zone="America/New_York")
    with listening(
        "127.0.0.1", 0, receiver(desk, HOME, site), clock=lambda: AT, dropped=quarantine(desk, HOME)
    ) as port:
        yield Line(desk, port)
    database.close()


def _begun(database: Database) -> Database:
    with database.transaction(HOME) as session:
        add_organization(session, Organization(HOME, "Desk", "America/New_York"), AT)
    return database


def _sqlite() -> Database:
    database = SqliteDatabase(":memory:")
    migrate_sqlite(database)
    return _begun(database)


def _postgres(url: str) -> Database:
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute("DROP SCHEMA public CASCADE")
        owner.execute("CREATE SCHEMA public")
    migrate_postgres(url)
    return _begun(PostgresDatabase(url))


def test_a_message_is_stored_and_acknowledged(line: Line):
    assert line.says(message()) == ("AA", "M1")
    assert line.inbox() == {"done": 1}
    assert line.words() == [["referral-received"]]


def test_the_same_bytes_again_have_one_effect_and_the_stored_answer(line: Line):
    first = send("127.0.0.1", line.port, message(), 5)
    assert send("127.0.0.1", line.port, message(), 5) == first
    assert line.inbox() == {"done": 1}
    assert line.words() == [["referral-received"]]


def test_a_resend_with_a_newer_time_has_one_effect(line: Line):
    line.says(message())
    assert line.says(message(sent="20261124100500-0500")) == ("AA", "M1")
    assert line.inbox() == {"done": 1}


def test_a_control_id_with_other_content_keeps_both_and_a_person_looks(line: Line):
    line.says(message())
    assert line.says(message(number="R2")) == ("AA", "M1")
    assert line.inbox() == {"done": 2}
    assert line.items() == ["control-id-reused"]
    assert len(line.words()) == 2


def test_a_new_message_with_a_known_number_changes_the_one_referral(line: Line):
    line.says(message())
    assert line.says(message(id="M2", service="Neurology")) == ("AA", "M2")
    assert line.words() == [["referral-received", "referral-changed"]]


@pytest.mark.parametrize(
    ("event", "words"),
    [
        ("I13", ["referral-received", "referral-changed"]),
        ("I14", ["referral-received", "cancellation-requested"]),
    ],
)
def test_what_comes_before_its_request_is_held_and_joins_it(line: Line, event: str, words: list[str]):
    assert line.says(message(event, id="M2", service="Neurology")) == ("AA", "M2")
    assert line.inbox() == {"held": 1}
    assert line.says(message()) == ("AA", "M1")
    assert line.inbox() == {"done": 2}
    assert line.words() == [words]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ((b"REF^I12^REF_I12", b"ADT^A04"), "AR"),
        ((b"|P|2.5.1", b"|T|2.5.1"), "AR"),
        ((b"PID|", b"ZID|"), "AE"),
    ],
)
def test_a_refused_message_is_kept_with_its_reasons(line: Line, wrong: tuple[bytes, bytes], code: str):
    assert line.says(message().replace(*wrong)) == (code, "M1")
    assert line.inbox() == {"refused": 1}
    assert line.words() == []


def test_a_mended_message_under_the_same_number_goes_in(line: Line):
    line.says(message().replace(b"PID|", b"ZID|"))
    assert line.says(message()) == ("AA", "M1")
    assert line.inbox() == {"done": 1, "refused": 1}


def test_a_message_on_which_the_program_fails_is_stored_and_visible(line: Line):
    def fails() -> str:
        if next(calls) == 3:  # the arrival and the acknowledgment have their ids; the referral asks for one
            raise RuntimeError("a fault of our own")
        return line.desk.new_id()

    calls = count(1)
    failing = receiver(replace(line.desk, new_id=fails), HOME, Site(zone="UTC"))
    answer = failing(message(), "peer") or b""
    assert b"MSA|AA|M1" in answer
    assert line.inbox() == {"dead": 1}
    assert line.items() == ["dead-letter"]


def test_a_broken_frame_is_kept(line: Line):
    quarantine(line.desk, HOME)(b"MSH|^~\\&|EHR", "10.0.0.9", "cut-off")
    assert line.inbox() == {"refused": 1}


def test_while_the_database_is_away_the_sender_is_told_to_send_again(tmp_path: Path):
    desk = Desk(SqliteDatabase(tmp_path / "no" / "books"), lambda: AT, lambda: "1" * 16, shipped_policy())
    answer = receiver(desk, HOME, Site())(message(), "peer") or b""
    assert b"MSA|AR|M1" in answer
    assert b"207^Application internal error^HL70357" in answer
    with pytest.raises(Away), desk.database.reading(HOME):
        pass
