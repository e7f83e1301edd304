"""Invented messages: one referral each, 3 KB, told apart by a mark of eight digits and by nothing else."""

from functools import cache

import msgspec

MARK = "90417263"  # stands in templates where a number will stand; nothing else looks like it
PLACER = "urn:example:orders"
_ORGANIZATION = "urn:example:clinics"
_URGENCIES = ("routine", "urgent", "asap", "stat")
_SERVICES = (
    ("183519002", "Referral to cardiology service"),
    ("183524004", "Referral to psychiatry service"),
    ("183544005", "Referral to orthopaedic service"),
    ("183518005", "Referral to dermatology service"),
)
KINDS_OF_REFERRAL = 16


@cache
def bundle(kind: int = 0) -> bytes:
    """A transaction of five resources around one ServiceRequest, with `MARK` for its number."""
    entries = [_patient(), _practitioner(), _coverage(), _request(kind), _task()]
    body = {"resourceType": "Bundle", "type": "transaction", "entry": [_entry(each) for each in entries]}
    return msgspec.json.encode(body)


def marked(template: bytes, number: int) -> bytes:
    return template.replace(MARK.encode(), b"%08d" % number)


def placer_name(number: int, says: str) -> str:
    """The name under which the books know the referral of a Bundle or of a frame."""
    return f"placer|{'CLINIC' if says == 'mllp' else PLACER}|RQ{number:08}"


def frame(number: int) -> bytes:
    """The same in HL7 v2: REF^I12."""
    mark = f"{number:08}"
    lines = (
        f"MSH|^~\\&|CLINIC|NORTH|DESK|EAST|20261124100000-0500||REF^I12^REF_I12|M{mark}|P|2.5.1",
        "RF1||R|GRF^General referral|||RQ" + mark + "^CLINIC|20261124|||I48.91^Atrial fibrillation^I10",
        "PRD|RP|Osei^Ama^^^Dr|1 Mill Lane^^Northtown^NY^12345||^^PH^^^555^0100100||1234567893^NPI",
        "PRD|RT|Eastside Cardiology",
        f"PID|1||MR{mark}^^^CLINIC^MR||Family{mark}^Given||19700102|F|||2 Oak Road^^Northtown^NY^12345",
        f"IN1|1|PLAN1|PAYER1|Example Health Plan||||||||||||||||||||||||||||||||MB{mark}",
        "DG1|1||I48.91^Atrial fibrillation^I10||20261120|W",
    )
    return "\r".join(lines).encode() + b"\r"


def _entry(resource: dict[str, object]) -> dict[str, object]:
    kind = resource["resourceType"]
    return {
        "fullUrl": f"urn:uuid:{_uuid(str(kind))}",
        "resource": resource,
        "request": {"method": "POST", "url": kind},
    }


def _uuid(kind: str) -> str:
    number = ("Patient", "Practitioner", "Coverage", "ServiceRequest", "Task").index(kind) + 1
    return f"6f1c2b{number:02}-4a7e-4c1d-9b3a-0000{MARK}"


def _ref(kind: str) -> dict[str, str]:
    return {"reference": f"urn:uuid:{_uuid(kind)}"}


def _patient() -> dict[str, object]:
    return {
        "resourceType": "Patient",
        "identifier": [
            {
                "type": {
                    "coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "MR"}]
                },
                "system": "urn:example:patients",
                "value": f"MR{MARK}",
            }
        ],
        "name": [{"use": "official", "family": f"Family{MARK}", "given": ["Given", "Middle"]}],
        "telecom": [{"system": "phone", "value": "(555) 010-0100", "use": "home"}],
        "gender": "female",
        "birthDate": "1970-01-02",
        "address": [{"line": ["2 Oak Road"], "city": "Northtown", "state": "NY", "postalCode": "12345"}],
    }


def _practitioner() -> dict[str, object]:
    return {
        "resourceType": "Practitioner",
        "identifier": [{"system": "http://hl7.org/fhir/sid/us-npi", "value": "1234567893"}],
        "name": [{"family": "Osei", "given": ["Ama"], "prefix": ["Dr"]}],
        "telecom": [{"system": "phone", "value": "(555) 010-0101", "use": "work"}],
    }


def _coverage() -> dict[str, object]:
    return {
        "resourceType": "Coverage",
        "status": "active",
        "subscriberId": f"MB{MARK}",
        "beneficiary": _ref("Patient"),
        "period": {"start": "2026-01-01", "end": "2026-12-31"},
        "payor": [{"display": "Example Health Plan"}],
    }


def _request(kind: int) -> dict[str, object]:
    code, name = _SERVICES[kind // len(_URGENCIES) % len(_SERVICES)]
    return {
        "resourceType": "ServiceRequest",
        "identifier": [
            {
                "type": {
                    "coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "PLAC"}]
                },
                "system": PLACER,
                "value": f"RQ{MARK}",
            }
        ],
        "status": "active",
        "intent": "order",
        "category": [
            {"coding": [{"system": "http://snomed.info/sct", "code": "3457005", "display": "Referral"}]}
        ],
        "priority": _URGENCIES[kind % len(_URGENCIES)],
        "code": {
            "coding": [{"system": "http://snomed.info/sct", "code": code, "display": name}],
            "text": name,
        },
        "subject": _ref("Patient"),
        "authoredOn": "2026-11-24T10:00:00-05:00",
        "requester": _ref("Practitioner"),
        "reasonCode": [
            {
                "coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "I48.91"}],
                "text": "Palpitations",
            }
        ],
        "insurance": [_ref("Coverage")],
        "note": [{"text": "Palpitations for six weeks, worse on climbing stairs. Please see and advise."}],
    }


def _task() -> dict[str, object]:
    return {
        "resourceType": "Task",
        "status": "requested",
        "intent": "order",
        "code": {"coding": [{"system": "http://hl7.org/fhir/CodeSystem/task-code", "code": "fulfill"}]},
        "focus": _ref("ServiceRequest"),
        "for": _ref("Patient"),
        "authoredOn": "2026-11-24T10:00:00-05:00",
        "requester": _ref("Practitioner"),
        "owner": {"identifier": {"system": _ORGANIZATION, "value": "EAST"}, "display": "Eastside Cardiology"},
    }
