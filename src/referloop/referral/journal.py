"""The log as plain text, both ways: what people, tests and tools all read.

One entry a line; the line's place is its sequence number, blank lines and `#` comments aside:

    2026-04-02T09:00:00Z  referral-received  service="Cardiology consult" urgency=urgent  by partner:northside
    2026-04-20  encounter-finished  from inbox:17  learned 2026-04-22T08:00:00Z  corrects 3

`by` is left out for the desk itself, `learned` when it is the moment the fact happened.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, time
from typing import Any

from referloop.referral.entry import Author, Entry, When, instant, moment, parse_moment, plain
from referloop.referral.fields import fact_from
from referloop.referral.problems import Problem

DESK = Author("machine", "desk")

_STRING = r'"(?:[^"\\]|\\.)*"'
_TOKEN = re.compile(rf'(\w+)=({_STRING}|\[(?:{_STRING}|[^\]"])*\]|\S+)|({_STRING}|\S+)')
_PLAIN = re.compile(r"[^\s\"\[\]=|#]+")
_TAILS = {"by", "from", "learned", "corrects"}


def write(log: Iterable[Entry]) -> str:
    """A log as text; reading it back gives the same log."""
    return "".join(_line(entry) + "\n" for entry in log)


def read(text: str, source: str = "journal") -> tuple[Entry, ...] | tuple[Problem, ...]:
    """A text as a log, or everything that is wrong with it, each with its line."""
    entries: list[Entry] = []
    problems: list[Problem] = []
    for number, line in _lines(text):
        found = _entry(line, len(entries) + len(problems) + 1, f"{source}, line {number}")
        if isinstance(found, Entry):
            entries.append(found)
        else:
            problems.extend(found)
    return tuple(problems) if problems else tuple(entries)


def journal(text: str) -> tuple[Entry, ...]:
    """A text that is known to be right, as in tests and documents; raises ValueError with all it finds."""
    found = read(text)
    faults = [str(each) for each in found if isinstance(each, Problem)]
    if faults:
        raise ValueError("\n".join(faults))
    return tuple(each for each in found if isinstance(each, Entry))


def learned_at(at: When) -> datetime:
    """When a fact was learned if nobody says otherwise: at once, or at noon UTC of its day."""
    return at if isinstance(at, datetime) else datetime.combine(at, time(12), UTC)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip() and not line.strip().startswith("#"):
            yield number, line.strip()


def _line(entry: Entry) -> str:
    parts = [moment(entry.occurred_at), entry.word]
    if values := plain(entry.fact):
        parts.append(" ".join(f"{name}={_written(value)}" for name, value in values.items()))
    if entry.author != DESK:
        parts.append(f"by {_written(str(entry.author))}")
    if entry.evidence:
        parts.append(f"from {_written(entry.evidence)}")
    if entry.recorded_at != learned_at(entry.occurred_at):
        parts.append(f"learned {instant(entry.recorded_at)}")
    if entry.corrects is not None:
        parts.append(f"corrects {entry.corrects}")
    return "  ".join(parts)


def _written(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str) and _PLAIN.fullmatch(value):
        return value
    if isinstance(value, int):
        return str(value)
    return json.dumps(value)


def _entry(line: str, seq: int, where: str) -> Entry | Sequence[Problem]:
    first, _, rest = line.partition(" ")
    word, _, rest = rest.strip().partition(" ")
    try:
        occurred_at = parse_moment(first)
    except ValueError:
        remedy = "Begin the line with 2026-04-02T09:00:00Z, or with the day alone."
        return [Problem("journal-time", where, "The time cannot be read.", remedy)]
    try:
        said, tails = _said(rest)
        author, learned, corrects = _tails(tails)
    except ValueError as fault:
        remedy = "After the fact may stand: by AUTHOR, from EVIDENCE, learned TIME, corrects NUMBER."
        return [Problem("journal-line", where, f"The line cannot be read: {fault}.", remedy)]
    fact = fact_from(word, said, where)
    if isinstance(fact, tuple):
        return fact
    evidence = tails.get("from", "")
    return Entry(seq, fact, occurred_at, learned or learned_at(occurred_at), author, evidence, corrects)


def _said(rest: str) -> tuple[dict[str, Any], dict[str, str]]:
    said: dict[str, Any] = {}
    tails: dict[str, str] = {}
    waiting = ""
    for name, value, bare in _TOKEN.findall(rest):
        if name:
            said[name] = _bare(value, '"[')
        elif waiting:
            tails[waiting], waiting = _bare(bare, '"'), ""
        elif bare in _TAILS:
            waiting = bare
        else:
            raise ValueError("a word has no place here")
    if waiting:
        raise ValueError(f"nothing follows `{waiting}`")
    return said, tails


def _bare(text: str, quotes: str) -> Any:
    """A value without its quotes or brackets."""
    try:
        return json.loads(text) if text[0] in quotes else text
    except ValueError:
        raise ValueError("a quote or bracket is not closed") from None


def _tails(tails: dict[str, str]) -> tuple[Author, datetime | None, int | None]:
    author = Author.parse(tails["by"]) if "by" in tails else DESK
    if author is None:
        raise ValueError("`by` wants person:, machine: or partner: and a name")
    corrects = tails.get("corrects")
    if corrects is not None and not re.fullmatch("[0-9]{1,9}", corrects):
        raise ValueError("`corrects` wants the number of an entry")
    return author, _learned(tails), None if corrects is None else int(corrects)


def _learned(tails: dict[str, str]) -> datetime | None:
    if "learned" not in tails:
        return None
    try:
        at = parse_moment(tails["learned"])
    except ValueError:
        raise ValueError("`learned` cannot be read as a time") from None
    if not isinstance(at, datetime):
        raise ValueError("`learned` wants a time, not a day")
    return at
