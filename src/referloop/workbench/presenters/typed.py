"""What people typed into a form, turned into a fact and a time, or everything that is wrong with it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, get_args
from zoneinfo import ZoneInfo

from referloop.referral.closing import REASONS
from referloop.referral.entry import When
from referloop.referral.facts.fact import Fact
from referloop.referral.fields import declared, fact_from
from referloop.referral.problems import Problem
from referloop.referral.story import begins, on_the_wall
from referloop.workbench.presenters.acts import Act, closing_reasons
from referloop.workbench.presenters.days import EARLIEST, TURN, WRITE_DAY, day_of, meant, time_of, undecided
from referloop.workbench.presenters.forms import NEW, Input
from referloop.workbench.workspace_needs import Workspace


def fact_of(
    act: Act,
    asked: Sequence[Input],
    form: Mapping[str, str],
    more: Mapping[str, str],
    it: Workspace,
    zone: ZoneInfo,
) -> Fact | list[Problem]:
    """`more` are fields that nobody types: a document's digest, what a corrected entry said."""
    values: dict[str, Any] = {
        name: _value(act, name, value) for name, value in more.items() if name in declared(act.word)
    }
    problems = []
    for each in asked:
        typed = form.get(each.name, "").strip()
        values.pop(each.name, None)
        if problem := _against(each, typed) or _when_against(each, typed, form, zone):
            problems.append(problem)
        elif typed and each.kind == "local":
            values[each.name], values["zone"] = meant(typed, form.get(each.name + TURN, ""), zone)
        elif typed and each.kind != "file":
            values[each.name] = _value(act, each.name, typed)
    if act.new and values.get(act.new, NEW) == NEW:
        values[act.new] = f"{act.new}-{it.standing.log.version + 1}"
    fact = fact_from(act.word, values) if not problems else ()
    return fact if isinstance(fact, Fact) else problems + [_in_labels(each, asked) for each in fact]


def _against(each: Input, typed: str) -> Problem | None:
    if each.required and each.kind not in ("file", "check") and not typed:
        return Problem("field-missing", each.name, f"{each.label} is missing.", "Fill it in.")
    if each.options and typed not in {value for value, _ in each.options}:
        says = f"{each.label}: this cannot be chosen here."
        return Problem("field-choice", each.name, says, "Choose one of those offered.")
    return None


def _when_against(each: Input, typed: str, form: Mapping[str, str], zone: ZoneInfo) -> Problem | None:
    """What keeps a day or a time from being read."""
    if each.kind == "day" and typed and day_of(typed) is None:
        return Problem("day-form", each.name, f"{each.label}: this is no day.", WRITE_DAY)
    if each.kind != "local" or not typed:
        return None
    if time_of(typed) is None:
        remedy = "Write the day and the time, such as 2026-12-01T09:00."
        return Problem("time-form", each.name, f"{each.label}: this is no time.", remedy)
    return undecided(each.name, each.label, typed, form.get(each.name + TURN, ""), zone)


def _value(act: Act, name: str, typed: str) -> Any:
    if get_args(declared(act.word)[name])[0] == tuple[str, ...]:
        return [part.strip() for part in typed.split(",") if part.strip()]
    return "yes" if typed == "on" else typed


def _in_labels(problem: Problem, asked: Sequence[Input]) -> Problem:
    """The same problem in the words of the form."""
    each = next((each for each in asked if f": {each.name} " in problem.says), None)
    if each is None:
        return problem
    return Problem(problem.code, each.name, f"{each.label} cannot be read.", problem.remedy)


def refused_to_role(act: Act, form: Mapping[str, str], role: str) -> Problem | None:
    """What somebody in this role may not record, though others may."""
    reason = form.get("reason", "")
    kept_back = set(REASONS) - set(closing_reasons(role, [*REASONS]))
    if act.word == "referral-closed" and reason in kept_back:
        says = "Your role closes only what is completed or a duplicate."
        return Problem("role-closes", "reason", says, "Ask a specialist to close it, or leave a note.")
    read_by_desk = act.word == "report-reviewed" and role not in ("clinician", "nurse")
    if read_by_desk and not form.get("note", "").strip():
        says = "The desk does not read reports for the clinician."
        return Problem("report-reader", "note", says, "Write in the note who read it, and how we know.")
    return None


def moment_of(form: Mapping[str, str], now: datetime, zone: ZoneInfo) -> When | Problem:
    """When it happened: a time on the desk's clock, a day alone, or now when nothing was said."""
    at, on = form.get("happened_at", "").strip(), form.get("happened_on", "").strip()
    turn = form.get("happened_at" + TURN, "")
    read, day = time_of(at) if at else now, day_of(on) if on else EARLIEST
    if read is None or day is None or min(read.date(), day) < EARLIEST:
        place = "happened_at" if read is None or read.date() < EARLIEST else "happened_on"
        remedy = "Choose a day and a time." if place == "happened_at" else WRITE_DAY
        return Problem("time-form", place, "When it happened cannot be read.", remedy)
    if problem := undecided("happened_at", "When it happened", at, turn, zone):
        return problem
    when: When = on_the_wall(*meant(at, turn, zone), zone) if at else day if on else now
    if begins(when, zone) > now:
        remedy = "Give the time at which it happened, or leave it empty for now."
        return Problem("time-ahead", "happened_at", "This has not happened yet.", remedy)
    return when


def band_of(at: datetime) -> str:
    """The part of the day in which somebody was called.

    >>> band_of(datetime(2026, 11, 24, 10)), band_of(datetime(2026, 11, 28, 10))
    ('morning', 'weekend')
    """
    if at.weekday() > 4:
        return "weekend"
    bands = ((11, "morning"), (14, "midday"), (17, "afternoon"), (24, "evening"))
    return next(word for until, word in bands if at.hour < until)
