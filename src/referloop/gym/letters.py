"""The town's offices write: FHIR Bundles, HL7 v2 messages and spreadsheets, as real systems send them."""

import csv
import io
import json
from base64 import b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from referloop.gym.town import Case

_PRIORITIES = {"routine": "routine", "urgent": "urgent", "expedited": "asap", "stat": "stat"}
_NPI = "http://hl7.org/fhir/sid/us-npi"
_ALONE = 15
_TABLE_0280 = {"routine": "R", "urgent": "A", "expedited": "A", "stat": "S"}
COLUMNS = (
    "Referral number", "MRN", "Last name", "First name", "DOB", "Sex", "Phone", "Specialty", "Diagnosis",
    "ICD-10", "Reason for referral", "Priority", "Referring physician", "Referring practice", "Insurance",
    "Referral date",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Paper:
    """A document that goes along; words are one too."""

    title: str
    media_type: str
    content: bytes


def fhir_request(it: Case, sent_at: datetime, papers: Sequence[Paper] = (), see_by: str = "") -> bytes:
    """A transaction that brings the patient, the requester, the request and what belongs to it."""
    resources = {
        "patient": _patient(it),
        "plan": _coverage(it),
        "request": _request(it, sent_at) | ({"occurrencePeriod": {"end": see_by}} if see_by else {}),
    }
    resources |= {f"paper-{number}": _document(it, each) for number, each in enumerate(papers)}
    entries = [
        {
            "fullUrl": f"urn:uuid:{_uuid(it, name)}",
            "resource": resource,
            "request": {"method": "POST", "url": resource["resourceType"]},
        }
        for name, resource in resources.items()
    ]
    return _json({"resourceType": "Bundle", "type": "transaction", "entry": entries})


def fhir_report(it: Case, sent_at: datetime, report: Paper | str) -> bytes:
    """The performer's Task comes back completed, with the report: a document, or words."""
    if isinstance(report, str):
        report = Paper("Consultation report", "text/plain", report.encode())
    attached = _attached(report)
    task = {
        "resourceType": "Task",
        "status": "completed",
        "intent": "order",
        "focus": {
            "type": "ServiceRequest",
            "identifier": {"system": it.office.system, "value": it.number},
        },
        "lastModified": sent_at.isoformat(),
        "output": [{"type": {"text": "Consultation report"}, "valueAttachment": attached}],
    }
    entry = {"fullUrl": f"urn:uuid:{_uuid(it, 'report')}", "resource": task}
    entry["request"] = {"method": "POST", "url": "Task"}
    return _json({"resourceType": "Bundle", "type": "transaction", "entry": [entry]})


def v2_request(it: Case, sent_at: datetime) -> bytes:
    """REF^I12 as an older hospital system sends it."""
    who, office = it.resident, it.office
    family, given = office.clinician.split(" ")[1], office.clinician.split(" ")[0]
    segments = (
        f"MSH|^~\\&|EHR|{office.name}|REFERLOOP|DESK|{sent_at:%Y%m%d%H%M%S%z}||REF^I12^REF_I12|{it.number}-1"
        "|P|2.5.1||||||UNICODE UTF-8",
        f"RF1|P^Pending^HL70283|{_TABLE_0280[it.urgency]}|^{it.need.specialty}|||{it.number}^{office.system}"
        f"||||{it.need.icd}^{it.need.reason}^I10||||{it.need.question}",
        f"PRD|RP^Referring Provider^HL70286|{family}^{given}||{office.name}|{office.phone}||{office.npi}^NPI",
        "PRD|RT^Referred to Provider^HL70286|||Riverbend Specialty Clinic",
        f"PID|1||{who.number}^^^{office.name}^MR||{who.family}^{who.given}||{who.born:%Y%m%d}"
        f"|{who.sex[0].upper()}|||{who.street}||{who.phone}",
        f"DG1|1||{it.need.icd}^{it.need.reason}^I10",
        f"PR1|1||{it.need.code}^{it.need.specialty} consultation^SCT",
    )
    return "".join(f"{segment}\r" for segment in segments).encode()


def spreadsheet(cases: Iterable[tuple[Case, datetime]]) -> bytes:
    """The list a practice without a connection mails once a week."""
    whole = io.StringIO(newline="")
    writer = csv.writer(whole)
    writer.writerow(COLUMNS)
    for it, sent_at in cases:
        who = it.resident
        writer.writerow(
            (
                it.number, who.number, who.family, who.given, who.born.isoformat(), who.sex, who.phone,
                f"{it.need.specialty} consultation", it.need.reason, it.need.icd, it.need.question,
                it.urgency, it.office.clinician, it.office.name, who.plan,
                sent_at.isoformat(timespec="minutes"),
            )
        )  # fmt: skip
    return whole.getvalue().encode()


def _patient(it: Case) -> dict[str, Any]:
    who = it.resident
    return {
        "resourceType": "Patient",
        "identifier": [{"type": _kind("MR"), "system": it.office.system, "value": who.number}],
        "name": [{"family": who.family, "given": [who.given]}],
        "gender": who.sex,
        "birthDate": who.born.isoformat(),
        "telecom": [{"system": "phone", "value": who.phone}],
        "address": [{"line": [who.street], "city": "Riverbend"}],
        "communication": [{"language": {"coding": [{"code": who.language}]}, "preferred": True}],
    }


def _requester(it: Case) -> list[dict[str, Any]]:
    """Who signs, and in which practice."""
    office = it.office
    who = {
        "resourceType": "Practitioner",
        "id": "practitioner",
        "identifier": [{"type": _kind("NPI"), "system": _NPI, "value": office.npi}],
        "name": [{"text": office.clinician}],
    }
    if _alone(it):
        return [who]
    role = {
        "resourceType": "PractitionerRole",
        "id": "role",
        "practitioner": {"reference": "#practitioner"},
        "organization": {"reference": "#practice"},
        "specialty": [{"text": office.field}],
        "telecom": [{"system": "phone", "value": office.phone, "use": "work"}],
    }
    return [who, {"resourceType": "Organization", "id": "practice", "name": office.name}, role]


def _alone(it: Case) -> bool:
    """Now and then a system names only who signs, without the practice."""
    return int(it.number.removeprefix("REF-")) % _ALONE == 0


def _coverage(it: Case) -> dict[str, Any]:
    return {
        "resourceType": "Coverage",
        "status": "active",
        "beneficiary": {"reference": f"urn:uuid:{_uuid(it, 'patient')}"},
        "payor": [{"display": it.resident.plan}],
        "subscriberId": f"M{it.resident.number}",
    }


def _document(it: Case, paper: Paper) -> dict[str, Any]:
    return {
        "resourceType": "DocumentReference",
        "status": "current",
        "description": paper.title,
        "type": {"text": paper.title},
        "content": [{"attachment": _attached(paper)}],
        "context": {"related": [{"reference": f"urn:uuid:{_uuid(it, 'request')}"}]},
    }


def _attached(paper: Paper) -> dict[str, str]:
    data = b64encode(paper.content).decode()
    return {"contentType": paper.media_type, "title": paper.title, "data": data}


def _request(it: Case, sent_at: datetime) -> dict[str, Any]:
    need = it.need
    coding = [{"system": "http://snomed.info/sct", "code": need.code}]
    asked: dict[str, Any] = {"coding": coding} if need.code else {}
    return {
        "resourceType": "ServiceRequest",
        "status": "active",
        "intent": "order",
        "identifier": [{"type": _kind("PLAC"), "system": it.office.system, "value": it.number}],
        "priority": _PRIORITIES[it.urgency],
        "code": asked | {"text": f"{need.specialty} consultation"},
        "subject": {"reference": f"urn:uuid:{_uuid(it, 'patient')}"},
        "contained": _requester(it),
        "requester": {
            "reference": "#practitioner" if _alone(it) else "#role",
            "display": f"{it.office.clinician}, {it.office.name}",
        },
        "authoredOn": sent_at.isoformat(),
        "reasonCode": [{"coding": [{"code": need.icd}], "text": need.reason}],
        "insurance": [{"reference": f"urn:uuid:{_uuid(it, 'plan')}"}],
        "note": [{"text": need.question}],
    }


def _kind(code: str) -> dict[str, Any]:
    return {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": code}]}


def _uuid(it: Case, name: str) -> str:
    """The same for the same resource, in the form that is asked for."""
    digits = f"{it.number}-{name}".encode().hex().rjust(32, "0")[-32:]
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-8{digits[17:20]}-{digits[20:]}"


def _json(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
