"""What lists show of a referral, and when it is to be looked at again."""

from datetime import UTC, datetime, timedelta

from referloop.referral.board import missed, standing
from referloop.referral.journal import journal
from referloop.referral.kinds import ReferralId
from referloop.referral.log import Log
from tests.referral.policies import need, policy

AT = datetime(2026, 4, 2, 15, tzinfo=UTC)
RECEIVED = "2026-04-02T14:00:00Z referral-received service=MRI urgency=routine\n"
TRIAGE = need("triage", "referral-received", "referral-triaged", within="2 h")
OUTCOME = need(
    "outcome", "appointment-booked", "encounter-finished", about="appointment", counted_from="starts",
    within="2 h",
)  # fmt: skip


def row(text, *needs, at=AT):
    return standing(Log(ReferralId("r1"), "p1", journal(text)), policy(*needs), at)


def test_a_row_shows_where_the_referral_is_and_what_is_next():
    shown = row(RECEIVED, TRIAGE)
    assert (shown.headline, shown.step.code, [o.requirement.code for o in shown.owed]) == (
        "New",
        "triage",
        ["triage"],
    )
    assert (shown.received_at, shown.obligations, shown.flags) == (AT - timedelta(hours=1), shown.owed, ())


def test_a_log_without_a_request_was_never_received():
    assert row("2026-04-02 note-added text=a").received_at is None


def test_flags_are_risks_lateness_doubts_and_holds():
    text = (
        RECEIVED
        + """
        2026-04-02 risk-flagged risk=cancer
        2026-04-02 identity-questioned question=q why=same-name
        2026-04-02 duplicate-suspected other=r2 why=same-day
        2026-04-02 information-requested request=i of=patient what=consent
        2026-04-02 hold-placed hold=h track=coverage waiting_for=payer until_on=2026-05-01 reason=slow
    """
    )
    shown = row(text, TRIAGE, at=AT + timedelta(days=1))
    assert shown.flags == ("cancer", "overdue", "duplicate", "identity", "on-hold")


def test_it_is_looked_at_when_something_will_be_due_or_can_be_done():
    booked = "2026-04-02 appointment-booked appointment=a starts=2026-04-02T12:00"
    assert [
        row(RECEIVED + booked, TRIAGE, OUTCOME, at=at).look_at for at in (AT, AT + timedelta(hours=2))
    ] == [
        datetime(2026, 4, 2, 16, tzinfo=UTC),
        AT + timedelta(hours=2),
    ]


def test_what_was_missed_is_looked_at_at_once_and_once_noted_every_day():
    late = AT + timedelta(days=3)
    noted = RECEIVED + "2026-04-02T16:00:00Z deadline-missed requirement=triage owner=specialist"
    assert [row(text, TRIAGE, at=late).look_at for text in (RECEIVED, noted)] == [
        late,
        late + timedelta(days=1),
    ]


def test_what_is_missed_is_told_until_it_is_noted():
    before, after = row(RECEIVED, TRIAGE), row(RECEIVED, TRIAGE, at=AT + timedelta(hours=1))
    noted = row(RECEIVED + "2026-04-02T16:00:00Z deadline-missed requirement=triage", TRIAGE)
    assert [
        [o.requirement.code for o in missed(each.log, each.owed, at)]
        for each, at in ((before, AT), (after, AT + timedelta(hours=1)), (noted, AT + timedelta(hours=1)))
    ] == [[], ["triage"], []]


def test_a_referral_that_owes_nothing_is_not_looked_at():
    assert row(RECEIVED).look_at is None
