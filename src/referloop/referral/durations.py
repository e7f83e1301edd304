"""How long a referral took, gross and net of the days its clocks stood still, and its month of arrival."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from referloop.referral.entry import Entry
from referloop.referral.facts.closure import ReferralClosed, ReferralReopened
from referloop.referral.facts.desk import ClockPaused, ClockResumed
from referloop.referral.facts.intake import MergeUndone, ReferralMerged, ReferralReceived
from referloop.referral.requirement import Calendar
from referloop.referral.story import Story, standing

_COUNTS = (
    ReferralReceived,
    ReferralClosed,
    ReferralReopened,
    ReferralMerged,
    MergeUndone,
    ClockPaused,
    ClockResumed,
)


@dataclass(frozen=True, slots=True)
class Durations:
    """`cohort` is the first day of the month in which it was received: figures count it there, whenever it
    closes. Days are calendar days, the first not counted.
    """

    cohort: date
    gross: int
    paused: int
    ended: bool  # closed or merged; an open one is counted until today

    @property
    def net(self) -> int:
        return self.gross - self.paused


def durations(log: Sequence[Entry], calendar: Calendar, at: datetime) -> Durations | None:
    """None where nothing was received yet. One that was reopened goes on counting from its first day."""
    story = Story.of([each for each in standing(log) if isinstance(each.fact, _COUNTS)], calendar)
    if "referral-received" not in story.places:
        return None
    first = story.day(story.places["referral-received"][0])
    end = _end(story)
    last = max(first, _day(at, calendar) if end is None else story.day(end))
    pauses = [(_day(begin, calendar), _day(until, calendar)) for begin, until in story.pauses]
    return Durations(first.replace(day=1), (last - first).days, _still(pauses, first, last), end is not None)


def _end(story: Story) -> int | None:
    """The place at which it ended, as `snapshot` sees it: None while it is open."""
    closed = rests = None
    for place, entry in enumerate(story.entries):
        match entry.fact:
            case ReferralClosed():
                closed = place
            case ReferralReopened():
                closed = None
            case ReferralMerged(role="rests"):
                rests = place
    return min((each for each in (closed, rests) if each is not None), default=None)


def _day(at: datetime, calendar: Calendar) -> date:
    return at.astimezone(calendar.zone).date()


def _still(pauses: Iterable[tuple[date, date]], first: date, last: date) -> int:
    """How many of these days the clocks stood still; where pauses overlap, a day counts once."""
    still = 0
    for begin, until in sorted(pauses):
        begin, until = max(begin, first), min(until, last)
        if begin < until:
            still += (until - begin).days
            first = until
    return still
