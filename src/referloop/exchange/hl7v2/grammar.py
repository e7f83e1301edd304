"""The text of one HL7 v2 message as segments, fields, repetitions, components: all of it, unchanged."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from referloop.exchange.hl7v2.charsets import codec_named, is_wide_or_ebcdic
from referloop.exchange.hl7v2.delimiters import Delimiters, has_odd_escape, read_delimiters, unescape
from referloop.referral.problems import Problem

MOST_BYTES = 16 * 1024 * 1024
MOST_SEGMENTS = 20_000
MOST_MARKS = 200_000  # line ends and escape marks: no text of people has so many
MOST_PARTS = 5_000  # fields of a segment, repetitions of a field, components of a field


@dataclass(frozen=True, slots=True)
class Value:
    """One repetition of a field; numbers count from 1 and what is not there is ""."""

    raw: str
    delimiters: Delimiters

    @property
    def deleted(self) -> bool:
        """`""`: the sender asks to remove the value, which is not the same as not saying it."""
        return self.raw == '""'

    def whole(self) -> str:
        """The text with its component marks, for free text whose sender forgot to escape them."""
        return "" if self.deleted else unescape(self.raw, self.delimiters)

    def part(self, component: int) -> str:
        return unescape(self._raw_part(component), self.delimiters)

    def sub(self, component: int, subcomponent: int) -> str:
        parts = self._raw_part(component).split(self.delimiters.subcomponent)
        return unescape(parts[subcomponent - 1], self.delimiters) if len(parts) >= subcomponent else ""

    def _raw_part(self, component: int) -> str:
        parts = self.raw.split(self.delimiters.component)
        text = parts[component - 1] if len(parts) >= component else ""
        return "" if text == '""' else text


@dataclass(frozen=True, slots=True)
class Segment:
    name: str
    ordinal: int  # among the segments of that name
    raw: str
    fields: tuple[str, ...]  # fields[3] is PID-3
    delimiters: Delimiters

    def field(self, number: int) -> str:
        """The field as it was written."""
        return self.fields[number] if number < len(self.fields) else ""

    def value(self, number: int) -> Value:
        return Value(self.field(number).split(self.delimiters.repetition, 1)[0], self.delimiters)

    def values(self, number: int) -> tuple[Value, ...]:
        """The repetitions that say something."""
        raw = self.field(number)
        if not raw:
            return ()
        return tuple(Value(part, self.delimiters) for part in raw.split(self.delimiters.repetition) if part)

    def text(self, number: int) -> str:
        """Free text: every repetition on its own line."""
        return "\n".join(value.whole() for value in self.values(number)).strip()

    def code(self, number: int) -> str:
        """The first component, for fields that hold a word of a table."""
        return self.value(number).part(1).strip()

    def place(self, number: int) -> str:
        nth = f"[{self.ordinal}]" if self.ordinal > 1 else ""
        return f"{self.name}{nth}-{number}"


@dataclass(frozen=True, slots=True)
class Message:
    """`text` is the frame decoded: joining the segments again gives the same message."""

    text: str
    charset: str
    delimiters: Delimiters
    segments: tuple[Segment, ...]
    warnings: tuple[Problem, ...] = ()

    def all(self, name: str) -> Iterator[Segment]:
        return (segment for segment in self.segments if segment.name == name)

    def first(self, name: str) -> Segment:
        """The first of that name, or one without any fields."""
        return next(self.all(name), Segment(name, 1, name, (name,), self.delimiters))

    def field(self, name: str, number: int) -> Value:
        """The first repetition of a field of the first segment of that name."""
        return self.first(name).value(number)

    def has(self, name: str) -> bool:
        return any(segment.name == name for segment in self.segments)


def parse(frame: bytes, default_charset: str = "ascii") -> Message | tuple[Problem, ...]:
    """Read a frame without its MLLP marks. `default_charset` is a codec, for senders without MSH-18."""
    frame = frame.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
    problem = _unreadable(frame)
    if problem:
        return (problem,)
    first = re.split(rb"[\r\n]", frame, maxsplit=1)[0].decode("latin-1")
    marks = read_delimiters(first)
    if marks is None:
        return (_problem("hl7-delimiters", "MSH-2", "The encoding characters are not usable."),)
    decoded = _decode(frame, first.split(marks.field), default_charset)
    if isinstance(decoded, Problem):
        return (decoded,)
    text, charset = decoded
    return _segments(text, charset, replace(marks, charset=charset))


def _unreadable(frame: bytes) -> Problem | None:
    if len(frame) > MOST_BYTES:
        return _problem("hl7-frame-too-long", "", "The message is longer than 16 MB.")
    if is_wide_or_ebcdic(frame):
        return _problem("hl7-encoding", "", "The message is in UTF-16 or EBCDIC.")
    if not frame.startswith(b"MSH"):
        return _problem("hl7-no-header", "segment 1", "The first segment is not MSH.")
    return None


def _decode(frame: bytes, header: list[str], default: str) -> tuple[str, str] | Problem:
    declared = re.split(r"[~^]", header[17])[0].strip() if len(header) > 17 else ""
    charset = codec_named(declared) if declared else default
    if charset is None and frame.isascii():
        charset = "ascii"
    if charset is None:
        return _problem("hl7-charset", "MSH-18", "The character set is not one this listener reads.")
    try:
        return frame.decode(charset), charset
    except UnicodeDecodeError as error:
        row = 1 + len(re.findall(rb"\r\n?|\n", frame[: error.start]))
        says = "The bytes do not fit the character set that the message or its sender's agreement names."
        return _problem("hl7-charset", f"segment {row}", says)


def _segments(text: str, charset: str, marks: Delimiters) -> Message | tuple[Problem, ...]:
    if max(text.count(mark) for mark in ("\r", "\n", marks.escape)) > MOST_MARKS:
        return (_problem("hl7-too-many-parts", "", "The message has too many lines or escapes."),)
    problems: list[Problem] = []
    warnings: list[Problem] = []
    lines = _lines(text, marks, warnings)
    if len(lines) > MOST_SEGMENTS:
        return (_problem("hl7-too-many-parts", "", "The message has more than 20,000 segments."),)
    segments = _cut(lines, marks, problems)
    for segment in segments:
        problems.extend(_oversize(segment))
        if segment.name != "MSH" and has_odd_escape(segment.raw, marks):
            warnings.append(_warning("hl7-odd-escape", segment, "An escape is unclosed or unknown."))
    problems.extend(_control_characters(text, lines))
    return tuple(problems) or Message(text, charset, marks, segments, tuple(warnings))


def _cut(lines: list[str], marks: Delimiters, problems: list[Problem]) -> tuple[Segment, ...]:
    counts: dict[str, int] = {}
    segments: list[Segment] = []
    shape = _shape(marks.field)
    for row, line in enumerate(lines, 1):
        name = line[:3]
        counts[name] = counts.get(name, 0) + 1
        if not shape.match(line):
            problems.append(_problem("hl7-segment-name", f"segment {row}", "This is not a segment."))
        elif line.count(marks.field) > MOST_PARTS:
            says = "The segment has too many fields."
            problems.append(_problem("hl7-too-many-parts", f"segment {row}", says))
        else:
            segments.append(_segment(line, counts[name], marks))
    if counts["MSH"] > 1:
        problems.append(_problem("hl7-two-headers", "MSH[2]", "One frame holds two messages."))
    return tuple(segments)


def _lines(text: str, marks: Delimiters, warnings: list[Problem]) -> list[str]:
    """The segments' texts. A line feed inside a value does not start a segment; its line is joined back."""
    if "\n" not in text:
        return [line for line in text.split("\r") if line]
    says, remedy = "Segments end in LF or CRLF, or a value holds a raw LF.", "End segments with CR only."
    warnings.append(Problem("hl7-line-ends", "", says, remedy, "warning"))
    shape = _shape(marks.field)
    lines: list[list[str]] = []
    end = "\r"
    for piece in re.split(r"(\r\n|\r|\n)", text):
        if piece in ("\r\n", "\r", "\n"):
            end = piece
        elif end == "\n" and piece and lines and not shape.match(piece):
            lines[-1].append(piece)
        elif piece:
            lines.append([piece])
    return ["\n".join(pieces) for pieces in lines]


