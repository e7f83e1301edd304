"""What is owed on a referral: the one computation that everything else in Referloop asks.

For each fact, each requirement in force on the day it happened opens an obligation; the first fact it asks
for that is not earlier meets it, on time or late; a fact it names under `unless` ends it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

from referloop.referral.entry import Entry
from referloop.referral.facts.desk import DeadlineMissed
from referloop.referral.requirement import Pattern, Policy, Requirement
from referloop.referral.story import Story, begins, on_the_wall

_THINGS = ("leg", "appointment", "authorization", "document", "recommendation", "question", "hold")
_ENDS = (Pattern("referral-closed"), Pattern("referral-merged", (("role", frozenset({"rests"})),)))


@dataclass(frozen=True, slots=True)
class Obligation:
    """A requirement that has come to bear on this referral, about one thing ("" when it is the whole)."""

    requirement: Requirement
    about: str
    opener: Entry
    opens_at: datetime
    due: datetime
    met_by: Entry | None
    ended_by: Entry | None

    @property
    def open(self) -> bool:
        return self.met_by is None and self.ended_by is None

    @property
    def settled_in_time(self) -> bool:
        by = self.met_by or self.ended_by
        return by is not None and begins(by.occurred_at, self.due.tzinfo or UTC) <= self.due

    @property
    def key(self) -> tuple[str, str]:
        return self.requirement.code, self.about


def obligations(log: Sequence[Entry], policy: Policy) -> list[Obligation]:
    """Everything that came to be owed, in the order it came."""
    return told(Story.of(log, policy.calendar), policy)


def owing(log: Sequence[Entry], policy: Policy) -> list[Obligation]:
    """What is still owed, soonest due first."""
    return still_open(obligations(log, policy))


def still_open(found: Sequence[Obligation]) -> list[Obligation]:
    return sorted((each for each in found if each.open), key=lambda o: (o.due, o.key))


def told(story: Story, policy: Policy) -> list[Obligation]:
    """The obligations of a story.

    One that is still open is not opened a second time, but one counted from a named day is replaced by a
    later fact that names another. A miss that late news made untrue opens nothing.
    """
    telling = _Telling(story)
    for place, opener in enumerate(story.entries):
        if not _untrue(opener, telling.found):
            for need in policy.opened_by(opener.word, story.day(place)):
                if story.fits(place, need.after) and _applies(story, need, opener):
                    telling.open(place, need)
    return telling.found


@dataclass(slots=True)
class _Telling:
    """The obligations found so far, and of each key the last one: its index, and what place settles it."""

    story: Story
    found: list[Obligation] = field(default_factory=list)
    last: dict[tuple[str, str], tuple[int, int | None]] = field(default_factory=dict)

    def open(self, place: int, need: Requirement) -> None:
        opener = self.story.entries[place]
        about = str(getattr(opener.fact, need.about)) if need.about else ""
        index, settled = self.last.get((need.code, about), (-1, -1))
        if settled is None or settled > place:
            if not need.counted_from:
                return
            self.found[index] = replace(self.found[index], met_by=None, ended_by=opener)
        met = _first(self.story, place, need, need.owed, about)
        ended = _ended(self.story, place, need, about)
        settled = min((each for each in (met, ended) if each is not None), default=None)
        self.last[need.code, about] = (len(self.found), settled)
        clock = _clock(self.story, place, need)
        by = _entry(self.story, met), _entry(self.story, ended)
        self.found.append(Obligation(need, about, opener, *clock, *by))


def _untrue(opener: Entry, found: Sequence[Obligation]) -> bool:
    """Whether a recorded miss is of something that, as we know now, was done or ended in time."""
    miss = opener.fact
    if not isinstance(miss, DeadlineMissed):
        return False
    missed = [each for each in found if each.key == (miss.requirement, miss.about)]
    return bool(missed) and all(each.settled_in_time for each in missed if each.due == opener.occurred_at)


def _entry(story: Story, place: int | None) -> Entry | None:
    return None if place is None else story.entries[place]


def _applies(story: Story, need: Requirement, opener: Entry) -> bool:
    """A day to count from that nobody named opens nothing."""
    if need.counted_from and not getattr(opener.fact, need.counted_from):
        return False
    return all(story.traits[name] in values for name, values in need.given)


def _first(story: Story, place: int, need: Requirement, wanted: Sequence[Pattern], about: str) -> int | None:
    """The first entry asked for that is about the same thing and does not certainly come before."""
    places = [each for pattern in wanted for each in story.places.get(pattern.word, ())]
    for candidate in sorted(places) if len(places) > 1 else places:
        if candidate == place or not story.fits(candidate, wanted):
            continue
        earlier = story.precedes(candidate, place)
        if (not earlier or (need.earlier_counts and wanted is need.owed)) and _same(
            story, candidate, need, about
        ):
            return candidate
    return None


def _same(story: Story, candidate: int, need: Requirement, about: str) -> bool:
    """A fact that does not say which thing it is about counts for any, and any for a thing nobody named."""
    fact = story.entries[candidate].fact
    if need.about == "about":  # a chase after a miss: whatever thing that was about
        named = {getattr(fact, thing, "") for thing in _THINGS} - {""}
        return not about or not named or about in named
    return not about or getattr(fact, need.about, "") in ("", about)


def _ended(story: Story, place: int, need: Requirement, about: str) -> int | None:
    found = (_first(story, place, need, need.unless, about), _first(story, place, need, _ENDS, about))
    return min((each for each in found if each is not None), default=None)


def _clock(story: Story, place: int, need: Requirement) -> tuple[datetime, datetime]:
    """From when it can be done, and by when it is due."""
    opener = story.entries[place]
    start, whole_days = _start(story, place)
    if need.counted_from and (anchor := _anchor(story, opener, need.counted_from)):
        start, whole_days = anchor
    due = _due(story, need, start, whole_days)
    if need.direction == "before":
        return story.at[place], due
    return start, _paused(story, start, due)


def _start(story: Story, place: int) -> tuple[datetime, bool]:
    """From when to count, and whether no more than the day is known."""
    day_only = story.entries[place].day_only
    return (story.calendar.starts(story.day(place)) if day_only else story.at[place]), day_only


def _due(story: Story, need: Requirement, start: datetime, whole_days: bool) -> datetime:
    """By the urgency that holds now; one raised after the start counts from when it was raised."""

    def by(urgency: str, since: datetime, whole_days: bool) -> datetime:
        backwards = need.direction == "before"
        return story.calendar.counted(since, need.span(urgency), whole_days=whole_days, backwards=backwards)

    later = [change for change in story.urgencies if story.at[change[0]] > start]
    before = story.urgencies[: len(story.urgencies) - len(later)]
    due = by(next((urgency for _, urgency in [*before[-1:], *later]), "unknown"), start, whole_days)
    for place, urgency in later:
        afresh = by(urgency, start, whole_days)
        due = max(afresh, min(due, by(urgency, *_start(story, place))))
    return due


def _paused(story: Story, start: datetime, due: datetime) -> datetime:
    """The due time moved by what the clocks stood still meanwhile."""
    for paused_at, end in story.pauses:
        begin = max(paused_at, start)
        if begin < min(due, end):
            due += end - begin
            start = end  # where pauses overlap, time stands still once
    return due


def _anchor(story: Story, opener: Entry, field: str) -> tuple[datetime, bool] | None:
    value = getattr(opener.fact, field)
    if isinstance(value, date):
        return story.calendar.starts(story.within_years(value)), True
    zone = getattr(opener.fact, "zone", "")
    return (on_the_wall(value, zone, story.calendar.zone), False) if value else None
