"""How long a referral took and what is left of its permissions, in a few words."""

from referloop.referral.durations import Durations
from referloop.referral.units import Units
from referloop.workbench.rendering import spoken_day


def days_in_words(it: Durations) -> str:
    """
    >>> from datetime import date
    >>> days_in_words(Durations(date(2026, 11, 1), 90, 7, ended=True))
    'took 90 days gross, 83 net (7 paused) · cohort Nov 2026'
    >>> days_in_words(Durations(date(2026, 11, 1), 1, 0, ended=False))
    'open for 1 day gross, 1 net · cohort Nov 2026'
    """
    paused = f" ({it.paused} paused)" if it.paused else ""
    spent = f"{'took' if it.ended else 'open for'} {_many(it.gross, 'day')} gross, {it.net} net{paused}"
    return f"{spent} · cohort {spoken_day(it.cohort).partition(' ')[2]}"


def units_in_words(it: Units) -> str:
    """
    >>> from datetime import date
    >>> units_in_words(Units("a", "PA-1", 2, 1, 1, None, date(2026, 12, 3)))
    'PA-1: 2 units, 1 used, 1 booked, 0 left, until 3 Dec 2026'
    >>> units_in_words(Units("a", "", 0, 1, 0, None, None))
    'no limit of units, 1 used'
    >>> units_in_words(Units("a", "", 1, 1, 1, None, None))
    '1 unit, 1 used, 1 booked, 0 left, 1 visit without one: ask the payer for more'
    """
    said = [_many(it.approved, "unit") if it.approved else "no limit of units", f"{it.used} used"]
    said += [f"{it.booked} booked"] if it.booked else []
    said += [f"{it.left} left"] if it.approved else []
    said += [f"until {spoken_day(it.until_on)}"] if it.until_on else []
    said += [f"{_many(it.over, 'visit')} without one: ask the payer for more"] if it.over else []
    return (f"{it.number}: " if it.number else "") + ", ".join(said)


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
