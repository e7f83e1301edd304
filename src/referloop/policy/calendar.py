"""Business days, opening hours and zones of one organisation; holidays are handed in as data."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from referloop.referral.requirement import Span

_EXACT = {"min": "minutes", "h": "hours"}
_MOST_ENDS = 10_000
# Payers write 9999-12-31 for "no end"; days near the ends of the calendar cannot be counted on from.
_FIRST, _LAST = date(100, 1, 1), date(9900, 1, 1)


@dataclass(frozen=True, slots=True)
class BusinessCalendar:
    """Monday to Friday less `holidays`, from `opens_at` to `closes_at` on the wall clock of `zone`."""

    zone: ZoneInfo
    holidays: AbstractSet[date] = field(default_factory=frozenset)
    opens_at: time = time(8)
    closes_at: time = time(17)
    # A desk counts the same few spans from the same few days all day long.
    _ends: dict[tuple[date, Span, int], datetime] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def is_business_day(self, day: date) -> bool:
        return day.weekday() < 5 and day not in self.holidays

    def starts(self, day: date) -> datetime:
        return datetime.combine(_countable(day), time(), self.zone)

    def closes(self, day: date) -> datetime:
        """The end of the business day as an instant."""
        return datetime.combine(_countable(day), self.closes_at, self.zone).astimezone(UTC)

    def counted(self, start: datetime, span: Span, *, whole_days: bool, backwards: bool = False) -> datetime:
        """The instant `span` after (or before) `start`.

        Minutes and hours are elapsed time. Days end at the close of business of the last one; the day of the
        start itself is not counted, and no business days at all means the next one that is open. Counting
        from a day that is only known as a day, an hour clock runs from its opening.
        """
        sign = -1 if backwards else 1
        day = _countable(start.date() if whole_days else start.astimezone(self.zone).date())
        if unit := _EXACT.get(span.unit):
            begin = datetime.combine(day, self.opens_at, self.zone) if whole_days else start
            return begin.astimezone(UTC) + sign * timedelta(**{unit: span.amount})
        found = self._ends.get((day, span, sign))
        if found is None:
            if len(self._ends) >= _MOST_ENDS:
                self._ends.clear()
            found = self._ends[day, span, sign] = self.closes(self._last_day(day, span, sign))
        return found

    def _last_day(self, day: date, span: Span, sign: int) -> date:
        if span.unit == "d":
            return day + sign * timedelta(days=span.amount)
        step, amount = timedelta(days=sign), span.amount
        while amount or not self.is_business_day(day):
            day += step
            amount -= self.is_business_day(day) and amount > 0
        return day


def _countable(day: date) -> date:
    return min(max(day, _FIRST), _LAST)
