"""What is owed, from when, until when, and what meets or ends it."""

from datetime import UTC, date, datetime

import pytest

from referloop.referral.journal import journal
from referloop.referral.obligations import obligations, owing
from tests.referral.policies import FULL, NOTHING, PLAIN, need, policy

TRIAGE = need("triage", "referral-received", "referral-triaged", within={"stat": "1 h", "any": "2 bd"})
ANSWER = need("answer", "referral-sent", "referral-accepted", "leg-ended", about="leg", within="3 bd")
RECEIVED = "2026-04-02T14:00:00Z referral-received service=MRI urgency=routine\n"


def told(text, *needs):
    """Each obligation as its key, its due day, and the numbers of the entries that met or ended it."""
    return [
        (
            *o.key,
            str(o.due.date()),
            o.met_by.seq if o.met_by else None,
            o.ended_by.seq if o.ended_by else None,
        )
        for o in obligations(journal(text), policy(*needs))
    ]


def due(text, *needs):
    return [o.due for o in obligations(journal(text), policy(*needs))]


def utc(*when):
    return datetime(*when, tzinfo=UTC)


def test_a_fact_opens_what_policy_says_it_opens():
    assert told(RECEIVED, TRIAGE) == [("triage", "", "2026-04-06", None, None)]


def test_the_first_fact_that_is_not_earlier_meets_it():
    text = RECEIVED + "2026-04-03 referral-triaged\n2026-04-04 referral-triaged"
    assert told(text, TRIAGE) == [("triage", "", "2026-04-06", 2, None)]


def test_late_news_of_a_timely_thing_is_on_time():
    text = RECEIVED + "2026-04-03 referral-triaged learned 2026-05-03T09:00:00Z"
    [triage] = obligations(journal(text), policy(TRIAGE))
    assert (triage.met_by.occurred_at, triage.open) == (date(2026, 4, 3), False)


def test_what_happened_before_does_not_count():
    assert told(RECEIVED + "2026-04-01 referral-triaged", TRIAGE)[0][3] is None


def test_what_happened_before_counts_where_policy_says_so():
    early = need("triage", "referral-received", "referral-triaged", earlier_counts=True)
    assert told(RECEIVED + "2026-04-01 referral-triaged", early)[0][3] == 2


def test_an_ending_never_counts_from_before_even_where_meeting_does():
    early = need("triage", "referral-received", "referral-triaged", "patient-died", earlier_counts=True)
    assert told(RECEIVED + "2026-04-01 patient-died", early)[0][4] is None


def test_the_same_day_without_a_time_counts():
    assert told(RECEIVED + "2026-04-02 referral-triaged", TRIAGE)[0][3] == 2


def test_a_fact_under_unless_ends_it():
    text = (
        "2026-04-02 referral-sent leg=a\n"
        "2026-04-03 leg-ended leg=a how=expired\n"
        "2026-04-04 referral-accepted leg=b"
    )
    assert told(text, ANSWER) == [("answer", "a", "2026-04-07", None, 2)]


@pytest.mark.parametrize("end", ["referral-closed reason=moved", "referral-merged other=r2 role=rests"])
def test_closing_and_resting_end_everything(end):
    assert told(RECEIVED + f"2026-04-03 {end}", TRIAGE) == [("triage", "", "2026-04-06", None, 2)]


def test_a_merge_that_goes_on_here_ends_nothing():
    assert told(RECEIVED + "2026-04-03 referral-merged other=r2 role=continues", TRIAGE)[0][4] is None


def test_each_thing_has_its_own_obligation_met_by_its_own_fact():
    text = (
        "2026-04-02 referral-sent leg=a\n2026-04-02 referral-sent leg=b\n2026-04-03 referral-accepted leg=b"
    )
    assert told(text, ANSWER) == [
        ("answer", "a", "2026-04-07", None, None),
        ("answer", "b", "2026-04-07", 3, None),
    ]


def test_a_fact_that_names_nothing_counts_for_any():
    text = "2026-04-02 referral-sent leg=a\n2026-04-03 referral-accepted"
    assert told(text, ANSWER) == [("answer", "a", "2026-04-07", 2, None)]


def test_what_is_owed_on_a_thing_nobody_named_is_met_by_any():
    book = need("booking", "referral-accepted", "appointment-booked", about="leg")
    text = "2026-04-02 referral-accepted\n2026-04-03 appointment-booked appointment=x leg=a starts=2026-05-01"
    assert told(text, book) == [("booking", "", "2026-04-06", 2, None)]


def test_a_repeat_while_it_is_open_opens_nothing():
    assert told(RECEIVED + RECEIVED.replace("04-02", "04-03"), TRIAGE) == [
        ("triage", "", "2026-04-06", None, None)
    ]


def test_a_repeat_after_it_was_met_opens_it_again():
    text = RECEIVED + "2026-04-03 referral-triaged\n2026-04-07 referral-received service=CT urgency=routine"
    assert told(text, TRIAGE) == [
        ("triage", "", "2026-04-06", 2, None),
        ("triage", "", "2026-04-09", None, None),
    ]


def test_an_opener_never_meets_itself():
    again = need("again", "note-added", "note-added")
    assert told("2026-04-02 note-added text=a", again) == [("again", "", "2026-04-06", None, None)]


def test_conditions_on_fields_choose_facts():
    critical = need("call", "report-received critical=yes kind=final|interim", "report-routed")
    text = "2026-04-02 report-received document=a\n"
    text += "2026-04-02 report-received document=b critical=yes kind=interim"
    assert [o.opener.seq for o in obligations(journal(text), policy(critical))] == [2]


