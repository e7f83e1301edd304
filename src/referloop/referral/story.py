"""A log in the order things happened, corrections applied: what every computation starts from.

Order of arrival does not matter. An entry known only to the day stands at the start of that day, and gets
the benefit of the doubt in comparisons: against anything on the same day it is neither earlier nor later.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from functools import cached_property
from itertools import pairwise
from zoneinfo import ZoneInfo

from referloop.referral.contact import numbered
from referloop.referral.entry import Entry, When
from referloop.referral.facts import RANK
from referloop.referral.facts.desk import ClockPaused, ClockResumed, EntryWithdrawn
from referloop.referral.facts.intake import (
    MergeUndone,
    ReferralChanged,
    ReferralMerged,
    ReferralReceived,
    ReferralTriaged,
    RiskCleared,
    RiskFlagged,
    UrgencyLowered,
    UrgencyRaised,
)
from referloop.referral.facts.scheduling import ContactAttempted
from referloop.referral.requirement import Calendar, Pattern


def standing(log: Sequence[Entry]) -> list[Entry]:
    """The entries that stand: a correction takes out exactly the one entry it names."""
    corrected = {entry.corrects for entry in log}
    return [
        entry for entry in log if entry.seq not in corrected and not isinstance(entry.fact, EntryWithdrawn)
    ]


_YEARS = range(1900, 2900)  # others write year 1 or 9999 for "not known" and "for ever"


def begins(when: When, zone: tzinfo) -> datetime:
    """The instant, in UTC, at which something known to the day or the moment takes its place."""
    if when.year not in _YEARS:
        when = when.replace(year=min(max(when.year, _YEARS[0]), _YEARS[-1]), day=min(when.day, 28))
    at = when if isinstance(when, datetime) else datetime(when.year, when.month, when.day, tzinfo=zone)
    return at.astimezone(UTC)


def on_the_wall(starts: str, zone: str, organisation: tzinfo) -> datetime:
    """A wall-clock time as an instant; in a gap it moves on with the clock, in an overlap it is the first."""
    there = ZoneInfo(zone) if zone else organisation
    return begins(datetime.fromisoformat(starts).replace(tzinfo=there), there)


def _tie(entry: Entry) -> tuple[object, ...]:
    """What orders entries of one moment and word, so that the order of arrival never does."""
    return repr(entry.fact), str(entry.author), entry.evidence, entry.day_only, entry.recorded_at


def _without_undone_merges(placed: list[tuple[datetime, int, Entry]]) -> list[tuple[datetime, int, Entry]]:
    """A merge that was undone later never happened: what it ended is owed again."""
    undone: set[str] = set()
    kept = []
    for item in reversed(placed):
        fact = item[2].fact
        if isinstance(fact, MergeUndone):
            undone.add(fact.other)
        if not (isinstance(fact, ReferralMerged) and fact.other in undone):
            kept.append(item)
    return kept[::-1]


@dataclass(frozen=True)
class Story:
    """The standing entries in order, with what several computations need of them."""

    entries: tuple[Entry, ...]
    at: tuple[datetime, ...]
    calendar: Calendar

    @classmethod
    def of(cls, log: Sequence[Entry], calendar: Calendar) -> "Story":
        zone = calendar.zone
        placed = [(begins(entry.occurred_at, zone), RANK[entry.word], entry) for entry in standing(log)]
        placed.sort(key=lambda item: item[:2])
        if any(one[:2] == other[:2] for one, other in pairwise(placed)):
            placed.sort(key=lambda item: (*item[:2], *_tie(item[2])))
        placed = _without_undone_merges(placed)
        return cls(tuple(item[2] for item in placed), tuple(item[0] for item in placed), calendar)

    @cached_property
    def places(self) -> Mapping[str, Sequence[int]]:
        """Where in the story each word stands."""
        found: dict[str, list[int]] = {}
        for place, entry in enumerate(self.entries):
            found.setdefault(entry.word, []).append(place)
        return found

    @cached_property
    def ladder(self) -> tuple[Mapping[int, int], int]:
        """The place on the contact ladder of each attempt, and how many count now."""
        return numbered(self.entries) if "contact-attempted" in self.places else ({}, 0)

    @cached_property
    def urgencies(self) -> Sequence[tuple[int, str]]:
        """Every urgency the referral had, and the place in the story from which it had it."""
        kinds = (ReferralReceived, ReferralChanged, ReferralTriaged, UrgencyRaised, UrgencyLowered)
        found: list[tuple[int, str]] = []
        for place, entry in enumerate(self.entries):
            if isinstance(entry.fact, kinds) and entry.fact.urgency not in ("", *(u for _, u in found[-1:])):
                found.append((place, entry.fact.urgency))
        return found

    @cached_property
    def traits(self) -> Mapping[str, str]:
        """What conditions of a policy may ask about the whole referral."""
        received = next((e.fact for e in self.entries if isinstance(e.fact, ReferralReceived)), None)
        return {
            "urgency": self.urgencies[-1][1] if self.urgencies else "unknown",
            "risk": "yes" if self.risks else "no",
            "kind": received.kind if received else "inbound",
            "social": "yes" if received and received.social else "no",
        }

    @cached_property
    def risks(self) -> frozenset[str]:
        """The risk flags that stand."""
        standing: set[str] = set()
        for entry in self.entries:
            if isinstance(entry.fact, RiskFlagged):
                standing.add(entry.fact.risk)
            elif isinstance(entry.fact, RiskCleared):
                standing.discard(entry.fact.risk)
        return frozenset(standing)

    @cached_property
    def pauses(self) -> Sequence[tuple[datetime, datetime]]:
        """When clocks stood still; a pause nobody ended ends with its last day."""
        resumed: dict[str, datetime] = {}
        found = []
        for at, entry in zip(reversed(self.at), reversed(self.entries), strict=True):
            if isinstance(entry.fact, ClockResumed):
                resumed[entry.fact.pause] = at
            elif isinstance(entry.fact, ClockPaused) and entry.fact.until_on:
                until = self.calendar.closes(self.within_years(entry.fact.until_on))
                found.append((at, min(resumed.get(entry.fact.pause, until), until)))
        return found[::-1]

    def within_years(self, day: date) -> date:
        """A day that can still be counted from."""
        return begins(day, UTC).date()

    def fits(self, place: int, patterns: Sequence[Pattern]) -> bool:
        """Whether the entry at this place is one that the patterns ask for."""
        entry = self.entries[place]
        return any(
            pattern.word == entry.word
            and all(self._value(entry, name) in values for name, values in pattern.where)
            for pattern in patterns
        )

    def _value(self, entry: Entry, name: str) -> str:
        if name == "attempt" and isinstance(entry.fact, ContactAttempted):
            return str(self.ladder[0][entry.seq])
        value = getattr(entry.fact, name)
        return ("yes" if value else "no") if isinstance(value, bool) else str(value)

    def precedes(self, one: int, other: int) -> bool:
        """Whether the entry at `one` certainly happened before the one at `other`."""
        if self.entries[one].day_only or self.entries[other].day_only:
            return self.day(one) < self.day(other)
        return self.at[one] < self.at[other]

    def day(self, place: int) -> date:
        """The local day of an entry."""
        return self.at[place].astimezone(self.calendar.zone).date()
