"""The run of an import: files through the door in large transactions, nothing lost and nothing twice."""

import gc
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO

from referloop.messages import NotAReferral, Reading
from referloop.ports import Answer, Arrival
from referloop.referral.problems import Problem
from referloop.storage.database import Away, Contended
from referloop.wiring.desk import Desk
from referloop.wiring.door import Accepted, Channel, accept, accept_all, arrival, bury
from referloop.wiring.importing.later import Later
from referloop.wiring.importing.reading import CHANNEL, Message, read_all, reread
from referloop.wiring.importing.shelf import Shelf
from referloop.wiring.importing.sources import Piece, Placed, Source, found, opened_source, pieces
from referloop.wiring.issued import watching

_LARGE = 4 * 1024 * 1024  # below this, starting processes takes longer than reading
MOST_TOLD = 1_000
NOTHING = Answer(0, b"")


@dataclass
class Summary:
    """What came of an import. `problems` are the first thousand; `faults` counts all that were errors."""

    files: int = 0
    messages: int = 0
    new: int = 0
    changed: int = 0
    progress: int = 0
    again: int = 0
    kept: dict[str, int] = field(default_factory=dict)  # what is not a referral, by its kind
    held: int = 0
    faults: int = 0
    doubts: int = 0
    problems: list[Placed] = field(default_factory=list)
    stopped: str = ""

    @property
    def to_look_at(self) -> bool:
        return bool(self.faults or self.held or self.stopped or self.doubts)

    def tell(self, name: str, place: str, problem: Problem) -> None:
        if problem.severity == "error":
            self.faults += 1
        else:
            self.doubts += 1
        if len(self.problems) < MOST_TOLD:
            self.problems.append(Placed(f"{name}, {place}" if place else name, problem))


@dataclass(frozen=True, slots=True)
class Import:
    """Who imports into which books; `on_bytes` hears how many bytes of the files have been taken in."""

    desk: Desk
    organization: str
    sender: str = "import"
    processes: int | None = None  # None: as many as the machine and the size of the files suggest
    on_total: Callable[[int], None] = lambda total: None
    on_bytes: Callable[[int], None] = lambda size: None


def channel(zone: str) -> Channel:
    return Channel(lambda held: reread(held, zone), lambda told: NOTHING)


def run(it: Import, paths: Sequence[str], piped: IO[bytes] | None = None, *, mapped: bool = False) -> Summary:
    """Take everything in. What went in before has no second effect; what is no referral is kept as such."""
    summary = Summary()
    listed = list(found(paths, piped))
    shelf = Shelf()
    try:
        sources = [each for each in _catalogued(listed, shelf, summary, mapped)]
        shelf.finish()
        summary.files = len(sources)
        it.on_total(sum(source.size for source in sources))
        with _rarely_collected():
            _take(it, sources, shelf, summary)
    finally:
        shelf.close()
        for path, name, _ in listed:
            if name == "-":
                os.unlink(path)
    return summary


