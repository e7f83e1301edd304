"""The five lanes of a referral: where each one is, for whom it waits and until when, and its clock."""

from dataclasses import dataclass
from datetime import datetime

from referloop.referral.board import Standing
from referloop.referral.requirement import Calendar
from referloop.referral.tracks import Track, tracks
from referloop.workbench.presenters.choices import plain

_GOOD = ("circle-check", "good")
_RUNS = ("circle-dot", "info")
_WAITS = ("hourglass", "waiting")
_OPEN = ("circle", "")
_STOPS = ("circle-alert", "warning")
_LOOKS: tuple[tuple[tuple[str, str], tuple[str, ...]], ...] = (
    (_GOOD, ("triaged", "accepted", "seen", "answered", "active", "granted", "not-required", "booked")),
    (_GOOD, ("confirmed", "arrived", "kept", "acknowledged", "closed")),
    (_RUNS, ("contacting", "reached", "ready", "performer-chosen", "received", "interim", "stated")),
    (_WAITS, ("sent", "delivered", "needs-information", "requested", "appealed", "pended")),
    (_WAITS, ("waitlisted", "patient-to-call", "note-to-follow", "due")),
    (_STOPS, ("denied", "ended", "declined", "redirected", "not-delivered", "inactive", "partial")),
    (_STOPS, ("other-payer-primary", "unknown", "required", "verify-again", "overdue", "rebooking")),
)
_LOOK = {state: look for look, states in _LOOKS for state in states}
_WORDS = {
    "not-required": "not needed",
    "required": "needed, not asked",
    "verify-again": "to be checked again",
}


@dataclass(frozen=True, slots=True)
class Lane:
    """`used` is how much of its time is gone, in hundredths; None where no clock runs."""

    name: str
    title: str
    words: str
    picture: str
    kind: str
    waits_for: str
    until: datetime | None
    says: str
    used: int | None


def lanes(it: Standing, calendar: Calendar, at: datetime) -> list[Lane]:
    return [_lane(each, it, at) for each in tracks(it.now, it.owed, at, calendar)]


def _lane(each: Track, it: Standing, at: datetime) -> Lane:
    picture, kind = look(each.state)
    return Lane(
        name=each.name,
        title=each.name.capitalize(),
        words=_WORDS.get(each.state) or plain(each.state),
        picture=picture,
        kind=kind,
        waits_for=each.waits_for,
        until=each.until,
        says=each.says,
        used=_used(it, each.name, each.until, at),
    )


def look(state: str) -> tuple[str, str]:
    """Shape and colour of a state; what is not listed has not begun."""
    return _LOOK.get(state, _OPEN)


def _used(it: Standing, track: str, until: datetime | None, at: datetime) -> int | None:
    for each in it.owed:
        if each.requirement.track == track and each.due == until:
            return gone(each.opens_at, each.due, at)
    return None


def gone(start: datetime, due: datetime, at: datetime) -> int:
    """How much of the time between is gone, in hundredths.

    >>> gone(datetime(2026, 11, 1), datetime(2026, 11, 5), datetime(2026, 11, 2))
    25
    """
    whole = max((due - start).total_seconds(), 1)
    return int(100 * min(max((at - start).total_seconds() / whole, 0), 1))
