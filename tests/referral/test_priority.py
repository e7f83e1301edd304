"""What to do next and why, in three reasons a person can check."""

from datetime import UTC, date, datetime, timedelta

import pytest

from referloop.referral.journal import journal
from referloop.referral.obligations import owing
from referloop.referral.priority import NextStep, next_step, ranked, spoken
from referloop.referral.snapshot import snapshot
from tests.referral.policies import CALENDAR, NOTHING, need, policy

AT = datetime(2026, 4, 2, 15, tzinfo=UTC)
RECEIVED = "2026-04-02T14:00:00Z referral-received service=MRI urgency={}\n"
ROUTINE = RECEIVED.format("routine")
TRIAGE = need("triage", "referral-received", "referral-triaged")


def steps(text, *needs, at=AT):
    log, rules = journal(text), policy(*needs)
    return ranked(owing(log, rules), snapshot(log, CALENDAR), at, CALENDAR)


def step(text, *needs, at=AT):
    log, rules = journal(text), policy(*needs)
    return next_step(owing(log, rules), snapshot(log, CALENDAR), at, CALENDAR)


def test_a_step_says_what_who_when_and_why():
    blocking = need("triage", "referral-received", "referral-triaged", blocks=frozenset({"book", "close"}))
    [only] = steps(ROUTINE.replace("routine", "urgent"), blocking)
    assert (only.code, only.about, only.says, only.owner) == ("triage", "", "Do triage", "specialist")
    assert only.due == datetime(2026, 4, 6, 21, tzinfo=UTC)
    assert only.reasons == (
        "urgency urgent",
        "due Mon 6 Apr 2026 17:00",
        "blocks booking and closing",
    )


def test_the_day_to_be_seen_by_and_the_risks_come_first():
    text = ROUTINE.replace("\n", " see_by=2026-05-04\n") + "2026-04-02 risk-flagged risk=cancer\n"
    [only] = steps(text + "2026-04-02 risk-flagged risk=behavioural-health", TRIAGE)
    assert only.reasons == (
        "routine, see by 4 May 2026; risk: behavioural-health, cancer",
        "due Mon 6 Apr 2026 17:00",
        "since referral received, Thu 2 Apr 2026 10:00",
    )


def test_what_is_late_says_since_when_and_that_nothing_moved():
    [only] = steps(ROUTINE, TRIAGE, at=AT + timedelta(days=10))
    assert only.reasons == (
        "urgency routine",
        "overdue since Mon 6 Apr 2026 17:00",
        "no progress for 10 days",
    )


def test_what_cannot_be_done_yet_says_from_when():
    outcome = need(
        "outcome", "appointment-booked", "encounter-finished", counted_from="starts", within="1 bd"
    )
    [only] = steps("2026-04-02 appointment-booked appointment=a starts=2026-05-01T09:00", outcome)
    assert only.reasons == (
        "urgency unknown",
        "from Fri 1 May 2026 09:00, due Mon 4 May 2026 17:00",
        "since appointment booked, Thu 2 Apr 2026 00:00",
    )


@pytest.mark.parametrize(
    ("decision", "words"),
    [
        ("send", "blocks sending"),
        ("request-permission", "blocks asking the payer"),
        ("close-complete", "blocks closing"),
    ],
)
def test_what_a_step_blocks_is_said_in_words(decision, words):
    [only] = steps(ROUTINE, need("t", "referral-received", "referral-triaged", blocks=frozenset({decision})))
    assert only.reasons[2] == words


def test_our_own_work_stands_before_what_others_owe_and_what_waits():
    ours = need("ours", "referral-received", "referral-triaged", harm=1)
    theirs = need("theirs", "referral-received", "report-received", owner="performer", harm=5)
    found = steps(ROUTINE, theirs, ours)
    assert [each.code for each in found] == ["ours", "theirs"]


def test_what_others_missed_comes_after_our_own_steps_and_before_what_waits():
    ours = need("ours", "referral-received", "referral-triaged", harm=1, within="30 d")
    theirs = need("theirs", "referral-received", "report-received", owner="performer", harm=1)
    waiting = need(
        "waiting", "referral-received", "report-reviewed", owner="requester", within="30 d", harm=5
    )
    found = steps(ROUTINE, waiting, theirs, ours, at=AT + timedelta(days=10))
    assert [each.code for each in found] == ["ours", "theirs", "waiting"]


def test_a_step_that_another_one_blocks_waits_for_it():
    book = need("book", "referral-received", "appointment-booked encounter-finished", harm=5)
    check = need("check", "referral-received", "eligibility-checked", harm=1, blocks=frozenset({"book"}))
    assert [each.code for each in steps(ROUTINE, book, check)] == ["check", "book"]


def test_what_is_blocked_stands_last_however_late_it_is():
    book = need("book", "referral-received", "appointment-booked encounter-finished", harm=5, within="1 d")
    appeal = need(
        "appeal", "referral-received", "appeal-decided", owner="payer", within="60 d",
        blocks=frozenset({"book"}),
    )  # fmt: skip
    visit = need("visit", "referral-received", "encounter-finished", owner="performer", harm=2, within="2 d")
    found = steps(ROUTINE, book, appeal, visit, at=AT + timedelta(days=10))
    assert [each.code for each in found] == ["appeal", "book", "visit"]


