"""The referral as it stands: parallel tracks, each folded from its own facts."""

from datetime import UTC, date, datetime

import pytest

from referloop.referral.facts.coverage import PermissionGranted
from referloop.referral.facts.intake import ReferralReceived
from referloop.referral.journal import journal
from referloop.referral.snapshot import snapshot
from tests.referral.policies import CALENDAR

RECEIVED = '2026-04-01T14:00:00Z referral-received service=MRI urgency=routine question="why?" patient=p1\n'


def now(text):
    return snapshot(journal(text), CALENDAR)


def states(things):
    return {key: leaf.state for key, leaf in things.items()}


def test_an_empty_log_is_an_open_referral_of_which_nothing_is_known():
    empty = now("")
    assert (empty.open, empty.request, empty.urgency, empty.coverage, empty.last_progress_at) == (
        True,
        None,
        "unknown",
        "unverified",
        None,
    )


def test_a_change_changes_only_what_it_fills_in():
    changed = now(RECEIVED + "2026-04-02 referral-changed service=CT urgency=urgent")
    request = ReferralReceived(service="CT", urgency="urgent", question="why?", patient="p1")
    assert (changed.request, changed.urgency, changed.patient) == (request, "urgent", "p1")


def test_a_change_before_any_request_is_no_request():
    assert now("2026-04-02 referral-changed service=CT").request is None


def test_a_request_again_keeps_the_patient_it_does_not_name():
    assert now(RECEIVED + "2026-04-02 referral-received service=CT urgency=routine").patient == "p1"


def test_a_settled_identity_names_the_patient():
    text = RECEIVED + "2026-04-02 identity-questioned question=q why=same-birth-date\n"
    settled = now(text + "2026-04-03 identity-settled question=q answer=same patient=p9")
    assert (states(now(text).questions), settled.patient, states(settled.questions)) == (
        {"identity:q": "open"},
        "p9",
        {},
    )


@pytest.mark.parametrize(
    ("text", "coverage", "until"),
    [
        ("2026-04-02 coverage-stated payer=Plan", "stated", None),
        (
            "2026-04-02 eligibility-checked result=active valid_until_on=2026-04-30",
            "active",
            date(2026, 4, 30),
        ),
        (
            "2026-04-02 eligibility-checked result=unknown\n2026-04-03 coverage-stated payer=P",
            "unknown",
            None,
        ),
    ],
)
def test_coverage_is_the_last_thing_the_payer_said(text, coverage, until):
    assert (now(text).coverage, now(text).coverage_until) == (coverage, until)


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        (["permission-assessed authorization=a kind=prior-authorization result=required"], "required"),
        (["permission-requested authorization=a"], "requested"),
        (["permission-pended authorization=a"], "pended"),
        (["permission-pended authorization=a", "permission-supplemented authorization=a"], "requested"),
        (["permission-denied authorization=a reason=no"], "denied"),
        (["permission-granted authorization=a"], "granted"),
        (["permission-granted authorization=a", "permission-ended authorization=a how=expired"], "ended"),
        (["permission-denied authorization=a reason=no", "appeal-filed authorization=a"], "appealed"),
        (["appeal-filed authorization=a", "appeal-decided authorization=a outcome=overturned"], "granted"),
        (["appeal-filed authorization=a", "appeal-decided authorization=a outcome=upheld"], "denied"),
    ],
)
def test_each_permission_has_its_own_state(facts, state):
    text = "\n".join(f"2026-04-0{day} {fact}" for day, fact in enumerate(facts, start=1))
    assert states(now(text).permissions) == {"a": state}


