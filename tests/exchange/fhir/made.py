"""Small resources that several tests start from."""

from typing import Any

from referloop.messages import ProgressSaid, Reading

V2_0203 = "http://terminology.hl7.org/CodeSystem/v2-0203"


def typed(code: str, value: str) -> dict[str, Any]:
    return {
        "system": "https://a.example",
        "type": {"coding": [{"system": V2_0203, "code": code}]},
        "value": value,
    }


def request(**changes: object) -> tuple[str, dict[str, Any]]:
    whole: dict[str, Any] = {
        "resourceType": "ServiceRequest",
        "status": "active",
        "intent": "order",
        "code": {"text": "Cardiology"},
        "subject": {"display": "Jane Doe"},
    }
    return "ServiceRequest/1", whole | changes


def task(**changes: object) -> tuple[str, dict[str, Any]]:
    whole: dict[str, Any] = {
        "resourceType": "Task",
        "status": "accepted",
        "focus": {"reference": "ServiceRequest/1"},
    }
    return "Task/1", whole | changes


def progress(reading: Reading) -> list[str]:
    return [said.progress if isinstance(said, ProgressSaid) else type(said).__name__ for said in reading.said]
