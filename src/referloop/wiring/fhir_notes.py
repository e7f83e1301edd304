"""What a system read with its token, written down under the system's name before the answer leaves."""

from datetime import datetime

import msgspec

from referloop.exchange.fhir.server import Interaction, Reply
from referloop.storage.access import Access
from referloop.storage.accesses import Accessed, note
from referloop.storage.books import again
from referloop.storage.database import Session
from referloop.storage.resources import newest
from referloop.wiring.desk import Desk

# Resources that speak of no patient.
_NOBODY = frozenset(
    {
        "Device", "Endpoint", "HealthcareService", "InsurancePlan", "Location", "Medication", "Organization",
        "OrganizationAffiliation", "Practitioner", "PractitionerRole", "Questionnaire", "Schedule", "Slot",
        "Substance",
    }
)  # fmt: skip
_ACTS = {
    "Patient": "patient-opened", "Person": "patient-opened", "RelatedPerson": "patient-opened",
    "Binary": "document-opened", "DocumentReference": "document-opened",
    "DiagnosticReport": "document-opened", "Composition": "document-opened",
}  # fmt: skip


class _Bundle(msgspec.Struct):
    entry: list[msgspec.Raw] = []


def noted(desk: Desk, access: Access, it: Interaction, reply: Reply, at: datetime) -> Reply:
    """The same reply. A search that found nobody, and a resource that speaks of nobody, show nothing."""
    if it.kind in _NOBODY or reply.status not in (200, 403):
        return reply
    found = len(msgspec.json.decode(reply.body, type=_Bundle).entry) if it.word == "search" else 0
    if it.word == "search" and reply.status == 200 and not found:
        return reply

    def work() -> None:
        with desk.database.transaction(access.organization) as session:
            note(session, _accessed(session, access, it, reply, found), at)

    again(work)
    return reply


def _accessed(session: Session, access: Access, it: Interaction, reply: Reply, found: int) -> Accessed:
    reader = f"client:{access.client}"
    if reply.status == 403:
        return Accessed(reader, "client", "refused", about=it.kind)
    if it.word == "search":
        return Accessed(reader, "client", "found", about=it.kind, how_many=found)
    stored = newest(session, [(it.kind, it.id)]).get((it.kind, it.id))
    referral = stored.referral if stored else it.id if it.kind == "Task" else ""
    person = stored.person if stored else ""
    act = _ACTS.get(it.kind, "referral-opened")
    return Accessed(reader, "client", act, person, referral, f"{it.kind}/{it.id}")
