"""The order of things: what happened when, what stands, and what the clocks did meanwhile."""

from datetime import UTC, date, datetime

import pytest

from referloop.referral.journal import journal
from referloop.referral.story import Story, begins, on_the_wall, standing
from tests.referral.policies import CALENDAR, NEW_YORK


def story(text):
    return Story.of(journal(text), CALENDAR)


def utc(*when):
    return datetime(*when, tzinfo=UTC)


def test_things_stand_in_the_order_they_happened_not_in_that_of_the_news():
    told = story("2026-04-03 patient-arrived\n2026-04-02T09:00:00Z referral-triaged")
    assert [entry.word for entry in told.entries] == ["referral-triaged", "patient-arrived"]


def test_things_of_one_moment_stand_in_the_order_of_a_referrals_life():
    told = story("2026-04-02 referral-triaged\n2026-04-02 referral-received service=MRI urgency=routine")
    assert [entry.seq for entry in told.entries] == [2, 1]


def test_a_day_without_a_time_begins_at_local_midnight():
    assert begins(date(2026, 4, 2), NEW_YORK) == utc(2026, 4, 2, 4)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (date(1, 1, 1), utc(1900, 1, 1)),
        (date(9999, 12, 31), utc(2899, 12, 28)),
        (utc(9999, 12, 31, 9), utc(2899, 12, 28, 9)),
    ],
)
def test_a_day_outside_all_calendars_stands_at_their_edge(said, meant):
    assert begins(said, UTC) == meant


def test_a_corrected_entry_does_not_stand_and_neither_does_a_withdrawal():
    log = journal("""
        2026-04-02 note-added text=one
        2026-04-02 note-added text=two  corrects 1
        2026-04-02 note-added text=three
        2026-04-02 entry-withdrawn reason=slip  corrects 3
    """)
    assert [entry.seq for entry in standing(log)] == [2]


def test_the_hour_that_comes_twice_is_told_apart():
    """Half past one comes at 05:30 and again at 06:30 UTC on the day the clocks go back."""
    told = story("2026-11-01T06:10:00Z note-added text=second\n2026-11-01T05:30:00Z note-added text=first")
    assert [entry.seq for entry in told.entries] == [2, 1]


@pytest.mark.parametrize(
    ("wall", "zone", "at"),
    [
        ("2026-11-01T01:30", "", utc(2026, 11, 1, 5, 30)),
        ("2026-03-08T02:30", "", utc(2026, 3, 8, 7, 30)),
        ("2028-02-29T09:00", "Asia/Tokyo", utc(2028, 2, 29)),
        ("9999-12-31T23:59", "", utc(2899, 12, 29, 4, 59)),
    ],
)
def test_a_wall_clock_time_is_an_instant_even_when_the_clocks_change(wall, zone, at):
    assert on_the_wall(wall, zone, NEW_YORK) == at


@pytest.mark.parametrize(
    ("one", "other", "certain"),
    [
        ("2026-04-02T09:00:00Z", "2026-04-02T10:00:00Z", True),
        ("2026-04-02T09:00:00Z", "2026-04-02T09:00:00Z", False),
        ("2026-04-02", "2026-04-02T23:00:00Z", False),
        ("2026-04-02", "2026-04-03T12:00:00Z", True),
    ],
)
def test_a_day_without_a_time_gets_the_benefit_of_the_doubt(one, other, certain):
    told = story(f"{one} patient-arrived\n{other} encounter-finished")
    assert told.precedes(0, 1) == certain


def test_the_local_day_counts_not_that_of_utc():
    assert story("2026-04-03T03:00:00Z patient-arrived").day(0) == date(2026, 4, 2)


def test_traits_come_from_what_was_received_and_raised():
    told = story("""
        2026-04-01 referral-received service=MRI urgency=routine kind=outbound social=yes
        2026-04-02 risk-flagged risk=cancer
        2026-04-02 risk-flagged risk=safety
        2026-04-03 urgency-raised urgency=stat
        2026-04-04 referral-triaged urgency=stat
        2026-04-05 risk-cleared risk=safety reason=gone
    """)
    assert told.traits == {"urgency": "stat", "risk": "yes", "kind": "outbound", "social": "yes"}
    assert (told.risks, told.urgencies) == (frozenset({"cancer"}), [(0, "routine"), (3, "stat")])


def test_a_story_without_a_request_has_traits_too():
    assert story("").traits == {"urgency": "unknown", "risk": "no", "kind": "inbound", "social": "no"}


def test_a_pause_ends_when_clocks_resume_or_with_its_last_day():
    told = story("""
        2026-04-01T12:00:00Z clock-paused pause=a reason=patient-requested-delay until_on=2026-04-09
        2026-04-02T12:00:00Z clock-resumed pause=a
        2026-04-03T12:00:00Z clock-paused pause=b reason=payer-awaits-patient until_on=2026-04-04
        2026-04-06T12:00:00Z clock-resumed pause=b
        2026-04-07T12:00:00Z clock-paused pause=a reason=patient-requested-delay until_on=2026-04-08
    """)
    assert told.pauses == [
        (utc(2026, 4, 1, 12), utc(2026, 4, 2, 12)),
        (utc(2026, 4, 3, 12), utc(2026, 4, 4, 21)),
        (utc(2026, 4, 7, 12), utc(2026, 4, 8, 21)),
    ]


def test_a_merge_that_was_undone_never_happened_and_one_made_again_did():
    told = story("""
        2026-04-01T12:00:00Z referral-merged other=r2 role=rests
        2026-04-02T12:00:00Z merge-undone other=r2 reason="two people"
        2026-04-03T12:00:00Z referral-merged other=r2 role=rests
        2026-04-03T13:00:00Z merge-undone other=r3 reason="never was"
    """)
    assert [entry.seq for entry in told.entries] == [2, 3, 4]


def test_the_same_news_twice_stands_in_the_order_in_which_it_was_learned():
    lines = [f"2026-04-02 note-added text=a learned 2026-04-0{day}T12:00:00Z\n" for day in (4, 3)]
    assert [entry.recorded_at.day for entry in story("".join(lines)).entries] == [3, 4]
