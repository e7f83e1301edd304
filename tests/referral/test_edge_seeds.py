"""Odd days at a referral desk, each one a sentence that must stay true."""

from datetime import UTC, datetime, timedelta

import pytest

from referloop.referral.decisions import refusals
from referloop.referral.entry import Author, Draft
from referloop.referral.fields import fact_from
from referloop.referral.journal import journal, write
from referloop.referral.obligations import owing
from referloop.referral.priority import next_step, ranked
from referloop.referral.snapshot import snapshot
from referloop.referral.stages import headline
from tests.referral.policies import CALENDAR, FULL, NOTHING, PLAIN

AT = datetime(2026, 4, 20, 15, tzinfo=UTC)
ANN, BEN = Author("person", "ann"), Author("person", "ben")
RECEIVED = "2026-04-01T14:00:00Z referral-received service=MRI urgency=routine patient=p1\n"


def now(text):
    return snapshot(journal(text), CALENDAR)


def owed(text, rules=PLAIN):
    return [o.key for o in owing(journal(text), rules)]


def refused(text, word, by=ANN, **said):
    fact = fact_from(word, said)
    assert not isinstance(fact, tuple)
    return [each.code for each in refusals(journal(text), NOTHING, Draft(fact, AT), by, AT)]


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("contact-attempted", {"channel": "phone", "outcome": "no-answer"}),
        ("letter-sent", {}),
        ("message-sent", {"to": "patient"}),
    ],
)
def test_when_the_patient_dies_all_contact_stops_at_once(word, said):
    died = RECEIVED + "2026-04-10 patient-died"
    assert (refused(RECEIVED, word, **said), refused(died, word, **said)) == ([], ["patient-died"])


def test_when_the_patient_dies_others_are_still_told_and_the_referral_closes():
    died = RECEIVED + "2026-04-10 patient-died"
    assert refused(died, "message-sent", to="performer") == []
    assert refused(died, "referral-closed", reason="deceased") == []


def test_news_that_the_patient_died_was_a_mistake_lets_contact_go_on():
    text = RECEIVED + "2026-04-10 patient-died\n2026-04-11 entry-withdrawn reason=namesake corrects 2"
    assert refused(text, "letter-sent") == []


def test_a_report_that_arrives_before_acceptance_is_a_report_to_review():
    text = RECEIVED + "2026-04-02 referral-sent leg=a\n2026-04-03 report-received document=d\n"
    assert headline(now(text), AT, CALENDAR) == "Report to review"
    assert owed(text) == [("triage", ""), ("answer", "a"), ("read", "d")]


def test_a_performer_that_accepts_and_then_declines_has_declined():
    text = (
        RECEIVED
        + "2026-04-02 referral-sent leg=a\n"
        + "2026-04-04 referral-declined leg=a reason=full\n"
        + "2026-04-03 referral-accepted leg=a"
    )
    assert now(text).legs["a"].state == "declined"
    assert owed(text) == [("triage", ""), ("choose-again", "")]


def test_two_answers_at_one_moment_leave_the_careful_one_whatever_came_first():
    answers = [
        f"2026-04-03T12:00:00Z referral-{word} leg=a{tail}\n"
        for word, tail in (("accepted", ""), ("declined", " reason=full"))
    ]
    both = (RECEIVED + "".join(answers), RECEIVED + "".join(reversed(answers)))
    assert [now(text).legs["a"].state for text in both] == ["declined", "declined"]


def test_an_order_for_the_wrong_patient_closes_as_an_error_with_a_sentence():
    assert refused(RECEIVED, "referral-closed", reason="entered-in-error") == ["close-note"]
    assert refused(RECEIVED, "referral-closed", reason="entered-in-error", note="wrong patient") == []
    closed = RECEIVED + '2026-04-02 referral-closed reason=entered-in-error note="wrong patient"'
    assert (headline(now(closed), AT, CALENDAR), owed(closed)) == ("Closed, other", [])


def test_a_patient_who_refuses_to_be_contacted_is_no_rung_less_on_the_ladder():
    text = RECEIVED + "2026-04-02 contact-attempted channel=phone outcome=refused\n"
    assert now(text).attempts == 1
    assert refused(text, "referral-closed", reason="unable-to-contact") == ["close-ladder"]
    assert refused(text, "patient-declined", by=Author("machine", "desk"), reason="no") == [
        "adverse-by-machine"
    ]


def test_a_permission_for_more_than_was_asked_is_kept_as_it_was_given():
    text = (
        RECEIVED
        + "2026-04-02 permission-requested authorization=a codes=73721\n"
        + "2026-04-03 permission-granted authorization=a extent=modified units=5 codes=73721|73722"
    )
    granted = now(text).permissions["a"].fact
    assert (granted.extent, granted.units, granted.codes) == ("modified", 5, ("73721", "73722"))
    assert refused(text, "appointment-booked", appointment="x", starts="2026-05-01T09:00") == []


def test_an_answer_stamped_by_a_clock_that_runs_slow_still_has_its_place_in_the_story():
    """Partners' clocks differ: what seems to come before its cause meets nothing, and nothing breaks."""
    text = RECEIVED + "2026-04-02T14:00:00Z referral-sent leg=a\n2026-04-02T13:58:00Z referral-accepted leg=a"
    assert owed(text) == [("triage", ""), ("answer", "a")]
    assert next_step(owing(journal(text), PLAIN), now(text), AT, CALENDAR) is not None


