"""Where a process dies: at each named place while an order that passes it is carried out, or at any time."""

from dataclasses import dataclass
from itertools import cycle, islice
from random import Random

WAYS = (
    ("intake-read", "intake"),
    ("intake-understood", "intake"),
    ("statement-written", "intake"),
    ("books-written", "intake"),
    ("intake-committed", "intake"),
    ("statement-written", "batch"),
    ("books-written", "batch"),
    ("decision-made", "decide"),
    ("statement-written", "decide"),
    ("books-written", "decide"),
    ("decision-committed", "decide"),
    ("books-written", "order"),
    ("watch-claimed", "watch"),
    ("watch-noted", "watch"),
    ("statement-written", "watch"),
    ("books-written", "watch"),
    ("watch-committed", "watch"),
    ("outbox-leased", "deliver"),
    ("outbox-unsent", "deliver"),
    ("outbox-sent", "deliver"),
    ("outbox-settled", "deliver"),
    ("statement-written", "deliver"),
    ("books-written", "deliver"),
    ("outbox-marked", "deliver"),
    ("migration-step", "migrate"),
    ("rebuilt-page", "rebuild"),
)
_RARE = {"migrate", "rebuild"}  # they take long, so they come once in a while


@dataclass(frozen=True, slots=True)
class Death:
    """At the named place when it is reached for the n-th time; with no place, so many seconds from now."""

    place: str
    order: str
    times: int = 1
    seconds: float = 0.0

    @property
    def setting(self) -> str:
        return f"{self.place}:{self.times}" if self.place else ""


def deaths(chance: Random, count: int) -> list[Death]:
    """Every way once, then by turns a place and a random instant."""
    often = cycle(way for way in WAYS if way[1] not in _RARE)
    found = [Death(*way) for way in WAYS]
    for number in range(count - len(found)):
        if number % 2:
            found.append(Death("", "any", seconds=chance.uniform(0, 0.06)))
        elif number % 50 == 48:
            place, order = chance.choice([way for way in WAYS if way[1] in _RARE])
            found.append(Death(place, order))
        else:
            place, order = next(often)
            found.append(Death(place, order, _times(chance, place)))
    return list(islice(found, count))


def _times(chance: Random, place: str) -> int:
    return chance.randint(1, 6) if place == "statement-written" else 1 + (chance.random() < 0.3)
