"""Entries as canonical text, and the chain that ties them."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from referloop.referral.entry import (
    GENESIS,
    Author,
    Draft,
    Entry,
    broken_at,
    canonical,
    chained,
    instant,
    moment,
    parse_moment,
)
from referloop.referral.facts.coverage import PermissionGranted
from referloop.referral.facts.desk import NoteAdded
from referloop.referral.kinds import ReferralId
from referloop.referral.log import Line, Log, entry_of, revive
from referloop.referral.problems import Problem, ProgramFault

NINE = datetime(2026, 4, 2, 9, tzinfo=UTC)
ANN = Author("person", "ann", "nurse")


@pytest.mark.parametrize("text", ["person:ann/nurse", "machine:desk", "partner:northside"])
def test_an_author_is_written_and_read(text):
    assert str(Author.parse(text)) == text


@pytest.mark.parametrize("text", ["", "ann", "person:", "robot:desk", "person:/nurse"])
def test_an_author_without_kind_or_name_is_none(text):
    assert Author.parse(text) is None


def test_an_instant_is_written_in_utc():
    east = timezone(timedelta(hours=9))
    assert instant(datetime(2026, 4, 2, 18, 0, 0, 5, tzinfo=east)) == "2026-04-02T09:00:00.000005Z"


@pytest.mark.parametrize("when", [NINE, date(2028, 2, 29)])
def test_a_moment_is_written_and_read(when):
    assert parse_moment(moment(when)) == when


def test_an_entry_without_a_time_knows_that():
    assert [Entry(1, NoteAdded(text="a"), when, NINE, ANN).day_only for when in (NINE, NINE.date())] == [
        False,
        True,
    ]


def test_the_canonical_text_has_its_keys_in_order_and_keeps_every_script():
    entry = Entry(7, NoteAdded(text="山田"), date(2026, 4, 2), NINE, ANN, "inbox:3", 2)
    assert canonical(entry) == (
        '{"author":"person:ann/nurse","corrects":2,"evidence":"inbox:3","fact":{"text":"山田"},'
        '"occurred_at":"2026-04-02","recorded_at":"2026-04-02T09:00:00Z","seq":7,"word":"note-added"}'
    )


def test_days_and_lists_of_a_fact_survive_the_canonical_text():
    fact = PermissionGranted(authorization="a", until_on=date(2026, 4, 2), codes=("1", "2"))
    entry = Entry(1, fact, NINE, NINE, ANN)
    assert entry_of(canonical(entry)) == entry


def test_a_chain_holds_and_a_missing_entry_breaks_it():
    first, second = chained(GENESIS, "a"), chained(chained(GENESIS, "a"), "b")
    assert (broken_at([(1, "a", first), (2, "b", second)]), broken_at([(2, "b", second)])) == (None, 1)


def test_a_log_grows_by_lines_and_comes_back_from_them():
    empty = Log(ReferralId("r1"), "p1")
    drafts = [Draft(NoteAdded(text="a"), NINE), Draft(NoteAdded(text="b"), NINE.date(), "inbox:1", 1)]
    log, lines = empty.append(drafts, ANN, NINE)
    assert log.entries == (
        Entry(1, NoteAdded(text="a"), NINE, NINE, ANN),
        Entry(2, NoteAdded(text="b"), NINE.date(), NINE, ANN, "inbox:1", 1),
    )
    text = canonical(log.entries[1])
    last = chained(lines[0].hash, text)
    assert lines[1] == Line(2, "note-added", "2026-04-02", NINE, text, last)
    assert revive(ReferralId("r1"), "p1", [(line.text, line.hash) for line in lines]) == log
    assert (empty.version, log.version, log.head) == (0, 2, last)


@pytest.mark.parametrize("author", ["ann", "person:ann"])
def test_a_stored_line_without_author_or_time_is_a_fault_of_the_program(author):
    recorded_at = "2026-04-02" if author == "person:ann" else "2026-04-02T09:00:00Z"
    text = f'{{"word":"note-added","fact":{{}},"author":"{author}","recorded_at":"{recorded_at}"}}'
    with pytest.raises(ProgramFault, match="no time or no author"):
        entry_of(text)


def test_a_problem_reads_as_a_sentence_with_its_place_and_code():
    assert [str(Problem("odd", where, "This is odd.", "Make it even.")) for where in ("line 1", "")] == [
        "line 1: This is odd. Make it even. [odd]",
        "This is odd. Make it even. [odd]",
    ]


def test_an_entry_in_another_place_breaks_the_chain_though_its_hash_is_right():
    assert broken_at([(2, "a", chained(GENESIS, "a"))]) == 1
