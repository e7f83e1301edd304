"""Resources that the tests of the FHIR front door start from."""

from typing import Any

Json = dict[str, Any]
MRN = "https://hospital.example/mrn"
ORDERS = "https://hospital.example/orders"
V2_0203 = "http://terminology.hl7.org/CodeSystem/v2-0203"


def patient(number: str = "1001", **changes: object) -> Json:
    whole: Json = {
        "resourceType": "Patient",
        "identifier": [
            {"type": {"coding": [{"system": V2_0203, "code": "MR"}]}, "system": MRN, "value": number}
        ],
        "name": [{"use": "official", "family": "Rivera", "given": ["Ana"]}],
        "telecom": [{"system": "phone", "value": "+1 555 0100", "use": "mobile"}],
        "gender": "female",
        "birthDate": "1980-04-12",
        "address": [{"line": ["12 Elm Street"], "city": "Springfield", "postalCode": "01101"}],
    }
    return whole | changes


def request(number: str = "A-1", subject: str = "urn:uuid:p", **changes: object) -> Json:
    whole: Json = {
        "resourceType": "ServiceRequest",
        "identifier": [
            {"type": {"coding": [{"system": V2_0203, "code": "PLAC"}]}, "system": ORDERS, "value": number}
        ],
        "status": "active",
        "intent": "order",
        "priority": "urgent",
        "code": {"coding": [{"system": "http://snomed.info/sct", "code": "183519002"}], "text": "Cardiology"},
        "subject": {"reference": subject},
        "authoredOn": "2026-03-01T15:00:00Z",
        "reasonCode": [{"text": "Palpitations"}],
    }
    return whole | changes


def task(focus: str = "urn:uuid:r", **changes: object) -> Json:
    whole: Json = {
        "resourceType": "Task",
        "status": "requested",
        "intent": "order",
        "code": {"coding": [{"system": "http://hl7.org/fhir/CodeSystem/task-code", "code": "fulfill"}]},
        "focus": {"reference": focus},
        "authoredOn": "2026-03-01T15:00:00Z",
    }
    return whole | changes


def entry(resource: Json, full_url: str = "", **ask: str) -> Json:
    whole: Json = {
        "resource": resource,
        "request": {"method": "POST", "url": resource["resourceType"]} | ask,
    }
    return whole | ({"fullUrl": full_url} if full_url else {})


def bundle(*entries: Json, kind: str = "transaction") -> Json:
    return {"resourceType": "Bundle", "type": kind, "entry": list(entries)}


def referral(number: str = "A-1", mrn: str = "1001", **changes: object) -> Json:
    """A whole referral: who, what, by whom, who pays, and the Task to follow it by."""
    asked = request(
        number,
        requester={"reference": "urn:uuid:d"},
        insurance=[{"reference": "urn:uuid:c"}],
        **changes,
    )
    followed = task() | {"for": {"reference": "urn:uuid:p"}, "requester": {"reference": "urn:uuid:d"}}
    doctor = {
        "resourceType": "Practitioner",
        "identifier": [{"system": "http://hl7.org/fhir/sid/us-npi", "value": "1234567893"}],
        "name": [{"family": "Okafor", "given": ["Chidi"]}],
    }
    cover = {
        "resourceType": "Coverage",
        "status": "active",
        "identifier": [{"type": {"coding": [{"system": V2_0203, "code": "MB"}]}, "value": "M-77"}],
        "beneficiary": {"reference": "urn:uuid:p"},
        "payor": [{"display": "Example Health Plan"}],
    }
    return bundle(
        entry(patient(mrn), "urn:uuid:p"),
        entry(doctor, "urn:uuid:d"),
        entry(cover, "urn:uuid:c"),
        entry(asked, "urn:uuid:r"),
        entry(followed, "urn:uuid:t"),
    )
