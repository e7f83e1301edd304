"""What a Task or an Appointment tells about a referral."""

from datetime import UTC, datetime
from typing import Any

import pytest

from referloop.exchange.fhir.codec import read
from referloop.messages import (
    Attachment,
    Coded,
    Identifier,
    Party,
    ProgressSaid,
    Reading,
)
from tests.exchange.fhir.made import progress, request, task, typed

ABORT = {"coding": [{"code": "abort"}]}


def test_a_completed_task_with_a_document_is_a_report() -> None:
    report = {
        "resourceType": "DiagnosticReport",
        "code": {"text": "Consult"},
        "presentedForm": [{"data": "aGVsbG8="}],
    }
    sent = task(
        status="completed",
        lastModified="2026-03-01T09:00:00+01:00",
        owner={"display": "Dr Heart"},
        output=[{"type": {"text": "x"}, "valueReference": {"reference": "DiagnosticReport/1"}}],
    )
    known = dict([request(identifier=[typed("PLAC", "P1")])]) | {"DiagnosticReport/1": report}
    assert read([sent], known) == Reading(
        said=(
            ProgressSaid(
                referral=(
                    Identifier("https://a.example", "P1", "PLAC"),
                    Identifier("", "ServiceRequest/1"),
                ),
                progress="report",
                sent_at=datetime.fromisoformat("2026-03-01T09:00:00+01:00"),
                by=Party(practitioner="Dr Heart"),
                attachments=(
                    Attachment(id="DiagnosticReport/1", kind=Coded(text="Consult"), content=b"hello"),
                ),
                source="Task/1",
            ),
        )
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"status": "draft"}, []),
        ({"status": "requested"}, []),
        ({"status": "received"}, ["received"]),
        ({"status": "accepted"}, ["accepted"]),
        ({"status": "rejected"}, ["declined"]),
        ({"status": "on-hold"}, ["awaiting-information"]),
        ({"status": "in-progress"}, ["accepted"]),
        ({"status": "completed"}, ["visit-finished"]),
        ({"status": "cancelled"}, ["cancelled"]),
        ({"status": "failed"}, ["failed"]),
        ({"status": "entered-in-error"}, []),
        ({"status": "in-progress", "businessStatus": {"coding": [{"code": "visit-scheduled"}]}}, ["booked"]),
        ({"status": "in-progress", "businessStatus": {"coding": [{"code": "5.1.1"}]}}, ["booked"]),
        ({"status": "in-progress", "businessStatus": {"coding": [{"code": "5.1.2"}]}}, ["no-show"]),
        ({"status": "in-progress", "businessStatus": {"text": "waiting"}}, ["accepted"]),
        ({"status": "rejected", "businessStatus": {"coding": [{"code": "5.1.1"}]}}, ["declined"]),
        ({"status": "requested", "focus": {"reference": "Task/0"}, "code": ABORT}, ["cancel-requested"]),
        ({"focus": {"reference": "MedicationRequest/1"}}, ["NotAReferral"]),
        ({"focus": None, "basedOn": [{"reference": "https://x.example/ServiceRequest/1"}]}, ["accepted"]),
    ],
)  # fmt: skip
def test_a_task_tells_how_the_referral_goes(change: dict[str, Any], words: list[str]) -> None:
    assert progress(read([task(**change)], {"Task/0": task()[1]})) == words


def test_an_unknown_business_status_is_warned_about() -> None:
    reading = read([task(businessStatus={"coding": [{"code": "zz"}]})], {})
    assert (progress(reading), [p.code for p in reading.problems]) == (
        ["accepted"],
        ["fhir-business-status"],
    )


def test_an_appointment_for_a_request_is_a_booking() -> None:
    sent = {
        "resourceType": "Appointment",
        "status": "booked",
        "start": "2026-03-02T09:00:00Z",
        "basedOn": [{"reference": "ServiceRequest/1"}],
        "participant": [
            {"actor": {"reference": "Patient/1", "display": "Jane Doe"}},
            {"actor": {"reference": "Location/1", "display": "South Wing"}},
        ],
    }
    assert read([("Appointment/1", sent)], {}) == Reading(
        said=(
            ProgressSaid(
                referral=(Identifier("", "ServiceRequest/1"),),
                progress="booked",
                sent_at=None,
                by=Party(organisation="South Wing"),
                starts_at=datetime(2026, 3, 2, 9, tzinfo=UTC),
                source="Appointment/1",
            ),
        )
    )


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("noshow", ["no-show"]),
        ("cancelled", ["booking-cancelled"]),
        ("fulfilled", ["visit-finished"]),
        ("proposed", []),
    ],
)
def test_an_appointment_tells_how_the_visit_goes(status: str, words: list[str]) -> None:
    sent = {"resourceType": "Appointment", "status": status, "basedOn": [{"reference": "ServiceRequest/1"}]}
    assert progress(read([("Appointment/1", sent)], {})) == words


def test_the_request_comes_before_the_news_about_it() -> None:
    assert progress(read([task(), request()], {})) == ["ReferralSaid", "accepted"]
