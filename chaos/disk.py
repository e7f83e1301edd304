"""A disk that remembers what it was asked and what it had promised to keep, and loses power on request."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import apsw

NAME = "remembering"


@dataclass(frozen=True, slots=True)
class Event:
    """A write with its bytes, a truncation to `offset`, a sync, or the removal of a file."""

    kind: str  # write, truncate, sync, delete
    file: str
    offset: int = 0
    body: bytes = b""


class RememberingDisk(apsw.VFS):
    """SQLite's way to the real disk, with a list of everything it did, in order."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        super().__init__(NAME, "unix", makedefault=True)

    def xOpen(
        self, name: str | apsw.URIFilename | None, flags: list[int]
    ) -> apsw.VFSFile:  # SQLite's own names
        return _RememberingFile(name, flags, self.events.append)

    def xDelete(self, filename: str, syncdir: bool) -> None:
        super().xDelete(filename, syncdir)
        self.events.append(Event("delete", Path(filename).name))


class _RememberingFile(apsw.VFSFile):
    def __init__(
        self, name: str | apsw.URIFilename | None, flags: list[int], tell: Callable[[Event], None]
    ) -> None:
        path = name.filename() if isinstance(name, apsw.URIFilename) else name or ""
        self._file, self._tell = Path(path).name, tell
        super().__init__("unix", name, flags)

    def xWrite(self, data: bytes, offset: int) -> None:
        super().xWrite(data, offset)
        self._tell(Event("write", self._file, offset, bytes(data)))

    def xTruncate(self, newsize: int) -> None:
        super().xTruncate(newsize)
        self._tell(Event("truncate", self._file, newsize))

    def xSync(self, flags: int) -> None:
        super().xSync(flags)
        self._tell(Event("sync", self._file))


@dataclass
class Platter:
    """What of these events certainly is on the disk, and what may be."""

    kept: dict[str, bytearray] = field(default_factory=lambda: defaultdict(bytearray))
    unsynced: dict[str, list[Event]] = field(default_factory=lambda: defaultdict(list))

    def apply(self, event: Event) -> None:
        if event.kind == "delete":
            self.kept.pop(event.file, None)
            self.unsynced.pop(event.file, None)
        elif event.kind == "sync":
            for each in self.unsynced.pop(event.file, ()):
                _done(self.kept[event.file], each)
        else:
            self.unsynced[event.file].append(event)

    def after_power_loss(self, chance: Random, folder: Path) -> None:
        """One of the disks there may be: of what was not synced, half is there, and some of it torn."""
        for file in {*self.kept, *self.unsynced}:
            content = bytearray(self.kept.get(file, b""))
            for each in self.unsynced.get(file, ()):
                if chance.random() < 0.5:
                    _done(content, _torn(each, chance) if chance.random() < 0.1 else each)
            (folder / file).write_bytes(content)


def _torn(event: Event, chance: Random) -> Event:
    return Event(event.kind, event.file, event.offset, event.body[: chance.randint(0, len(event.body))])


def _done(content: bytearray, event: Event) -> None:
    if event.kind == "truncate":
        del content[event.offset :]
        return
    if len(content) < event.offset:
        content.extend(bytes(event.offset - len(content)))
    content[event.offset : event.offset + len(event.body)] = event.body
