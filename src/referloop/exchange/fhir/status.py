"""A referral's log projected onto its FHIR Task: status, reason, business status and what came of it.

Only what the log knows is set; everything else stays as its sender wrote it.
"""

import re
from datetime import datetime

from referloop.exchange.fhir.access import Json, part, parts, text, texts
from referloop.exchange.fhir.datatypes import codes
from referloop.referral.board import Standing
from referloop.referral.closing import REASONS
from referloop.referral.entry import instant
from referloop.referral.facts.closure import CancellationAnswered
from referloop.referral.facts.fact import Fact
from referloop.referral.facts.intake import InformationRequested
from referloop.referral.facts.routing import ReferralDeclined

BUSINESS = "http://hl7.org/fhir/uv/cow/CodeSystem/temp"
_TASK_CODE = "http://hl7.org/fhir/CodeSystem/task-code"
_OURS = re.compile(r"Binary/[0-9a-f]{64}")
_REPORTS = ("received", "reviewed", "interim")
_CLOSED = {
    "completed": "completed", "answered-by-econsult": "completed", "seen-no-report": "completed",
    "information-only": "completed", "completed-elsewhere": "cancelled", "converted": "cancelled",
    "duplicate-of": "cancelled", "clinician-withdrew": "cancelled", "patient-declined": "cancelled",
    "deceased": "cancelled", "moved": "cancelled", "expired-order": "cancelled", "no-capacity": "rejected",
    "entered-in-error": "entered-in-error",
}  # fmt: skip
# status, business status, reason
Word = tuple[str, str, str]


def project(task: Json, standing: Standing) -> Json:
    """The Task as it stands now; `task` is its last stored version."""
    if is_abort(task):
        return _abort(task, standing)
    status, business, reason = _kept(text(task, "status"), word(standing))
    if status == "received" and is_sdohcc(task):
        status = "requested"
    shown = {name: value for name, value in task.items() if name not in ("statusReason", "businessStatus")}
    shown["status"] = status
    if reason or "statusReason" in task:
        shown["statusReason"] = {"text": reason} if reason else task["statusReason"]
    if business:
        shown["businessStatus"] = {"coding": [{"system": BUSINESS, "code": business}]}
    output = parts(task, "output") + _output(task, standing)
    return _dated(shown | ({"output": output} if output else {}), standing)


def word(standing: Standing) -> Word:
    """The furthest that the referral has come: the most final thing that is known decides."""
    now = standing.now
    if now.rests_in:
        return "cancelled", "", "It goes on as part of another referral."
    if now.closed:
        reason = REASONS[now.closed].means if now.closed in REASONS else now.closed
        status = _CLOSED.get(now.closed, "failed")
        return status, "", "" if now.closed == "completed" else reason
    if now.report("received", "reviewed"):
        return "completed", "", ""
    if now.report("interim"):
        return "in-progress", "preliminary-outcome", ""
    if now.seen:
        return "in-progress", "visit-complete", ""
    return _before_the_visit(standing)


def _before_the_visit(standing: Standing) -> Word:
    now = standing.now
    if now.booked():
        return "accepted", "visit-scheduled", ""
    asked = [leaf.fact for leaf in now.questions.values() if isinstance(leaf.fact, InformationRequested)]
    if asked:
        return "on-hold", "awaiting-information", asked[-1].what
    if any(leaf.state == "no-show" for leaf in now.appointments.values()):
        return "in-progress", "no-show", ""
    legs = [leg.state for leg in now.legs.values()]
    if "accepted" in legs or now.contact:
        return "accepted", "", ""
    if legs and legs[-1] == "declined":
        fact = _last(standing, ReferralDeclined)
        return "rejected", "", fact.reason if isinstance(fact, ReferralDeclined) else ""
    return ("received" if now.triaged or legs else "requested"), "", ""


