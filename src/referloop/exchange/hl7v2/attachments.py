"""The documents inside OBX segments, the pointers to others, and the results as readable notes."""

import base64
import binascii
from collections.abc import Iterator

from referloop.exchange.hl7v2.datatypes import coded
from referloop.exchange.hl7v2.grammar import Message, Segment
from referloop.messages import Attachment
from referloop.referral.problems import Problem

_TYPES = {"ap": "application", "im": "image", "au": "audio", "tx": "text", "text": "text", "ft": "text"}
_MEDIA = {"application", "image", "audio", "text", "video", "multipart"}
_PROGRAMS = (b"MZ", b"\x7fELF")


def read_attachments(message: Message) -> tuple[tuple[Attachment, ...], tuple[Problem, ...]]:
    found: list[Attachment] = []
    problems: list[Problem] = []
    for obx in message.all("OBX"):
        kind = obx.code(2).upper()
        if kind == "ED":
            attachment, problem = _document(obx)
            found.append(attachment)
            problems.extend(problem)
        elif kind == "RP":
            found.append(_pointer(obx))
    return tuple(found), tuple(problems)


def results(message: Message) -> tuple[str, ...]:
    """Every other observation as a line; lines of one text that came in many OBX are joined again."""
    lines: list[str] = []
    last = ""
    for obx in message.all("OBX"):
        said = obx.text(5)
        if obx.code(2).upper() in ("ED", "RP") or not said:
            last = ""
            continue
        name = coded(obx.value(3)).text or obx.code(3)
        text = " ".join(part for part in (said, obx.code(6)) if part)
        if lines and name == last and obx.code(2).upper() in ("TX", "FT"):
            lines[-1] += f"\n{text}"
        else:
            lines.append(f"{name}: {text}" if name else text)
        last = name
    return tuple(lines)


def bad_numbers(message: Message) -> Iterator[Problem]:
    for obx in message.all("OBX"):
        if obx.code(2).upper() != "NM":
            continue
        if not all(_is_number(value.part(1).strip()) for value in obx.values(5) if not value.deleted):
            says, remedy = "The value is said to be a number and is none.", "Send it as ST or TX."
            yield Problem("hl7-number", obx.place(5), says, remedy)


def _is_number(text: str) -> bool:
    digits = text.removeprefix("+").removeprefix("-").replace(".", "", 1)
    return digits.isascii() and digits.isdigit()


def _document(obx: Segment) -> tuple[Attachment, tuple[Problem, ...]]:
    value = obx.value(5)
    content = _content(value.part(5), value.part(4).strip().lower())
    attachment = Attachment(
        id=f"OBX[{obx.ordinal}]",
        title=_title(obx),
        kind=coded(obx.value(3)),
        media_type=_media_type(value.part(2), value.part(3)),
        content=content,
    )
    if content:
        return attachment, ()
    says, remedy = "The attachment is unreadable.", "Ask the sender for the document again."
    return attachment, (Problem("hl7-attachment-unreadable", obx.place(5), says, remedy, "warning"),)


def _content(text: str, encoding: str) -> bytes:
    """The document, or b"" where it is damaged, empty, or a program."""
    try:
        content = _decoded(text, encoding)
    except (binascii.Error, ValueError):
        return b""
    return b"" if content.startswith(_PROGRAMS) else content


def _decoded(text: str, encoding: str) -> bytes:
    if encoding == "base64":
        return base64.b64decode("".join(text.split()), validate=True)
    if encoding == "hex":
        return bytes.fromhex(text)
    return text.encode()


def _pointer(obx: Segment) -> Attachment:
    value = obx.value(5)
    return Attachment(
        id=f"OBX[{obx.ordinal}]",
        title=_title(obx),
        kind=coded(obx.value(3)),
        media_type=_media_type(value.part(3), value.part(4)),
        link=value.part(1).strip(),
    )


def _title(obx: Segment) -> str:
    said = coded(obx.value(3))
    return said.text or said.code


def _media_type(kind: str, subtype: str) -> str:
    kind, subtype = kind.strip().lower(), subtype.strip().lower()
    kind = _TYPES.get(kind, kind)
    if "/" in kind:
        return kind
    return f"{kind}/{subtype}" if kind in _MEDIA and subtype else ""
