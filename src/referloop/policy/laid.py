"""A site's own packs laid over the policy that ships: each from a day on, and until another or for good."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from referloop.referral.requirement import Requirement


@dataclass(frozen=True, slots=True)
class Laid:
    """`until` is the first day on which what lies below holds again; None for no end."""

    requirements: Sequence[Requirement]
    since: date
    until: date | None = None


def laid_over(base: Iterable[Requirement], packs: Iterable[Laid]) -> tuple[Requirement, ...]:
    """The versions of every code; a later pack lies over an earlier one."""
    versions = tuple(base)
    for pack in packs:
        versions = _over(versions, pack)
    return versions


def _over(base: Sequence[Requirement], pack: Laid) -> tuple[Requirement, ...]:
    below, own = _by_code(base), _by_code(pack.requirements)
    found = [each for each in base if each.code not in own]
    for code, versions in own.items():
        found += _one(below.get(code, []), versions, pack)
    return tuple(found)


def _one(below: Sequence[Requirement], own: Sequence[Requirement], pack: Laid) -> list[Requirement]:
    """Below, then the pack's own from the day both have begun, then what is below again."""
    starts = max(pack.since, own[0].since)
    if pack.until and pack.until <= starts:
        return list(below)
    found = [each for each in below if each.since < starts]
    found += [each for each in _from(own, starts) if not pack.until or each.since < pack.until]
    if pack.until:
        found += _from(below, pack.until) or [_nothing(own[-1], pack.until)]
    return found


def _from(versions: Sequence[Requirement], day: date) -> list[Requirement]:
    """The versions of a day and after, the first of them beginning on that day."""
    begun = [each for each in versions if each.since <= day]
    return [*(replace(each, since=day) for each in begun[-1:]), *(v for v in versions if v.since > day)]


def _nothing(it: Requirement, since: date) -> Requirement:
    """A requirement that nothing opens any more."""
    return replace(it, after=(), since=since)


def _by_code(versions: Iterable[Requirement]) -> dict[str, list[Requirement]]:
    found: dict[str, list[Requirement]] = defaultdict(list)
    for each in sorted(versions, key=lambda version: (version.code, version.since)):
        found[each.code].append(each)
    return found
