"""A notification that a Task changed: its address and nothing about the patient.

The form is that of the R4 Subscriptions backport at its id-only level, for a receiver that was agreed upon
outside of FHIR: there is no Subscription to point at.
"""

from datetime import datetime

from referloop.exchange.fhir.access import Json
from referloop.exchange.fhir.strict_json import encode
from referloop.referral.entry import instant

MEDIA_TYPE = "application/fhir+json"


def notice(task: str, base: str, *, id: str, at: datetime, number: int) -> bytes:
    """`number` grows with each change of the referral, with gaps; without a base, references are relative."""
    address = f"{base}/Task/{task}" if base else f"Task/{task}"
    changed: Json = {"request": {"method": "PUT", "url": f"Task/{task}"}, "response": {"status": "200"}}
    status = {
        "resource": _status(address, at, number),
        "request": {"method": "GET", "url": "Subscription/$status"},
        "response": {"status": "200"},
    }
    bundle: Json = {
        "resourceType": "Bundle",
        "id": id,
        "type": "history",
        "timestamp": instant(at),
        "entry": [status, ({"fullUrl": address} if base else {}) | changed],
    }
    return encode(bundle)


def _status(address: str, at: datetime, number: int) -> Json:
    event = [
        {"name": "event-number", "valueString": str(number)},
        {"name": "timestamp", "valueInstant": instant(at)},
        {"name": "focus", "valueReference": {"reference": address, "type": "Task"}},
    ]
    return {
        "resourceType": "Parameters",
        "parameter": [
            {"name": "subscription", "valueReference": {"display": "Agreed upon outside of FHIR"}},
            {"name": "status", "valueCode": "active"},
            {"name": "type", "valueCode": "event-notification"},
            {"name": "notification-event", "part": event},
        ],
    }
