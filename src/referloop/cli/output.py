"""What people read, with or without a terminal, and what machines read."""

import json
import sys
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NoReturn

import typer
from rich.console import Console
from rich.table import Table

from referloop.referral.problems import Problem

LOOK = 1  # something to look at
USAGE = 2


def say(text: str = "") -> None:
    print(text)


def as_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, default=_text, indent=2))


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A table as wide as the terminal; without one, its lines are never cut."""
    grid = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        grid.add_column(column, overflow="fold")
    for row in rows:
        grid.add_row(*(_plain(cell) for cell in row))
    wide = None if sys.stdout.isatty() else 200
    Console(markup=False, highlight=False, width=wide, emoji=False).print(grid)


def counted(number: int, one: str) -> str:
    """
    >>> counted(1, "file"), counted(2, "entry")
    ('1 file', '2 entries')
    """
    many = f"{one[:-1]}ies" if one.endswith("y") else f"{one}s"
    return f"{number:,} {one if number == 1 else many}"


def tell(problems: Iterable[object]) -> None:
    for each in problems:
        print(f"  {each}", file=sys.stderr)


def fail(problem: Problem, code: int = LOOK) -> NoReturn:
    """End a command outside of typer's own care."""
    tell([problem])
    sys.exit(code)


def refuse(*problems: Problem, code: int = LOOK) -> NoReturn:
    """End a command with all that stands against it."""
    tell(problems)
    raise typer.Exit(code)


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _plain(text: str) -> str:
    """Without the control characters by which a message could write over a terminal."""
    return "".join(each if each.isprintable() else " " for each in text)
