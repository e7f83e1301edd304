"""FHIR dates in searches: each stands for a stretch of time, as long as it is precise."""

import re
from calendar import monthrange
from datetime import UTC, datetime, timedelta

DATE = re.compile(
    r"(?P<how>eq|ne|gt|lt|ge|le|sa|eb)?(?P<date>\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01])"
    r"(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+\-]\d{2}:\d{2})?)?)?)?)"
)
_NEVER = (datetime.max.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))


def within(held: str, asked: str) -> bool:
    """Whether a date that a resource holds is what a search asks for, such as `ge2026-03-01`."""
    match = DATE.fullmatch(asked)
    mine = DATE.fullmatch(held)
    if match is None or mine is None:
        return False
    (from_, until), (start, end) = stretch(mine["date"]), stretch(match["date"])
    how = match["how"] or "eq"
    if how in ("eq", "ne"):
        return (start <= from_ and until <= end) is (how == "eq")
    found = {"gt": until > end, "sa": from_ >= end, "lt": from_ < start, "eb": until <= start}
    found |= {"ge": until > start, "le": from_ < end}
    return found[how]


def stretch(date: str) -> tuple[datetime, datetime]:
    """From when until when, in UTC; one that does not exist is never."""
    try:
        return _stretch(date)
    except (ValueError, OverflowError):
        return _NEVER


def _stretch(date: str) -> tuple[datetime, datetime]:
    if len(date) <= 10:
        year, month, day = (int(part) for part in (f"{date}-0-0".split("-")[:3]))
        start = datetime(year, month or 1, day or 1, tzinfo=UTC)
        days = 1 if day else monthrange(year, month)[1] if month else 365 + (monthrange(year, 2)[1] == 29)
        return start, start + timedelta(days=days)
    at = datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", date))
    at = at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    step = timedelta(microseconds=1) if "." in date else timedelta(seconds=1 if date.count(":") > 1 else 60)
    return at, at + step