def _shape(field_mark: str) -> re.Pattern[str]:
    return re.compile(rf"[A-Z][A-Z0-9]{{2}}(?:{re.escape(field_mark)}|$)")


def _segment(line: str, ordinal: int, marks: Delimiters) -> Segment:
    fields = line.split(marks.field)
    if fields[0] == "MSH":
        fields.insert(1, marks.field)
    return Segment(fields[0], ordinal, line, tuple(fields), marks)


def _oversize(segment: Segment) -> Iterator[Problem]:
    marks = segment.delimiters
    if len(segment.raw) <= MOST_PARTS:
        return
    for number, field in enumerate(segment.fields):
        parts = field.count(marks.component) + field.count(marks.subcomponent)
        if field.count(marks.repetition) >= MOST_PARTS or parts >= MOST_PARTS:
            yield _problem("hl7-too-many-parts", segment.place(number), "The field has too many parts.")


# Tabs and line feeds are tolerated: they come in notes typed by people, and change no structure.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")


def _control_characters(text: str, lines: list[str]) -> Iterator[Problem]:
    if not _CONTROL.search(text):
        return
    for row, line in enumerate(lines, 1):
        if _CONTROL.search(line):
            says = "There is a control character in this segment."
            yield _problem("hl7-control-character", f"segment {row}", says)


_REMEDIES = {
    "hl7-delimiters": "Declare four or five different punctuation marks, as in MSH|^~\\&.",
    "hl7-frame-too-long": "Send large documents by another way, or split the message.",
    "hl7-encoding": "Send ASCII, ISO 8859 or UTF-8 and say which in MSH-18.",
    "hl7-no-header": "Start every message with an MSH segment.",
    "hl7-charset": "Send ASCII, ISO 8859 or UTF-8 and say which in MSH-18.",
    "hl7-too-many-parts": "Check the sending interface: no real message is this large.",
    "hl7-segment-name": "Start each segment with its three letter name, and end it with CR.",
    "hl7-two-headers": "Send each message in a frame of its own.",
    "hl7-control-character": "Remove the character, or write it as an escape such as \\X0C\\.",
}


def _problem(code: str, where: str, says: str) -> Problem:
    return Problem(code, where, says, _REMEDIES[code])


def _warning(code: str, segment: Segment, says: str) -> Problem:
    where = segment.name if segment.ordinal == 1 else f"{segment.name}[{segment.ordinal}]"
    remedy = "It was kept as written; escape the mark itself as \\E\\."
    return Problem(code, where, says, remedy, "warning")
