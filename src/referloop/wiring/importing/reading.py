"""A piece of a file becomes a message that can be taken in; many are read at once, by several processes."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from multiprocessing import get_context

from referloop.exchange.hl7v2.codec import read_frame
from referloop.exchange.hl7v2.header import Site
from referloop.messages import NotAReferral, Reading
from referloop.ports import Arrival
from referloop.referral.problems import Problem
from referloop.wiring.importing.context import MEDIA_TYPE, disclosed
from referloop.wiring.importing.fhir import meaning, read_resource
from referloop.wiring.importing.shelf import Shelf
from referloop.wiring.importing.sources import Piece, Source

CHANNEL = "file"
FHIR, HL7 = "application/fhir+json", "application/hl7-v2"
_AT_ONCE = 400
_MOST_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Message:
    """What is taken in of a piece; `body` is None where it is the piece's own, `fault` names our failure."""

    id: str
    media_type: str
    reading: Reading
    body: bytes | None = None
    fault: str = ""


def read_piece(piece: Piece, zone: str, shelf: Shelf | None) -> Message:
    """What a piece says; whatever goes wrong with it goes wrong with it alone."""
    number = piece.place.removeprefix("line ")
    id = f"{piece.source.digest}:{number}" if number else piece.source.digest
    try:
        return _read(piece, id, zone, shelf)
    except Exception as fault:
        return Message(id, "application/octet-stream", Reading(), fault=type(fault).__name__)


def reread(arrival: Arrival, zone: str) -> Reading:
    """Read a message that came in a file once more, from what was kept of it."""
    if arrival.media_type == MEDIA_TYPE:
        return meaning(*disclosed(arrival.body))
    if arrival.media_type == FHIR:
        return read_resource(arrival.body, arrival.message_id.partition(":")[0], "", None)[0]
    if arrival.media_type == HL7:
        return read_frame(arrival.body, _site(zone))
    return Reading(said=(NotAReferral(arrival.media_type),))


def _read(piece: Piece, id: str, zone: str, shelf: Shelf | None) -> Message:
    source = piece.source
    if source.kind in ("json", "ndjson"):
        reading, body = read_resource(piece.body, source.digest, source.ring, shelf)
        if body is piece.body:
            return Message(id, FHIR, reading)
        # The same bytes beside another patient are another message.
        return Message(f"{id}+{sha256(body).hexdigest()[:8]}", MEDIA_TYPE, reading, body)
    if source.kind == "hl7v2":
        return Message(id, HL7, read_frame(piece.body, _site(zone)))
    return Message(id, "application/octet-stream", _other(source))


def _site(zone: str) -> Site:
    return Site(zone=zone, default_charset="utf-8")


def _other(source: Source) -> Reading:
    said = (NotAReferral(source.says or source.kind),)
    if source.says == "FHIR XML":
        problem = Problem("file-fhir-xml", "file", "FHIR is not read as XML.", "Send it as JSON.")
        return Reading(said=said, problems=(problem,))
    if source.kind in ("table", "workbook") or source.says == "compressed table":
        says = "This looks like a table, and nobody has said what its columns mean."
        remedy = "Run `referloop mapping propose FILE`, save the mapping, and import with --mapping NAME."
        doubt = Problem("mapping-missing", "file", says, remedy, "warning")
        return Reading(said=said, problems=(doubt,))
    return Reading(said=said)


# many at once

_shelf: Shelf | None = None
_zone = "UTC"


def _begin(shelf_path: str, zone: str) -> None:
    global _shelf, _zone
    _shelf, _zone = (Shelf(shelf_path) if shelf_path else None), zone


def _read_here(chunk: Sequence[Piece]) -> list[Message]:
    return [read_piece(each, _zone, _shelf) for each in chunk]


def read_all(
    pieces: Iterable[Piece], shelf: Shelf | None, zone: str, processes: int
) -> Iterator[tuple[list[Piece], list[Message]]]:
    """Pieces with what they say, in order; never more in memory than a few hundred at a time."""
    chunks = _chunks(pieces)
    if not processes:
        for chunk in chunks:
            yield chunk, [read_piece(each, zone, shelf) for each in chunk]
        return
    path = shelf.path if shelf else ""
    with ProcessPoolExecutor(processes, get_context("spawn"), _begin, (path, zone)) as pool:
        waiting: deque[tuple[list[Piece], Future[list[Message]]]] = deque()
        for chunk in chunks:
            waiting.append((chunk, pool.submit(_read_here, chunk)))
            if len(waiting) > processes + 2:
                ready, future = waiting.popleft()
                yield ready, future.result()
        while waiting:
            ready, future = waiting.popleft()
            yield ready, future.result()


def _chunks(pieces: Iterable[Piece]) -> Iterator[list[Piece]]:
    chunk: list[Piece] = []
    size = 0
    for piece in pieces:
        chunk.append(piece)
        size += len(piece.body)
        if len(chunk) >= _AT_ONCE or size >= _MOST_BYTES:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk
