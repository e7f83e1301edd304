"""How the wire says no: each problem's acknowledgment code and its code of HL7 table 0357."""

from typing import Literal

from referloop.referral.problems import Problem

Acknowledged = Literal["AA", "AE", "AR"]

TABLE_0357 = {
    "0": "Message accepted",
    "100": "Segment sequence error",
    "101": "Required field missing",
    "102": "Data type error",
    "103": "Table value not found",
    "104": "Value too long",
    "200": "Unsupported message type",
    "201": "Unsupported event code",
    "202": "Unsupported processing id",
    "203": "Unsupported version id",
    "204": "Unknown key identifier",
    "205": "Duplicate key identifier",
    "206": "Application record locked",
    "207": "Application internal error",
}

_REFUSALS: dict[str, tuple[Literal["AE", "AR"], str]] = {
    "hl7-frame-too-long": ("AR", "104"),
    "hl7-encoding": ("AR", "100"),
    "hl7-no-header": ("AR", "100"),
    "hl7-two-headers": ("AR", "100"),
    "hl7-delimiters": ("AR", "102"),
    "hl7-charset": ("AE", "102"),
    "hl7-control-character": ("AE", "102"),
    "hl7-too-many-parts": ("AE", "104"),
    "hl7-segment-name": ("AE", "100"),
    "hl7-control-id-missing": ("AE", "101"),
    "hl7-control-id-long": ("AE", "104"),
    "hl7-message-type": ("AR", "200"),
    "hl7-event": ("AR", "201"),
    "hl7-processing-id": ("AR", "202"),
    "hl7-version": ("AR", "203"),
    "hl7-not-for-us": ("AR", "204"),
    "hl7-sender-unknown": ("AR", "204"),
    "hl7-patient-missing": ("AE", "100"),
    "hl7-patient-id-missing": ("AE", "101"),
    "hl7-segment-order": ("AE", "100"),
    "hl7-birth-date": ("AE", "102"),
    "hl7-number": ("AE", "102"),
    "hl7-record-locked": ("AR", "206"),
    "hl7-unavailable": ("AR", "207"),
}


def refusal(problem: Problem) -> tuple[Literal["AE", "AR"], str]:
    """What a problem means on the wire; one this table does not know is our own trouble."""
    return _REFUSALS.get(problem.code, ("AR", "207"))


def acknowledgment_code(problems: tuple[Problem, ...]) -> Acknowledged:
    """AR when any problem is not one of content, AE when all are, AA when there is none."""
    codes = {refusal(problem)[0] for problem in problems if problem.severity == "error"}
    return "AR" if "AR" in codes else "AE" if codes else "AA"
