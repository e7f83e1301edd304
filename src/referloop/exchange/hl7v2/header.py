"""MSH, read from the raw bytes so that even a message nobody can parse is answered to its sender."""

import re
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from referloop.exchange.hl7v2.datatypes import instant
from referloop.exchange.hl7v2.delimiters import STANDARD, Delimiters, escape, read_delimiters

_LONGEST_HEADER = 8192

VERSIONS = frozenset(
    ("2.1", "2.2", "2.3", "2.3.1", "2.4", "2.5", "2.5.1", "2.6", "2.7", "2.7.1", "2.8", "2.8.1", "2.8.2")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What was agreed with one peer. An empty set accepts any name."""

    zone: str = "UTC"  # for times without an offset
    processing_ids: frozenset[str] = frozenset({"P"})
    versions: frozenset[str] = VERSIONS
    default_charset: str = "ascii"  # a codec, for messages without MSH-18
    our_applications: frozenset[str] = frozenset()
    our_facilities: frozenset[str] = frozenset()
    their_applications: frozenset[str] = frozenset()
    their_facilities: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Header:
    """The fields as written, so that an answer can repeat them exactly."""

    fields: tuple[str, ...] = ()  # fields[10] is MSH-10
    delimiters: Delimiters = STANDARD
    charset: str = "latin-1"  # carries any byte through unchanged

    @property
    def readable(self) -> bool:
        """Whether a frame had a header whose marks could be told apart."""
        return len(self.fields) > 2 and self.fields[2] == self.delimiters.declared

    def field(self, number: int) -> str:
        return self.fields[number] if number < len(self.fields) else ""

    def component(self, number: int, component: int = 1) -> str:
        parts = self.field(number).split(self.delimiters.repetition, 1)[0].split(self.delimiters.component)
        return parts[component - 1].strip() if len(parts) >= component else ""

    @property
    def kind(self) -> str:
        """`REF^I12`, whatever the message's own component mark is."""
        return f"{self.type}^{self.event}" if self.event else self.type

    @property
    def type(self) -> str:
        return self.component(9)

    @property
    def event(self) -> str:
        return self.component(9, 2)

    @property
    def control_id(self) -> str:
        return self.field(10)

    @property
    def processing_id(self) -> str:
        return self.component(11)

    @property
    def version(self) -> str:
        return self.component(12)

    @property
    def security(self) -> str:
        return self.field(8)

    @property
    def sending_application(self) -> str:
        return self.component(3)

    @property
    def sending_facility(self) -> str:
        return self.component(4)

    @property
    def receiving_application(self) -> str:
        return self.component(5)

    @property
    def receiving_facility(self) -> str:
        return self.component(6)

    def sent_at(self, zone: ZoneInfo) -> datetime | None:
        return instant(self.component(7), zone)


def read_header(frame: bytes, charset: str = "latin-1") -> Header:
    """The header of any bytes: what cannot be read is left empty."""
    start = frame[:_LONGEST_HEADER].removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
    line = re.split(rb"[\r\n]", start, maxsplit=1)[0].decode(charset, "ignore")
    if not line.startswith("MSH") or len(line) < 5:
        return Header()
    marks = read_delimiters(line, charset)
    fields = ["MSH", line[3], *line[4:].split(line[3])]
    if marks is None:
        # Our own marks must then stand in the answer, so nothing of theirs may act as one.
        return Header(tuple(escape(field) for field in fields), STANDARD, charset)
    return Header(tuple(fields), marks, charset)
