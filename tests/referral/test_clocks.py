"""Dates that move or stay: urgency raised and lowered, pauses, holidays, leap days and changing clocks."""

from datetime import UTC, datetime

import pytest

from referloop.referral.journal import journal
from referloop.referral.obligations import obligations
from tests.referral.policies import need, policy

SPANS = {"stat": "30 min", "urgent": "2 h", "any": "2 bd"}
TRIAGE = need("triage", "referral-received", "referral-triaged", within=SPANS)
DAYS = need("triage", "referral-received", "referral-triaged", within="7 d")
ROUTINE = "2026-04-01T14:00:00Z referral-received service=MRI urgency=routine\n"
URGENT = ROUTINE.replace("routine", "urgent")
PAUSE = "clock-paused reason=patient-requested-delay"


def due(text, requirement=TRIAGE):
    [found] = obligations(journal(text), policy(requirement))
    return found.due


def utc(*when):
    return datetime(*when, tzinfo=UTC)


def test_a_raised_urgency_counts_from_when_it_was_raised():
    assert due(ROUTINE + "2026-04-02T15:00:00Z urgency-raised urgency=urgent") == utc(2026, 4, 2, 17)


def test_a_raise_never_forgives_what_the_lower_urgency_missed():
    assert due(ROUTINE + "2026-04-09T15:00:00Z urgency-raised urgency=urgent") == utc(2026, 4, 3, 21)


def test_a_second_raise_never_gives_back_time():
    text = ROUTINE + "2026-04-02T15:00:00Z urgency-raised urgency=urgent\n"
    assert due(text + "2026-04-02T18:00:00Z urgency-raised urgency=stat") == utc(2026, 4, 2, 17)


def test_the_same_urgency_said_again_changes_nothing():
    text = ROUTINE + "2026-04-02T15:00:00Z urgency-raised urgency=urgent\n"
    assert due(text + "2026-04-02T16:30:00Z referral-changed urgency=urgent") == utc(2026, 4, 2, 17)


def test_a_raise_known_to_the_day_counts_from_opening_time():
    assert due(ROUTINE + "2026-04-02 urgency-raised urgency=urgent") == utc(2026, 4, 2, 14)


def test_a_lowered_urgency_gives_its_time_from_the_start():
    assert due(URGENT + "2026-04-02T15:00:00Z urgency-lowered urgency=routine reason=calm") == utc(
        2026, 4, 3, 21
    )


def test_an_unknown_urgency_is_worked_as_urgent():
    assert due(ROUTINE.replace("routine", "unknown")) == utc(2026, 4, 1, 16)


def test_without_any_urgency_the_first_one_told_later_holds():
    early = need("answer", "message-received", "message-sent", within=SPANS)
    text = "2026-03-31T14:00:00Z message-received from_=requester\n"
    assert [due(text, early), due(text + ROUTINE, early)] == [utc(2026, 3, 31, 16), utc(2026, 4, 2, 21)]


def test_urgency_raised_before_the_day_counted_from_holds_from_the_start():
    outcome = need("outcome", "appointment-booked", "encounter-finished", counted_from="starts", within=SPANS)
    text = ROUTINE + "2026-04-02 appointment-booked appointment=a starts=2026-05-01T09:00\n"
    assert due(text + "2026-04-03 urgency-raised urgency=stat", outcome) == utc(2026, 5, 1, 13, 30)


def test_a_pause_moves_the_date_by_its_length():
    text = ROUTINE + f"2026-04-02T21:00:00Z {PAUSE} pause=a until_on=2026-04-05"
    assert due(text, DAYS) == utc(2026, 4, 11, 21)


def test_pauses_that_overlap_count_once():
    text = (
        ROUTINE
        + f"""
        2026-04-02T21:00:00Z {PAUSE} pause=a until_on=2026-04-05
        2026-04-03T21:00:00Z {PAUSE} pause=b until_on=2026-04-06
        2026-04-04T21:00:00Z {PAUSE} pause=c until_on=2026-04-05
    """
    )
    assert due(text, DAYS) == utc(2026, 4, 12, 21)


@pytest.mark.parametrize(
    "other",
    [
        f"2026-03-01T12:00:00Z {PAUSE} pause=a until_on=2026-03-09",
        f"2026-05-01T12:00:00Z {PAUSE} pause=a until_on=2026-05-09",
        f"2026-04-02T12:00:00Z {PAUSE} pause=a until_on=2026-04-01",
        "2026-04-02 hold-placed hold=h track=coverage waiting_for=payer until_on=2026-05-01 reason=slow",
    ],
)
def test_a_pause_at_another_time_and_a_hold_move_nothing(other):
    assert due(ROUTINE + other, DAYS) == utc(2026, 4, 8, 21)


def test_a_pause_that_began_before_counts_from_the_start():
    text = ROUTINE + f"2026-03-30T21:00:00Z {PAUSE} pause=a until_on=2026-04-02"
    assert due(text, DAYS) == utc(2026, 4, 10, 4)


def test_a_date_counted_backwards_from_a_visit_is_not_moved_by_a_pause():
    confirm = need(
        "confirm", "appointment-booked", "appointment-confirmed", counted_from="starts", direction="before",
        within="1 bd",
    )  # fmt: skip
    text = "2026-04-01 appointment-booked appointment=a starts=2026-04-10T09:00\n"
    assert due(text + f"2026-04-02 {PAUSE} pause=a until_on=2026-04-20", confirm) == utc(2026, 4, 9, 21)


@pytest.mark.parametrize(
    ("received", "span", "expected"),
    [
        ("2026-11-25T15:00:00Z", "1 bd", utc(2026, 11, 27, 22)),  # Thanksgiving between
        ("2026-11-28T15:00:00Z", "1 bd", utc(2026, 11, 30, 22)),  # a Saturday
        ("2028-02-28T15:00:00Z", "1 d", utc(2028, 2, 29, 22)),
        ("2027-02-28T15:00:00Z", "1 d", utc(2027, 3, 1, 22)),
        ("2026-03-07T15:00:00Z", "1 d", utc(2026, 3, 8, 21)),  # five in the afternoon, clocks gone forward
        ("2026-10-31T15:00:00Z", "1 d", utc(2026, 11, 1, 22)),  # and back
        ("2026-03-08T06:30:00Z", "2 h", utc(2026, 3, 8, 8, 30)),  # two hours that pass, whatever clocks show
        ("2026-03-08", "2 h", utc(2026, 3, 8, 14)),
        ("9999-12-31", "7 d", utc(2900, 1, 4, 22)),
        ("0001-01-01", "7 d", utc(1900, 1, 8, 22)),
    ],
)
def test_days_are_those_of_the_calendar_and_hours_those_that_pass(received, span, expected):
    requirement = need(
        "triage", "referral-received", "referral-triaged", within=span, since=utc(1, 1, 1).date()
    )
    assert due(f"{received} referral-received service=MRI urgency=routine", requirement) == expected
