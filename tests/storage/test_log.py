"""The log in the database: only ever longer, all or nothing, and the same when it is read again."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from referloop.referral.entry import Draft, broken_at
from referloop.referral.facts.desk import NoteAdded
from referloop.referral.facts.intake import ReferralTriaged
from referloop.referral.kinds import ReferralId
from referloop.referral.log import Log, revive
from referloop.storage.access import Organization, organization
from referloop.storage.database import Contended
from tests.referral.strategies import ANY, AUTHORS, INSTANTS, OCCURRED
from tests.storage.cast import ANN, CLINIC, NINE, PATIENT, Place, later, outgoing

DRAFTS = st.builds(Draft, ANY, OCCURRED, st.just("") | st.just("inbox:1"), st.none() | st.integers(1, 5))


@settings(max_examples=300, deadline=None)
@given(st.lists(DRAFTS, min_size=1, max_size=4), AUTHORS, INSTANTS)
def test_any_log_is_the_same_after_it_was_stored_and_read(drafts, author, at):
    log, lines = Log(ReferralId("R1"), "P1").append(drafts, author, at)
    stored = [(line.text, line.hash) for line in lines]
    assert revive(log.referral, log.patient, stored) == log
    assert broken_at([(line.seq, line.text, line.hash) for line in lines]) is None


@settings(max_examples=30, deadline=None)
@given(drafts=st.lists(DRAFTS, min_size=1, max_size=4), author=AUTHORS, at=INSTANTS)
def test_any_log_comes_out_of_a_database_as_it_went_in(sqlite_memory, postgres, drafts, author, at):
    for shared in (sqlite_memory, postgres):
        place = Place(shared.database, "any", shared.owner_url)
        with place.books(at) as books:
            log = books.new_referral(ReferralId("R" + place.new_id()), "P1", "")
            log = books.append(log, drafts, author)
        assert place.log(log.referral) == log


def test_a_referral_has_its_head_its_lines_and_its_place_on_the_board(place):
    place.receive("R1")
    log = place.append("R1", Draft(ReferralTriaged(), later(1)), at=later(1))
    assert place.log("R1") == log
    assert place.rows("referrals") == [("R1", "P1", 2, log.head, "2026-11-24T09:00:00.000000Z")]
    assert [row[:3] for row in place.rows("entries")] == [
        ("R1", 1, "referral-received"),
        ("R1", 2, "referral-triaged"),
    ]
    assert [row[0] for row in place.rows("board")] == ["R1"]
    assert [row[:2] for row in place.rows("obligations")] == [("R1", "call")]


def test_a_log_that_is_not_there_is_none(place):
    with place.books() as books:
        assert books.log(ReferralId("R-nobody")) is None


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE entries SET word = 'note-added' WHERE organization_id = ?",
        "DELETE FROM entries WHERE organization_id = ?",
        "UPDATE resources SET body = 'x' WHERE organization_id = ?",
        "DELETE FROM resources WHERE organization_id = ?",
    ],
)
def test_the_database_itself_refuses_to_change_what_was_written(place, sql):
    place.receive("R1")
    place.tamper(
        (
            "INSERT INTO resources (organization_id, kind, id, version, referral_id, person_id, client,"
            " received_at, body) VALUES (?, 'ServiceRequest', 'a', 1, '', '', '', ?, 'b')",
            (place.organization, "2026-11-24T09:00:00.000000Z"),
        )
    )
    before = [place.rows("entries"), place.rows("resources")]
    with pytest.raises(Exception, match=r"append-only|never|permission denied") as refusal:
        written(place, sql, place.organization)
    assert not isinstance(refusal.value, Contended)
    assert [place.rows("entries"), place.rows("resources")] == before


def test_an_entry_of_no_referral_is_a_fault_of_the_program_and_never_tried_again(place):
    sql = (
        "INSERT INTO entries (organization_id, referral_id, seq, word, occurred_at, recorded_at, line, hash)"
        " VALUES (?, 'R-nobody', 1, 'note-added', '', ?, '', '')"
    )
    with pytest.raises(Exception, match=r"(?i)foreign key") as fault:
        written(place, sql, place.organization, NINE)
    assert not isinstance(fault.value, Contended)


def test_a_row_of_a_key_that_is_there_says_that_another_was_first(place):
    place.receive("R1")
    with pytest.raises(Contended):
        place.receive("R1")
    assert place.log("R1").version == 1


def test_nothing_is_written_when_anything_fails(place):
    place.receive("R1")
    before = {
        table: place.rows(table) for table in ("entries", "evidence", "inbox", "people", "outbox", "board")
    }

    def write_and_fail() -> None:
        with place.books(later(1)) as books:
            log = books.log(ReferralId("R1"))
            assert log is not None
            books.append(log, [Draft(NoteAdded(text="called"), later(1))], ANN)
            books.keep_evidence("digest", "text/plain", b"bytes")
            books.add_person("P9", PATIENT, ["id|mrn|9"])
            books.flush()
            raise LookupError

    with pytest.raises(LookupError):
        write_and_fail()
    assert {table: place.rows(table) for table in before} == before


def test_a_fault_in_the_last_row_undoes_the_first(place):
    place.send("E1")

    def write_what_is_there() -> None:
        with place.books() as books:
            log = books.new_referral(ReferralId("R2"), "P1", "")
            books.append(log, [Draft(ReferralTriaged(), NINE)], CLINIC)
            books.send(outgoing("E1"))  # written last, and there already

    with pytest.raises(Contended):
        write_what_is_there()
    assert (place.rows("referrals"), place.rows("entries"), place.rows("board")) == ([], [], [])


def written(place: Place, sql: str, *values: object) -> None:
    with place.database.transaction(place.organization) as session:
        session.write((sql, values))


def test_an_organisation_is_found_by_its_own_session_alone(place):
    with place.database.reading(place.organization) as session:
        assert organization(session) == Organization(
            place.organization, f"Desk {place.organization}", "America/New_York"
        )
    with place.database.reading("") as session:
        assert organization(session) is None
