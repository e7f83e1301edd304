"""What was drawn lately, kept in memory up to a size; the oldest goes first."""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import TypeVar

Key = tuple[str | int, ...]
Found = TypeVar("Found")


class Kept:
    """Nothing reaches a disk, and keys begin with the organisation, so that none sees another's."""

    def __init__(self, most_bytes: int) -> None:
        self.most, self.size = most_bytes, 0
        self._found: OrderedDict[Key, tuple[int, object]] = OrderedDict()
        self._lock = Lock()
        self._making: dict[Key, Lock] = {}

    def get(self, key: Key, make: Callable[[], Found], size: Callable[[Found], int]) -> Found:
        """What is kept under this key, or made now: once, however many ask for it at the same time."""
        with self._lock:
            making = self._making.setdefault(key, Lock())
        with making:
            if key in self._found:
                with self._lock:
                    self._found.move_to_end(key)
                    return self._found[key][1]  # type: ignore[return-value]  # each key has one kind of value
            found = make()
            with self._lock:
                self._keep(key, found, size(found))
                self._making.pop(key, None)
            return found

    def _keep(self, key: Key, found: object, size: int) -> None:
        if size > self.most:
            return
        self.size += size - self._found.pop(key, (0, None))[0]
        self._found[key] = (size, found)
        while self.size > self.most:
            self.size -= self._found.popitem(last=False)[1][0]
