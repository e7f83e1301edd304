"""Days and times as people type them: read, or refused with what to write instead."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from referloop.referral.entry import When
from referloop.referral.facts.fact import Fact
from referloop.referral.facts.scheduling import (
    AppointmentBooked,
    AppointmentMoved,
    EncounterFinished,
    PatientArrived,
    PatientNoShow,
)
from referloop.referral.folds import Leaf
from referloop.referral.problems import Problem
from referloop.referral.story import begins, on_the_wall

WRITE_DAY = "Write YYYY-MM-DD, such as 2026-12-04."
TURN = "-turn"  # behind the name of a time: which of two such times was meant
EARLIEST = date(1900, 1, 1)
_FARTHEST = timedelta(days=3_653)
_FARTHEST_VISIT = timedelta(days=731)
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?")
_AHEAD: Mapping[str, tuple[str, ...]] = {  # days until which something lasts from when it is recorded
    "hold-placed": ("until_on",),
    "clock-paused": ("until_on",),
    "patient-to-call": ("watch_until_on",),
    "patient-waitlisted": ("look_again_on",),
    "looked-again": ("look_again_on",),
    "closure-announced": ("closes_on",),
}
_GONE: Mapping[str, tuple[str, ...]] = {"patient-died": ("died_on",)}
Turns = tuple[tuple[str, str], ...]  # values and words of the two times that may be meant


def day_of(typed: str) -> date | None:
    """A day in the one way that everybody reads alike.

    >>> day_of("2026-12-04"), day_of("01-02-03"), day_of("2023-02-29")
    (datetime.date(2026, 12, 4), None, None)
    """
    try:
        return date.fromisoformat(typed) if _DAY.fullmatch(typed) and typed.isascii() else None
    except ValueError:
        return None


def time_of(typed: str) -> datetime | None:
    """A time on a wall, without a zone."""
    try:
        return datetime.fromisoformat(typed) if _TIME.fullmatch(typed) and typed.isascii() else None
    except ValueError:
        return None


def too_far(day: date, today: date) -> bool:
    return not EARLIEST <= day <= today + _FARTHEST


def turns(typed: str, zone: ZoneInfo) -> Turns:
    """The two times that may be meant where clocks are changed; () for any other time.

    >>> turns("2026-03-08T02:30", ZoneInfo("America/New_York"))
    (('2026-03-08T01:30', '8 Mar 01:30'), ('2026-03-08T03:30', '8 Mar 03:30'))
    """
    at = time_of(typed)
    if at is None or not 1 < at.year < 9999:
        return ()
    first, second = (at.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return ()
    back = [each.astimezone(UTC).astimezone(zone).replace(tzinfo=None) for each in (first, second)]
    if back[0] != at:
        return tuple((f"{each:%Y-%m-%dT%H:%M}", _spoken(each)) for each in sorted(back))
    return ("first", "the first, before the clock goes back"), ("second", "the second, after it")


def meant(typed: str, turn: str, zone: ZoneInfo) -> tuple[str, str]:
    """The time and the zone in which it comes once; a zone is named only where the organisation's says less.

    >>> meant("2026-11-01T01:30", "second", ZoneInfo("America/New_York"))
    ('2026-11-01T01:30', 'Etc/GMT+5')
    """
    offered = dict(turns(typed, zone))
    if turn not in offered:
        return typed, ""
    if turn != "second":
        return (typed, "") if turn == "first" else (turn, "")
    at = datetime.fromisoformat(typed).replace(tzinfo=zone, fold=1)
    hours = (at.utcoffset() or timedelta()) / timedelta(hours=1)
    return typed, f"Etc/GMT{-int(hours):+d}"


def undecided(name: str, label: str, typed: str, turn: str, zone: ZoneInfo) -> Problem | None:
    """The question that stands when such a time was typed and not said which."""
    offered = turns(typed, zone)
    if not offered or turn in dict(offered):
        return None
    if offered[0][0] == "first":
        says = f"{label}: this time comes twice, because the clock goes back."
        return Problem("time-twice", name, says, "Choose the first or the second.")
    says = f"{label}: this time does not exist, because the clock goes forward."
    return Problem("time-skipped", name, says, f"Choose {offered[0][1]} or {offered[1][1]}.")


def out_of_order(fact: Fact, when: When, now: datetime, zone: ZoneInfo) -> list[Problem]:
    """What is wrong with the days of a fact by the side of each other and of the day it is of."""
    today, since = (begins(each, zone).astimezone(zone).date() for each in (now, when))
    return [*_in_bounds(fact, today), *_in_order(fact, today, since), *_visit(fact, when, now, zone)]


def _in_bounds(fact: Fact, today: date) -> Iterator[Problem]:
    for name, day in _days(fact).items():
        if too_far(day, today):
            remedy = "Check the year; leave the field empty when there is no end."
            yield Problem("day-bounds", name, "This day is too far away to be meant.", remedy)


def _in_order(fact: Fact, today: date, since: date) -> Iterator[Problem]:
    days = _days(fact)
    if "from_on" in days and "until_on" in days and days["until_on"] < days["from_on"]:
        yield Problem("day-order", "until_on", "It ends before it begins.", "Choose a later last day.")
    for name in _AHEAD.get(fact.word, ()):
        if name in days and days[name] < since:
            yield Problem("day-past", name, "This day is over.", "Choose a day to come.")
    for name in _GONE.get(fact.word, ()):
        if name in days and days[name] > today:
            yield Problem("day-ahead", name, "This day is still to come.", "Choose today or an earlier day.")


def _visit(fact: Fact, when: When, now: datetime, zone: ZoneInfo) -> Iterator[Problem]:
    if not isinstance(fact, AppointmentBooked | AppointmentMoved):
        return
    starts = on_the_wall(fact.starts, fact.zone, zone)
    if starts < begins(when, zone):
        remedy = "Choose a time to come, or say under “It happened earlier” when it was arranged."
        yield Problem("visit-past", "starts", "The visit would be before it was arranged.", remedy)
    if starts > now + _FARTHEST_VISIT:
        yield Problem("visit-far", "starts", "The visit is more than two years away.", "Check the year.")


def ahead(fact: Fact, booked: Sequence[Leaf], when: When, zone: ZoneInfo) -> list[Problem]:
    """Nobody came to a visit, or stayed away from it, before its day."""
    if not isinstance(fact, PatientArrived | PatientNoShow | EncounterFinished):
        return []
    named = [each.fact for each in booked if each.id and each.id == fact.appointment]
    starts = next((getattr(each, "starts", "") for each in named), "")
    if not starts or date.fromisoformat(starts[:10]) <= begins(when, zone).astimezone(zone).date():
        return []
    remedy = "Move or cancel it first, or name the visit that it was."
    return [Problem("visit-ahead", "appointment", "This visit is still to come.", remedy)]


def _days(fact: Fact) -> dict[str, date]:
    found = {each.name: getattr(fact, each.name) for each in fields(fact)}
    return {name: value for name, value in found.items() if isinstance(value, date)}


def _spoken(at: datetime) -> str:
    return f"{at.day} {at:%b %H:%M}"
