"""The ladder of contact attempts: which of them count, and why the others do not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from referloop.referral.contact import why_not
from referloop.referral.entry import Entry
from referloop.referral.facts.scheduling import (
    ContactAttempted,
    PatientCalledIn,
    PatientNoShow,
    PatientReached,
)
from referloop.referral.requirement import Calendar
from referloop.referral.story import Story
from referloop.workbench.presenters.choices import plain
from referloop.workbench.presenters.timeline import spoken
from referloop.workbench.presenters.typed import band_of

_ANEW = (PatientCalledIn, PatientReached, PatientNoShow)
_WAYS = ("mobile", "phone", "text", "portal")


@dataclass(frozen=True, slots=True)
class Rung:
    """`place` is 0 when it does not count; `why` says why not."""

    when: str
    words: str
    place: int
    why: str


def ladder(log: Sequence[Entry], calendar: Calendar) -> list[Rung]:
    """Since the patient was last reached, the first attempt first."""
    found: list[Rung] = []
    before: ContactAttempted | None = None
    for entry in Story.of(log, calendar).entries:
        if isinstance(entry.fact, _ANEW):
            found, before = [], None
        elif isinstance(entry.fact, ContactAttempted):
            why = why_not(entry, before)
            place = 0 if why else 1 + max((rung.place for rung in found), default=0)
            words = f"{entry.fact.channel}: {plain(entry.fact.outcome)}"
            found.append(Rung(spoken(entry.occurred_at, calendar.zone), words, place, why))
            before = before if why else entry.fact
            if entry.fact.outcome == "reached":
                found, before = [], None
    return found


def next_channel(log: Sequence[Entry], now: datetime, zone: ZoneInfo) -> str:
    """The way tried last, or another one where the same would not count now."""
    tried = [entry.fact for entry in log if isinstance(entry.fact, ContactAttempted)]
    if not tried:
        return _WAYS[0]
    same = tried[-1].band == band_of(now.astimezone(zone))
    return next(way for way in _WAYS if way != tried[-1].channel) if same else tried[-1].channel
