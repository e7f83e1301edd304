"""Bytes of one message in, its meaning and its acknowledgment code out: the gate, then the reading."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from zoneinfo import ZoneInfo

from referloop.exchange.hl7v2.grammar import Message, parse
from referloop.exchange.hl7v2.header import Header, Site, read_header
from referloop.exchange.hl7v2.progress import EVENTS, read_progress
from referloop.exchange.hl7v2.referral import ACTIONS, read_referral
from referloop.exchange.hl7v2.refusals import Acknowledged, acknowledgment_code
from referloop.messages import NotAReferral, Reading
from referloop.referral.problems import Problem

_LONGEST_CONTROL_ID = 199  # since 2.7; it was 20 before, and senders never cared


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A frame at our door. With a code other than AA nothing of it is to be acted upon."""

    header: Header
    reading: Reading
    code: Acknowledged
    message: Message | None  # None when the frame could not be parsed

    @property
    def warnings(self) -> tuple[Problem, ...]:
        return tuple(one for one in self.reading.problems if one.severity == "warning")

    @property
    def refusals(self) -> tuple[Problem, ...]:
        return tuple(one for one in self.reading.problems if one.severity == "error")


def open_frame(frame: bytes, site: Site) -> Opened:
    """Judge a frame that a peer sent us over the wire."""
    message = parse(frame, site.default_charset)
    if not isinstance(message, Message):
        header = read_header(frame)
        problems = (*message, *(_gate(header, site) if header.readable else ()))
        code = acknowledgment_code(problems)
        return Opened(header=header, reading=Reading(problems=problems), code=code, message=None)
    header = read_header(frame, message.charset)
    problems = tuple(_gate(header, site))
    reading = Reading(problems=problems) if problems else _read(message, header, site)
    reading = replace(reading, problems=(*reading.problems, *message.warnings))
    code = acknowledgment_code(reading.problems)
    return Opened(header=header, reading=reading, code=code, message=message)


def read_frame(frame: bytes, site: Site) -> Reading:
    """Understand a message that came from a file: nobody waits for an answer, so no gate is kept."""
    message = parse(frame, site.default_charset)
    if not isinstance(message, Message):
        return Reading(problems=message)
    reading = _read(message, read_header(frame, message.charset), site)
    return replace(reading, problems=(*reading.problems, *message.warnings))


def semantic_digest(frame: bytes) -> str:
    """The same for two sendings of one message: it leaves out MSH-7 and how segments end."""
    lines = re.split(rb"[\r\n]+", frame.removeprefix(b"\xef\xbb\xbf").strip(b"\r\n"))
    mark = lines[0][3:4]
    if lines[0].startswith(b"MSH") and mark:
        fields = lines[0].split(mark)
        lines[0] = mark.join((*fields[:6], b"", *fields[7:]))
    return sha256(b"\r".join(lines)).hexdigest()


def _read(message: Message, header: Header, site: Site) -> Reading:
    zone = ZoneInfo(site.zone)
    if header.type == "REF" and header.event in ACTIONS:
        return read_referral(message, ACTIONS[header.event], zone)
    if header.type == "RRI" and header.event in EVENTS:
        return read_progress(message, header.event, zone)
    return Reading(said=(NotAReferral(header.kind or "HL7 v2"),))


def _gate(header: Header, site: Site) -> Iterator[Problem]:
    yield from _supported(header)
    yield from _identified(header)
    if header.processing_id not in site.processing_ids:
        says, remedy = "This listener does not take messages of that processing id.", "Check MSH-11."
        yield Problem("hl7-processing-id", "MSH-11", says, remedy)
    if header.version not in site.versions:
        says, remedy = "This version of HL7 is not supported.", "Send one of 2.1 to 2.8.2 in MSH-12."
        yield Problem("hl7-version", "MSH-12", says, remedy)
    yield from _addressed(header, site)


def _supported(header: Header) -> Iterator[Problem]:
    events = {"REF": frozenset(ACTIONS), "RRI": EVENTS}.get(header.type)
    if events is None:
        says, remedy = "Messages of this type are not taken here.", "Send REF or RRI."
        yield Problem("hl7-message-type", "MSH-9", says, remedy)
    elif header.event not in events:
        says, remedy = "This event is not taken here.", "Send one of I12, I13 and I14."
        yield Problem("hl7-event", "MSH-9", says, remedy)


def _identified(header: Header) -> Iterator[Problem]:
    if not header.control_id.strip():
        says, remedy = "The message has no control id.", "Give every message its own MSH-10."
        yield Problem("hl7-control-id-missing", "MSH-10", says, remedy)
    elif len(header.control_id) > _LONGEST_CONTROL_ID:
        says, remedy = "The control id is too long.", "Use at most 199 characters."
        yield Problem("hl7-control-id-long", "MSH-10", says, remedy)


def _addressed(header: Header, site: Site) -> Iterator[Problem]:
    ours = (
        ("MSH-5", header.receiving_application, site.our_applications),
        ("MSH-6", header.receiving_facility, site.our_facilities),
    )
    theirs = (
        ("MSH-3", header.sending_application, site.their_applications),
        ("MSH-4", header.sending_facility, site.their_facilities),
    )
    for where, name, agreed in ours:
        if agreed and name not in agreed:
            says, remedy = "The message is addressed to somebody else.", "Check the address you send to."
            yield Problem("hl7-not-for-us", where, says, remedy)
    for where, name, agreed in theirs:
        if agreed and name not in agreed:
            says, remedy = "This sender was not agreed upon for this connection.", "Ask us to add it."
            yield Problem("hl7-sender-unknown", where, says, remedy)
