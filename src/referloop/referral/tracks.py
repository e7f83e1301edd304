"""The five tracks on which a referral moves at once: intake, coverage, permission, scheduling, report.

Each has a state of its own and, while something is owed on it, names for whom it waits and until when.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from referloop.referral.facts.desk import HoldPlaced
from referloop.referral.obligations import Obligation
from referloop.referral.requirement import Calendar
from referloop.referral.snapshot import Snapshot

TRACKS = ("intake", "coverage", "permission", "scheduling", "report")

_PERMISSION = (
    "denied",
    "appealed",
    "pended",
    "requested",
    "unknown",
    "required",
    "granted",
    "ended",
    "not-required",
)
_LEG = {"chosen": "performer-chosen", "received": "acknowledged", "undelivered": "not-delivered"}


@dataclass(frozen=True, slots=True)
class Track:
    """`waits_for` and `until` come from what is owed or held here; both are empty when nothing is."""

    name: str
    state: str
    waits_for: str = ""
    until: datetime | None = None
    says: str = ""


def tracks(now: Snapshot, owed: Sequence[Obligation], at: datetime, calendar: Calendar) -> tuple[Track, ...]:
    """All five, in order."""
    states = (
        _intake(now),
        _coverage(now, at, calendar),
        _permission(now),
        _scheduling(now),
        _report(now, owed, at),
    )
    return tuple(_track(name, state, now, owed, calendar) for name, state in zip(TRACKS, states, strict=True))


def _track(name: str, state: str, now: Snapshot, owed: Sequence[Obligation], calendar: Calendar) -> Track:
    for hold in (leaf.fact for leaf in now.holds.values()):
        if isinstance(hold, HoldPlaced) and hold.track == name and hold.until_on:
            return Track(name, state, hold.waiting_for, calendar.closes(hold.until_on), hold.reason)
    for each in owed:
        if each.requirement.track == name:
            return Track(name, state, each.requirement.owner, each.due, each.requirement.says)
    return Track(name, state)


def _intake(now: Snapshot) -> str:
    if not now.open:
        return "closed"
    if now.report("reviewed"):
        return "answered"
    if now.seen:
        return "seen"
    if any(name.startswith("information:") for name in now.questions):
        return "needs-information"
    leg = next(reversed(now.legs.values()), None)
    if leg:
        return _LEG.get(leg.state, leg.state)
    return "triaged" if now.triaged else "submitted"


def _coverage(now: Snapshot, at: datetime, calendar: Calendar) -> str:
    if now.coverage_until and calendar.closes(now.coverage_until) < at:
        return "verify-again"
    return now.coverage


def _permission(now: Snapshot) -> str:
    """The one that holds things up most stands for all."""
    states = {each.state for each in now.permissions.values()}
    return next((state for state in _PERMISSION if state in states), "not-assessed")


def _scheduling(now: Snapshot) -> str:
    if booked := now.booked():
        return booked[-1].state
    latest = next(reversed(now.appointments.values()), None)
    if latest:
        return "rebooking" if latest.state in ("no-show", "cancelled") else latest.state
    return now.contact or ("ready" if now.triaged else "not-ready")


def _report(now: Snapshot, owed: Sequence[Obligation], at: datetime) -> str:
    for state in ("received", "reviewed", "interim", "note-to-follow"):
        if now.report(state):
            return "acknowledged" if state == "reviewed" else state
    if not now.seen:
        return "not-due"
    late = any(each.requirement.track == "report" and each.due <= at for each in owed)
    return "overdue" if late else "due"