def _kept(sent: str, projected: Word) -> Word:
    """What its sender may say of a Task although the log has no word for it."""
    status = projected[0]
    if sent in ("cancelled", "entered-in-error") or (sent == "draft" and status == "requested"):
        return sent, "", ""
    further = {
        "in-progress": ("accepted",),
        "ready": ("accepted",),
        "received": ("requested",),
        "failed": ("rejected",),
    }
    return (sent, *projected[1:]) if status in further.get(sent, ()) else projected


def _abort(task: Json, standing: Standing) -> Json:
    """The Task that asks to cancel ends with the answer to it."""
    fact = _last(standing, CancellationAnswered)
    if not isinstance(fact, CancellationAnswered) or standing.now.cancel_asked:
        return _dated(task, standing)
    reason = {"statusReason": {"text": fact.reason}} if fact.reason else {}
    return _dated(
        task | {"status": "completed" if fact.answer == "agreed" else "rejected"} | reason, standing
    )


def _last(standing: Standing, kind: type[Fact]) -> Fact | None:
    return next((e.fact for e in reversed(standing.log.entries) if isinstance(e.fact, kind)), None)


def _output(task: Json, standing: Standing) -> list[Json]:
    """The reports the log has, for a Task whose sender attached none."""
    if parts(task, "output"):
        return []
    return [
        {
            "type": {"text": "Report"},
            "valueReference": {
                "reference": f"Binary/{report.id}",
                "display": getattr(report.fact, "title", "") or "Report",
            },
        }
        for report in standing.now.reports.values()
        if report.state in _REPORTS
    ]


def without_ours(task: Json) -> Json:
    """A Task that comes back from a client, without the outputs this projection added to it."""
    listed = task.get("output")
    if not isinstance(listed, list):
        return task
    kept = [one for one in listed if not _OURS.fullmatch(text(part(one, "valueReference"), "reference"))]
    rest = {name: value for name, value in task.items() if name != "output"}
    return task if len(kept) == len(listed) else rest | ({"output": kept} if kept else {})


def says_nothing_new(sent: Json, shown: Json, before: Json) -> bool:
    """Whether a Task that was sent only repeats what the projection told its sender."""
    same = (
        text(sent, "status") == text(shown, "status")
        and codes(part(sent, "businessStatus")) == codes(part(shown, "businessStatus"))
        and part(sent, "executionPeriod") == part(before, "executionPeriod")
    )
    return same and parts(sent, "output") == parts(before, "output")


def _dated(task: Json, standing: Standing) -> Json:
    """Its version grows with the log: whoever read it before the last entry has an old one."""
    meta = part(task, "meta")
    updated = max(text(meta, "lastUpdated"), instant(_last_change(standing)))
    number = version(text(meta, "versionId").partition(".")[0], standing.log.version)
    return task | {"meta": meta | {"versionId": number, "lastUpdated": updated}, "lastModified": updated}


def version(stored: int | str, log: int) -> str:
    """The versionId of a Task that is projected: its own version and that of its referral's log."""
    return f"{stored}.{log}"


def _last_change(standing: Standing) -> datetime:
    return standing.log.entries[-1].recorded_at


def is_abort(task: Json) -> bool:
    return "abort" in codes(part(task, "code"))


def is_sdohcc(task: Json) -> bool:
    """http://hl7.org/fhir/us/sdoh-clinicalcare binds the status of its Tasks without `received`."""
    return any("sdoh-clinicalcare" in profile for profile in texts(part(task, "meta"), "profile"))


def skeleton(referral: str, request: Json, at: datetime) -> Json:
    """The Task of a referral whose sender made none."""
    task: Json = {
        "resourceType": "Task",
        "id": referral,
        "meta": {"versionId": "1", "lastUpdated": instant(at)},
        "status": "requested",
        "intent": "order",
        "code": {"coding": [{"system": _TASK_CODE, "code": "fulfill"}]},
        "focus": {"reference": f"ServiceRequest/{request['id']}"},
        "authoredOn": instant(at),
    }
    if "subject" in request:
        task["for"] = request["subject"]
    if "requester" in request:
        task["requester"] = request["requester"]
    return task
