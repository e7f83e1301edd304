"""A referral's log as its Task shows it."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from referloop.exchange.fhir.status import project, says_nothing_new, skeleton, without_ours
from referloop.exchange.fhir.transitions import objection
from referloop.policy.calendar import BusinessCalendar
from referloop.policy.in_force import PolicyInForce
from referloop.referral.board import standing
from referloop.referral.entry import Author, Draft
from referloop.referral.facts.closure import (
    CancellationAnswered,
    CancellationRequested,
    ReferralClosed,
    ReportReceived,
)
from referloop.referral.facts.fact import Fact
from referloop.referral.facts.intake import (
    InformationRequested,
    ReferralMerged,
    ReferralReceived,
    ReferralTriaged,
)
from referloop.referral.facts.routing import PerformerChosen, ReferralAccepted, ReferralDeclined, ReferralSent
from referloop.referral.facts.scheduling import AppointmentBooked, EncounterFinished, PatientNoShow
from referloop.referral.kinds import ReferralId
from referloop.referral.log import Log

AT = datetime(2026, 3, 2, 14, tzinfo=UTC)
POLICY = PolicyInForce((), BusinessCalendar(ZoneInfo("America/New_York"), frozenset[date]()))
BOOKED = AppointmentBooked(appointment="a", starts="2026-04-01T09:00")
TASK = {
    "resourceType": "Task",
    "id": "t",
    "meta": {"versionId": "2", "lastUpdated": "2026-03-01T00:00:00Z"},
    "status": "requested",
    "intent": "order",
    "note": [{"text": "kept"}],
}


def shown(*facts: Fact, **task: object) -> dict[str, object]:
    told = (ReferralReceived(service="x", urgency="routine"), *facts)
    drafts = [Draft(each, AT + timedelta(minutes=place)) for place, each in enumerate(told)]
    log, _ = Log(ReferralId("R1"), "P1").append(drafts, Author("person", "kim"), AT)
    return project(TASK | task, standing(log, POLICY, AT))


def word(*facts: Fact, **task: object) -> tuple[object, str, str]:
    told = shown(*facts, **task)
    business, reason = told.get("businessStatus"), told.get("statusReason")
    code = business["coding"][0]["code"] if isinstance(business, dict) else ""
    return told["status"], code, reason["text"] if isinstance(reason, dict) else ""


STORIES: dict[str, tuple[tuple[Fact, ...], tuple[str, str, str]]] = {
    "new": ((), ("requested", "", "")),
    "triaged": ((ReferralTriaged(),), ("received", "", "")),
    "sent on": ((PerformerChosen(leg="1", performer="x"), ReferralSent(leg="1")), ("received", "", "")),
    "asked": (
        (InformationRequested(request="1", of="requester", what="ECG"),),
        ("on-hold", "awaiting-information", "ECG"),
    ),
    "accepted": ((ReferralAccepted(),), ("accepted", "", "")),
    "declined": ((ReferralDeclined(reason="No capacity"),), ("rejected", "", "No capacity")),
    "sent again": (
        (ReferralDeclined(leg="1", reason="No capacity"), PerformerChosen(leg="2", performer="y")),
        ("received", "", ""),
    ),
    "booked": ((BOOKED,), ("accepted", "visit-scheduled", "")),
    "did not come": ((BOOKED, PatientNoShow(appointment="a")), ("in-progress", "no-show", "")),
    "seen": ((BOOKED, EncounterFinished(appointment="a")), ("in-progress", "visit-complete", "")),
    "interim": ((ReportReceived(document="d", kind="interim"),), ("in-progress", "preliminary-outcome", "")),
    "report": ((ReportReceived(document="d"),), ("completed", "", "")),
    "complete": ((ReportReceived(document="d"), ReferralClosed(reason="completed")), ("completed", "", "")),
    "no contact": (
        (ReferralClosed(reason="unable-to-contact"),),
        ("failed", "", "the whole contact ladder led nowhere"),
    ),
    "died": ((ReferralClosed(reason="deceased"),), ("cancelled", "", "the patient died")),
    "merged": (
        (ReferralMerged(other="R2", role="rests", reason="the same"),),
        ("cancelled", "", "It goes on as part of another referral."),
    ),
    "cancellation asked": ((CancellationRequested(by="requester"),), ("requested", "", "")),
}


@pytest.mark.parametrize("story", STORIES)
def test_the_furthest_the_referral_came_is_the_status(story: str):
    facts, expected = STORIES[story]
    assert word(*facts) == expected


def test_what_the_log_does_not_know_stays_as_it_was_sent():
    told = shown(ReferralAccepted())
    assert (told["note"], told["intent"], told["id"]) == ([{"text": "kept"}], "order", "t")
    assert told["meta"] == {"versionId": "2.2", "lastUpdated": "2026-03-02T14:00:00Z"}
    assert told["lastModified"] == "2026-03-02T14:00:00Z"


def test_a_social_task_is_never_received():
    profile = "http://hl7.org/fhir/us/sdoh-clinicalcare/StructureDefinition/SDOHCC-TaskForReferralManagement"
    meta = {"profile": [profile], "versionId": "1", "lastUpdated": "2026-03-01T00:00:00Z"}
    assert word(ReferralTriaged(), meta=meta) == ("requested", "", "")
    assert word(status="received", meta=meta) == ("requested", "", "")


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("draft", "draft"),
        ("received", "received"),
        ("cancelled", "cancelled"),
        ("entered-in-error", "entered-in-error"),
        ("completed", "requested"),
    ],
)
def test_a_sender_may_say_what_the_log_has_no_word_for(sent: str, expected: str):
    assert word(status=sent) == (expected, "", "")


def test_work_that_began_stays_begun():
    assert word(BOOKED, status="in-progress") == ("in-progress", "visit-scheduled", "")


def test_reports_are_the_output_unless_the_sender_attached_some():
    ours = shown(ReportReceived(document="d", title="Note"))["output"]
    assert ours == [
        {"type": {"text": "Report"}, "valueReference": {"reference": "Binary/d", "display": "Note"}}
    ]
    theirs = [{"type": {"text": "x"}, "valueString": "y"}]
    assert shown(ReportReceived(document="d"), output=theirs)["output"] == theirs


def test_an_abort_task_ends_with_the_answer():
    abort = {"code": {"coding": [{"code": "abort"}]}}
    asked = CancellationRequested(by="requester")
    assert word(asked, **abort) == ("requested", "", "")
    refused = CancellationAnswered(answer="refused", reason="Too late")
    assert word(asked, refused, **abort) == ("rejected", "", "Too late")
    assert word(asked, CancellationAnswered(answer="agreed"), **abort) == ("completed", "", "")


def test_our_outputs_are_taken_off_a_task_that_comes_back():
    ours = {"type": {"text": "Report"}, "valueReference": {"reference": f"Binary/{'0' * 64}"}}
    theirs = {"type": {"text": "x"}, "valueString": "y"}
    assert without_ours({"output": [ours, theirs]}) == {"output": [theirs]}
    assert without_ours({"id": "t", "output": [ours]}) == {"id": "t"}


def test_a_task_that_repeats_what_was_shown_says_nothing_new():
    told = shown(BOOKED)
    assert says_nothing_new(told | {"note": []}, told, TASK)
    assert not says_nothing_new(told | {"status": "completed"}, told, TASK)
    assert not says_nothing_new(told | {"executionPeriod": {"start": "2026-04-02T09:00:00Z"}}, told, TASK)


def test_a_skeleton_points_at_its_request():
    request = {"id": "s", "subject": {"reference": "Patient/1"}}
    task = skeleton("R1", request, AT)
    assert (task["id"], task["focus"], task["for"]) == (
        "R1",
        {"reference": "ServiceRequest/s"},
        {"reference": "Patient/1"},
    )


ALLOWED = [
    ("draft", "requested"), ("requested", "accepted"), ("requested", "cancelled"),
    ("accepted", "in-progress"), ("accepted", "cancelled"), ("in-progress", "completed"),
    ("in-progress", "on-hold"), ("completed", "completed"), ("completed", "entered-in-error"),
]  # fmt: skip
REFUSED = [
    ("in-progress", "cancelled"), ("in-progress", "rejected"), ("completed", "in-progress"),
    ("rejected", "accepted"), ("cancelled", "requested"), ("accepted", "requested"), ("accepted", "draft"),
]  # fmt: skip


def test_a_task_moves_on_and_never_back():
    assert [pair for pair in ALLOWED if objection(*pair, "Task.status")] == []
    assert [pair for pair in REFUSED if not objection(*pair, "Task.status")] == []
