"""The log of one referral: its entries, and the chain that ties them."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, get_args

from referloop.referral.entry import GENESIS, Author, Draft, Entry, canonical, chained, moment, parse_moment
from referloop.referral.facts import WORDS
from referloop.referral.fields import declared
from referloop.referral.kinds import ReferralId
from referloop.referral.problems import ProgramFault


@dataclass(frozen=True, slots=True)
class Line:
    """An entry as it is stored: the canonical text is what the hash covers."""

    seq: int
    word: str
    occurred_at: str
    recorded_at: datetime
    text: str
    hash: str


@dataclass(frozen=True, slots=True)
class Log:
    """`head` is the hash of the last entry; `patient` is the person the referral is for."""

    referral: ReferralId
    patient: str
    entries: tuple[Entry, ...] = ()
    head: str = GENESIS

    @property
    def version(self) -> int:
        return len(self.entries)

    def append(self, drafts: Sequence[Draft], by: Author, at: datetime) -> tuple["Log", list[Line]]:
        """The log with these facts at its end, and the lines to store."""
        entries, lines, head = list(self.entries), [], self.head
        for draft in drafts:
            entry = Entry(
                len(entries) + 1, draft.fact, draft.occurred_at, at, by, draft.evidence, draft.corrects
            )
            text = canonical(entry)
            head = chained(head, text)
            lines.append(Line(entry.seq, entry.word, moment(entry.occurred_at), at, text, head))
            entries.append(entry)
        return Log(self.referral, self.patient, tuple(entries), head), lines


def revive(referral: ReferralId, patient: str, lines: Iterable[tuple[str, str]]) -> Log:
    """A log from its stored (text, hash) lines, in order. The chain is not checked here: `verify` does."""
    entries, head = [], GENESIS
    for text, head in lines:  # noqa: B007  the last hash is the head
        entries.append(entry_of(text))
    return Log(referral, patient, tuple(entries), head)


def entry_of(text: str) -> Entry:
    """The reverse of `canonical`."""
    line: dict[str, Any] = json.loads(text)
    word = line["word"]
    values = line["fact"]
    for name, convert in _conversions(word):
        if name in values:
            values[name] = convert(values[name])
    recorded_at, author = parse_moment(line["recorded_at"]), Author.parse(line["author"])
    if not isinstance(recorded_at, datetime) or author is None:
        raise ProgramFault("a stored entry has no time or no author")
    fact = WORDS[word](**values)
    occurred_at = parse_moment(line["occurred_at"])
    return Entry(
        line["seq"], fact, occurred_at, recorded_at, author, line.get("evidence", ""), line.get("corrects")
    )


@cache
def _conversions(word: str) -> tuple[tuple[str, Callable[[Any], Any]], ...]:
    """The fields whose JSON form is not their own."""
    kinds = {name: get_args(hint)[0] for name, hint in declared(word).items()}
    special: dict[Any, Callable[[Any], Any]] = {tuple[str, ...]: tuple, date | None: date.fromisoformat}
    return tuple((name, special[kind]) for name, kind in kinds.items() if kind in special)
