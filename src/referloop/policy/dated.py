"""The dated values of a requirement: from which day, within what time, on whose authority."""

import re
from datetime import date, datetime
from typing import Any

from referloop.policy.policy_file import PolicyFile
from referloop.referral import kinds
from referloop.referral.problems import Problem
from referloop.referral.requirement import Span

URGENCIES = tuple(word for word in kinds.URGENCIES if word != "unknown")  # that one is worked as urgent
_SPAN = re.compile(r"(\d{1,3}) (min|h|d|bd)")
_NEEDED = {"from", "within", "citation"}
_KNOWN = _NEEDED | {"verified_on"}


def version(file: PolicyFile, said: dict[str, Any], table: int) -> dict[str, Any]:
    """One [[in_force]] table as fields of a requirement."""
    for key in sorted(_NEEDED - said.keys()):
        says = f"`{key}` is missing in this [[in_force]]."
        remedy = 'Every value of policy needs from = 2026-01-01, within = {...} and citation = "...".'
        file.add(Problem("policy-value-missing", file.at(key, table), says, remedy))
    for key in sorted(said.keys() - _KNOWN):
        says = f"`{key}` has no place in [[in_force]]."
        file.add(Problem("policy-unknown-key", file.at(key, table), says, "Remove it."))
    for key in sorted({"from", "verified_on"} & said.keys()):
        if not isinstance(said[key], date) or isinstance(said[key], datetime):
            says = f"`{key}` is not a day."
            file.add(Problem("policy-date", file.at(key, table), says, f"Write {key} = 2026-01-01."))
    if not isinstance(said.get("citation", ""), str):
        says = "`citation` is not a text."
        file.add(Problem("policy-type", file.at("citation", table), says, 'Write citation = "...".'))
    within = said.get("within", {"any": "1 d"})
    return {
        "since": said.get("from"),
        "within": _within(file, within, table),
        "citation": said.get("citation"),
        "verified_on": said.get("verified_on"),
    }


def _within(file: PolicyFile, said: Any, table: int) -> dict[str, Span]:
    if not isinstance(said, dict):
        says = "`within` is not a table of times."
        file.add(Problem("policy-type", file.at("within", table), says, 'Write within = { any = "2 bd" }.'))
        return {}
    if "any" not in said and not set(URGENCIES) <= said.keys():
        says = "Some urgencies have no time."
        file.add(Problem("policy-urgency", file.at("within", table), says, 'Add any = "2 bd".'))
    return {urgency: _span(file, urgency, value, table) for urgency, value in said.items()}


def _span(file: PolicyFile, urgency: str, said: Any, table: int) -> Span:
    if urgency not in (*URGENCIES, "any"):
        says, remedy = f"`{urgency}` is no urgency.", f"Use: {', '.join(URGENCIES)}, any."
        file.add(Problem("policy-urgency", file.at("within", table), says, remedy))
    found = _SPAN.fullmatch(said) if isinstance(said, str) else None
    if found is None:
        says = f"The time for `{urgency}` cannot be read."
        remedy = 'Write an amount and a unit: "30 min", "2 h", "7 d" or "2 bd" (business days), at most 999.'
        file.add(Problem("policy-span", file.at("within", table), says, remedy))
        return Span(0, "d")
    return Span(int(found[1]), found[2])  # type: ignore[arg-type]
