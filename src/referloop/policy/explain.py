"""Policy in words for people: why something is owed on a referral, and what one requirement asks."""

from collections.abc import Sequence
from datetime import datetime, tzinfo

from referloop.policy.in_force import PolicyInForce
from referloop.referral.entry import Entry, When
from referloop.referral.facts.fact import in_words
from referloop.referral.obligations import Obligation, obligations
from referloop.referral.requirement import Requirement
from referloop.referral.story import begins


def explain(log: Sequence[Entry], policy: PolicyInForce, now: datetime) -> str:
    """Everything that came to be owed: state, due in local time, what opened it, on whose authority."""
    zone = policy.calendar.zone
    found = sorted(obligations(log, policy), key=lambda each: (not each.open, each.due, each.key))
    return "\n".join(_obligation(each, zone, now) for each in found) or "Nothing was ever owed.\n"


def explain_requirement(requirement: Requirement) -> str:
    """One requirement of a given day: what it asks, of whom, when, and on whose authority."""
    need = requirement
    clock = f", {need.direction} {need.counted_from}" if need.counted_from else ""
    spans = "; ".join(f"{urgency} {span}" for urgency, span in need.within.items())
    lines = [
        f"{need.code}: {need.title}",
        f"  says        {need.says}",
        f"  owner       {need.owner}" + (f", then {need.escalates_to}" if need.escalates_to else ""),
        f"  opens after {_either(need.after)}" + (f", for each {need.about}" if need.about else ""),
        *[f"  only if     {name} is {' or '.join(sorted(values))}" for name, values in need.given],
        f"  met by      {_either(need.owed)}" + (", also an earlier one" if need.earlier_counts else ""),
        *([f"  ended by    {_either(need.unless)}"] if need.unless else []),
        f"  within      {spans}{clock}",
        *([f"  holds up    {', '.join(sorted(need.blocks))}"] if need.blocks else []),
        f"  source      {need.citation} (since {need.since.isoformat()})",
    ]
    return "\n".join(lines) + "\n"


def _either(patterns: Sequence[object]) -> str:
    return " or ".join(str(each) for each in patterns)


def _obligation(obligation: Obligation, zone: tzinfo, now: datetime) -> str:
    need = obligation.requirement
    about = f" [{obligation.about}]" if obligation.about else ""
    return (
        f"{need.code}{about}: {_state(obligation, zone, now)}\n"
        f"  {need.says} ({need.owner})\n"
        f"  because {shown(obligation.opener.occurred_at, zone)}: {in_words(obligation.opener.fact)}\n"
        f"  source  {need.citation} (since {need.since.isoformat()})\n"
    )


def _state(obligation: Obligation, zone: tzinfo, now: datetime) -> str:
    met, ended, due = obligation.met_by, obligation.ended_by, obligation.due
    if met:
        late = begins(met.occurred_at, zone) > due
        return (
            f"met {'late' if late else 'on time'} on {shown(met.occurred_at, zone)}, due {shown(due, zone)}"
        )
    if ended:
        return f"ended on {shown(ended.occurred_at, zone)}: {in_words(ended.fact)}"
    return f"{'open, late' if now > due else 'open'}, due {shown(due, zone)}"


def shown(when: When, zone: tzinfo) -> str:
    """A day or an instant on the wall clock of the organisation.

    >>> from zoneinfo import ZoneInfo
    >>> shown(datetime.fromisoformat("2026-07-01T20:00:00Z"), ZoneInfo("America/New_York"))
    '2026-07-01 16:00 EDT'
    """
    if isinstance(when, datetime):
        return when.astimezone(zone).strftime("%Y-%m-%d %H:%M %Z")
    return when.isoformat()
