"""Cases beside a policy file: a log, and what the requirement must make of it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from referloop.policy.calendar import BusinessCalendar
from referloop.policy.in_force import PolicyInForce
from referloop.policy.policy_file import PolicyFile
from referloop.policy.reading import code_of
from referloop.referral.entry import Entry, instant
from referloop.referral.journal import read
from referloop.referral.obligations import Obligation, obligations
from referloop.referral.problems import Problem
from referloop.referral.requirement import Requirement
from referloop.referral.story import begins

_EXPECTED = ("owed", "met", "ended")
_KEYS = {"name": str, "log": str, "at": datetime, "owed": list, "met": list, "ended": list}


def check(
    name: str, text: str, versions: Iterable[Requirement], calendar: BusinessCalendar
) -> tuple[Problem, ...]:
    """What fails in a file of cases: the requirement is the one the file is named after.

    `owed` lists `code due 2026-04-23T21:00:00Z`, `met` lists `code on time` or `code late`, `ended` lists
    `code`; a thing it is about follows the code in brackets. A list that is left out is empty. With `at`,
    only what was known by then counts. `holidays` are days on top of the calendar's.
    """
    file = PolicyFile(name, text, heading="[[case]]")
    said = file.parsed()
    cases, holidays = said.get("case", []), said.get("holidays", [])
    if not file.problems and not (_tables(cases) and _days(holidays)):
        says, remedy = "This is no file of cases.", "Write [[case]] tables; holidays = [2026-05-25]."
        file.add(Problem("case-file", file.at("case"), says, remedy))
    if file.problems:
        return tuple(file.problems)
    policy = PolicyInForce(
        tuple(version for version in versions if version.code == code_of(name)),
        replace(calendar, holidays=calendar.holidays | set(holidays)),
    )
    for number, case in enumerate(cases, start=1):
        _case(file, number, case, policy)
    return tuple(file.problems)


def _tables(said: Any) -> bool:
    return isinstance(said, list) and said != [] and all(isinstance(case, dict) for case in said)


def _days(said: Any) -> bool:
    return isinstance(said, list) and all(isinstance(day, date) for day in said)


def _case(file: PolicyFile, number: int, case: dict[str, Any], policy: PolicyInForce) -> None:
    before = len(file.problems)
    for key in sorted({"name", "log"} - case.keys()):
        file.add(Problem("case-missing", file.at(key, number), f"`{key}` is missing.", f'Add {key} = "...".'))
    for key, value in case.items():
        if not isinstance(value, _KEYS.get(key, ())) or getattr(value, "tzinfo", UTC) is None:
            says, remedy = (
                f"`{key}` has no place here.",
                f"A case has {', '.join(_KEYS)}; at is an instant with its offset.",
            )
            file.add(Problem("case-key", file.at(key, number), says, remedy))
    if len(file.problems) > before:
        return
    log = read(case["log"], file.at("log", number))
    faults = [each for each in log if isinstance(each, Problem)]
    file.problems.extend(faults)
    if not faults:
        _compare(file, number, case, _found([each for each in log if isinstance(each, Entry)], case, policy))


def _compare(file: PolicyFile, number: int, case: dict[str, Any], found: dict[str, list[str]]) -> None:
    for key in _EXPECTED:
        expected = [str(line) for line in case.get(key, [])]
        if expected != found[key]:
            says = f"{case['name']}: {key} is {_listed(found[key])}, expected {_listed(expected)}."
            remedy = "Change the requirement or the case."
            file.add(Problem("case-fails", file.at(key, number), says, remedy))


def _listed(lines: list[str]) -> str:
    return "; ".join(lines) or "nothing"


def _found(log: list[Entry], case: dict[str, Any], policy: PolicyInForce) -> dict[str, list[str]]:
    at = case.get("at")
    known = [entry for entry in log if at is None or entry.recorded_at <= at]
    found: dict[str, list[str]] = {key: [] for key in _EXPECTED}
    for each in obligations(known, policy):
        key, tail = _state(each, policy)
        about = f"[{each.about}]" if each.about else ""
        found[key].append(f"{each.requirement.code}{about}{tail}")
    return found


def _state(obligation: Obligation, policy: PolicyInForce) -> tuple[str, str]:
    if obligation.open:
        return "owed", f" due {instant(obligation.due)}"
    if obligation.met_by is None:
        return "ended", ""
    on_time = begins(obligation.met_by.occurred_at, policy.calendar.zone) <= obligation.due
    return "met", " on time" if on_time else " late"