def test_a_visit_that_others_missed_stands_before_what_waits_when_it_can_be_booked():
    visit = need("visit", "referral-received", "encounter-finished", owner="performer", within="2 d")
    appeal = need("appeal", "referral-received", "appeal-decided", owner="payer", within="60 d", harm=5)
    found = steps(ROUTINE, appeal, visit, at=AT + timedelta(days=10))
    assert [each.code for each in found] == ["visit", "appeal"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"harm": 5}, {"harm": 1}),
        ({"effort": 1}, {"effort": 60}),
        ({"within": "1 h"}, {"within": "30 d"}),
        ({"blocks": frozenset({"book"})}, {}),
        ({"top": True, "harm": 1}, {"harm": 5}),
        ({"effort": 0}, {"effort": 4}),
    ],
)
def test_harm_pressure_leverage_and_ease_come_first(first, second):
    needs = (
        need("z-first", "referral-received", "referral-triaged", **first),
        need("a-second", "referral-received", "referral-triaged", **second),
    )
    assert [each.code for each in steps(ROUTINE, *needs)] == ["z-first", "a-second"]


def test_alike_steps_stand_by_date_then_by_name():
    needs = [need(code, "referral-received", "referral-triaged") for code in ("b", "a")]
    assert [each.code for each in steps(ROUTINE, *needs)] == ["a", "b"]


def test_pressure_grows_toward_the_deadline_and_with_every_day_past_it():
    scores = [steps(ROUTINE, TRIAGE, at=AT + timedelta(days=days))[0].score for days in (0, 2, 4, 5, 9, 90)]
    assert scores == sorted(set(scores))


def test_more_urgent_referrals_weigh_more():
    words = ("elective", "routine", "expedited", "unknown", "urgent", "stat", "emergent")
    scores = [steps(RECEIVED.format(word), TRIAGE)[0].score for word in words]
    assert scores == sorted(scores)
    assert scores[2] < scores[3] < scores[4] < scores[5] < scores[6]


def test_the_person_it_was_given_to_owns_the_desks_work_only():
    text = ROUTINE + "2026-04-02 owner-assigned owner=ann"
    nurse = need("nurse", "referral-received", "patient-reached", owner="nurse")
    assert {each.code: each.owner for each in steps(text, TRIAGE, nurse)} == {
        "triage": "ann",
        "nurse": "nurse",
    }


def test_when_policy_asks_for_nothing_somebody_still_looks_again():
    due = datetime(2026, 4, 9, 14, tzinfo=UTC)
    assert step(ROUTINE) == NextStep(
        "look-again",
        "",
        "Look at this referral again",
        "specialist",
        due,
        0.1,
        (
            "urgency routine",
            "look again by Thu 9 Apr 2026 10:00",
            "policy asks for nothing more here",
        ),
    )


def test_an_empty_log_is_looked_at_too():
    assert step("").due == AT + timedelta(days=7)


def test_a_hold_says_for_whom_and_is_looked_at_on_its_last_day():
    hold = "hold-placed hold=h track=coverage waiting_for=payer reason=slow until_on="
    assert [
        step(ROUTINE + f"2026-04-02 {hold}{day}").reasons[1:] for day in ("2026-04-03", "2026-06-01")
    ] == [
        ("look again by Fri 3 Apr 2026 17:00", "waits for payer: slow"),
        ("look again by Thu 9 Apr 2026 10:00", "waits for payer: slow"),
    ]


def test_what_is_owed_is_the_next_step():
    assert step(ROUTINE, TRIAGE).code == "triage"


@pytest.mark.parametrize("end", ["referral-closed reason=moved", "referral-merged other=r2 role=rests"])
def test_a_closed_or_resting_referral_has_no_next_step(end):
    assert step(ROUTINE + f"2026-04-03 {end}", TRIAGE) is None


def test_what_comes_after_closing_can_be_owed():
    read = need("read", "report-received", "report-reviewed")
    text = ROUTINE + "2026-04-03 referral-closed reason=moved\n2026-04-04 report-received document=d"
    assert step(text, read).code == "read"


def test_an_instant_is_spoken_in_the_zone_of_the_reader():
    assert spoken(datetime(2026, 11, 24, 9, 30, tzinfo=UTC), CALENDAR.zone) == "Tue 24 Nov 2026 04:30"


def test_a_policy_that_asks_nothing_has_nothing_on_any_day():
    assert NOTHING.on(date(2026, 4, 2)) == ()


def test_the_moment_it_is_due_it_is_late():
    due = datetime(2026, 4, 6, 21, tzinfo=UTC)
    before, after = (steps(ROUTINE, TRIAGE, at=due - timedelta(seconds=wait))[0] for wait in (1, 0))
    assert (before.reasons[1][:3], after.reasons[1][:7]) == ("due", "overdue")
    assert after.score > 1.4 * before.score


@pytest.mark.parametrize(("days", "said"), [(2, "since referral received"), (3, "no progress for 3 days")])
def test_after_three_days_a_standstill_is_said(days, said):
    [only] = steps(ROUTINE, TRIAGE, at=AT + timedelta(days=days))
    assert only.reasons[2].startswith(said)


def test_a_risk_makes_half_as_much_again_of_it():
    plain, risky = (
        steps(ROUTINE + more, TRIAGE)[0].score for more in ("", "2026-04-02 risk-flagged risk=cancer")
    )
    assert risky == pytest.approx(1.5 * plain)
