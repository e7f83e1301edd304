"""Look-ups of the hot path find their rows by a key, however many referrals an organisation has."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from referloop.ports import Wanted
from referloop.referral.kinds import PRESSING
from referloop.storage import access_lists
from referloop.storage.access_lists import looked
from referloop.storage.accesses import Accessed, noted_lately
from referloop.storage.asides import asides
from referloop.storage.contact_rules import told
from referloop.storage.database import Query, Row, Session
from referloop.storage.inbox import listed
from referloop.storage.lookups import Known, look_up
from referloop.storage.migrations import migrate_sqlite
from referloop.storage.outbox import unsure
from referloop.storage.presence import present
from referloop.storage.resources import Sought, find
from referloop.storage.search import board_by_key, board_of, people_and_numbers, with_joined
from referloop.storage.search_keys import beginning, exactly
from referloop.storage.sight import EVERYTHING
from referloop.storage.sqlite import SqliteDatabase
from referloop.storage.worklist import Narrowed, lines, matching, of_patient, oldest, people, top

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


class Explained:
    """A session that also keeps how SQLite would find the rows of each query."""

    skip_locked = locks_row = ""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.organization = session.organization
        self.plans: list[str] = []

    def ask(self, *queries: Query) -> list[list[Row]]:
        for sql, values in queries:
            plan = self.session.ask((f"EXPLAIN QUERY PLAN {sql}", values))[0]
            self.plans += [row[3] for row in plan]
        return self.session.ask(*queries)

    def write(self, *queries: Query) -> list[int]:
        return self.session.write(*queries)

    def one_at_a_time(self, keys: object, *, whole: bool = False) -> None:
        return None


@pytest.fixture
def explained() -> Iterator[Explained]:
    database = SqliteDatabase(":memory:")
    migrate_sqlite(database)
    with database.transaction("org1") as session:
        yield Explained(session)
    database.close()


def walks(plans: list[str]) -> list[str]:
    """The steps that read a whole table, or everything an organisation has in one."""
    return [each for each in plans if each.startswith("SCAN") or each.endswith("(organization_id=?)")]


def test_what_an_intake_asks_is_found_by_keys(explained):
    wanted = Wanted(messages=[("fhir", "a", "m1")], person_keys=["id|u|1", "id|u|2"], names=["placer|u|1"])
    look_up(explained, wanted, Known())
    assert (len(explained.plans) > 5, walks(explained.plans)) == (True, [])


def test_what_a_write_refers_to_is_found_by_keys(explained):
    sought = Sought(places=[("Patient", "p1")], named=[("Patient", "u|1")], digests=["d"])
    find(explained, sought)
    assert (len(explained.plans) > 3, walks(explained.plans)) == (True, [])


def test_messages_that_wait_for_a_person_are_found_by_their_index(explained):
    listed(explained, "problem", limit=10)
    assert explained.plans == ["SEARCH i USING INDEX inbox_open (organization_id=? AND state=?)"]


def test_people_and_referrals_are_found_within_their_ranges_of_the_index(explained):
    people_and_numbers(
        explained, [beginning("n|garcia|"), exactly("i|MRN1")], [exactly("r|REF1")], 100, EVERYTHING
    )
    board_by_key(explained, [exactly("q|osei")], 50, EVERYTHING)
    with_joined(explained, "P1")
    searched = [each for each in explained.plans if each.startswith("SEARCH")]
    values = ("SCAN s", "SCAN 2 CONSTANT ROWS", "SCAN CONSTANT ROW")  # what was typed, no table
    assert (len(searched), [each for each in walks(explained.plans) if each not in values]) == (5, [])


def test_the_referrals_of_people_are_found_by_these_people(explained):
    for open_only in (True, False):
        board_of(explained, ["P1", "P2"], EVERYTHING, open_only=open_only)
    of_patient(explained, "P1", EVERYTHING)
    found = [each for each in explained.plans if each.startswith("SEARCH")]
    assert [each.partition(" USING ")[2] for each in found] == (
        ["INDEX board_patient (patient_id=? AND organization_id=?)"] * 3
    )


def test_what_a_page_of_work_shows_is_found_by_keys(explained):
    lines(explained, Narrowed(owners=["specialist", "lead"], seen=EVERYTHING), limit=50)
    people(explained, ["P1", "P2"])
    asides(explained, "dana", NOW)
    present(explained, "R1", NOW)
    told(explained, ["P1"])
    noted_lately(explained, Accessed("dana", "specialist", "list-opened"), NOW)
    explained.ask(top("org1", EVERYTHING))
    in_order = "SEARCH board USING INDEX board_score (organization_id=?)"  # it ends after a page
    assert (len(explained.plans) > 6, walks(explained.plans)) == (True, [in_order] * 2)


def test_what_a_huddle_counts_is_found_where_it_is_few(explained):
    now = NOW
    for wanted in (
        Narrowed(urgencies=PRESSING, headlines=["New"], seen=EVERYTHING),
        Narrowed(due_after=now, due_until=now, seen=EVERYTHING),
        Narrowed(ending=("permission-use", now), seen=EVERYTHING),
        Narrowed(ending=("appeal-deadline", now), seen=EVERYTHING),
        Narrowed(closed_on="2026-11-24", state="all", seen=EVERYTHING),
    ):
        matching(explained, wanted)
    oldest(explained, EVERYTHING, 10)
    indexes = ("board_pressing", "board_turning", "obligations_ending", "board_closed", "board_oldest")
    used = [name for name in indexes if any(f" {name} " in step for step in explained.plans)]
    assert (used, [step for step in explained.plans if step.endswith("(organization_id=?)")]) == (
        list(indexes),
        [],
    )


def test_what_went_to_whom_is_found_by_its_patient_and_its_referral(explained):
    unsure(explained, ["R1"])
    wanted = access_lists.Narrowed(patients=["P1"], referrals=["R1"], roles=["client"], acts=["found"])
    looked(explained, wanted, 10)
    assert [
        each.partition(" USING ")[2].partition(" (")[0] for each in explained.plans if " USING INDEX " in each
    ] == [
        "INDEX outbox_unsure",
        "INDEX accesses_patient",
    ]
