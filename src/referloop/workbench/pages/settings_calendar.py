"""The calendar: hours of the week, holidays, own days; a change is seen before it is laid down."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from referloop.policy.calendar import Hours
from referloop.policy.opening import DAYS, Opening, OwnDay, described, parsed_hours, with_day
from referloop.referral.problems import Problem
from referloop.workbench.asking import Answer, Ask, Go, Page
from referloop.workbench.calendar_needs import Impact
from referloop.workbench.needs import Needs
from referloop.workbench.pages.settings import TABS

HERE = "/settings/calendar"
_WHY = Problem("why-missing", "why", "It does not say why.", "Write a few words, for those who ask later.")
_OTHER = Problem(
    "calendar-other", "", "This is not what you looked at.", "Look at what moves, then lay it down."
)


def calendar(ask: Ask, needs: Needs) -> Answer:
    it = needs.settings.calendar.calendars(ask.here)
    return _page(ask, needs, it.last, form={"valid_from": _tomorrow(ask).isoformat()})


def preview(ask: Ask, needs: Needs) -> Answer:
    """What was filled in, and what it would move; a day is added or the parts of a country are listed too."""
    it, problems = _typed(ask)
    if ask.form.get("step") in ("parts", "add"):
        return _page(ask, needs, it, problems=problems)
    problems += needs.settings.calendar.problems(ask.here, it, _day(ask.form.get("valid_from", "")))
    valid_from = _day(ask.form.get("valid_from", ""))
    if problems or valid_from is None:
        return _page(ask, needs, it, problems=problems)
    return _page(ask, needs, it, impact=needs.settings.calendar.impact(ask.here, it, valid_from))


def change(ask: Ask, needs: Needs) -> Answer:
    """Lays down what was looked at, and nothing else."""
    it, problems = _typed(ask)
    valid_from, why = _day(ask.form.get("valid_from", "")), ask.form.get("why", "").strip()[:500]
    if ask.form.get("seen") != _mark(it, ask.form.get("valid_from", "")):
        problems.append(_OTHER)
    if not why:
        problems.append(_WHY)
    if not problems and valid_from:
        problems += needs.settings.calendar.lay(ask.here, it, valid_from, why)
    if problems or valid_from is None:
        again = [] if problems else needs.settings.calendar.problems(ask.here, it, valid_from)
        return _page(ask, needs, it, problems=[*problems, *again])
    return Go(HERE, f"Laid down: it holds from {valid_from.isoformat()} on.")


def withdraw(ask: Ask, needs: Needs) -> Answer:
    why = ask.form.get("why", "").strip()[:500]
    if not why:
        it = needs.settings.calendar.calendars(ask.here)
        return _page(ask, needs, it.last, problems=[_WHY])
    done = needs.settings.calendar.withdraw(ask.here, ask.form.get("id", ""), why)
    return Go(
        HERE, "Withdrawn: what held before goes on." if done else "It had begun, or was withdrawn before."
    )


def _typed(ask: Ask) -> tuple[Opening, list[Problem]]:
    """The calendar of the form, and what of it cannot be read."""
    problems: list[Problem] = []
    week = [_hours(ask.form, f"-{number}", name, problems) for number, name in enumerate(DAYS)]
    country, part = ask.form.get("country", ""), ask.form.get("part", "")
    if ask.form.get("step") == "parts" or ask.form.get("parts_of", "") != country:
        part = ""
    own = [each for text in ask.lists.get("own", []) if (each := _own_of(text))]
    it = Opening(f"{country}-{part}" if country and part else country, tuple(week), tuple(own))
    if ask.form.get("day", "") or ask.form.get("name", "").strip():
        it = _added(ask, it, problems)
    return it, problems


def _added(ask: Ask, it: Opening, problems: list[Problem]) -> Opening:
    """With the new day of the form, once it can be read."""
    day, before = _day(ask.form.get("day", "")), len(problems)
    hours = None
    if day is None:
        problems.append(
            Problem("day-form", "day", "The day cannot be read.", "Choose it, or write 2026-12-24.")
        )
    if ask.form.get("kind") == "open":
        hours = _hours(ask.form, "", "The open day", problems)
        if hours is None and len(problems) == before:
            remedy = "Write from when to when."
            problems.append(Problem("hours-missing", "opens", "The open day has no hours.", remedy))
    if day is None or len(problems) > before:
        return it
    return with_day(it, OwnDay(day, ask.form.get("name", "").strip(), hours))


def _hours(form: Mapping[str, str], of: str, name: str, problems: list[Problem]) -> Hours | None:
    found = parsed_hours(form.get(f"opens{of}", ""), form.get(f"closes{of}", ""))
    if not isinstance(found, str):
        return found
    remedy = "Write both times, such as 08:00 and 17:00; leave both empty for a closed day."
    problems.append(Problem("hours-form", f"opens{of}", f"{name}: the hours cannot be read.", remedy))
    return None


def own_text(it: OwnDay) -> str:
    """A day of one's own as a field of the form carries it."""
    hours = f"{it.hours[0]:%H:%M}|{it.hours[1]:%H:%M}" if it.hours else "|"
    return f"{it.day.isoformat()}|{hours}|{it.name}"


def _own_of(text: str) -> OwnDay | None:
    said, opens, closes, name = (*text.split("|", 3), "", "", "", "")[:4]
    day, hours = _day(said), parsed_hours(opens, closes)
    return OwnDay(day, name, hours) if day and not isinstance(hours, str) else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _mark(it: Opening, valid_from: str) -> str:
    """Says whether two calendars are the same one."""
    return repr((it.holidays, described(it.week), [own_text(each) for each in it.own], valid_from))


def _tomorrow(ask: Ask) -> date:
    return ask.here.today + timedelta(days=1)


def _page(
    ask: Ask,
    needs: Needs,
    it: Opening,
    *,
    form: Mapping[str, str] | None = None,
    problems: Sequence[Problem] = (),
    impact: Impact | None = None,
) -> Page:
    calendars = needs.settings.calendar.calendars(ask.here)
    country, _, part = it.holidays.partition("-")
    typed = dict(form if form is not None else ask.form)
    if impact or ask.form.get("step") == "add":
        typed = {name: value for name, value in typed.items() if name not in _NEW_DAY or problems}
    shows = {
        "tabs": TABS, "at": HERE, "it": calendars, "form": typed, "wrong": problems, "impact": impact,
        "week": [_row(number, name, it, ask.form) for number, name in enumerate(DAYS)],
        "now_week": described(calendars.now.week),
        "own": [(own_text(each), each) for each in it.own],
        "country": country, "part": part, "countries": needs.settings.calendar.countries(),
        "parts": needs.settings.calendar.parts(country), "seen": _mark(it, typed.get("valid_from", "")),
        "edited": ask.posted,
    }  # fmt: skip
    return Page("settings_calendar.html", shows, 422 if problems else 200)


_NEW_DAY = ("day", "name", "kind", "opens", "closes")


def _row(number: int, name: str, it: Opening, form: Mapping[str, str]) -> tuple[int, str, str, str]:
    """A weekday with its hours as they were typed, or as they are."""
    hours = it.week[number]
    opens, closes = (f"{hours[0]:%H:%M}", f"{hours[1]:%H:%M}") if hours else ("", "")
    return number, name, form.get(f"opens-{number}", opens), form.get(f"closes-{number}", closes)
