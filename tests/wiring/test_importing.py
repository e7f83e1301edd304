"""Imports that go wrong half-way: what is in is in once, and what failed is visible."""

import gzip
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest

from referloop.storage.access import Organization, add_organization
from referloop.storage.database import Away
from referloop.storage.inbox import counts, listed
from referloop.storage.migrations import migrate_sqlite
from referloop.storage.sqlite import SqliteDatabase
from referloop.wiring.desk import Desk, shipped_policy
from referloop.wiring.importing.kinds import kind_of
from referloop.wiring.imports import Import, Summary, run
from referloop.wiring.replaying import replay

AT = datetime(2026, 11, 24, 15, tzinfo=UTC)
REQUEST = (
    '{"resourceType":"ServiceRequest","id":"%d","status":"active","intent":"order","code":{"text":"x"},'
    '"subject":{"display":"Ann"}}\n'
)


@pytest.fixture
def desk() -> Desk:
    database = SqliteDatabase(":memory:")
    migrate_sqlite(database)
    with database.transaction("desk") as session:
        add_organization(session, Organization("desk", "Desk", "America/New_York"), AT)
    numbers = count(1)
    return Desk(database, lambda: AT, lambda: f"{next(numbers):016d}", shipped_policy())


def states(desk: Desk) -> dict[str, int]:
    with desk.database.reading("desk") as session:
        return {state: number for state, number in counts(session).items() if number}


def test_an_import_that_was_cut_off_goes_on_without_doubles(desk: Desk, tmp_path: Path):
    path = tmp_path / "list.ndjson"
    path.write_text("".join(REQUEST % number for number in range(1_000)))
    asked = count(1)

    def clock() -> datetime:
        if next(asked) == 6:  # in the second transaction of the import
            raise Away("the database went away")
        return AT

    first = run(Import(replace(desk, clock=clock), "desk", processes=0), [str(path)])
    second = run(Import(desk, "desk", processes=0), [str(path)])
    assert (first.new, bool(first.stopped)) == (400, True)
    assert (second.new, second.again, second.stopped) == (600, 400, "")
    assert states(desk) == {"done": 1_000}


def with_a_fault_in_the_first(desk: Desk, tmp_path: Path) -> Summary:
    """Three requests go in, and on the first of them the program fails, once in the batch and once alone."""
    path = tmp_path / "list.ndjson"
    path.write_text("".join(REQUEST % number for number in range(3)))
    faults = iter([True, False, False, True])

    def new_id() -> str:
        id = desk.new_id()
        if int(id) > 3 and next(faults, False):
            raise RuntimeError("a fault of our own")
        return id

    return run(Import(replace(desk, new_id=new_id), "desk", processes=0), [str(path)])


def test_one_message_on_which_the_program_fails_does_not_stop_the_others(desk: Desk, tmp_path: Path):
    found = with_a_fault_in_the_first(desk, tmp_path)
    assert (found.messages, found.new, found.faults) == (3, 2, 1)
    assert states(desk) == {"done": 2, "dead": 1}


def test_a_dead_message_is_read_again_when_the_fault_is_mended(desk: Desk, tmp_path: Path):
    with_a_fault_in_the_first(desk, tmp_path)
    with desk.database.reading("desk") as session:
        dead = listed(session, "dead")[0].kept.id
    settled = replay(desk, "desk", dead, "person:lead")
    again = replay(desk, "desk", dead, "person:lead")
    assert getattr(settled, "state", "") == "done"
    assert getattr(again, "code", "") == "replay-none"
    assert states(desk) == {"done": 3}


@pytest.mark.parametrize(
    ("head", "name", "kind"),
    [
        (b'{"resourceType":"Patient"}\n{"resourceType":"Patient"}\n', "a.csv", ("ndjson", "")),
        (b'{\n "resourceType": "Patient"\n}\n', "a.hl7", ("json", "")),
        (b"\xef\xbb\xbf[1]", "a", ("json", "")),
        (b"MSH|^~\\&|A", "a.json", ("hl7v2", "")),
        (b"\x0bMSH|^~\\&|A", "a.json", ("hl7v2", "")),
        ("MSH|^~\\&|A".encode("utf-16"), "a", ("hl7v2", "")),
        (b"MRN,Last name,DOB\n1,2,3\n", "a.txt", ("table", "")),
        (b"one,two\n1,2\n", "a.csv", ("table", "")),
        (b"Dear colleague,\n", "a.txt", ("other", "plain text")),
        (b"%PDF-1.7", "a.csv", ("other", "PDF")),
        (b"<ClinicalDocument xmlns='urn:hl7-org:v3'>", "a.xml", ("other", "XML (ClinicalDocument)")),
        (b'<Bundle xmlns="http://hl7.org/fhir">', "a.xml", ("other", "FHIR XML")),
        (b"", "a.json", ("other", "empty file")),
        (b"a\x00b", "a", ("other", "binary file")),
    ],
)
def test_what_a_file_is_shows_in_its_first_bytes(head: bytes, name: str, kind: tuple[str, str]):
    assert kind_of(head, name, False) == kind


def test_a_compression_that_ends_too_early_is_told_and_what_came_before_is_in(desk: Desk, tmp_path: Path):
    path = tmp_path / "list.ndjson.gz"
    path.write_bytes(gzip.compress("".join(REQUEST % number for number in range(5_000)).encode())[:-2_000])
    found = run(Import(desk, "desk", processes=0), [str(path)])
    says = "The file ends before its compression does; what came before is in. Send it again, whole."
    assert [str(each) for each in found.problems] == [f"{path}: file: {says} [file-broken]"]
    assert 0 < found.new < 5_000
    assert states(desk) == {"done": found.new}
