"""One request that uses everything, read whole."""

from datetime import UTC, date, datetime
from typing import Any

from referloop.exchange.fhir.codec import read
from referloop.messages import (
    Attachment,
    Coded,
    Contact,
    Identifier,
    Name,
    Party,
    Person,
    Plan,
    Reading,
    ReferralSaid,
)
from tests.exchange.fhir.made import typed

LOINC = "http://loinc.org"

PATIENT: dict[str, Any] = {
    "resourceType": "Patient",
    "identifier": [typed("MR", "M1")],
    "name": [
        {"use": "old", "family": "Roe", "given": ["Jane"]},
        {"use": "official", "family": "Doe", "given": ["Jane", "Q"]},
    ],
    "gender": "female",
    "birthDate": "1980-02",
    "telecom": [
        {"system": "phone", "use": "mobile", "value": "+15550100"},
        {"system": "email", "value": "j@a.example"},
    ],
    "address": [
        {"line": ["1 Main St", "Apt 2"], "city": "Springfield", "state": "IL", "postalCode": "62701"}
    ],
    "communication": [{"language": {"coding": [{"code": "es"}]}, "preferred": True}],
    "multipleBirthInteger": 2,
}
REQUEST: dict[str, Any] = {
    "resourceType": "ServiceRequest",
    "identifier": [typed("FILL", "F9"), typed("PLAC", "P1")],
    "status": "active",
    "intent": "order",
    "category": [{"coding": [{"code": "386053000", "display": "Evaluation"}]}],
    "priority": "asap",
    "code": {"coding": [{"system": "s", "code": "c", "display": "Cardiology"}], "text": "Heart clinic"},
    "subject": {"reference": "urn:uuid:patient"},
    "occurrencePeriod": {"start": "2026-03-01", "end": "2026-03-15"},
    "authoredOn": "2026-02-01T10:00:00Z",
    "requester": {"reference": "urn:uuid:role"},
    "performer": [{"reference": "urn:uuid:service"}],
    "reasonCode": [{"text": "Chest pain"}],
    "reasonReference": [
        {"reference": "urn:uuid:condition"},
        {"reference": "Condition/gone", "display": "Asthma"},
    ],
    "insurance": [{"reference": "urn:uuid:coverage"}, {"reference": "ClaimResponse/1"}],
    "supportingInfo": [
        {"reference": "urn:uuid:note"},
        {"reference": "Binary/gone"},
        {"reference": "Observation/x"},
    ],
    "note": [{"text": "Call first"}],
}
BESIDE: list[tuple[str, dict[str, Any]]] = [
    ("urn:uuid:patient", PATIENT),
    (
        "urn:uuid:role",
        {
            "resourceType": "PractitionerRole",
            "practitioner": {"reference": "#dr"},
            "organization": {"display": "Elm Clinic", "type": "Organization"},
            "specialty": [{"text": "Family medicine"}],
            "contained": [
                {
                    "resourceType": "Practitioner",
                    "id": "dr",
                    "identifier": [{"system": "http://hl7.org/fhir/sid/us-npi", "value": "1234567893"}],
                    "name": [{"family": "Careful", "given": ["Adam"], "prefix": ["Dr"]}],
                    "telecom": [{"system": "fax", "value": "+15550101"}],
                }
            ],
        },
    ),
    (
        "urn:uuid:service",
        {
            "resourceType": "HealthcareService",
            "name": "Heart clinic",
            "providedBy": {"display": "Oak Hospital"},
        },
    ),
    (
        "urn:uuid:condition",
        {"resourceType": "Condition", "code": {"coding": [{"code": "I20", "system": "icd"}]}},
    ),
    (
        "urn:uuid:coverage",
        {
            "resourceType": "Coverage",
            "identifier": [typed("MB", "MEM7")],
            "beneficiary": {"reference": "urn:uuid:patient"},
            "payor": [{"display": "Acme Health", "identifier": {"value": "PAYER1"}, "type": "Organization"}],
            "class": [{"type": {"coding": [{"code": "group"}]}, "value": "G5"}],
            "type": {"text": "PPO"},
            "period": {"start": "2026-01-01", "end": "2026-12-31"},
        },
    ),
    (
        "urn:uuid:note",
        {
            "resourceType": "DocumentReference",
            "type": {"coding": [{"system": LOINC, "code": "57133-1"}]},
            "description": "Referral note",
            "content": [{"attachment": {"contentType": "text/plain", "data": "aGVsbG8="}}],
        },
    ),
    (
        "urn:uuid:scan",
        {
            "resourceType": "DocumentReference",
            "content": [{"attachment": {"title": "Scan", "url": "urn:uuid:binary"}}],
            "context": {"related": [{"reference": "urn:uuid:request"}]},
        },
    ),
    ("urn:uuid:binary", {"resourceType": "Binary", "contentType": "application/pdf", "data": "JVBERg=="}),
]
KNOWN = {"ClaimResponse/1": {"resourceType": "ClaimResponse", "preAuthRef": "AUTH1"}}
SAID = ReferralSaid(
    action="request",
    sent_at=datetime(2026, 2, 1, 10, tzinfo=UTC),
    placer=Identifier("https://a.example", "P1", "PLAC"),
    filler=Identifier("https://a.example", "F9", "FILL"),
    patient=Person(
        identifiers=(Identifier("https://a.example", "M1", "MR"),),
        names=(Name("Doe", "Jane Q"), Name("Roe", "Jane")),
        birth_date="1980-02",
        sex="female",
        contacts=(Contact("mobile", "+15550100"), Contact("email", "j@a.example")),
        address="1 Main St, Apt 2, Springfield, IL",
        postal_code="62701",
        language="es",
        birth_order="2",
    ),
    service=Coded("c", "s", "Heart clinic"),
    category=Coded("386053000", "", "Evaluation"),
    reasons=(Coded(text="Chest pain"), Coded("I20", "icd"), Coded(text="Asthma")),
    urgency="expedited",
    urgency_raw="asap",
    see_by=date(2026, 3, 15),
    requester=Party(
        practitioner="Dr Adam Careful",
        organisation="Elm Clinic",
        identifiers=(Identifier("http://hl7.org/fhir/sid/us-npi", "1234567893", "NPI"),),
        specialty="Family medicine",
        contacts=(Contact("fax", "+15550101"),),
    ),
    performer=Party(organisation="Heart clinic", practitioner=""),
    plans=(
        Plan(
            payer="Acme Health",
            payer_id="PAYER1",
            member_id="MEM7",
            group="G5",
            kind="PPO",
            from_on=date(2026, 1, 1),
            until_on=date(2026, 12, 31),
        ),
    ),
    authorizations=("AUTH1",),
    attachments=(
        Attachment(
            id="urn:uuid:note",
            title="Referral note",
            kind=Coded("57133-1", LOINC),
            media_type="text/plain",
            content=b"hello",
        ),
        Attachment(id="Binary/gone", link="Binary/gone"),
        Attachment(id="urn:uuid:scan", title="Scan", media_type="application/pdf", content=b"%PDF"),
    ),
    notes=("Call first",),
    source="urn:uuid:request",
)


def test_a_rich_request_is_read_whole() -> None:
    assert read([*BESIDE, ("urn:uuid:request", REQUEST)], KNOWN) == Reading(said=(SAID,))
