"""Templates, and how values are written in them."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from lucide.jinja import lucide as drawn_icon
from markupsafe import Markup

from referloop.workbench.remedies import remedy

HOME = Path(__file__).parent
_DAY = timedelta(days=1)
# Asking the clock's library for names costs more than everything else about a row of a list.
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_CODE = re.compile(r"\s*\([A-Z]?[0-9][0-9A-Z.-]{3,}\)$")


@cache
def environment() -> Environment:
    found = Environment(
        loader=FileSystemLoader(HOME / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,  # it would ask the disk for the age of each template at every page
    )
    found.filters |= {"when": _when, "clock": _clock, "day": spoken_day, "until": _until, "many": many}
    found.filters |= {"service": service_name, "remedy": remedy, "channel": channel_words}
    found.globals["icon"] = icon
    found.globals |= _drawn_once(found)
    return found


def _drawn_once(of: Environment) -> dict[str, Callable[..., Markup]]:
    """Pieces of `tags.html` that are the same for the same words: a list shows each of them many times."""
    pieces: Any = of.get_template("tags.html").module
    flags = lru_cache(1024)(pieces.flags)
    return {
        "urgency": lru_cache(64)(pieces.urgency),
        "bar": lru_cache(1024)(pieces.bar),
        "flags": lambda words, but=(): flags(tuple(words), but),
    }


def render(template: str, shows: dict[str, Any]) -> str:
    return environment().get_template(template).render(**shows)


@cache
def icon(name: str) -> Markup:
    """A picture beside words; it says nothing by itself."""
    return Markup(drawn_icon(name, size=16, **{"aria-hidden": "true", "class": "icon"}))  # noqa: S704


def spoken_day(day: date | None) -> str:
    """
    >>> spoken_day(date(2026, 11, 24))
    '24 Nov 2026'
    """
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}" if day else ""


def spoken_start(starts: str) -> str:
    """A wall clock of the log, as people write it.

    >>> spoken_start("2026-12-01T09:30")
    'Tue 1 Dec 2026 09:30'
    """
    at = datetime.fromisoformat(starts)
    return f"{at:%a} {at.day} {at:%b %Y %H:%M}"


def many(count: int) -> str:
    """Counts stop at a thousand and one, and say so.

    >>> many(7), many(1000), many(1001)
    ('7', '1,000', '1,000+')
    """
    return "1,000+" if count > 1_000 else f"{count:,}"


@lru_cache(4096)
def service_name(service: str) -> str:
    """A service without the code behind it, for lists; the referral's own page shows both.

    >>> service_name("Cardiology consultation (183519002)"), service_name("MRI knee (left)")
    ('Cardiology consultation', 'MRI knee (left)')
    """
    return _CODE.sub("", service) or service


def channel_words(channel: str) -> str:
    """
    >>> channel_words("hl7v2"), channel_words("carrier-pigeon")
    ('HL7 v2', 'carrier-pigeon')
    """
    words = {"fhir": "FHIR", "hl7v2": "HL7 v2", "table": "spreadsheet", "workbench": "entered here"}
    return words.get(channel, channel)


def exact(at: datetime, zone: ZoneInfo) -> str:
    """
    >>> exact(datetime(2026, 11, 24, 14, 30, tzinfo=ZoneInfo("UTC")), ZoneInfo("America/New_York"))
    'Tue 24 Nov 2026 09:30'
    """
    local = at.astimezone(zone)
    day = f"{_WEEKDAYS[local.weekday()]} {local.day} {_MONTHS[local.month - 1]} {local.year}"
    return f"{day} {local.hour:02}:{local.minute:02}"


def away(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """How far an instant is, in the words of a clock.

    >>> utc = ZoneInfo("UTC"); now = datetime(2026, 11, 24, 9, tzinfo=utc)
    >>> away(now + timedelta(hours=2), now, utc), away(now - timedelta(days=3), now, utc)
    ('due in 2 h', 'overdue by 3 d')
    """
    gap = abs(at - now)
    if gap >= 2 * _DAY:
        words = f"{gap.days} d"
    elif gap >= timedelta(hours=1):
        words = f"{gap // timedelta(hours=1)} h"
    else:
        words = f"{max(gap // timedelta(minutes=1), 1)} min"
    return f"due in {words}" if at > now else f"overdue by {words}"


@pass_context
def _when(context: Context, at: datetime | None) -> str:
    return exact(at, context["here"].zone) if at else ""


@pass_context
def _until(context: Context, at: datetime | None) -> str:
    return away(at, context["here"].now, context["here"].zone) if at else ""


@pass_context
def _clock(context: Context, at: datetime | None) -> Markup:
    """A due time in words, with the exact one for those who ask."""
    if at is None:
        return Markup("")
    here = context["here"]
    late = " late" if at <= here.now else ""
    said, words = exact(at, here.zone), away(at, here.now, here.zone)
    return Markup(f'<time class="due{late}" datetime="{at.isoformat()}" title="{said}">{words}</time>')  # noqa: S704  numbers and our own words
