"""The policy files that ship with the package, and a calendar with the federal holidays."""

from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import holidays

from referloop.policy.calendar import BusinessCalendar
from referloop.policy.in_force import PolicyInForce
from referloop.policy.packs import library
from referloop.referral.problems import Problem
from referloop.referral.requirement import Requirement

FOLDER = Path(__file__).parents[2] / "src/referloop/policy/library"
TEXTS = {path.name: path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.toml"))}
FEDERAL: frozenset[date] = frozenset(holidays.country_holidays("US", years=range(2025, 2029)))
NEW_YORK = BusinessCalendar(ZoneInfo("America/New_York"), FEDERAL)


def shipped() -> tuple[Requirement, ...]:
    found = library(TEXTS)
    assert [str(each) for each in found if isinstance(each, Problem)] == []
    return tuple(each for each in found if isinstance(each, Requirement))


POLICY = PolicyInForce(shipped(), NEW_YORK)
