"""Paths become sources, and sources become pieces: one resource, one line or one frame each."""

import gzip
import hashlib
import os
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from referloop.exchange.hl7v2.batch import split
from referloop.referral.problems import Problem
from referloop.wiring.importing.kinds import HEAD, Kind, kind_of

LONGEST_LINE = 64 * 1024 * 1024
LONGEST_FILE = 512 * 1024 * 1024  # of those that are held in memory whole
_GZIP = b"\x1f\x8b"
_BROKEN = (OSError, EOFError, zlib.error)


@dataclass(frozen=True, slots=True)
class Source:
    """A file as it was found. `ring` holds those whose resources may refer to each other."""

    path: str
    name: str
    ring: str
    digest: str  # of its bytes: the same file has the same, whatever it is called
    size: int
    packed: bool
    kind: Kind
    says: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """One message of a source, byte for byte."""

    source: Source
    place: str  # "line 12", or "" for the whole file
    body: bytes


@dataclass(frozen=True, slots=True)
class Placed:
    """A problem with the file it is in."""

    name: str
    problem: Problem

    def __str__(self) -> str:
        return f"{self.name}: {self.problem}"


def found(paths: Iterable[str], piped: IO[bytes] | None = None) -> Iterator[tuple[str, str, str]]:
    """Each file as (path, name to show, ring): folders are walked in order, `-` is what was piped in."""
    for path in paths:
        if path == "-" and piped is not None:
            yield _spooled(piped), "-", ""
        elif os.path.isdir(path):
            for folder, below, names in os.walk(path):
                below.sort()
                for name in sorted(names):
                    full = os.path.join(folder, name)
                    yield full, full, folder
        else:
            yield path, path, ""


def opened_source(path: str, name: str, ring: str, mapped: bool) -> Source | Problem:
    """What is known of a file before its messages are read."""
    try:
        with open(path, "rb") as raw:
            digest = hashlib.file_digest(raw, "sha256").hexdigest()[:16]
            raw.seek(0)
            packed = raw.read(2) == _GZIP
        with _stream(path, packed) as stream:
            head = stream.read(HEAD)
            if b"\n" not in head.strip():  # one very long line, and perhaps others behind it
                head += stream.readline(LONGEST_LINE) + stream.read(HEAD)
    except _BROKEN:
        says = "The file cannot be read, or its compression is broken."
        return Problem("file-broken", "file", says, "Send it again, whole.")
    kind, says = kind_of(head, name, mapped)
    if packed and kind in ("other", "table", "workbook"):
        kind, says = "other", "gzip archive" if kind == "other" else "compressed table"
    return Source(path, name, ring, digest, os.path.getsize(path), packed, kind, says)


def pieces(source: Source, problems: list[Placed]) -> Iterator[Piece]:
    """The messages of a source; what is wrong with it as a whole is added to the problems."""
    try:
        if source.kind == "ndjson":
            yield from _lines(source, problems)
        else:
            yield from _whole(source, problems)
    except _BROKEN:
        says = "The file ends before its compression does; what came before is in."
        problems.append(Placed(source.name, Problem("file-broken", "file", says, "Send it again, whole.")))


def _lines(source: Source, problems: list[Placed]) -> Iterator[Piece]:
    with _stream(source.path, source.packed) as stream:
        number = 0
        while line := stream.readline(LONGEST_LINE):
            number += 1
            if len(line) == LONGEST_LINE:
                says = "This line is too long to be one resource."
                problem = Problem("line-too-long", f"line {number}", says, "Send one resource a line.")
                problems.append(Placed(source.name, problem))
                while line and not line.endswith(b"\n"):
                    line = stream.readline(LONGEST_LINE)
            elif body := line.strip():
                yield Piece(source, f"line {number}", body.removeprefix(b"\xef\xbb\xbf"))


def _whole(source: Source, problems: list[Placed]) -> Iterator[Piece]:
    unpacked = source.packed and source.kind != "other"
    with _stream(source.path, unpacked) as stream:
        body = stream.read(LONGEST_FILE + 1)
    if len(body) > LONGEST_FILE:
        says = "The file is too large to be read whole."
        remedy = "Send one resource a line (NDJSON), or divide it."
        problems.append(Placed(source.name, Problem("file-too-large", "file", says, remedy)))
    elif source.kind == "hl7v2":
        cut = split(body)
        problems.extend(Placed(source.name, each) for each in cut.problems)
        alone = len(cut.frames) == 1
        for frame in cut.frames:
            yield Piece(source, "" if alone else f"line {frame.line}", frame.content)
    else:
        yield Piece(source, "", body)


@contextmanager
def _stream(path: str, packed: bool) -> Iterator[IO[bytes]]:
    with open(path, "rb") as raw:
        if packed:
            with gzip.open(raw, "rb") as stream:
                yield stream  # type: ignore[misc]
        else:
            yield raw


def _spooled(piped: IO[bytes]) -> str:
    """What was piped in, on disk: it is read twice, and may be larger than memory."""
    with tempfile.NamedTemporaryFile(prefix="referloop-", delete=False) as file:
        while part := piped.read(1 << 20):
            file.write(part)
    return str(Path(file.name))
