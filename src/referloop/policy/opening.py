"""When a desk is open, as people write it down: hours of the week, public holidays, and days of its own."""

from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date, time, timedelta

from referloop.policy.calendar import Hours, Period
from referloop.referral.problems import Problem

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MOST_DAYS = 400
_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class OwnDay:
    """A day that is not as its weekday: closed, or open with hours of its own."""

    day: date
    name: str
    hours: Hours | None = None


@dataclass(frozen=True, slots=True)
class Opening:
    """`holidays` is a country or country-subdivision, "" for none; `week` has Monday first."""

    holidays: str
    week: tuple[Hours | None, ...]
    own: tuple[OwnDay, ...] = ()


def usual(holidays: str) -> Opening:
    """Monday to Friday, eight to five: what holds until a desk says otherwise."""
    return Opening(holidays, (*[(time(8), time(17))] * 5, None, None))


def period(it: Opening, since: date, known_on: date, public: AbstractSet[date]) -> Period:
    """As the calendar counts with it; a day of one's own goes before a public holiday."""
    opened = {each.day: each.hours for each in it.own if each.hours}
    closed = frozenset(public | {each.day for each in it.own if not each.hours})
    return Period(since, known_on, it.week, closed, opened)


def with_day(it: Opening, own: OwnDay) -> Opening:
    """A second word about a day takes the place of the first."""
    others = [each for each in it.own if each.day != own.day]
    return replace(it, own=tuple(sorted((*others, own), key=lambda each: each.day)))


def faults(it: Opening, known: Callable[[str], bool]) -> Iterator[Problem]:
    """Everything that is wrong with it; `known` tells a country or a part of one."""
    if it.holidays and not known(it.holidays):
        yield Problem("holidays-unknown", "country", "These holidays are not known.", "Choose from the list.")
    if not any(it.week):
        remedy = "Give at least one weekday its hours."
        yield Problem("week-closed", "opens-0", "The desk would never be open.", remedy)
    for number, hours in enumerate(it.week):
        if hours and hours[0] >= hours[1]:
            says = f"{DAYS[number]} closes before it opens."
            yield Problem("hours-backwards", f"opens-{number}", says, "Write the opening first.")
    if len(it.own) > _MOST_DAYS:
        says = f"More than {_MOST_DAYS} days of your own."
        yield Problem("days-many", "day", says, "Remove those that are past.")
    for own in it.own:
        yield from _own_faults(own)


def _own_faults(it: OwnDay) -> Iterator[Problem]:
    if not it.name or len(it.name) > _LONGEST_NAME or not it.name.isprintable():
        remedy = f"Write a few words, such as Saturday clinic; {_LONGEST_NAME} letters at most."
        yield Problem("day-name", "name", "The day has no name.", remedy)
    if it.hours and it.hours[0] >= it.hours[1]:
        says = "The open day closes before it opens."
        yield Problem("hours-backwards", "opens", says, "Write the opening first.")


def day_faults(valid_from: date | None, today: date, last: date | None) -> Iterator[Problem]:
    """A calendar begins today or later, and not before one that is laid down already."""
    if valid_from is None:
        yield Problem("from-missing", "valid_from", "It does not say from when.", "Choose a day.")
    elif valid_from < today:
        remedy = "Choose today or a later day: past deadlines stay as they were."
        yield Problem("from-past", "valid_from", "This day is past.", remedy)
    elif valid_from > today + timedelta(days=3 * 366):
        yield Problem("from-far", "valid_from", "This is years away.", "Choose a day within three years.")
    elif last and valid_from < last:
        says = f"A calendar from {last.isoformat()} on is laid down already, and would undo this one."
        yield Problem(
            "from-before-last", "valid_from", says, "Choose that day or later, or withdraw that one."
        )


def parsed_hours(opens: str, closes: str) -> Hours | str | None:
    """Two times of a form; None for two empty ones, and "" for what cannot be read."""
    if not opens.strip() and not closes.strip():
        return None
    try:
        return time.fromisoformat(opens.strip()), time.fromisoformat(closes.strip())
    except ValueError:
        return ""


def spoken(hours: Hours | None) -> str:
    """
    >>> spoken((time(8), time(17, 30))), spoken(None)
    ('08:00 to 17:30', 'closed')
    """
    return f"{hours[0]:%H:%M} to {hours[1]:%H:%M}" if hours else "closed"


def described(week: Sequence[Hours | None]) -> list[tuple[str, str]]:
    return [(name, spoken(hours)) for name, hours in zip(DAYS, week, strict=True)]
