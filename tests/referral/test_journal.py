"""The plain text of a log, both ways, and every mistake that can be made in it."""

from datetime import UTC, date, datetime

import pytest

from referloop.referral.entry import Author, Entry
from referloop.referral.facts.desk import NoteAdded
from referloop.referral.facts.intake import ReferralReceived
from referloop.referral.facts.scheduling import EncounterFinished
from referloop.referral.journal import DESK, journal, learned_at, read, write
from referloop.referral.problems import Problem

NINE = datetime(2026, 4, 2, 9, tzinfo=UTC)
TAILS = "After the fact may stand: by AUTHOR, from EVIDENCE, learned TIME, corrects NUMBER."


def test_a_line_says_when_what_who_and_on_what_evidence():
    log = journal("""
        # a comment, and a blank line

        2026-04-02T09:00:00Z  referral-received  service="Heart consult" urgency=urgent  by partner:northside
        2026-04-20  encounter-finished  from inbox:17  learned 2026-04-22T08:00:00Z  corrects 1
    """)
    assert log == (
        Entry(
            1,
            ReferralReceived(service="Heart consult", urgency="urgent"),
            NINE,
            NINE,
            Author("partner", "northside"),
        ),
        Entry(
            2,
            EncounterFinished(),
            date(2026, 4, 20),
            datetime(2026, 4, 22, 8, tzinfo=UTC),
            DESK,
            "inbox:17",
            1,
        ),
    )


def test_a_fact_known_to_the_day_was_learned_at_noon_of_it():
    assert learned_at(date(2026, 4, 20)) == datetime(2026, 4, 20, 12, tzinfo=UTC)


def test_a_name_in_another_script_and_a_line_break_stay_as_they_are():
    text = 'Ольга "Оля" [山田]\nsecond | line #1'
    log = (Entry(1, NoteAdded(text=text), NINE, NINE, Author("person", "فاطمة", "nurse"), "fax 7 of 9"),)
    assert journal(write(log)) == log


def test_a_text_that_ends_in_a_line_break_stays_on_one_line():
    log = (Entry(1, NoteAdded(text="end\n"), NINE, NINE, DESK),)
    assert write(log) == '2026-04-02T09:00:00Z  note-added  text="end\\n"\n'


@pytest.mark.parametrize(
    ("line", "code", "says"),
    [
        ("yesterday note-added text=a", "journal-time", "The time cannot be read."),
        ("2026-04-02T09:00:00 note-added text=a", "journal-time", "The time cannot be read."),
        ("0001-01-01T00:00:00+23:00 note-added text=a", "journal-time", "The time cannot be read."),
        (
            "2026-04-02 note-added text=a Smith",
            "journal-line",
            "The line cannot be read: a word has no place here.",
        ),
        (
            "2026-04-02 note-added text=a by",
            "journal-line",
            "The line cannot be read: nothing follows `by`.",
        ),
        (
            "2026-04-02 note-added text=a by Smith",
            "journal-line",
            "The line cannot be read: `by` wants person:, machine: or partner: and a name.",
        ),
        (
            "2026-04-02 note-added text=a learned 2026-04-03",
            "journal-line",
            "The line cannot be read: `learned` wants a time, not a day.",
        ),
        (
            "2026-04-02 note-added text=a learned Smith",
            "journal-line",
            "The line cannot be read: `learned` cannot be read as a time.",
        ),
        (
            "2026-04-02 note-added text=a corrects Smith",
            "journal-line",
            "The line cannot be read: `corrects` wants the number of an entry.",
        ),
        (
            '2026-04-02 note-added text="Smith',
            "journal-line",
            "The line cannot be read: a quote or bracket is not closed.",
        ),
        (
            '2026-04-02 note-added text=a from "Smith',
            "journal-line",
            "The line cannot be read: a quote or bracket is not closed.",
        ),
        ("2026-04-02 note-addd text=a", "fact-unknown", "This word is not in the log's vocabulary."),
    ],
)
def test_a_mistake_is_named_with_its_line_and_without_what_was_written(line, code, says):
    [problem] = read("# first\n" + line, "case.log")
    assert (problem.code, problem.where, problem.says) == (code, "case.log, line 2", says)
    assert "Smith" not in str(problem)


def test_all_mistakes_are_told_at_once():
    found = read("2026-04-02 note-added by Smith\nnever note-added text=a\n2026-04-02 note-added text=a")
    assert [(each.code, each.where) for each in found if isinstance(each, Problem)] == [
        ("journal-line", "journal, line 1"),
        ("journal-time", "journal, line 2"),
    ]


def test_what_may_stand_after_a_fact_is_said():
    [problem] = read("2026-04-02 note-added text=a by Smith")
    assert problem.remedy == TAILS


def test_a_text_that_must_be_right_raises_with_everything_that_is_wrong():
    with pytest.raises(ValueError, match=r"line 1: The time.*\n.*line 2: The time"):
        journal("never note-added text=a\nnever note-added text=b")
