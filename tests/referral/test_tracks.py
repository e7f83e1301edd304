"""Five tracks at once: each with its own state, and nobody waits without a name and a day."""

from datetime import UTC, datetime

import pytest
from hypothesis import given

from referloop.referral.entry import Entry
from referloop.referral.journal import journal
from referloop.referral.obligations import owing
from referloop.referral.snapshot import snapshot
from referloop.referral.tracks import TRACKS, Track, tracks
from tests.referral.policies import CALENDAR, FULL, need, policy
from tests.referral.strategies import LOGS

RECEIVED = "2026-04-01T14:00:00Z referral-received service=MRI urgency=routine\n"
AT = datetime(2026, 4, 10, 15, tzinfo=UTC)


REVIEWED = "2026-04-02 report-received document=d\n2026-04-03 report-reviewed disposition=no-action"


def states(text: str, at: datetime = AT) -> list[str]:
    now = snapshot(journal(RECEIVED + text), CALENDAR)
    return [track.state for track in tracks(now, [], at, CALENDAR)]


def test_a_new_referral_has_nothing_settled_on_any_track():
    assert states("") == ["submitted", "unverified", "not-assessed", "not-ready", "not-due"]


def test_booked_authorization_pending_and_records_missing_stand_side_by_side():
    text = """
        2026-04-02 referral-triaged
        2026-04-02 information-requested request=q of=requester what=records
        2026-04-02 eligibility-checked result=active
        2026-04-03 permission-requested authorization=a
        2026-04-04 appointment-booked appointment=x starts=2026-04-20T09:00
    """
    assert states(text) == ["needs-information", "active", "requested", "booked", "not-due"]


@pytest.mark.parametrize(
    ("text", "track", "state"),
    [
        ("2026-04-02 referral-triaged", 0, "triaged"),
        ("2026-04-02 performer-chosen leg=l performer=x", 0, "performer-chosen"),
        ("2026-04-02 receipt-confirmed leg=l", 0, "acknowledged"),
        ("2026-04-02 delivery-failed leg=l", 0, "not-delivered"),
        ("2026-04-02 referral-accepted leg=l", 0, "accepted"),
        ("2026-04-02 encounter-finished appointment=x", 0, "seen"),
        (REVIEWED, 0, "answered"),
        ("2026-04-02 referral-closed reason=moved note=n", 0, "closed"),
        ("2026-04-02 eligibility-checked result=active valid_until_on=2026-04-09", 1, "verify-again"),
        ("2026-04-02 permission-denied authorization=a reason=r", 2, "denied"),
        ("2026-04-02 referral-triaged", 3, "ready"),
        ("2026-04-02 contact-attempted channel=phone outcome=no-answer", 3, "contacting"),
        ("2026-04-02 patient-no-show appointment=x", 3, "rebooking"),
        ("2026-04-02 encounter-finished appointment=x", 3, "kept"),
        ("2026-04-02 encounter-finished appointment=x", 4, "due"),
        ("2026-04-02 report-received document=d", 4, "received"),
        ("2026-04-02 report-received document=d kind=interim", 4, "interim"),
        (REVIEWED, 4, "acknowledged"),
    ],
)  # fmt: skip
def test_a_track_has_the_state_its_facts_give_it(text: str, track: int, state: str):
    assert states(text)[track] == state


REPORT = need(
    "report", "encounter-finished", "report-received", within="7 d", track="report", owner="performer"
)


def test_a_track_waits_for_whoever_owes_something_on_it_until_it_is_due():
    log = journal(RECEIVED + "2026-04-02 encounter-finished appointment=x")
    found = tracks(snapshot(log, CALENDAR), owing(log, policy(REPORT)), AT, CALENDAR)
    due = datetime(2026, 4, 9, 21, tzinfo=UTC)
    assert found[4] == Track("report", "overdue", "performer", due, REPORT.says)


def test_a_hold_names_whom_its_track_waits_for():
    log = journal(
        RECEIVED
        + "2026-04-02 hold-placed hold=h track=coverage waiting_for=payer until_on=2026-04-15 reason=new"
    )
    found = tracks(snapshot(log, CALENDAR), [], AT, CALENDAR)
    assert found[1] == Track("coverage", "unverified", "payer", datetime(2026, 4, 15, 21, tzinfo=UTC), "new")


@given(LOGS)
def test_no_track_waits_without_naming_whom_for_and_until_when(log: tuple[Entry, ...]):
    found = tracks(snapshot(log, CALENDAR), owing(log, FULL), AT, CALENDAR)
    assert [track.name for track in found] == list(TRACKS)
    assert all(bool(track.waits_for) == (track.until is not None) == bool(track.says) for track in found)
