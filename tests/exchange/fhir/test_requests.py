"""What becomes a referral, what does not, and what is warned about."""

from typing import Any

import pytest

from referloop.exchange.fhir.codec import read
from referloop.messages import (
    Coded,
    Identifier,
    Name,
    NotAReferral,
    Party,
    Person,
    Plan,
    Reading,
    ReferralSaid,
)
from tests.exchange.fhir.made import request, task, typed
from tests.exchange.fhir.test_rich_request import PATIENT


def test_a_bare_logical_reference_still_gives_a_patient() -> None:
    subject = {"identifier": typed("MR", "M1"), "display": "Jane Doe"}
    assert read([request(subject=subject)], {}) == Reading(
        said=(
            ReferralSaid(
                action="request",
                sent_at=None,
                placer=None,
                patient=Person(
                    identifiers=(Identifier("https://a.example", "M1", "MR"),), names=(Name("Jane Doe"),)
                ),
                service=Coded(text="Cardiology"),
                urgency="routine",
                source="ServiceRequest/1",
            ),
        )
    )


def test_a_request_that_is_stored_is_changed_and_a_revoked_one_is_cancelled() -> None:
    known = dict([request()])
    sent = [request(), request(status="revoked"), request(status="entered-in-error")]
    said = [read([one], known).said[0] for one in sent]
    assert [one.action for one in said if isinstance(one, ReferralSaid)] == ["change", "cancel", "cancel"]


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"status": "draft"}, "ServiceRequest (draft)"),
        ({"category": [{"coding": [{"code": "108252007"}]}]}, "ServiceRequest (laboratory)"),
    ],
)
def test_a_draft_and_a_laboratory_order_are_no_referral(change: dict[str, Any], kind: str) -> None:
    assert read([request(**change)], {}) == Reading(said=(NotAReferral(kind, "ServiceRequest/1"),))


def test_a_request_not_to_do_something_is_a_problem() -> None:
    reading = read([request(doNotPerform=True)], {})
    assert (reading.said, [(p.code, p.where, p.severity) for p in reading.problems]) == (
        (), [("fhir-do-not-perform", "ServiceRequest/1.doNotPerform", "error")],
    )  # fmt: skip


def test_what_is_missing_is_warned_about_and_not_guessed() -> None:
    reading = read([request(subject={"reference": "Patient/9"}, code={})], {})
    assert [(p.code, p.severity) for p in reading.problems] == [
        ("fhir-reference", "warning"),
        ("fhir-service", "warning"),
    ]
    assert [type(one) for one in reading.said] == [ReferralSaid]


def test_another_servers_patient_is_not_taken_for_ours() -> None:
    sent = request(subject={"reference": "https://other.example/Patient/1"})
    said = read([sent], {"Patient/1": PATIENT}).said[0]
    assert isinstance(said, ReferralSaid)
    assert said.patient == Person()


def test_a_coverage_beside_the_request_belongs_to_its_patient_only() -> None:
    cover = {"resourceType": "Coverage", "subscriberId": "S1", "beneficiary": {"reference": "Patient/1"}}
    other = cover | {"beneficiary": {"reference": "Patient/2"}}
    sent = [
        request(subject={"reference": "Patient/1"}),
        ("Patient/1", PATIENT), ("Patient/2", PATIENT), ("Coverage/1", cover), ("Coverage/2", other),
    ]  # fmt: skip
    reading = read(sent, {})
    said = reading.said[0]
    assert isinstance(said, ReferralSaid)
    assert said.plans == (Plan(member_id="S1"),)


def test_the_owner_of_the_task_performs_a_request_that_names_nobody() -> None:
    owner = {"display": "Oak Hospital", "type": "Organization"}
    reading = read([task(status="requested", owner=owner), request()], {})
    assert [one.performer for one in reading.said if isinstance(one, ReferralSaid)] == [
        Party(organisation="Oak Hospital")
    ]
    assert len(reading.said) == 1


def test_what_no_referral_used_is_no_referral() -> None:
    sent = [("Patient/1", PATIENT), ("Observation/1", {"resourceType": "Observation"})]
    assert read(sent, {}).said == (
        NotAReferral("Patient", "Patient/1"),
        NotAReferral("Observation", "Observation/1"),
    )


def test_an_urgent_stu3_referral_of_the_nhs_stays_urgent() -> None:
    url = "https://fhir.nhs.uk/STU3/StructureDefinition/Extension-eRS-ReferralPriority-1"
    extension = [{"url": url, "valueCodeableConcept": {"coding": [{"code": "TWO_WEEK_WAIT"}]}}]
    sent = {
        "resourceType": "ReferralRequest",
        "status": "active",
        "extension": extension,
        "subject": {"identifier": {"system": "nhs", "value": "9"}},
        "specialty": {"text": "Cardiology"},
    }
    assert read([("ReferralRequest/1", sent)], {}) == Reading(
        said=(
            ReferralSaid(
                action="request",
                sent_at=None,
                placer=None,
                patient=Person(identifiers=(Identifier("nhs", "9"),)),
                service=Coded(text="Cardiology"),
                urgency="fast-track",
                urgency_raw="TWO_WEEK_WAIT",
                source="ReferralRequest/1",
            ),
        )
    )
