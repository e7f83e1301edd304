"""The one word for where a referral is."""

from datetime import UTC, datetime

import pytest

from referloop.policy.reading import STAGES as OF_POLICY
from referloop.referral.journal import journal
from referloop.referral.snapshot import snapshot
from referloop.referral.stages import HEADLINES, STAGES, headline
from tests.referral.policies import CALENDAR

AT = datetime(2026, 5, 1, 12, tzinfo=UTC)
TRIAGED = "referral-triaged"
BOOKED = "appointment-booked appointment=x starts=2026-05-01T"
CASES = [
    ("New", []),
    ("Clearing coverage", [TRIAGED]),
    ("Clearing coverage", [TRIAGED, "eligibility-checked result=unknown"]),
    (
        "Clearing coverage",
        [
            TRIAGED,
            "eligibility-checked result=active",
            "permission-assessed authorization=a kind=payer-referral result=unknown",
        ],
    ),
    ("Awaiting payer", ["permission-requested authorization=a"]),
    ("Choosing performer", [TRIAGED, "eligibility-checked result=active"]),
    (
        "Choosing performer",
        [TRIAGED, "eligibility-checked result=active", "referral-declined leg=a reason=full"],
    ),
    ("Sent, awaiting receiver", ["referral-sent leg=a"]),
    ("Contacting patient", ["referral-accepted leg=a"]),
    ("Contacting patient", ["contact-attempted channel=phone outcome=no-answer"]),
    ("Waitlisted", ["patient-waitlisted"]),
    ("Needs information", ["patient-waitlisted", "information-requested request=i of=patient what=consent"]),
    ("Scheduled", [BOOKED + "09:00"]),
    ("Visit outcome unknown", [BOOKED + "08:00"]),
    (
        "Scheduled",
        [BOOKED + "22:00 zone=Asia/Tokyo", "appointment-moved appointment=x starts=2026-05-01T23:00"],
    ),
    ("Visit outcome unknown", ["appointment-moved appointment=x starts=2026-05-01T20:00 zone=Asia/Tokyo"]),
    ("Visit outcome unknown", ["patient-arrived appointment=x"]),
    ("Awaiting report", ["encounter-finished appointment=x"]),
    ("Awaiting report", ["encounter-finished appointment=x", "report-received document=d kind=interim"]),
    ("Report to review", ["report-received document=d"]),
    ("Report to review", ["report-received document=d", "report-reviewed disposition=no-action"]),
    ("Closed, loop complete", ["referral-closed reason=completed"]),
    ("Closed, other", ["referral-closed reason=moved"]),
    ("Merged", ["referral-merged other=r2 role=rests"]),
]


@pytest.mark.parametrize(("word", "facts"), CASES)
def test_the_headline_is_the_furthest_that_the_referral_has_come(word, facts):
    log = journal("\n".join(f"2026-04-{day:02} {fact}" for day, fact in enumerate(facts, start=1)))
    assert headline(snapshot(log, CALENDAR), AT, CALENDAR) == word


def test_every_headline_has_a_case():
    assert {word for word, _ in CASES} == set(HEADLINES)


def test_there_is_one_list_of_stages():
    assert STAGES == OF_POLICY
