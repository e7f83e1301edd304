"""What a pack would do: to the open referrals that matter most, and to those of the last 90 days."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from referloop.policy.impact import Change, changes
from referloop.policy.in_force import PolicyInForce
from referloop.policy.laid import Laid, laid_over
from referloop.policy.packs import library
from referloop.referral.requirement import Requirement
from referloop.storage.database import Session
from referloop.storage.open_referrals import owing_any, received_since
from referloop.storage.resources import logs
from referloop.wiring.impacts import on_open
from referloop.workbench.policy_needs import PackImpact, Past, Tally

DAYS = 90
LOOKED_AT = 200
_EVER = date(1900, 1, 1)


def pack_impact(
    session: Session, policy: PolicyInForce, files: Mapping[str, str], codes: Collection[str],
    now: datetime, today: date,
) -> PackImpact:  # fmt: skip
    """As if the pack had held ever since."""
    asked = [each for each in library(files, codes) if isinstance(each, Requirement)]
    as_if = _as_if(policy, asked, today)
    own = sorted({each.code for each in asked})
    return PackImpact(
        owing_any(session, own), on_open(session, policy, as_if), _past(session, policy, as_if, now)
    )


def _as_if(policy: PolicyInForce, asked: Sequence[Requirement], today: date) -> PolicyInForce:
    """Of each code the value that holds first, from a day that lies before everything."""
    first: dict[str, Requirement] = {}
    for each in sorted(asked, key=lambda version: version.since):
        if each.code not in first or each.since <= today:
            first[each.code] = replace(each, since=_EVER)
    laid = Laid(list(first.values()), _EVER)
    return PolicyInForce(laid_over(policy.versions, [laid]), policy.calendar)


def _past(session: Session, before: PolicyInForce, after: PolicyInForce, now: datetime) -> Past:
    since = now - timedelta(days=DAYS)
    ids = received_since(session, since, LOOKED_AT + 1)
    told = logs(session, ids[:LOOKED_AT])
    found = [changes(log.entries, before, after, open_only=False, since=since) for log in told.values()]
    changed = sum(bool(each) for each in found)
    return Past(
        DAYS, len(told), len(ids) <= LOOKED_AT, changed, _tallies([c for each in found for c in each])
    )


def _tallies(found: Sequence[Change]) -> list[Tally]:
    """By requirement, those with most changes first."""
    kinds: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for each in found:
        kinds[each.code, each.title][each.kind] += 1
    tallies = [Tally(*key, count["gained"], count["lost"], count["moved"]) for key, count in kinds.items()]
    return sorted(tallies, key=lambda each: (-each.gained - each.lost - each.moved, each.code))
