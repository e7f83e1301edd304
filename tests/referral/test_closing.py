"""The reasons to close, and everything that stands against each."""

from datetime import UTC, datetime

import pytest

from referloop.referral.closing import REASONS, is_clinician, objections
from referloop.referral.entry import Author
from referloop.referral.facts.closure import ReferralClosed
from referloop.referral.journal import journal
from referloop.referral.snapshot import snapshot
from tests.referral.policies import CALENDAR

ANN = Author("person", "ann", "specialist")
DR = Author("person", "dr-lee", "clinician")
DESK = Author("machine", "desk")
MACHINE_DOCTOR = Author("machine", "bot", "clinician")
RECEIVED = "2026-04-01 referral-received service=MRI urgency=routine\n"
LADDER = """
    2026-04-02 contact-attempted channel=phone outcome=no-answer band=morning
    2026-04-04 contact-attempted channel=phone outcome=no-answer band=evening
    2026-04-08 contact-attempted channel=text outcome=sent
    2026-04-10 letter-sent
"""
NOTICE = """
    2026-04-11 closure-approved reason=unable-to-contact
    2026-04-11 closure-announced closes_on=2026-04-15
"""
NEEDS = {
    "completed": "", "completed-elsewhere": "evidence", "answered-by-econsult": "answer",
    "converted": "note",
    "duplicate-of": "note", "clinician-withdrew": "note", "patient-declined": "note",
    "unable-to-contact": "ladder", "no-show-limit": "note clinician", "coverage-lost": "note",
    "permission-denied-final": "evidence", "no-capacity": "note", "moved": "note", "deceased": "died",
    "entered-in-error": "note", "seen-no-report": "clinician", "expired-order": "note",
    "information-only": "",
}  # fmt: skip
CODES = {
    "evidence": "close-evidence", "note": "close-note", "clinician": "close-clinician",
    "ladder": "close-ladder", "died": "close-not-died", "answer": "close-no-answer",
}  # fmt: skip


def codes(text, reason, by=ANN, note="", evidence="", day=20):
    closed = ReferralClosed(reason=reason, note=note)
    today = datetime(2026, 4, day, tzinfo=UTC).date()
    return [each.code for each in objections(closed, snapshot(journal(text), CALENDAR), by, evidence, today)]


@pytest.mark.parametrize("reason", REASONS)
def test_each_reason_asks_for_what_it_needs_all_at_once(reason):
    assert codes(RECEIVED, reason) == [CODES[each] for each in NEEDS[reason].split()]


@pytest.mark.parametrize("reason", REASONS)
def test_a_clinician_with_note_and_evidence_and_the_right_story_may_close(reason):
    text = RECEIVED + LADDER + "2026-04-12 patient-died\n2026-04-12 report-received document=d\n"
    text += "2026-04-13 report-reviewed disposition=no-action"
    assert codes(text, reason, DR, "because", "fax:1") == []


@pytest.mark.parametrize("reason", ["", "bored"])
def test_no_other_reason_closes(reason):
    now = snapshot(journal(RECEIVED), CALENDAR)
    today = datetime(2026, 4, 1, tzinfo=UTC).date()
    [problem] = objections(ReferralClosed(reason=reason), now, DR, "fax:1", today)
    assert (problem.code, problem.remedy) == ("close-reason", f"Use one of: {', '.join(REASONS)}.")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "The contact ladder is not at its end: 0 of 3 attempts count, and no letter was sent."),
        ("2026-04-10 letter-sent", "The contact ladder is not at its end: 0 of 3 attempts count."),
    ],
)
def test_the_ladder_says_how_far_it_came(text, says):
    now = snapshot(journal(RECEIVED + text), CALENDAR)
    today = datetime(2026, 4, 20, tzinfo=UTC).date()
    [problem] = objections(ReferralClosed(reason="unable-to-contact"), now, ANN, "", today)
    assert (problem.code, problem.says) == ("close-ladder", says)


@pytest.mark.parametrize(
    ("text", "by", "found"),
    [
        (RECEIVED, ANN, []),
        (RECEIVED.replace("routine", "elective"), ANN, []),
        (RECEIVED.replace("routine", "urgent"), ANN, ["close-risk"]),
        (RECEIVED.replace("routine", "unknown"), ANN, ["close-risk"]),
        (RECEIVED + "2026-04-02 risk-flagged risk=paediatric\n", ANN, ["close-risk"]),
        (RECEIVED + "2026-04-02 risk-flagged risk=paediatric\n", DR, []),
    ],
)
def test_urgent_or_flagged_never_closes_by_the_desk_alone(text, by, found):
    assert codes(text + LADDER, "unable-to-contact", by) == found


@pytest.mark.parametrize("reason", [reason for reason in REASONS if reason != "unable-to-contact"])
def test_a_machine_closes_for_no_other_reason(reason):
    text = RECEIVED + LADDER + NOTICE + f"2026-04-11 closure-approved reason={reason}\n"
    assert codes(text, reason, DESK, "because", "fax:1")[-1] == "close-automatic"


def test_a_machine_closes_after_the_ladder_an_approval_and_a_weeks_notice():
    assert codes(RECEIVED + LADDER + NOTICE, "unable-to-contact", DESK) == []


@pytest.mark.parametrize("day", [11, 15, 17])
def test_not_before_the_week_is_over(day):
    found = codes(RECEIVED + LADDER + NOTICE, "unable-to-contact", DESK, day=day)
    assert found == ["close-automatic"]


def test_not_before_the_day_that_was_announced():
    text = RECEIVED + LADDER + NOTICE.replace("04-15", "04-25")
    assert codes(text, "unable-to-contact", DESK, day=24) == ["close-automatic"]
    assert codes(text, "unable-to-contact", DESK, day=25) == []


@pytest.mark.parametrize("missing", ["closure-approved", "closure-announced"])
def test_not_without_approval_and_notice(missing):
    notice = "\n".join(line for line in NOTICE.splitlines() if missing not in line)
    assert codes(RECEIVED + LADDER + notice, "unable-to-contact", DESK) == ["close-automatic"]


def test_a_machine_with_the_role_of_a_clinician_is_still_a_machine():
    assert [is_clinician(each) for each in (DR, ANN, MACHINE_DOCTOR)] == [True, False, False]
    text = RECEIVED.replace("routine", "urgent") + LADDER + NOTICE
    assert codes(text, "unable-to-contact", MACHINE_DOCTOR) == ["close-risk"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (RECEIVED.replace("\n", " social=yes\n"), []),
        (RECEIVED, ["close-automatic"]),
        ("", ["close-automatic"]),
    ],
)
def test_a_social_need_that_only_asked_for_information_closes_by_itself(text, found):
    assert codes(text, "information-only", DESK) == found


def test_every_reason_says_what_it_means():
    assert [reason for reason, each in REASONS.items() if not each.means] == []


def test_the_ladder_ends_with_a_letter():
    attempts = LADDER.replace("2026-04-10 letter-sent", "")
    assert codes(RECEIVED + attempts, "unable-to-contact") == ["close-ladder"]