def test_an_event_from_the_future_is_taken_as_it_was_told():
    text = RECEIVED + "2026-04-30T14:00:00Z referral-triaged learned 2026-04-02T14:00:00Z"
    assert owed(text) == []


@pytest.mark.parametrize("first", ["ann", "ben"])
def test_two_people_who_act_at_once_leave_one_picture(first):
    lines = {
        name: f"2026-04-02T14:00:00Z owner-assigned owner={name} by person:{name}\n"
        for name in ("ann", "ben")
    }
    order = sorted(lines, key=lambda name: name != first)
    assert now(RECEIVED + "".join(lines[name] for name in order)).owner == "ben"


def test_two_people_who_triage_at_once_have_triaged_once():
    text = RECEIVED + "2026-04-02 referral-triaged by person:ann\n2026-04-02 referral-triaged by person:ben"
    assert owed(text) == []


def test_a_merge_that_was_a_mistake_can_be_undone_and_everything_is_owed_again():
    merged = RECEIVED + "2026-04-03T12:00:00Z referral-merged other=r2 role=rests\n"
    undone = merged + '2026-04-05T12:00:00Z merge-undone other=r2 reason="two patients"'
    assert (owed(merged), owed(undone), now(undone).open) == ([], [("triage", "")], True)


def test_a_resting_referral_lets_the_merge_be_undone():
    merged = RECEIVED + "2026-04-03 referral-merged other=r2 role=rests\n"
    assert refused(merged, "merge-undone", other="r2", reason="two patients") == []


@pytest.mark.parametrize("name", ["Ольга Ивановна", "山田太郎", "فاطمة الزهراء", "Zoë", "नरेन्द्र"])
def test_a_name_in_any_script_survives_the_text_of_the_log(name):
    log = journal(f'2026-04-02 referral-received service=MRI urgency=routine requester="{name}"')
    assert journal(write(log))[0].fact.requester == name


def test_fifty_referrals_of_one_patient_come_in_an_order_that_never_flickers():
    words = ("routine", "urgent", "stat", "elective", "unknown")
    logs = [journal(RECEIVED.replace("routine", words[n % 5])) for n in range(50)]

    def board(order):
        found = [
            (step.score, n)
            for n in order
            for step in ranked(owing(logs[n], FULL), snapshot(logs[n], CALENDAR), AT, CALENDAR)
        ]
        return sorted(found, key=lambda item: (-item[0], item[1]))

    assert board(range(50)) == board(reversed(range(50)))
    assert [n % 5 for _, n in board(range(50))][:10] == [2] * 10


def test_a_performer_who_leaves_the_network_after_booking_sends_the_referral_back_to_choosing():
    text = (
        RECEIVED
        + "2026-04-02 referral-triaged\n2026-04-02 performer-chosen leg=a performer=North\n"
        + "2026-04-02 document-received document=d\n"
        + "2026-04-03 appointment-booked appointment=x starts=2026-05-01T09:00 leg=a\n"
        + '2026-04-04 appointment-cancelled appointment=x by=performer reason="left the plan"\n'
        + "2026-04-04 leg-ended leg=a how=withdrawn"
    )
    assert owed(text) == [("choose-again", "")]


def test_a_person_who_left_still_shows_as_owner_until_somebody_else_is_named():
    text = RECEIVED + "2026-04-02 owner-assigned owner=ann\n"
    step = next_step(owing(journal(text), PLAIN), now(text), AT, CALENDAR)
    handed_on = now(text + "2026-04-03 owner-assigned owner=ben")
    assert (step.owner, handed_on.owner) == ("ann", "ben")


def test_a_leap_day_is_a_day_like_any_other():
    text = RECEIVED.replace("2026-04-01T14", "2028-02-28T14").replace("routine", "elective")
    [triage] = owing(journal(text), PLAIN)
    assert triage.due - datetime(2028, 2, 29, 22, tzinfo=UTC) == timedelta()


def test_late_news_may_change_who_was_right_but_never_what_was_said():
    log = journal(RECEIVED + "2026-04-02 referral-triaged by person:ben")
    later = journal(write(log) + "2026-04-01T15:00:00Z referral-triaged by person:ann")
    assert later[: len(log)] == log
    assert BEN in {entry.author for entry in later}


@pytest.mark.parametrize(
    ("word", "said", "way", "refusal"),
    [
        ("contact-attempted", {"channel": "text", "outcome": "sent"}, "text", ["contact-opted-out"]),
        ("contact-attempted", {"channel": "phone", "outcome": "no-answer"}, "text", []),
        ("contact-attempted", {"channel": "phone", "outcome": "no-answer"}, "all", ["contact-opted-out"]),
        ("letter-sent", {}, "letter", ["contact-opted-out"]),
        ("message-sent", {"to": "patient", "channel": "portal"}, "portal", ["contact-opted-out"]),
        ("referral-triaged", {}, "all", []),
    ],
)
def test_an_opt_out_in_the_middle_of_a_batch_stops_the_rest_of_it(word, said, way, refusal):
    opted = RECEIVED + f"2026-04-10 contact-opted-out channel={way}"
    assert (refused(RECEIVED, word, **said), refused(opted, word, **said)) == ([], refusal)
