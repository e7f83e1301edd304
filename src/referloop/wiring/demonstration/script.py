"""The story's text as steps."""

import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Step:
    """`day` counts business days from the first; `does` is records, tries, proves or sends."""

    day: int
    clock: time
    who: str
    does: str
    says: str
    word: str = ""
    fields: tuple[tuple[str, str], ...] = ()


def steps() -> list[Step]:
    """The steps of the story that ships, in order."""
    text = (files("referloop.wiring.demonstration") / "story.txt").read_text(encoding="utf-8")
    return list(_steps([line for line in text.splitlines() if line.strip() and line[0] != "#"]))


def _steps(lines: list[str]) -> Iterator[Step]:
    for place, line in enumerate(lines):
        if line.startswith(" "):
            continue
        following = lines[place + 1] if place + 1 < len(lines) else ""
        word, *values = shlex.split(following) if following.startswith(" ") else [""]
        head, _, says = line.partition(": ")
        day, clock, who, does = head.split()
        fields = tuple((name, value) for name, _, value in (each.partition("=") for each in values))
        yield Step(int(day), time.fromisoformat(clock), who, does, says, word, fields)