@contextmanager
def _rarely_collected() -> Iterator[None]:
    """Nothing of an import goes in circles: looking for such things took a fifth of its time."""
    before = gc.get_threshold()
    gc.set_threshold(50_000, 20, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _catalogued(
    listed: Sequence[tuple[str, str, str]], shelf: Shelf, summary: Summary, mapped: bool
) -> Iterator[Source]:
    """Every file that can be opened; its resources are shelved for others to refer to."""
    for path, name, ring in listed:
        source = opened_source(path, name, ring, mapped)
        if isinstance(source, Problem):
            summary.tell(name, "", source)
            continue
        if source.kind in ("json", "ndjson"):
            for piece in pieces(source, []):
                shelf.put(piece)
        yield source


def _take(it: Import, sources: Sequence[Source], shelf: Shelf, summary: Summary) -> None:
    zone = it.desk.policy(it.organization).calendar.zone.key
    told: list[Placed] = []
    every = (piece for source in sources for piece in pieces(source, told))
    processes = it.processes
    if processes is None:
        large = sum(source.size * (8 if source.packed else 1) for source in sources) > _LARGE
        processes = max(1, (os.cpu_count() or 1) - 1) if large else 0
    try:
        with Later() as later:
            for chunk, messages in read_all(every, shelf, zone, processes):
                now = [pair for pair in zip(chunk, messages, strict=True) if not later.takes(*pair)]
                _chunk(it, now, channel(zone), summary)
            for chunk, messages in read_all(later.pieces(), shelf, zone, 0):
                _chunk(it, list(zip(chunk, messages, strict=True)), channel(zone), summary)
    except (Away, Contended):
        summary.stopped = "The database does not answer. Import the same files again: nothing goes in twice."
    for each in told:
        summary.tell(each.name, "", each.problem)


def _chunk(it: Import, pairs: Sequence[tuple[Piece, Message]], way: Channel, summary: Summary) -> None:
    desk, issued = watching(it.desk)
    at = desk.clock()
    arrivals = [_arrival(it, piece, message, at) for piece, message in pairs]
    taken = _accepted(desk, it.organization, arrivals, [message for _, message in pairs], way)
    for (piece, message), accepted in zip(pairs, taken, strict=True):
        _count(summary, piece, message, accepted, issued)
    it.on_bytes(sum(len(piece.body) for piece, _ in pairs))


def _arrival(it: Import, piece: Piece, message: Message, at: datetime) -> Arrival:
    body = piece.body if message.body is None else message.body
    return arrival(
        body, channel=CHANNEL, sender=it.sender, message_id=message.id, media_type=message.media_type, at=at,
        new_id=it.desk.new_id,
    )  # fmt: skip


def _accepted(
    desk: Desk, organization: str, arrivals: Sequence[Arrival], messages: Sequence[Message], way: Channel
) -> list[Accepted]:
    """All in one transaction; where the program fails on one of them, one by one."""
    if not any(message.fault for message in messages):
        try:
            batch = [(one, message.reading) for one, message in zip(arrivals, messages, strict=True)]
            return accept_all(desk, organization, batch, way)
        except (Away, Contended):
            raise
        except Exception:  # noqa: S110  the one that failed is found below
            pass
    return [
        _one(desk, organization, each, message, way) for each, message in zip(arrivals, messages, strict=True)
    ]


def _one(desk: Desk, organization: str, it: Arrival, message: Message, way: Channel) -> Accepted:
    cause = message.fault
    try:
        if not cause:
            return accept(desk, organization, it, message.reading, way)
    except (Away, Contended):
        raise
    except Exception as fault:
        cause = type(fault).__name__
    return Accepted(bury(desk, organization, it, cause, NOTHING))


def _count(summary: Summary, piece: Piece, message: Message, accepted: Accepted, issued: set[str]) -> None:
    kept = accepted.kept
    summary.messages += 1
    if accepted.again:
        summary.again += 1
    elif kept.state == "held":
        summary.held += 1
        says = "It is about a referral that has not come yet; it is held and will join it."
        problem = Problem("message-held", f"inbox:{kept.id}", says, "Import the request too.", "warning")
        summary.tell(piece.source.name, piece.place, problem)
    else:
        fresh = [each for each in kept.referrals if each in issued]
        issued.difference_update(fresh)
        summary.new += len(fresh)
        news = kept.kind == "progress"
        later = len(kept.referrals) - len(fresh)
        summary.progress += later if news else 0
        summary.changed += 0 if news else later
        if not kept.referrals:
            _count_kept(summary, message.reading)
    if not accepted.again:
        for each in kept.problems:
            summary.tell(piece.source.name, piece.place, each)


def _count_kept(summary: Summary, reading: Reading) -> None:
    for kind in {each.kind for each in reading.said if isinstance(each, NotAReferral)}:
        summary.kept[kind] = summary.kept.get(kind, 0) + 1
