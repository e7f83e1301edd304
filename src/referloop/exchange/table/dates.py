"""Dates and times as people type them: read when only one reading is possible, else said to be unclear."""

import re
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from referloop.exchange.table.mapping import DateOrder

_YEAR_FIRST = re.compile(r"(\d{4})([-/.]?)(\d{2})\2(\d{2})|(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", re.ASCII)
_YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})", re.ASCII)
_NAMED_MONTH = re.compile(r"(\d{1,2})[- ./]?([A-Za-z]{3,9})\.?[- ./,]*(\d{4})", re.ASCII)
_MONTH_NAMED_FIRST = re.compile(r"([A-Za-z]{3,9})\.? (\d{1,2}),? (\d{4})", re.ASCII)
_TIME = re.compile(
    r"(.*?)[T ]\s*(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*([AaPp][Mm])?\s*(Z|[+-]\d{2}:?\d{2})?", re.ASCII
)
_LONGEST = 40
_PARTIAL = re.compile(r"(\d{4})(?:-(0[1-9]|1[0-2]))?", re.ASCII)
_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip


def read_day(text: str, order: DateOrder) -> date | None:
    """A day, or None where the text is no day or has more than one reading."""
    if len(text) > _LONGEST:
        return None
    try:
        return _year_first(text) or _year_last(text, order) or _named(text)
    except ValueError:  # 31 February
        return None


def read_birth_date(text: str, order: DateOrder) -> str:
    """ISO, possibly only a year or year and month; "" where the text is no date."""
    if _PARTIAL.fullmatch(text):
        return text
    found = read_day(text, order)
    return found.isoformat() if found else ""


def read_moment(text: str, order: DateOrder, zone: ZoneInfo | None) -> datetime | None:
    """An aware time, or None. A day without a time starts at its midnight in `zone`."""
    parts = _TIME.fullmatch(text) if len(text) <= _LONGEST else None
    found = read_day(parts[1] if parts else text, order)
    if found is None:
        return None
    if parts is None:
        return placed(datetime.combine(found, time()), zone)
    clock = _clock(int(parts[2]), int(parts[3]), int(parts[4] or 0), (parts[5] or "").lower())
    if clock is None:
        return None
    local = datetime.combine(found, clock)
    return _offset(local, parts[6]) if parts[6] else placed(local, zone)


def placed(local: datetime, zone: ZoneInfo | None) -> datetime | None:
    """The time in its zone; None where clocks changed so that it happened twice or never."""
    if zone is None:
        return None
    first, second = local.replace(tzinfo=zone), local.replace(tzinfo=zone, fold=1)
    return first if first.utcoffset() == second.utcoffset() else None


def order_shown(text: str) -> DateOrder | None:
    """What a text with the year last says about the order: "" when both readings are possible."""
    parts = _YEAR_LAST.match(text)
    if parts is None:
        return None
    first, second = int(parts[1]), int(parts[3])
    if first > 12 or second > 12:
        return "dmy" if first > 12 else "mdy"
    return "" if first != second else None


def _year_first(text: str) -> date | None:
    parts = _YEAR_FIRST.fullmatch(text)
    if parts is None:
        return None
    return date(int(parts[1] or parts[5]), int(parts[3] or parts[6]), int(parts[4] or parts[7]))


def _year_last(text: str, order: DateOrder) -> date | None:
    parts = _YEAR_LAST.fullmatch(text)
    if parts is None:
        return None
    first, second, year = int(parts[1]), int(parts[3]), int(parts[4])
    if order == "dmy" or (not order and first == second):
        return date(year, second, first)
    return date(year, first, second) if order == "mdy" else None


def _named(text: str) -> date | None:
    parts = _NAMED_MONTH.fullmatch(text)
    day, month, year = (parts[1], parts[2], parts[3]) if parts else ("", "", "")
    if not parts and (parts := _MONTH_NAMED_FIRST.fullmatch(text)):
        day, month, year = parts[2], parts[1], parts[3]
    found = [at for at, name in enumerate(_MONTHS, 1) if month and name.startswith(month.lower())]
    return date(int(year), found[0], int(day)) if len(found) == 1 else None


def _clock(hour: int, minute: int, second: int, half: str) -> time | None:
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0) if 1 <= hour <= 12 else 99
    return time(hour, minute, second) if hour < 24 and minute < 60 and second < 60 else None


def _offset(local: datetime, offset: str) -> datetime | None:
    try:
        return datetime.fromisoformat(f"{local.isoformat()}{offset.replace('Z', '+00:00')}").astimezone(UTC)
    except (ValueError, OverflowError):
        return None