def test_an_extension_moves_the_limits_of_what_was_granted():
    text = "2026-04-01 permission-granted authorization=a units=2 until_on=2026-05-01 site=A\n"
    longer = now(text + "2026-04-02 permission-extended authorization=a until_on=2026-06-01")
    more = now(text + "2026-04-02 permission-extended authorization=a units=5")
    assert [each.permissions["a"].fact for each in (longer, more)] == [
        PermissionGranted(authorization="a", units=2, until_on=date(2026, 6, 1), site="A"),
        PermissionGranted(authorization="a", units=5, until_on=date(2026, 5, 1), site="A"),
    ]


def test_an_extension_of_nothing_granted_grants_nothing():
    assert now("2026-04-02 permission-extended authorization=a units=5").permissions == {}
    denied = "2026-04-01 permission-denied authorization=a reason=no\n"
    extended = now(denied + "2026-04-02 permission-extended authorization=a units=5")
    assert states(extended.permissions) == {"a": "denied"}


def test_legs_go_their_own_ways():
    text = """
        2026-04-01 performer-chosen leg=a performer=North
        2026-04-02 referral-sent leg=a
        2026-04-03 delivery-confirmed leg=a
        2026-04-04 referral-declined leg=a reason=full
        2026-04-05 referral-sent leg=b performer=South
        2026-04-06 receipt-confirmed
    """
    assert states(now(text).legs) == {"a": "declined", "b": "received"}


def test_what_names_no_thing_moves_the_latest_or_starts_one_without_a_name():
    assert states(now("2026-04-01 referral-accepted").legs) == {"": "accepted"}


def test_an_appointment_moves_and_keeps_what_was_booked():
    text = """
        2026-04-01 appointment-booked appointment=x starts=2026-05-01T09:00 zone=Asia/Tokyo location=A
        2026-04-02 appointment-moved appointment=x starts=2026-05-02T09:00
    """
    fact = now(text).appointments["x"].fact
    assert (fact.starts, fact.zone, fact.location) == ("2026-05-02T09:00", "Asia/Tokyo", "A")


def test_a_move_of_an_unknown_appointment_is_an_appointment():
    moved = now("2026-04-02 appointment-moved appointment=x starts=2026-05-02T09:00")
    assert (states(moved.appointments), [each.id for each in moved.booked()]) == ({"x": "booked"}, ["x"])


@pytest.mark.parametrize(
    ("fact", "state", "seen"),
    [
        ("appointment-confirmed", "confirmed", False),
        ("appointment-cancelled by=patient", "cancelled", False),
        ("patient-arrived", "arrived", False),
        ("patient-no-show", "no-show", False),
        ("encounter-finished", "kept", True),
    ],
)
def test_an_appointment_ends_in_its_own_way(fact, state, seen):
    text = f"2026-04-01 appointment-booked appointment=x starts=2026-05-01T09:00\n2026-05-01 {fact}"
    assert (states(now(text).appointments), now(text).seen) == ({"x": state}, seen)


def test_a_report_is_received_until_it_is_read():
    text = "2026-04-01 report-received document=d\n2026-04-01 report-received document=e kind=interim\n"
    assert states(now(text).reports) == {"d": "received", "e": "interim"}
    assert states(now(text + "2026-04-02 report-reviewed disposition=no-action").reports) == {
        "d": "reviewed",
        "e": "interim",
    }


@pytest.mark.parametrize("read", ["document=other disposition=no-action", "disposition=question-open"])
def test_reading_another_or_leaving_the_question_open_reads_nothing(read):
    text = f"2026-04-01 report-received document=d\n2026-04-02 report-reviewed {read}"
    assert states(now(text).reports) == {"d": "received"}


def test_documents_are_listed_once():
    text = "2026-04-01 document-received document=d\n2026-04-02 report-received document=d"
    assert now(text).documents == ("d",)


def test_an_answer_that_names_no_question_answers_all_of_its_kind():
    text = """
        2026-04-01 information-requested request=a of=requester what=labs
        2026-04-01 information-requested request=b of=patient what=consent
        2026-04-01 recommendation-made recommendation=a what=MRI
        2026-04-02 information-received
    """
    assert states(now(text).questions) == {"recommendation:a": "open"}


