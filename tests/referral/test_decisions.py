"""What we may decide, and what is said, with a remedy, when we may not."""

from datetime import UTC, datetime

import pytest

from referloop.referral.decisions import blockers, refusals
from referloop.referral.entry import Author, Draft
from referloop.referral.fields import fact_from
from referloop.referral.journal import journal
from referloop.referral.problems import Problem
from tests.referral.policies import NOTHING, PLAIN, need, policy

AT = datetime(2026, 4, 20, 15, tzinfo=UTC)
ANN = Author("person", "ann", "specialist")
DR = Author("person", "dr-lee", "clinician")
DESK = Author("machine", "desk")
NORTH = Author("partner", "north")
RECEIVED = "2026-04-01 referral-received service=MRI urgency=routine\n"
CLOSED = RECEIVED + "2026-04-02 referral-closed reason=moved\n"
RESTS = RECEIVED + "2026-04-02 referral-merged other=r2 role=rests\n"
GRANTED = (
    RECEIVED + "2026-04-02 permission-granted authorization=a units=2"
    ' from_on=2026-04-10 until_on=2026-05-10 site="Clinic A"\n'
)
BOOK = {"appointment": "x", "starts": "2026-05-01T09:00"}


def problems(text, word, said=None, by=ANN, rules=NOTHING, evidence="", corrects=None):
    fact = fact_from(word, said or {})
    assert not isinstance(fact, tuple)
    return refusals(journal(text), rules, Draft(fact, AT, evidence, corrects), by, AT)


def codes(*args, **more):
    return [each.code for each in problems(*args, **more)]


def test_what_is_owed_blocks_the_decision_and_says_what_to_record():
    assert problems(RECEIVED, "referral-sent", {"leg": "a"}, rules=PLAIN) == (
        Problem(
            "still-owed",
            "send, triage",
            "Still owed before this: something Is Owed.",
            "Do triage; then record referral-triaged.",
        ),
    )


def test_ways_to_meet_it_are_joined_by_or():
    rules = policy(
        need("t", "referral-received", "patient-told, patient-reached", blocks=frozenset({"book"}))
    )
    [problem] = problems(RECEIVED, "appointment-booked", BOOK, rules=rules)
    assert problem.remedy == "Do t; then record patient-reached or patient-told."


def test_what_blocks_one_decision_blocks_no_other():
    log = journal(RECEIVED)
    assert [[o.requirement.code for o in blockers(log, PLAIN, word)] for word in ("send", "book")] == [
        ["triage"],
        [],
    ]


@pytest.mark.parametrize(
    ("decision", "word", "said"),
    [
        ("send", "referral-sent", {"leg": "a"}),
        ("request-permission", "permission-requested", {"authorization": "a"}),
        ("book", "appointment-booked", BOOK),
        ("close", "referral-closed", {"reason": "moved", "note": "away"}),
        ("close", "referral-closed", {"reason": "completed"}),
        ("close-complete", "referral-closed", {"reason": "completed"}),
    ],
)
def test_each_decision_is_guarded(decision, word, said):
    rules = policy(need("t", "referral-received", "referral-triaged", blocks=frozenset({decision})))
    assert codes(RECEIVED, word, said, rules=rules) == ["still-owed"]


def test_a_closing_for_another_reason_does_not_wait_for_what_completes():
    rules = policy(need("t", "referral-received", "patient-told", blocks=frozenset({"close-complete"})))
    assert codes(RECEIVED, "referral-closed", {"reason": "moved", "note": "away"}, rules=rules) == []


def test_the_word_of_a_partner_is_never_refused():
    told = problems(CLOSED, "referral-sent", {"leg": "a"}, by=NORTH, rules=PLAIN)
    assert told == ()


@pytest.mark.parametrize(
    ("text", "code", "remedy"),
    [
        (CLOSED, "referral-closed", "Reopen it first: record referral-reopened with a reason."),
        (RESTS, "referral-rests", "Record it on r2, or undo the merge."),
    ],
)
def test_a_closed_or_resting_referral_takes_no_new_work(text, code, remedy):
    [problem] = problems(text, "referral-triaged")
    assert (problem.code, problem.where, problem.remedy) == (code, "referral-triaged", remedy)


@pytest.mark.parametrize("text", [CLOSED, RESTS])
@pytest.mark.parametrize(
    ("word", "said"), [("note-added", {"text": "a"}), ("report-received", {"document": "d"})]
)
def test_a_closed_or_resting_referral_still_takes_news(text, word, said):
    assert codes(text, word, said) == []


def test_only_a_closed_referral_is_reopened():
    said = {"reason": "called back"}
    assert (codes(CLOSED, "referral-reopened", said), codes(RECEIVED, "referral-reopened", said)) == (
        [],
        ["referral-open"],
    )


def test_a_closed_referral_is_not_closed_again():
    assert codes(CLOSED, "referral-closed", {"reason": "bored"}) == ["referral-closed"]


def test_everything_against_a_closing_is_told_at_once():
    said = {"reason": "no-show-limit"}
    assert codes(RECEIVED, "referral-closed", said, rules=PLAIN) == [
        "still-owed",
        "close-note",
        "close-clinician",
    ]


