"""Files of many messages: FHS/BHS batches and plain concatenations, cut into frames nobody loses."""

import re
from dataclasses import dataclass, field

from referloop.referral.problems import Problem

_ENVELOPES = (b"FHS", b"BHS", b"BTS", b"FTS")
_END_MARK = re.compile(rb"\x1c(?=[\r\n]|$)")
_LINE = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n|$)")


@dataclass(frozen=True, slots=True)
class Frame:
    """One message of a file, byte for byte, and the 1-based line at which it starts."""

    line: int
    content: bytes


@dataclass(frozen=True, slots=True)
class Split:
    """Every message of the file, even where its envelope does not add up."""

    frames: tuple[Frame, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(slots=True)
class _Cutter:
    frames: list[Frame] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    started: int = 0
    pieces: list[bytes] = field(default_factory=list)
    batch: int = 0  # the line of the open BHS, 0 when none is open
    file: int = 0
    messages: int = 0  # in the open batch
    batches: int = 0

    def take(self, number: int, line: bytes) -> None:
        name, mark = line[:3], line[3:4]
        if name in _ENVELOPES and not mark.isalnum():
            self.close_frame()
            self.envelope(number, name.decode(), line.rstrip(b"\r\n").split(mark or b"|"))
        elif name == b"MSH" and not mark.isalnum():
            self.close_frame()
            self.messages += 1
            self.started, self.pieces = number, [line]
        elif self.pieces:
            self.pieces.append(line)
        elif line.strip():
            self.started, self.pieces = number, [line]

    def close_frame(self) -> None:
        if self.pieces:
            self.frames.append(Frame(self.started, b"".join(self.pieces)))
        self.pieces = []

    def envelope(self, number: int, name: str, fields: list[bytes]) -> None:
        said = fields[1].strip() if len(fields) > 1 else b""
        if name == "FHS":
            self.file, self.batches = number, 0
        elif name == "BHS":
            self.missing_batch_trailer()
            self.batch, self.messages = number, 0
        elif name == "BTS":
            self.trailer(number, name, said, self.messages, opened=self.batch)
            self.batch, self.messages, self.batches = 0, 0, self.batches + 1
        else:
            self.missing_batch_trailer()
            self.trailer(number, name, said, self.batches, opened=self.file)
            self.file, self.batches = 0, 0

    def trailer(self, number: int, name: str, said: bytes, counted: int, *, opened: int) -> None:
        if not opened:
            self.problem("hl7-batch-envelope", number, f"{name} closes what was never opened.")
        elif said and (not said.isdigit() or int(said) != counted):
            self.problem("hl7-batch-count", number, f"{name} does not count what came: {counted}.")

    def missing_batch_trailer(self) -> None:
        if self.batch:
            self.problem("hl7-batch-envelope", self.batch, "BTS is missing for this batch.")
            self.batch, self.messages, self.batches = 0, 0, self.batches + 1

    def problem(self, code: str, line: int, says: str) -> None:
        remedy = "Compare the file with the sender's: messages may be missing. Those that came are kept."
        self.problems.append(Problem(code, f"line {line}", says, remedy))

    def finish(self) -> Split:
        self.close_frame()
        self.missing_batch_trailer()
        if self.file:
            self.problem("hl7-batch-envelope", self.file, "FTS is missing for this file.")
        return Split(tuple(self.frames), tuple(self.problems))


def split(file: bytes) -> Split:
    """Cut a file into messages, without MLLP marks around them. Text that is no message is a frame too."""
    file = file.removeprefix(b"\xef\xbb\xbf")
    if file.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Split((Frame(1, file),))
    cutter = _Cutter()
    for number, found in enumerate(_LINE.finditer(file), 1):
        cutter.take(number, _END_MARK.sub(b"", found[0].lstrip(b"\x0b")))
    return cutter.finish()
