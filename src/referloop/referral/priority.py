"""What should be done next on a referral, and why, in three reasons: deterministic and replayable.

Score = harm x pressure of time x leverage / effort. Same log, policy and moment: same order, same words.
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from math import sqrt

from referloop.referral.facts.desk import HoldPlaced
from referloop.referral.obligations import Obligation
from referloop.referral.requirement import DECIDES, Calendar
from referloop.referral.snapshot import Snapshot
from referloop.referral.story import begins

OURS = ("specialist", "senior", "lead", "nurse")
_URGENCY = {
    "emergent": 8,
    "stat": 6,
    "fast-track": 3,
    "urgent": 3,
    "unknown": 2,
    "expedited": 1.5,
    "routine": 1,
}
_SEEN = "encounter-finished"
_LOOK_AGAIN_AFTER = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class NextStep:
    """What to do, who owes it, by when and why. Every open referral has exactly one."""

    code: str
    about: str
    says: str
    owner: str
    due: datetime
    score: float
    reasons: tuple[str, str, str]


def ranked(
    open_ones: Sequence[Obligation], now: Snapshot, at: datetime, calendar: Calendar
) -> list[NextStep]:
    """Every open obligation as a step, what matters most first.

    Steps that can be done now stand before those that wait for a day or for somebody outside.
    """
    return [_step(each, now, at, calendar) for each in _in_order(open_ones, now, at)]


def next_step(
    open_ones: Sequence[Obligation], now: Snapshot, at: datetime, calendar: Calendar
) -> NextStep | None:
    """The one step that matters most; None only when the referral is closed or merged.

    When policy asks for nothing, somebody still looks again: no open referral is without owner and date.
    """
    if not now.open and not open_ones:
        return None
    if open_ones:
        return _step(_in_order(open_ones, now, at)[0], now, at, calendar)
    due, reason = (now.last_progress_at or at) + _LOOK_AGAIN_AFTER, "policy asks for nothing more here"
    for hold in (leaf.fact for leaf in now.holds.values() if isinstance(leaf.fact, HoldPlaced)):
        reason = f"waits for {hold.waiting_for}: {hold.reason}"
        if hold.until_on and hold.until_on < due.date():
            due = calendar.closes(hold.until_on)
    reasons = (_weight(now), f"look again by {spoken(due, calendar.zone)}", reason)
    return NextStep("look-again", "", "Look at this referral again", "specialist", due, 0.1, reasons)


def _in_order(open_ones: Sequence[Obligation], now: Snapshot, at: datetime) -> list[Obligation]:
    blocked = {DECIDES[decision] for each in open_ones for decision in each.requirement.blocks}
    return sorted(
        open_ones, key=lambda each: (_waits(each, at, blocked), -_score(each, now, at), each.due, each.key)
    )


def _waits(each: Obligation, at: datetime, blocked: AbstractSet[str]) -> int:
    """0 for what we can do now, 1 for what others missed, 2 for what waits for a day or for somebody outside,
    3 for a decision that something else still blocks: however late, nobody can take it yet.

    What others missed comes after our own steps: the chase that policy opens for it is one of them.
    """
    need = each.requirement
    if need.owed[0].word in blocked:
        return 3
    if need.owner not in OURS:
        # Nobody sees a patient whose visit cannot be booked.
        early = need.owed[0].word == _SEEN and DECIDES["book"] in blocked
        return 3 if early else 1 if at >= each.due else 2
    return 2 if each.opens_at > at else 0


def _step(each: Obligation, now: Snapshot, at: datetime, calendar: Calendar) -> NextStep:
    need = each.requirement
    owner = now.owner if need.owner == "specialist" and now.owner else need.owner
    reasons = (_weight(now), _time(each, at, calendar.zone), _leverage(each, now, at, calendar.zone))
    return NextStep(need.code, each.about, need.says, owner, each.due, _score(each, now, at), reasons)


def _score(each: Obligation, now: Snapshot, at: datetime) -> float:
    need = each.requirement
    weight = _URGENCY.get(now.urgency, 1) * (1.5 if now.risks else 1)
    leverage = 1 + 0.5 * len(need.blocks)
    score = need.harm * weight * _pressure(each, at) * leverage / sqrt(max(need.effort, 1))
    return score + 1000 * need.top


def _pressure(each: Obligation, at: datetime) -> float:
    """Convex: slow at first, steep near the deadline, and growing with every day past it."""
    given = max((each.due - each.opens_at).total_seconds(), 60)
    used = (at - each.opens_at).total_seconds() / given
    late = max((at - each.due).total_seconds(), 0) / 86400
    return 1.0 + 3 * min(max(used, 0), 1) ** 3 + (2 + min(late, 30)) * (at >= each.due)


def _weight(now: Snapshot) -> str:
    see_by = now.request.see_by if now.request else None
    words = f"{now.urgency}, see by {see_by.day} {see_by:%b %Y}" if see_by else f"urgency {now.urgency}"
    return f"{words}; risk: {', '.join(sorted(now.risks))}" if now.risks else words


def _time(each: Obligation, at: datetime, zone: tzinfo) -> str:
    if at >= each.due:
        return f"overdue since {spoken(each.due, zone)}"
    if each.opens_at > at:
        return f"from {spoken(each.opens_at, zone)}, due {spoken(each.due, zone)}"
    return f"due {spoken(each.due, zone)}"


def _leverage(each: Obligation, now: Snapshot, at: datetime, zone: tzinfo) -> str:
    if each.requirement.blocks:
        names = {"request-permission": "asking the payer", "book": "booking", "send": "sending"}
        blocked = sorted({names.get(word, "closing") for word in each.requirement.blocks})
        return f"blocks {listed(blocked)}"
    if now.last_progress_at and (idle := (at - now.last_progress_at).days) >= 3:
        return f"no progress for {idle} days"
    since = begins(each.opener.occurred_at, zone)
    return f"since {each.opener.word.replace('-', ' ')}, {spoken(since, zone)}"


def listed(words: Sequence[str]) -> str:
    """
    >>> [listed(["booking"]), listed(["asking the payer", "booking", "sending"])]
    ['booking', 'asking the payer, booking and sending']
    """
    *others, last = words
    return f"{', '.join(others)} and {last}" if others else last


def spoken(at: datetime, zone: tzinfo) -> str:
    """An instant on the wall clock, as people write it.

    >>> from datetime import UTC
    >>> spoken(datetime(2026, 11, 24, 9, 30, tzinfo=UTC), UTC)
    'Tue 24 Nov 2026 09:30'
    """
    local = at.astimezone(zone)
    return f"{local:%a} {local.day} {local:%b %Y %H:%M}"