@pytest.mark.parametrize(
    ("word", "said", "field"),
    [
        ("patient-arrived", {"appointment": "y"}, "appointment"),
        ("delivery-confirmed", {"leg": "y"}, "leg"),
    ],
)
def test_a_fact_about_something_that_is_not_there_says_what_is(word, said, field):
    text = (
        RECEIVED
        + "2026-04-02 referral-sent leg=l1\n2026-04-02 appointment-booked appointment=a1 starts=2026-05-01"
    )
    known = {"leg": "l1", "appointment": "a1"}[field]
    assert problems(text, word, said) == (
        Problem("thing-unknown", word, f"There is no such {field} here.", f"Known: {known}."),
    )
    [problem] = problems(RECEIVED, word, said)
    assert problem.remedy == "Known: none yet."


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("appointment-booked", BOOK | {"leg": "new"}),
        ("performer-chosen", {"leg": "new", "performer": "North"}),
    ],
)
def test_a_fact_that_brings_something_into_being_may_name_it(word, said):
    assert codes(RECEIVED, word, said) == []


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("referral-declined", {"reason": "full"}),
        ("urgency-lowered", {"urgency": "routine", "reason": "calm"}),
        ("appeal-filed", {"authorization": "a"}),
        ("patient-declined", {"reason": "far"}),
    ],
)
def test_a_machine_never_decides_against_a_patient(word, said):
    assert codes(RECEIVED, word, said, by=DESK) == ["adverse-by-machine"]


@pytest.mark.parametrize(("by", "found"), [(ANN, ["urgency-clinician"]), (DR, [])])
def test_only_a_clinician_lowers_urgency(by, found):
    assert codes(RECEIVED, "urgency-lowered", {"urgency": "routine", "reason": "calm"}, by=by) == found


def test_anyone_raises_urgency():
    assert [codes(RECEIVED, "urgency-raised", {"urgency": "stat"}, by=by) for by in (ANN, DESK)] == [[], []]


@pytest.mark.parametrize(
    ("word", "said", "corrects", "code", "remedy"),
    [
        ("note-added", {"text": "a"}, 9, "correction-unknown", "The log has entries 1 to 3."),
        ("note-added", {"text": "a"}, 2, "correction-twice", "Correct the entry that replaced it."),
        ("entry-withdrawn", {"reason": "slip"}, None, "correction-of", "Name its number."),
    ],
)
def test_a_correction_names_an_entry_that_stands(word, said, corrects, code, remedy):
    text = RECEIVED + "2026-04-02 note-added text=a\n2026-04-02 note-added text=b corrects 2"
    [problem] = problems(text, word, said, corrects=corrects)
    assert (problem.code, problem.remedy) == (code, remedy)


def test_an_entry_that_stands_can_be_corrected():
    assert codes(RECEIVED, "entry-withdrawn", {"reason": "slip"}, corrects=1) == []


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ({}, []),
        ({"location": "clinic a"}, []),
        ({"starts": "2026-05-10T23:00"}, []),
        ({"starts": "2026-04-10T00:00"}, []),
        ({"starts": "2026-05-11T00:30"}, ["permission-days"]),
        ({"starts": "2026-04-09T09:00"}, ["permission-days"]),
        ({"location": "Clinic B"}, ["permission-site"]),
        ({"starts": "2026-06-01T09:00", "location": "Clinic B"}, ["permission-days", "permission-site"]),
    ],
)
def test_an_appointment_keeps_within_the_permission(said, found):
    assert codes(GRANTED, "appointment-booked", BOOK | said) == found


@pytest.mark.parametrize("word", ["appointment-booked", "permission-requested"])
@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("valid_until_on=2026-05-01", []),
        ("", []),
        ("valid_until_on=2026-03-31", ["eligibility-over"]),
        ("valid_until_on=2026-03-31\n2026-04-02T13:00:00Z  eligibility-checked  result=active", []),
        ("valid_until_on=2026-03-31\n2026-04-02T13:00:00Z  urgency-raised  urgency=stat", []),
    ],
)
def test_an_answer_about_coverage_that_ran_out_is_relied_on_no_more(word, said, found):
    text = RECEIVED + f"2026-03-20T14:00:00Z  eligibility-checked  result=active {said}\n"
    fields = {"appointment-booked": BOOK, "permission-requested": {"authorization": "a"}}
    assert codes(text, word, fields[word]) == found


def test_a_moved_appointment_keeps_within_the_permitted_days():
    text = GRANTED + "2026-04-03 appointment-booked appointment=x starts=2026-05-01T09:00"
    moved = {"appointment": "x", "starts": "2026-06-01T09:00"}
    assert codes(text, "appointment-moved", moved) == ["permission-days"]


def test_units_that_are_used_or_booked_are_gone():
    booked = "2026-04-03 appointment-booked appointment={} starts=2026-05-01T09:00\n"
    cancelled = "2026-04-04 appointment-cancelled appointment=one by=patient\n"
    two = GRANTED + booked.format("one") + booked.format("two")
    assert [codes(text, "appointment-booked", BOOK) for text in (two, two + cancelled)] == [
        ["permission-units"],
        [],
    ]


def test_booking_the_same_appointment_again_uses_no_second_unit():
    booked = "2026-04-03 appointment-booked appointment={} starts=2026-05-01T09:00\n"
    text = GRANTED + booked.format("x") + booked.format("two")
    assert codes(text, "appointment-booked", BOOK) == []


@pytest.mark.parametrize(
    "then", ["permission-denied authorization=a reason=no", "permission-ended authorization=a how=void"]
)
def test_a_permission_that_no_longer_stands_sets_no_limits(then):
    text = GRANTED + f"2026-04-03 {then}"
    assert codes(text, "appointment-booked", BOOK | {"starts": "2026-06-01T09:00"}) == []


def test_a_permission_won_on_appeal_without_its_terms_sets_no_limits():
    text = RECEIVED + "2026-04-02 appeal-filed authorization=a\n"
    text += "2026-04-03 appeal-decided authorization=a outcome=overturned"
    assert codes(text, "appointment-booked", BOOK) == []


def test_a_permission_without_limits_sets_none():
    text = RECEIVED + "2026-04-02 permission-granted authorization=a"
    assert codes(text, "appointment-booked", BOOK) == []
