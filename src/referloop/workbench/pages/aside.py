"""Putting a referral aside for oneself: until a time, with a reason, and never past the date it is due."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from referloop.referral.problems import Problem
from referloop.referral.requirement import Calendar, Span
from referloop.workbench.asking import NOT_HERE, Answer, Ask, Go, Here, Page
from referloop.workbench.lines import Line
from referloop.workbench.needs import Needs
from referloop.workbench.rendering import exact

REASONS = (
    "On the phone, on hold", "Waiting for a call back", "Waiting for a portal to answer",
    "Patient asked to be called later", "Needs a quiet hour", "Not for me",
)  # fmt: skip
NEVER = ("stat", "emergent")
_MORNING, _AFTERNOON = time(8), time(13)
_LONGEST = 400


@dataclass(frozen=True, slots=True)
class Choice:
    """A time that one may choose, as the form sends it and as people read it."""

    value: str
    words: str
    until: datetime


def aside(ask: Ask, needs: Needs) -> Answer:
    line = needs.asides.line(ask.here, ask.path["referral"])
    if line is None or line.headline.startswith("Closed"):
        return NOT_HERE
    latest = last_moment(line, ask.here, needs.calendar(ask.here))
    offered = choices(ask.here, latest)
    found: Sequence[Problem] = _never(line)
    if ask.posted and not found:
        until, reason, found = _wanted(ask, offered, latest)
        if until and not found:
            found = needs.asides.put(ask.here, line, until, reason)
            if not found:
                told = exact(until, ask.here.zone)
                return Go("/", f"Put aside until {told}. It is back before that if something happens.")
    shows = {
        "line": line, "choices": offered, "reasons": REASONS, "against": found, "typed": ask.form,
        "latest": latest, "never": bool(_never(line)),
    }  # fmt: skip
    return Page("aside.html", shows, 422 if found and ask.posted else 200)


def back(ask: Ask, needs: Needs) -> Answer:
    if needs.asides.line(ask.here, ask.path["referral"]) is None:
        return NOT_HERE
    needs.asides.back(ask.here, ask.path["referral"])
    return Go("/", "It is back in your work.")


def last_moment(line: Line, here: Here, calendar: Calendar) -> datetime:
    """When it must be back: at its due date, or at the end of the next business day when that is past."""
    if line.due_at and line.due_at > here.now:
        return line.due_at
    return calendar.counted(here.now, Span(1, "bd"), whole_days=False)


def choices(here: Here, latest: datetime) -> list[Choice]:
    """The times at hand that lie between now and the last moment."""
    local = here.now.astimezone(here.zone)
    tomorrow, monday = _days_on(local, 1), _days_on(local, 7 - local.weekday())
    found = (
        Choice("hour", "in an hour", here.now + timedelta(hours=1)),
        Choice("afternoon", "at 13:00", _at(local, _AFTERNOON, here.zone)),
        Choice("tomorrow", "tomorrow at 08:00", _at(tomorrow, _MORNING, here.zone)),
        Choice("monday", "on Monday at 08:00", _at(monday, _MORNING, here.zone)),
    )
    return [each for each in found if here.now < each.until <= latest]


def _wanted(
    ask: Ask, offered: Sequence[Choice], latest: datetime
) -> tuple[datetime | None, str, list[Problem]]:
    problems = []
    reason = (ask.form.get("other", "") or ask.form.get("reason", "")).strip()
    if not reason or len(reason) > _LONGEST:
        says, remedy = "No reason was given.", "Choose one, or write your own in a line."
        problems.append(Problem("aside-reason", "reason", says, remedy))
    until = next((each.until for each in offered if each.value == ask.form.get("until")), None)
    if ask.form.get("until") == "own":
        until = _typed(ask.form.get("own", ""), ask.here.zone)
    if until is None:
        problems.append(
            Problem("aside-until", "until", "No time was chosen.", "Choose when it is to come back.")
        )
    elif not ask.here.now < until <= latest:
        remedy = f"Choose a time up to {exact(latest, ask.here.zone)}, or give it to somebody else."
        problems.append(Problem("aside-late", "until", "It would come back too late.", remedy))
    return until, reason, problems


def _never(line: Line) -> list[Problem]:
    if line.urgency not in NEVER:
        return []
    says = f"What is {line.urgency} is not put aside."
    return [Problem("aside-urgent", "referral", says, "Do its next step, or give it to somebody who can.")]


def _typed(text: str, zone: ZoneInfo) -> datetime | None:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=zone)
    except ValueError:
        return None


def _at(day: datetime, clock: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day.date(), clock, zone)


def _days_on(day: datetime, days: int) -> datetime:
    return day + timedelta(days=days)
