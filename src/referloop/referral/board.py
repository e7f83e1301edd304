"""What lists and searches show of a referral: a row computed from its log, never a source of anything."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from referloop.referral.facts.desk import DeadlineMissed
from referloop.referral.log import Log
from referloop.referral.obligations import Obligation, still_open, told
from referloop.referral.priority import NextStep, next_step
from referloop.referral.requirement import Policy
from referloop.referral.snapshot import Snapshot, of_story
from referloop.referral.stages import headline
from referloop.referral.story import Story

_AGAIN = timedelta(days=1)  # overdue work grows heavier with each day


@dataclass(frozen=True, slots=True)
class Standing:
    """A referral as it stands at one moment: everything that lists, watchers and people ask of it."""

    log: Log
    now: Snapshot
    headline: str
    owed: Sequence[Obligation]  # still open, soonest due first
    obligations: Sequence[Obligation]  # all that ever were
    step: NextStep | None
    flags: tuple[str, ...]
    received_at: datetime | None
    look_at: datetime | None  # when something will be due, or can first be done


def standing(log: Log, policy: Policy, at: datetime) -> Standing:
    """Compute all of it in one pass over the log."""
    story = Story.of(log.entries, policy.calendar)
    now = of_story(story)
    found = told(story, policy)
    owed = still_open(found)
    return Standing(
        log=log,
        now=now,
        headline=headline(now, at, policy.calendar),
        owed=owed,
        obligations=found,
        step=next_step(owed, now, at, policy.calendar),
        flags=_flags(now, owed, at),
        received_at=story.at[story.places["referral-received"][0]]
        if "referral-received" in story.places
        else None,
        look_at=_look_at(owed, log, at),
    )


def _flags(now: Snapshot, owed: Sequence[Obligation], at: datetime) -> tuple[str, ...]:
    kinds = sorted({name.partition(":")[0] for name in now.questions} & {"identity", "duplicate"})
    late = ["overdue"] if any(each.due <= at for each in owed) else []
    return (*sorted(now.risks), *late, *kinds, *(["on-hold"] if now.holds else []))


def missed(log: Log, owed: Sequence[Obligation], at: datetime) -> list[Obligation]:
    """What is past its time and not yet in the log as missed."""
    known = {
        (entry.fact.requirement, entry.fact.about, entry.occurred_at)
        for entry in log.entries
        if isinstance(entry.fact, DeadlineMissed)
    }
    return [each for each in owed if each.due <= at and (*each.key, each.due) not in known]


def _look_at(owed: Sequence[Obligation], log: Log, at: datetime) -> datetime | None:
    if missed(log, owed, at):
        return at
    moments = [moment for each in owed for moment in (each.opens_at, each.due) if moment > at]
    if any(each.due <= at for each in owed):
        moments.append(at + _AGAIN)
    return min(moments, default=None)
