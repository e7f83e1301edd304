"""What we write back: ACK and RRI; and what a peer's answer to our own message means."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from referloop.exchange.hl7v2.codec import Opened
from referloop.exchange.hl7v2.delimiters import escape
from referloop.exchange.hl7v2.grammar import Message, parse
from referloop.exchange.hl7v2.header import VERSIONS, Header, read_header
from referloop.exchange.hl7v2.refusals import TABLE_0357, refusal
from referloop.messages import Reading
from referloop.referral.problems import Problem, ProgramFault

Status = Literal["accepted", "pending", "declined"]
Answered = Literal["accepted", "content-error", "rejected", "garbled", "another-message"]

_STATUS_CODES: dict[Status, str] = {
    "accepted": "A^Accepted^HL70283",
    "pending": "P^Pending^HL70283",
    "declined": "R^Rejected^HL70283",
}
_MOST_ERRORS = 20
_NEWEST_WE_WRITE = "2.5.1"


def acknowledge(
    opened: Opened,
    *,
    at: datetime,
    control_id: str,
    code: str | None = None,
    problems: Sequence[Problem] = (),
) -> bytes:
    """The ACK for a frame, or b"" where its sender asked for none.

    `code` (AA, AE or AR) overrides what the gate found. ERR tells the gate's refusals and `problems`; the
    gate's warnings are ours to work on, not the sender's.
    """
    header = opened.header
    code = _code_asked_for(header, code or opened.code)
    if not code:
        return b""
    told = (*opened.refusals, *problems)
    kind = "ACK" if _at_most(header, "2.3") else f"ACK^{header.event}^ACK" if header.event else "ACK"
    segments = (
        _header(header, kind, at, control_id),
        _acknowledged(header, code, told),
        *_errors(header, told[:_MOST_ERRORS]),
    )
    return _written(segments, header)


def reply(
    opened: Opened,
    *,
    at: datetime,
    control_id: str,
    status: Status,
    filler: str,
    namespace: str,
    notes: Sequence[str] = (),
) -> bytes:
    """RRI with both parties' numbers, the parties and the patient as they came; `notes` say more."""
    header, message = opened.header, opened.message
    if message is None:
        raise ProgramFault("only a message that was understood is replied to")
    marks = header.delimiters
    fields = [""] * 12
    fields[0], fields[1] = "RF1", _translated(_STATUS_CODES[status], header)
    fields[6] = _placer(message)
    fields[11] = marks.component.join((escape(filler, marks), escape(namespace, marks)))
    echoed = (segment.raw for segment in message.segments if segment.name in ("PRD", "PID"))
    kind = f"RRI^{header.event}^RRI_I12"
    segments = (
        _header(header, kind, at, control_id),
        _acknowledged(header, "AA", ()),
        marks.field.join(fields),
        *echoed,
        *(marks.field.join(("NTE", str(n), "", escape(note, marks))) for n, note in enumerate(notes, 1)),
    )
    return _written(segments, header)


def refuse(frame: bytes, problem: Problem, *, at: datetime, control_id: str) -> bytes:
    """Answer from the header alone, for a frame that was never opened: its beginning is enough."""
    header, reading = read_header(frame), Reading(problems=(problem,))
    opened = Opened(header=header, reading=reading, code=refusal(problem)[0], message=None)
    return acknowledge(opened, at=at, control_id=control_id)


def answer_to(reply: bytes, control_id: str) -> Answered:
    """What a peer's reply says about the message we sent with that control id."""
    message = parse(reply, "latin-1")
    if not isinstance(message, Message):
        return "garbled"
    msa = message.first("MSA")
    verdicts: dict[str, Answered] = {"A": "accepted", "E": "content-error", "R": "rejected"}
    code = msa.code(1).upper()
    if len(code) != 2 or code[0] not in "AC" or code[1] not in verdicts:
        return "garbled"
    return verdicts[code[1]] if msa.code(2) == control_id else "another-message"


def _code_asked_for(header: Header, code: str) -> str:
    """The code by the rules of the mode that MSH-15 and MSH-16 choose; never an answer to an answer."""
    if header.type in ("ACK", "MCF"):
        return ""
    accept, application = header.component(15).upper(), header.component(16).upper()
    if not accept and not application:
        return code
    if _wanted(accept, code):
        return "C" + code[1]
    return code if _wanted(application, code) else ""


def _wanted(condition: str, code: str) -> bool:
    return {"AL": True, "ER": code[1] != "A", "SU": code[1] == "A"}.get(condition, False)


def _placer(message: Message) -> str:
    """The requester's number as written, from RF1 or else from the order."""
    places = (("RF1", 6), ("ORC", 2), ("OBR", 2))
    return next((raw for name, number in places if (raw := message.first(name).field(number))), "")


def _header(header: Header, kind: str, at: datetime, control_id: str) -> str:
    marks = header.delimiters
    turned = (header.field(number) for number in (5, 6, 3, 4))
    what = (_translated(kind, header), escape(control_id, marks), header.field(11) or "P", _version(header))
    written_at = at.strftime("%Y%m%d%H%M%S%z")
    fields = ("MSH", marks.declared, *turned, written_at, "", *what, "", "", "", "", "", header.field(18))
    return marks.field.join(fields).rstrip(marks.field)


def _acknowledged(header: Header, code: str, told: Sequence[Problem]) -> str:
    fields = ["MSA", code, header.control_id]
    if told and not _writes_err_3(header):
        fields.append(escape(told[0].says, header.delimiters))
    return header.delimiters.field.join(fields)


def _errors(header: Header, told: Sequence[Problem]) -> list[str]:
    if not told:
        return []
    marks = header.delimiters
    if _writes_err_3(header):
        return [_error(problem, header) for problem in told]
    return [marks.field.join(("ERR", marks.repetition.join(_old_error(one, header) for one in told)))]


def _error(problem: Problem, header: Header) -> str:
    marks = header.delimiters
    number = refusal(problem)[1]
    severity = "E" if problem.severity == "error" else "W"
    fields = (
        "ERR",
        "",
        marks.component.join(_location(problem)),
        marks.component.join((number, TABLE_0357[number], "HL70357")),
        severity,
        escape(problem.code, marks),
        "",
        "",
        escape(f"{problem.says} {problem.remedy}", marks),
    )
    return marks.field.join(fields)


def _old_error(problem: Problem, header: Header) -> str:
    """ELD of ERR-1, as it was before 2.5."""
    marks = header.delimiters
    number = refusal(problem)[1]
    place = [*_location(problem), "", ""][:3]
    fault = marks.subcomponent.join((number, TABLE_0357[number], "HL70357"))
    return marks.component.join((*place, fault))


def _location(problem: Problem) -> list[str]:
    """ERL: segment, which of that name, field."""
    found = re.fullmatch(r"([A-Z][A-Z0-9]{2})(?:\[(\d+)\])?(?:-(\d+))?", problem.where)
    return [found[1], found[2] or "1", *([found[3]] if found[3] else [])] if found else []


def _translated(text: str, header: Header) -> str:
    return text.replace("^", header.delimiters.component)


def _version(header: Header) -> str:
    return header.field(12) if header.version in VERSIONS else _NEWEST_WE_WRITE


def _writes_err_3(header: Header) -> bool:
    return not _at_most(header, "2.4")


def _at_most(header: Header, version: str) -> bool:
    return header.version in VERSIONS and header.version <= version


def _written(segments: Sequence[str], header: Header) -> bytes:
    return "".join(f"{segment}\r" for segment in segments).encode(header.charset, "backslashreplace")
