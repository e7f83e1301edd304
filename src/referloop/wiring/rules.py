"""The rules of one organisation as the books have them: what ships, its own packs over it, its calendars."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays
from holidays import registry

from referloop.policy.calendar import BusinessCalendar
from referloop.policy.in_force import PolicyInForce
from referloop.policy.laid import Laid, laid_over
from referloop.policy.opening import Opening, period
from referloop.policy.packs import library
from referloop.policy.reading import code_of
from referloop.referral.problems import Problem
from referloop.referral.requirement import Requirement
from referloop.storage.access import Organization
from referloop.storage.calendars import LaidCalendar, calendars
from referloop.storage.database import Session
from referloop.storage.packs import Pack, packs

_YEARS = range(1999, 2101)


@lru_cache(maxsize=32)
def public_holidays(where: str) -> Mapping[date, str]:
    """The public holidays of a country or a part of one, of all years that are counted in."""
    country, _, part = where.partition("-")
    return holidays.country_holidays(country, subdiv=part or None, years=_YEARS) if country else {}


@lru_cache(maxsize=1)
def countries() -> Sequence[tuple[str, str]]:
    """(code, name) of every country whose holidays are known, by name."""
    known = holidays.list_supported_countries(include_aliases=False)
    names = {codes[1]: name.replace("_", " ").title() for name, codes in registry.COUNTRIES.items()}
    return sorted(((code, names.get(code, code)) for code in known), key=lambda each: each[1])


@lru_cache(maxsize=32)
def parts(country: str) -> Sequence[tuple[str, str]]:
    """(code, name) of the parts of a country that have holidays of their own."""
    if country not in dict(countries()):
        return ()
    it = holidays.country_holidays(country)
    names = {code: name for name, code in it.subdivisions_aliases.items()}
    return [(code, names.get(code, code)) for code in it.subdivisions]


def is_known(where: str) -> bool:
    country, _, part = where.partition("-")
    return country in dict(countries()) and (not part or part in dict(parts(country)))


def base_calendar(it: Organization, where: str | None = None) -> BusinessCalendar:
    """Monday to Friday, eight to five, with the public holidays of `where`."""
    public = public_holidays(it.holidays if where is None else where)
    return BusinessCalendar(ZoneInfo(it.zone), frozenset(public))


def calendar_over(it: Organization, laid: Iterable[LaidCalendar]) -> BusinessCalendar:
    base = base_calendar(it)
    periods = tuple(
        period(
            each.opening, each.valid_from, each.written_at.astimezone(base.zone).date(),
            frozenset(public_holidays(each.opening.holidays)),
        )
        for each in laid
    )  # fmt: skip
    return BusinessCalendar(base.zone, base.holidays, periods=periods)


def in_force_on(it: Organization, laid: Sequence[LaidCalendar], day: date) -> Opening | None:
    """What was laid down for a day; None where nobody said anything."""
    return next((each.opening for each in reversed(laid) if each.valid_from <= day), None)


def laid_packs(found: Sequence[Pack], shipped: Iterable[Requirement]) -> list[Laid]:
    """Packs as what they ask; they were checked before they were kept, and one that a later release cannot
    read asks nothing: the page of the policy says so."""
    known = {each.code for each in shipped} | {code_of(name) for each in found for name in each.files}
    return [Laid(_asked(library(each.files, known)), each.valid_from, each.valid_until) for each in found]


def _asked(found: Iterable[Requirement | Problem]) -> tuple[Requirement, ...]:
    return tuple(each for each in found if isinstance(each, Requirement))


def rules_of(session: Session, it: Organization, shipped: Sequence[Requirement]) -> PolicyInForce:
    """What holds for this organisation now, before and later."""
    versions = laid_over(shipped, laid_packs(packs(session), shipped))
    return PolicyInForce(versions, calendar_over(it, calendars(session)))
