"""How many a second, and how long each took."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field


@dataclass
class Load:
    """What one measurement came to. `began` and `ended` are of the machine's own steady clock."""

    began: float
    ended: float
    took: list[float]
    errors: list[str] = field(default_factory=list)
    answered: list[int] = field(default_factory=list)  # the numbers of the referrals that were acknowledged

    @property
    def per_second(self) -> float:
        return len(self.took) / max(self.ended - self.began, 1e-9)

    @property
    def p95_ms(self) -> float:
        ordered = sorted(self.took)
        return 1000 * ordered[int(len(ordered) * 0.95)] if ordered else 0.0

    @classmethod
    def together(cls, parts: Sequence["Load"]) -> "Load":
        """Loads of processes that ran at the same time."""
        return cls(
            min(each.began for each in parts),
            max(each.ended for each in parts),
            [took for each in parts for took in each.took],
            [error for each in parts for error in each.errors],
            [number for each in parts for number in each.answered],
        )


def timed(clients: Sequence[Callable[[], Iterable[float]]]) -> Load:
    """Run each in a thread of its own until all are done; each yields how long one thing took."""
    took: list[float] = []
    errors: list[str] = []

    def run(client: Callable[[], Iterable[float]]) -> None:
        try:
            took.extend(client())
        except Exception as fault:
            errors.append(f"{type(fault).__name__}: {fault}"[:200])

    threads = [threading.Thread(target=run, args=(client,)) for client in clients]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Load(began, time.monotonic(), took, errors)


def until(seconds: float, numbers: Iterable[int]) -> Iterator[int]:
    """The numbers, for as long as the time lasts."""
    end = time.monotonic() + seconds
    for number in numbers:
        if time.monotonic() >= end:
            return
        yield number
