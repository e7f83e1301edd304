"""RRI^I12 to I15: the other side's answer to a referral of ours."""

from zoneinfo import ZoneInfo

from referloop.exchange.hl7v2.attachments import read_attachments
from referloop.exchange.hl7v2.datatypes import coded, instant
from referloop.exchange.hl7v2.grammar import Message
from referloop.exchange.hl7v2.parties import read_parties
from referloop.exchange.hl7v2.referral import numbers
from referloop.messages import NotAReferral, Progress, ProgressSaid, Reading
from referloop.referral.problems import Problem

EVENTS = frozenset(("I12", "I13", "I14", "I15"))
_STATUSES: dict[str, Progress] = {"A": "accepted", "R": "declined", "P": "received", "E": "failed"}


def read_progress(message: Message, event: str, zone: ZoneInfo) -> Reading:
    progress, problems = _progress(message, event)
    known = tuple(number for number in numbers(message) if number)
    if not known:
        says, remedy = "The answer names no referral.", "Send our number in RF1-6."
        problems += (Problem("hl7-referral-number-missing", "RF1-6", says, remedy, "warning"),)
    attachments, unreadable = read_attachments(message)
    problems += unreadable
    if progress is None:
        return Reading(said=(NotAReferral("RRI^I14"),), problems=problems)
    said = ProgressSaid(
        referral=known,
        progress=progress,
        sent_at=instant(message.field("MSH", 7).part(1), zone),
        by=read_parties(message)[1],
        reason=_reason(message),
        attachments=attachments,
    )
    return Reading(said=(said,), problems=problems)


def _progress(message: Message, event: str) -> tuple[Progress | None, tuple[Problem, ...]]:
    if message.field("MSA", 1).part(1).strip().upper() in ("AE", "AR"):
        return "failed", ()
    rf1 = message.first("RF1")
    code = rf1.code(1).upper()
    if event == "I14":
        return _cancelled(code)
    if code in _STATUSES:
        return _STATUSES[code], ()
    says, remedy = "The status of the referral is not said in a code we know.", "Send A, P, R or E in RF1-1."
    return "received", (Problem("hl7-referral-status", rf1.place(1), says, remedy, "warning"),)


def _cancelled(code: str) -> tuple[Progress | None, tuple[Problem, ...]]:
    """An answer to a cancellation: a refusal of it must not look like a refusal of the referral."""
    if code in ("A", ""):
        return "cancelled", ()
    says, remedy = "The other side did not confirm the cancellation.", "Call them."
    return None, (Problem("hl7-cancellation-open", "RF1-1", says, remedy, "warning"),)


def _reason(message: Message) -> str:
    rf1 = message.first("RF1")
    said = coded(rf1.value(10))
    texts = (
        said.text or said.code,
        rf1.text(14),
        message.first("MSA").text(3),
        *(error.text(8) for error in message.all("ERR")),
        *(note.text(3) for note in message.all("NTE")),
    )
    return "\n".join(dict.fromkeys(text for text in texts if text))
