"""Power loss under SQLite: the disk as it may look at many instants, compared with what was promised.

A kill cannot show a missing sync, because the system's own cache outlives the process; this can.
"""

import time
from dataclasses import dataclass
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import apsw

from chaos.checks import marks_in
from chaos.disk import Event, Platter, RememberingDisk
from chaos.places import Place
from chaos.process import apart
from chaos.rig import desk_policy, found_desk
from chaos.traffic import Sender
from chaos.victim import HOST, START, Victim
from referloop.storage.sqlite import SqliteDatabase

_FILE = "books.sqlite3"
_MESSAGES = 200
_WATCH_EVERY = 10


@dataclass(frozen=True, slots=True)
class Images:
    """What came of so many power losses."""

    images: int
    promises: int  # promises that had been made at those instants, all together
    lost: int  # of them, those that were gone
    corrupt: int  # disks that SQLite calls damaged, or cannot open
    seconds: float


@dataclass(frozen=True, slots=True)
class _History:
    events: list[Event]
    promises: list[tuple[int, str]]  # how many events had happened when this mark was acknowledged
    begins: int  # before it, the schema was made: nothing was promised yet


def power_run(*, seed: int, images: int, synchronous: str = "FULL") -> Images:
    """Work once with a disk that remembers, then lose power at so many instants."""
    began = time.monotonic()
    with TemporaryDirectory() as folder:
        history = apart(_worked, Path(folder), seed, synchronous)
    chance = Random(f"{seed} power")
    instants = sorted(chance.randint(history.begins, len(history.events)) for _ in range(images))
    platter, done, lost, corrupt, promised = Platter(), 0, 0, 0, 0
    with TemporaryDirectory() as folder:
        for instant in instants:
            for event in history.events[done:instant]:
                platter.apply(event)
            done = instant
            marks = {mark for place, mark in history.promises if place <= instant}
            found = _image(platter, chance, Path(folder))
            promised += len(marks)
            corrupt += found is None
            lost += len(marks - (found or set()))
    return Images(images, promised, lost, corrupt, time.monotonic() - began)


def _worked(folder: Path, seed: int, synchronous: str) -> _History:
    """Intake and watching; runs in a process of its own, whose SQLite has this disk for good."""
    apsw.connection_hooks.append(_alone)
    disk = RememberingDisk()
    place = _Synchronous("sqlite", str(folder / _FILE), synchronous)
    found_desk(place)
    victim = Victim(place, place, desk_policy(), None)
    begins, promises = len(disk.events), []
    sender = Sender(Random(f"{seed} traffic"), overtaken=0)
    for number in range(_MESSAGES):
        message = sender.next(START)
        victim.receive(message.frame, HOST)
        promises += [(len(disk.events), message.control_id), (len(disk.events), message.mark)]
        if number % _WATCH_EVERY == 0:
            victim.now = max(victim.now, victim.next_due() or victim.now)
            victim.watch()
    history = _History(list(disk.events), promises, begins)
    victim.desk.database.close()
    return history


def _alone(connection: apsw.Connection) -> None:
    # The remembering disk offers no memory to share, without which WAL mode wants a single connection.
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")


@dataclass(frozen=True, slots=True)
class _Synchronous(Place):
    """Books with a chosen setting: the product has one only, and this shows why."""

    synchronous: str = "FULL"

    def open(self) -> SqliteDatabase:
        return SqliteDatabase(self.address, synchronous=self.synchronous)


def _image(platter: Platter, chance: Random, folder: Path) -> set[str] | None:
    """Messages and marks that are there when the power is back; None for a damaged database."""
    for old in folder.iterdir():
        old.unlink()
    platter.after_power_loss(chance, folder)
    try:
        connection = apsw.Connection(str(folder / _FILE))
        try:
            if connection.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
                return None
            messages = {row[0] for row in connection.execute("SELECT message_id FROM inbox")}
            lines = [row[0] for row in connection.execute("SELECT line FROM entries")]
            return messages | set(marks_in(lines))
        finally:
            connection.close()
    except apsw.Error:
        return None
