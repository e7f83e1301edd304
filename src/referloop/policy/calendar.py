"""Business days, opening hours and zones of one organisation; holidays are handed in as data."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from referloop.referral.requirement import Span

_EXACT = {"min": "minutes", "h": "hours"}
_MOST_ENDS = 10_000
# Payers write 9999-12-31 for "no end"; days near the ends of the calendar cannot be counted on from.
_FIRST, _LAST = date(100, 1, 1), date(9900, 1, 1)


Hours = tuple[time, time]  # from, to


@dataclass(frozen=True, slots=True)
class Period:
    """What is open from the day `since` on. `known_on` is the day on which it was laid down."""

    since: date
    known_on: date
    week: Sequence[Hours | None]  # Monday first; at least one day is open
    closed: AbstractSet[date] = field(default_factory=frozenset)
    opened: Mapping[date, Hours] = field(default_factory=dict)  # on which it is open all the same

    def hours(self, day: date) -> Hours | None:
        own = self.opened.get(day)
        return own or (None if day in self.closed else self.week[day.weekday()])

    def usual(self) -> Hours:
        """The earliest opening and the latest closing of the week, for days that are closed."""
        known = [each for each in self.week if each]
        return min(opens for opens, _ in known), max(closes for _, closes in known)


@dataclass(frozen=True, slots=True)
class BusinessCalendar:
    """Monday to Friday less `holidays`, from `opens_at` to `closes_at` on the wall clock of `zone`.

    From the first day of a period on, the period says what is open: days before it stay as they were.
    """

    zone: ZoneInfo
    holidays: AbstractSet[date] = field(default_factory=frozenset)
    opens_at: time = time(8)
    closes_at: time = time(17)
    periods: tuple[Period, ...] = ()  # by their first day
    # A desk counts the same few spans from the same few days all day long.
    _ends: dict[tuple[date, Span, int], datetime] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def hours(self, day: date) -> Hours | None:
        """From when to when the desk is open on a day; None when it is not."""
        if period := _of_day(self.periods, day):
            return period.hours(day)
        return (self.opens_at, self.closes_at) if day.weekday() < 5 and day not in self.holidays else None

    def is_business_day(self, day: date) -> bool:
        if not self.periods:
            return day.weekday() < 5 and day not in self.holidays
        return self.hours(day) is not None

    def starts(self, day: date) -> datetime:
        return datetime.combine(_countable(day), time(), self.zone)

    def opens(self, day: date) -> datetime:
        return datetime.combine(_countable(day), self._from_to(day)[0], self.zone)

    def closes(self, day: date) -> datetime:
        """The end of the business day as an instant."""
        return datetime.combine(_countable(day), self._from_to(day)[1], self.zone).astimezone(UTC)

    def _from_to(self, day: date) -> Hours:
        period = _of_day(self.periods, day)
        return (period.hours(day) or period.usual()) if period else (self.opens_at, self.closes_at)

    def counted(self, start: datetime, span: Span, *, whole_days: bool, backwards: bool = False) -> datetime:
        """The instant `span` after (or before) `start`.

        Minutes and hours are elapsed time. Days end at the close of business of the last one; the day of the
        start itself is not counted, and no business days at all means the next one that is open. Counting
        from a day that is only known as a day, an hour clock runs from its opening.
        """
        sign = -1 if backwards else 1
        day = _countable(start.date() if whole_days else start.astimezone(self.zone).date())
        if unit := _EXACT.get(span.unit):
            begin = self.opens(day) if whole_days else start
            return begin.astimezone(UTC) + sign * timedelta(**{unit: span.amount})
        found = self._ends.get((day, span, sign))
        if found is None:
            if len(self._ends) >= _MOST_ENDS:
                self._ends.clear()
            found = self._ends[day, span, sign] = self._end(day, span, sign)
        return found

    def _end(self, day: date, span: Span, sign: int) -> datetime:
        """Counted backwards, what lay behind us when a period was laid down stays where it was."""
        if sign > 0 or not self.periods:
            return self.closes(self._last_day(day, span, sign))
        found = replace(self, periods=()).counted(self.starts(day), span, whole_days=True, backwards=True)
        for number, period in enumerate(self.periods, start=1):
            if found.astimezone(self.zone).date() >= period.known_on:
                known = replace(self, periods=self.periods[:number])
                found = known.closes(known._last_day(day, span, sign))
        return found

    def _last_day(self, day: date, span: Span, sign: int) -> date:
        if span.unit == "d":
            return day + sign * timedelta(days=span.amount)
        step, amount = timedelta(days=sign), span.amount
        while amount or not self.is_business_day(day):
            day += step
            amount -= self.is_business_day(day) and amount > 0
        return day


def _of_day(periods: Sequence[Period], day: date) -> Period | None:
    return next((period for period in reversed(periods) if period.since <= day), None)


def _countable(day: date) -> date:
    return min(max(day, _FIRST), _LAST)
