"""REF^I12, I13 and I14 as what somebody said about a referral."""

from collections.abc import Iterator
from typing import Literal
from zoneinfo import ZoneInfo

from referloop.exchange.hl7v2.attachments import bad_numbers, read_attachments, results
from referloop.exchange.hl7v2.coverage import read_authorizations, read_plans
from referloop.exchange.hl7v2.datatypes import coded, entity, instant
from referloop.exchange.hl7v2.grammar import Message
from referloop.exchange.hl7v2.parties import read_parties
from referloop.exchange.hl7v2.patient import read_patient
from referloop.messages import Coded, Identifier, Reading, ReferralSaid, Urgency
from referloop.referral.problems import Problem

Action = Literal["request", "change", "cancel"]

ACTIONS: dict[str, Action] = {"I12": "request", "I13": "change", "I14": "cancel"}
_URGENCIES: dict[str, Urgency] = {"S": "stat", "A": "expedited", "R": "routine"}

# What a REF may only carry after its patient. RF1, PRD and PID come before, in that order.
_HEAD = {"RF1": 0, "PRD": 1, "PID": 2}
_BODY = frozenset(("NK1", "GT1", "IN1", "IN2", "IN3", "ACC", "DG1", "AL1", "PR1", "OBR", "OBX", "PV1", "PV2"))


def read_referral(message: Message, action: Action, zone: ZoneInfo) -> Reading:
    """The referral, or every problem that keeps it from being one; warnings never keep it back."""
    patient, of_patient = read_patient(message)
    requester, performer, of_parties = read_parties(message)
    attachments, of_attachments = read_attachments(message)
    placer, filler = numbers(message)
    urgency, urgency_raw, of_urgency = _urgency(message)
    problems = (
        *_order(message), *of_patient, *bad_numbers(message), *_unnumbered(placer), *of_urgency,
        *of_parties, *of_attachments, *_unreadable_time(message, zone),
    )  # fmt: skip
    if any(problem.severity == "error" for problem in problems):
        return Reading(problems=problems)
    said = ReferralSaid(
        action=action,
        sent_at=instant(message.field("MSH", 7).part(1), zone),
        placer=placer,
        filler=filler,
        patient=patient,
        service=_service(message),
        category=_category(message),
        reasons=_reasons(message),
        question=_question(message),
        urgency=urgency,
        urgency_raw=urgency_raw,
        requester=requester,
        performer=performer,
        plans=read_plans(message),
        authorizations=read_authorizations(message),
        attachments=attachments,
        notes=_notes(message),
    )
    return Reading(said=(said,), problems=problems)


def numbers(message: Message) -> tuple[Identifier | None, Identifier | None]:
    """The requester's and the performer's number, from RF1 or else from the order."""
    rf1, orc, obr = message.first("RF1"), message.first("ORC"), message.first("OBR")
    said = (entity(value, "PLAC") for value in (rf1.value(6), orc.value(2), obr.value(2)))
    return next((number for number in said if number), None), entity(rf1.value(11), "FILL")


def _order(message: Message) -> Iterator[Problem]:
    highest = 0
    remedy = "Send RF1, PRD, one PID, then the rest, as REF_I12 has them."
    for segment in message.segments:
        rank = 3 if segment.name in _BODY else _HEAD.get(segment.name, highest)
        if rank < highest:
            says = "This segment comes too late."
            yield Problem("hl7-segment-order", f"{segment.name}[{segment.ordinal}]", says, remedy)
        elif segment.name == "PID" and segment.ordinal > 1:
            yield Problem("hl7-segment-order", "PID[2]", "One referral has two patients.", remedy)
        highest = max(highest, rank)


def _unnumbered(placer: Identifier | None) -> Iterator[Problem]:
    if placer is None:
        says, remedy = "The referral has no number of the requester.", "Send it in RF1-6."
        yield Problem("hl7-referral-number-missing", "RF1-6", says, remedy, "warning")


def _urgency(message: Message) -> tuple[Urgency, str, tuple[Problem, ...]]:
    rf1 = message.first("RF1")
    raw = rf1.code(2)
    known = _URGENCIES.get(raw.upper())
    if known or not raw:
        return known or "unknown", "", ()
    says, remedy = "The priority is not a code we know.", "Use A, R or S of table 0280; a person will look."
    return "unknown", raw, (Problem("hl7-priority", rf1.place(2), says, remedy, "warning"),)


def _unreadable_time(message: Message, zone: ZoneInfo) -> Iterator[Problem]:
    raw = message.field("MSH", 7).part(1)
    if raw and instant(raw, zone) is None:
        says, remedy = "The time of sending is not a full time.", "Write MSH-7 as YYYYMMDDHHMMSS+ZZZZ."
        yield Problem("hl7-time", "MSH-7", says, remedy, "warning")


def _service(message: Message) -> Coded:
    said = coded(message.field("PR1", 3))
    return said if said != Coded() else coded(message.field("OBR", 4))


def _category(message: Message) -> Coded:
    said = coded(message.field("RF1", 3))
    return said if said != Coded() else coded(message.field("RF1", 5))


def _reasons(message: Message) -> tuple[Coded, ...]:
    found: list[Coded] = []
    for dg1 in message.all("DG1"):
        said = coded(dg1.value(3))
        found.append(said if said.code or said.text else Coded(text=dg1.text(4)))
    found.extend(coded(value) for value in message.first("RF1").values(10))
    return tuple(dict.fromkeys(one for one in found if one != Coded()))


def _question(message: Message) -> str:
    asked = [message.first("RF1").text(14)]
    for obr in message.all("OBR"):
        asked.append(obr.text(13))
        reasons = (coded(value) for value in obr.values(31))
        asked.extend(reason.text or reason.code for reason in reasons)
    return "\n".join(dict.fromkeys(text for text in asked if text))


def _notes(message: Message) -> tuple[str, ...]:
    written = (note.text(3) for note in message.all("NTE"))
    notes = (message.first("RF1").text(24), *written, *results(message))
    return tuple(note for note in notes if note)