def test_conditions_on_the_referral_choose_requirements():
    nurse = need("nurse", "referral-received", "patient-reached", given=(("risk", frozenset({"yes"})),))
    assert told(RECEIVED, nurse) == []
    assert told(RECEIVED + "2026-04-03 risk-flagged risk=cancer", nurse)[0][:2] == ("nurse", "")


def test_the_place_on_the_ladder_is_a_condition():
    letter = need("letter", "contact-attempted attempt=2", "letter-sent")
    text = """
        2026-04-01 contact-attempted channel=phone outcome=no-answer band=morning
        2026-04-02 contact-attempted channel=phone outcome=wrong-number
        2026-04-03 contact-attempted channel=text outcome=sent
    """
    assert [o.opener.seq for o in obligations(journal(text), policy(letter))] == [3]


def test_the_policy_of_the_day_applies():
    after_june = need("triage", "referral-received", "referral-triaged", since=date(2026, 6, 1), within="4 h")
    text = RECEIVED.replace("04-02", "05-29") + "2026-05-30 referral-triaged\n"
    text += RECEIVED.replace("04-02", "06-01")
    assert due(text, TRIAGE, after_june) == [utc(2026, 6, 2, 21), utc(2026, 6, 1, 18)]


def test_the_day_of_the_policy_is_a_local_one():
    june = need("triage", "referral-received", "referral-triaged", since=date(2026, 6, 1))
    text = "2026-06-01T03:00:00Z referral-received service=MRI urgency=routine"
    assert told(text, june) == []


def test_a_clock_can_count_from_a_day_that_the_fact_names():
    watch = need(
        "watch", "patient-to-call", "appointment-booked", counted_from="watch_until_on", within="1 bd"
    )
    [owed] = owing(journal("2026-04-02 patient-to-call watch_until_on=2026-04-10"), policy(watch))
    assert (owed.opens_at, owed.due) == (utc(2026, 4, 10, 4), utc(2026, 4, 13, 21))


def test_a_clock_can_count_from_a_time_on_a_wall_elsewhere():
    outcome = need("outcome", "appointment-booked", "encounter-finished", counted_from="starts", within="2 h")
    text = "2026-04-02 appointment-booked appointment=a starts=2026-05-01T09:00 zone=Asia/Tokyo"
    assert due(text, outcome) == [utc(2026, 5, 1, 2)]


def test_a_clock_can_count_backwards_from_a_day():
    appeal = need(
        "appeal", "permission-denied", "appeal-filed", counted_from="appeal_by", direction="before",
        within="2 bd",
    )  # fmt: skip
    text = "2026-04-02T14:00:00Z permission-denied authorization=a reason=no appeal_by=2026-05-04"
    [owed] = owing(journal(text), policy(appeal))
    assert (owed.opens_at, owed.due) == (utc(2026, 4, 2, 14), utc(2026, 4, 30, 21))


def test_without_the_day_it_would_count_from_nothing_is_owed():
    appeal = need("appeal", "permission-denied", "appeal-filed", counted_from="appeal_by", within="1 bd")
    text = "2026-04-02T14:00:00Z permission-denied authorization=a reason=no"
    assert due(text, appeal) == []


def test_a_fact_that_names_another_day_takes_the_place_of_the_one_before():
    outcome = need(
        "outcome", "appointment-booked, appointment-moved", "encounter-finished", about="appointment",
        counted_from="starts", within="1 d",
    )  # fmt: skip
    text = """
        2026-04-02 appointment-booked appointment=a starts=2026-05-01T09:00
        2026-04-03 appointment-moved appointment=a starts=2026-06-01T09:00
        2026-06-01 encounter-finished
    """
    assert told(text, outcome) == [
        ("outcome", "a", "2026-05-02", None, 2),
        ("outcome", "a", "2026-06-02", 3, None),
    ]


def test_a_fact_known_to_the_day_starts_an_hour_clock_at_opening_time():
    hours = need("triage", "referral-received", "referral-triaged", within="2 h")
    assert due("2026-04-02 referral-received service=MRI urgency=routine", hours) == [utc(2026, 4, 2, 14)]


def test_owing_is_sorted_by_what_is_due_soonest():
    text = "2026-04-02 referral-sent leg=b\n2026-04-01 referral-sent leg=c\n2026-04-02 referral-sent leg=a"
    assert [o.about for o in owing(journal(text), policy(ANSWER))] == ["c", "a", "b"]


def test_nothing_is_owed_where_policy_asks_nothing():
    assert obligations(journal(RECEIVED), NOTHING) == []


def test_a_no_show_reopens_booking():
    book = need("booking", "referral-accepted, patient-no-show", "appointment-booked")
    text = """
        2026-04-01 referral-accepted
        2026-04-02 appointment-booked appointment=a starts=2026-04-20T09:00
        2026-04-20 patient-no-show appointment=a
    """
    assert [o.opener.seq for o in owing(journal(text), policy(book))] == [3]


def test_an_undone_merge_makes_owed_again_what_it_ended():
    text = (
        RECEIVED
        + "2026-04-03 referral-merged other=r2 role=rests\n2026-04-05 merge-undone other=r2 reason=no"
    )
    assert told(text, TRIAGE) == [("triage", "", "2026-04-06", None, None)]


def test_policies_of_these_tests_open_something():
    assert [len(each.on(date(2026, 8, 1))) for each in (PLAIN, FULL)] == [10, 15]


def test_what_meets_one_may_open_the_next():
    again = need("again", "note-added", "note-added")
    assert told("2026-04-02 note-added text=a\n2026-04-03 note-added text=b", again) == [
        ("again", "", "2026-04-06", 2, None),
        ("again", "", "2026-04-07", None, None),
    ]
