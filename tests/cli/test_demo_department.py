"""The demonstration's department: every stage, readable documents, patients to be found."""

import io
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PIL import Image

from referloop.gym.town import case
from referloop.referral.stages import HEADLINES
from referloop.storage.sqlite import SqliteDatabase
from tests.cli.commands import Terminal

NOW = datetime(2026, 11, 24, 15, tzinfo=UTC)
pytestmark = pytest.mark.slow

# Each with its stage, the next step and its flags.
_PLANTED = {
    "REF-2604": ("Contacting patient", "appeal-deadline", '["overdue"]'),
    "REF-2605": ("Awaiting payer", "referral-accept", "[]"),
    "REF-2606": ("Scheduled", "permission-use", '["overdue"]'),
    "REF-2607": ("Waitlisted", "booked", "[]"),
    "REF-2609": ("Sent, awaiting receiver", "booked", '["cancer"]'),
    "REF-2612": ("Contacting patient", "booked", '["on-hold"]'),
    "REF-2614": ("Report to review", "report-critical", '["cancer"]'),
    "REF-2615": ("Awaiting report", "report-owed", "[]"),
    "REF-2618": ("New", "identity-settle", '["identity"]'),
    "REF-2620": ("Merged", "", "[]"),
    "REF-2622": ("Choosing performer", "duplicate-settle", '["duplicate"]'),
    "REF-2623": ("Choosing performer", "death-close", "[]"),
    "REF-2624": ("Contacting patient", "contact-third", '["paediatric"]'),
    "REF-2625": ("Contacting patient", "booked", '["behavioural-health","safety"]'),
    "REF-2627": ("Contacting patient", "refusal-review", "[]"),
    "REF-2628": ("Closed, other", "", "[]"),
    "REF-2630": ("Contacting patient", "contact-second", "[]"),
    "REF-2631": ("Waitlisted", "booked", "[]"),
    "REF-2632": ("Waitlisted", "booked", "[]"),
    "REF-2633": ("Waitlisted", "booked", "[]"),
}
_CASES = [case(7, number) for number in range(300)]
_YOUNG_PLANS = ("Harbor Health PPO", "Harbor Health HMO", "State Medicaid", "Union Benefit Fund")


@dataclass(frozen=True)
class Books:
    database: SqliteDatabase

    def __call__(self, sql: str) -> list[tuple[Any, ...]]:
        with self.database.reading("riverbend") as session:
            return session.ask((sql, ()))[0]

    def of(self, number: str) -> tuple[Any, ...]:
        """(stage, next step, flags) of the referral with this number of its requester."""
        return self(
            "SELECT b.headline, b.step, b.flags FROM board b JOIN referral_names n USING (referral_id)"
            f" WHERE n.name LIKE 'placer|%|{number}'"
        )[0]

    def words(self, number: str) -> list[str]:
        return [
            row[0]
            for row in self(
                "SELECT e.word FROM entries e JOIN referral_names n USING (referral_id)"
                f" WHERE n.name LIKE 'placer|%|{number}' ORDER BY e.seq"
            )
        ]


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Books]:
    folder: Path = tmp_path_factory.mktemp("demo")
    said = Terminal(folder / "unused")(
        "demo", "--folder", str(folder), "--small", "--no-serve", "--now", "2026-11-24T15:00:00Z"
    )
    assert (said.code, said.err) == (0, "")
    database = SqliteDatabase(str(folder / "referloop.sqlite3"))
    yield Books(database)
    database.close()


def test_every_stage_has_a_referral(books: Books):
    found = {row[0] for row in books("SELECT DISTINCT headline FROM board")}
    assert found == set(HEADLINES)


def test_a_department_that_works_is_late_with_little(books: Books):
    dues = [
        (NOW - datetime.fromisoformat(row[0].replace("Z", "+00:00"))).days
        for row in books("SELECT due_at FROM board WHERE is_open = 1 AND due_at < '2026-11-24T15:00:00'")
    ]
    ((open_now,),) = books("SELECT COUNT(*) FROM board WHERE is_open = 1")
    assert len(dues) <= open_now * 0.15
    assert sum(days >= 5 for days in dues) <= len(dues) / 2


def test_one_patient_has_three_referrals_for_which_one_call_serves(books: Books):
    assert [books.of(f"REF-{number}")[:2] for number in (2601, 2602, 2603)] == [
        ("Needs information", "contact-second"),
        ("Contacting patient", "contact-second"),
        ("Contacting patient", "contact-second"),
    ]