def test_a_merge_answers_the_suspicion_and_its_undoing_brings_it_back():
    text = RECEIVED + "2026-04-02 duplicate-suspected other=r2 why=same-day\n"
    merged = text + "2026-04-03 referral-merged other=r2 role=rests\n"
    undone = now(merged + "2026-04-04 merge-undone other=r2 reason=two")
    assert (now(merged).rests_in, now(merged).open, now(merged).questions) == ("r2", False, {})
    assert (undone.rests_in, undone.open, states(undone.questions)) == ("", True, {"duplicate:r2": "open"})


def test_holds_are_those_that_were_not_ended():
    text = """
        2026-04-01 hold-placed hold=a track=coverage waiting_for=payer until_on=2026-05-01 reason=slow
        2026-04-01 hold-placed hold=b track=coverage waiting_for=payer until_on=2026-05-01 reason=slow
        2026-04-02 hold-ended hold=a
    """
    assert states(now(text).holds) == {"b": "open"}


@pytest.mark.parametrize(
    ("fact", "contact"),
    [
        ("contact-attempted channel=phone outcome=no-answer", "contacting"),
        ("patient-to-call watch_until_on=2026-05-01", "patient-to-call"),
        ("patient-waitlisted", "waitlisted"),
        ("patient-declined reason=far", "declined"),
        ("patient-reached", "reached"),
        ("appointment-booked appointment=x starts=2026-05-01T09:00", ""),
    ],
)
def test_contact_is_where_the_talk_with_the_patient_is(fact, contact):
    assert now("2026-04-01 patient-waitlisted\n2026-04-02 " + fact).contact == contact


@pytest.mark.parametrize(("what", "told"), [("plan", True), ("closing", True), ("appointment", False)])
def test_the_patient_was_told_when_it_was_the_plan_or_the_closing(what, told):
    assert now(f"2026-04-01 patient-told what={what}").patient_told is told


def test_reopening_forgets_what_was_approved_and_announced():
    text = """
        2026-04-01 closure-approved reason=unable-to-contact
        2026-04-02T03:00:00Z closure-announced closes_on=2026-04-10
        2026-04-10 referral-closed reason=unable-to-contact
    """
    closed, open_again = now(text), now(text + "2026-04-11 referral-reopened reason=called")
    assert (closed.closed, closed.approved, closed.closes_on, closed.announced_on) == (
        "unable-to-contact",
        frozenset({"unable-to-contact"}),
        date(2026, 4, 10),
        date(2026, 4, 1),
    )
    assert (open_again.closed, open_again.approved, open_again.closes_on, open_again.announced_on) == (
        "",
        frozenset(),
        None,
        None,
    )


def test_the_rest_is_remembered_as_it_was_said():
    text = """
        2026-04-01 owner-assigned owner=ann
        2026-04-01 cancellation-requested by=patient
        2026-04-01 referral-triaged
        2026-04-02T10:00:00Z patient-died
    """
    told = now(text)
    answered = now(text + "2026-04-03 cancellation-answered answer=agreed")
    assert (told.owner, told.cancel_asked, told.triaged, told.died) == ("ann", True, True, True)
    assert (told.last_progress_at, answered.cancel_asked) == (datetime(2026, 4, 2, 10, tzinfo=UTC), False)


def test_what_the_watcher_writes_is_no_progress():
    watcher = "2026-04-03 deadline-missed requirement=triage\n2026-04-04 escalated to=lead requirement=triage"
    assert now(RECEIVED + watcher).last_progress_at == datetime(2026, 4, 1, 14, tzinfo=UTC)


def test_attempts_no_longer_count_once_the_patient_waits():
    tried = "2026-04-01 contact-attempted channel=phone outcome=no-answer\n"
    assert [now(text).attempts for text in (tried, tried + "2026-04-02 patient-waitlisted")] == [1, 0]
