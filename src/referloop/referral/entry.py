"""One line of a referral's log: a fact, when it happened, when we learned it, who said so, and the proof."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal

from referloop.referral.facts.fact import Fact, filled

AuthorKind = Literal["person", "machine", "partner"]
_KINDS: dict[str, AuthorKind] = {"person": "person", "machine": "machine", "partner": "partner"}
When = datetime | date  # an aware instant, or a day when no more is known
GENESIS = "0" * 64
_JSON = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Author:
    """`person` and `machine` are ours; `partner` is another organisation, whose word is never refused."""

    kind: AuthorKind
    id: str
    role: str = ""

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}" + (f"/{self.role}" if self.role else "")

    @classmethod
    def parse(cls, text: str) -> "Author | None":
        kind, _, rest = text.partition(":")
        name, _, role = rest.partition("/")
        known = _KINDS.get(kind)
        return cls(known, name, role) if known and name else None


@dataclass(frozen=True, slots=True)
class Entry:
    """`seq` counts from 1 in the order of arrival; `corrects` names an entry this one stands in for."""

    seq: int
    fact: Fact
    occurred_at: When
    recorded_at: datetime
    author: Author
    evidence: str = ""
    corrects: int | None = None

    @property
    def word(self) -> str:
        return self.fact.word

    @property
    def day_only(self) -> bool:
        return not isinstance(self.occurred_at, datetime)


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry that has no place in a log yet."""

    fact: Fact
    occurred_at: When
    evidence: str = ""
    corrects: int | None = None


def instant(at: datetime) -> str:
    """An instant as the log writes it: UTC, to the microsecond only when it needs that.

    >>> instant(datetime(2026, 4, 2, 9, tzinfo=UTC))
    '2026-04-02T09:00:00Z'
    """
    return at.astimezone(UTC).isoformat().removesuffix("+00:00") + "Z"


def moment(at: When) -> str:
    return instant(at) if isinstance(at, datetime) else at.isoformat()


def parse_moment(text: str) -> When:
    """The reverse of `moment`; raises ValueError on anything else."""
    if len(text) == 10:
        return date.fromisoformat(text)
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("an instant needs its offset")
    try:
        return at.astimezone(UTC)
    except OverflowError:
        raise ValueError("an instant outside the years 1 to 9999") from None


def plain(fact: Fact) -> dict[str, object]:
    """The filled fields as JSON values."""
    return {
        name: list(value)
        if isinstance(value, tuple)
        else value.isoformat()
        if isinstance(value, date)
        else value
        for name, value in filled(fact).items()
    }


def canonical(entry: Entry) -> str:
    """The entry as the one text that is stored and hashed: JSON, keys in order, no spaces."""
    line: dict[str, object] = {
        "seq": entry.seq,
        "word": entry.word,
        "occurred_at": moment(entry.occurred_at),
        "recorded_at": instant(entry.recorded_at),
        "author": str(entry.author),
        "fact": plain(entry.fact),
    }
    if entry.evidence:
        line["evidence"] = entry.evidence
    if entry.corrects is not None:
        line["corrects"] = entry.corrects
    return _JSON.encode(line)


def chained(previous: str, text: str) -> str:
    """The hash that ties an entry's canonical text to all before it: SHA-256 as lower-case hex."""
    return hashlib.sha256(f"{previous}\n{text}".encode()).hexdigest()


def broken_at(lines: Iterable[tuple[int, str, str]]) -> int | None:
    """The first sequence number whose text, hash or place is not what the chain says; None if it holds.

    `lines` are (seq, canonical text, stored hash) in order.
    """
    previous = GENESIS
    for expected, (seq, text, stored) in enumerate(lines, start=1):
        if seq != expected or chained(previous, text) != stored:
            return expected
        previous = stored
    return None