def test_what_is_planted_stands_where_the_tutorial_says(books: Books):
    assert {number: books.of(number) for number in _PLANTED} == _PLANTED


def test_the_huddle_has_cases_of_what_ends_soon(books: Books):
    rows = books(
        "SELECT n.name FROM obligations o JOIN board b USING (referral_id) JOIN referral_names n"
        " USING (referral_id) WHERE o.due_at <= '2026-11-24T15:00:00' AND n.name LIKE 'placer|%REF-26%'"
        " AND (o.code = 'permission-use' AND b.headline = 'Scheduled' OR o.code = 'appeal-deadline')"
    )
    assert sorted(row[0].rpartition("|")[2] for row in rows) == ["REF-2604", "REF-2606"]


def test_one_referral_is_restricted_to_the_nurse(books: Books):
    found = books(
        "SELECT n.name, b.restricted_to FROM board b JOIN referral_names n USING (referral_id)"
        " WHERE b.restricted_to <> '' AND n.name LIKE 'placer|%'"
    )
    assert found == [("placer|urn:example:northside|REF-2630", "noor")]


def test_some_patients_want_an_interpreter_or_only_one_way_of_contact(books: Books):
    told = [json.loads(row[0]) for row in books("SELECT said FROM contact_rules")]
    assert sorted((each["interpreter"], each["only_by"], each["no_voicemail"]) for each in told) == [
        ("", "mobile", True),
        ("", "mobile", True),
        ("phone", "", False),
    ]


def test_children_come_from_the_paediatrician_and_medicare_is_for_the_old():
    assert {(it.office.name, it.resident.plan) for it in _CASES if it.resident.born.year >= 2009} <= {
        ("Eastgate Paediatrics", plan) for plan in _YOUNG_PLANS
    }
    assert all(it.office.name != "Eastgate Paediatrics" for it in _CASES if it.resident.born.year < 2009)
    assert all(it.resident.born.year <= 1961 for it in _CASES if it.resident.plan == "Medicare")


def test_a_denial_has_its_whole_story(books: Books):
    said = [word for word in books.words("REF-2604") if word.startswith(("permission", "peer", "document"))]
    assert said == [
        "document-received", "permission-assessed", "permission-requested", "permission-pended",
        "permission-supplemented", "permission-denied", "peer-to-peer-held", "document-received",
    ]  # fmt: skip


def test_documents_can_be_read(books: Books):
    kept = books("SELECT media_type, body FROM evidence")
    pdfs = [content for media_type, content in kept if media_type == "application/pdf"]
    faxes = [content for media_type, content in kept if media_type == "image/tiff"]
    tracings = [content for media_type, content in kept if media_type == "image/png"]
    assert {len(pypdfium2.PdfDocument(bytes(each))) for each in pdfs} == {2}
    assert {Image.open(io.BytesIO(each)).n_frames for each in faxes} == {2}  # type: ignore[attr-defined]
    assert [Image.open(io.BytesIO(each)).size for each in tracings] == [(1100, 620)]


def test_work_between_systems_waits_for_somebody(books: Books):
    assert dict(books("SELECT state, COUNT(*) FROM inbox WHERE state <> 'done' GROUP BY state")) == {
        "held": 1, "kept": 5, "refused": 1,
    }  # fmt: skip
    assert dict(books("SELECT state, COUNT(*) FROM outbox GROUP BY state")) == {"dead": 1, "unconfirmed": 1}
    kinds = Counter(row[0] for row in books("SELECT kind FROM items WHERE closed_at IS NULL"))
    assert kinds == Counter(["identity", "unclear", "unconfirmed", "dead-letter", "export", "glass", "glass"])


def test_an_office_has_what_was_sent_to_it_in_its_states(books: Books):
    found = books("SELECT b.headline, COUNT(*) FROM sent_to s JOIN board b USING (referral_id) GROUP BY 1")
    assert dict(found) == {
        "Awaiting report": 1, "Contacting patient": 4, "Needs information": 1, "Report to review": 1,
        "Scheduled": 2, "Sent, awaiting receiver": 7,
    }  # fmt: skip


def test_somebody_left_and_a_day_is_closed(books: Books):
    assert books("SELECT id FROM users WHERE active = 0") == [("robin",)]
    assert books("SELECT written_by, why FROM calendars") == [("admin", "The desk trains together.")]
