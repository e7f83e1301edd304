"""The referral as it stands: a fold of its story into parallel tracks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from referloop.referral.entry import Entry
from referloop.referral.facts.desk import DeadlineMissed, Escalated
from referloop.referral.facts.intake import ReferralReceived
from referloop.referral.folds import FOLDS, Leaf, Sketch
from referloop.referral.requirement import Calendar
from referloop.referral.story import Story

BOOKED = ("booked", "confirmed", "arrived")  # states of a visit that has not ended


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """What is known now. Things (legs, appointments, ...) are keyed by their id, in order of appearance."""

    request: ReferralReceived | None  # with every change applied
    patient: str
    urgency: str
    risks: frozenset[str]
    labels: frozenset[str]  # why it is restricted
    paper_labels: Mapping[str, frozenset[str]]  # why single documents are, of those that are
    lifted: frozenset[tuple[str, str]]  # labels that somebody took back, of a document or, "", of the whole
    consents: dict[str, Leaf]  # what the patient permits to disclose
    owner: str  # the person it was given to, "" for the queue
    coverage: str  # unverified, stated, or the last eligibility result
    coverage_until: date | None
    legs: dict[str, Leaf]
    permissions: dict[str, Leaf]
    appointments: dict[str, Leaf]
    reports: dict[str, Leaf]
    questions: dict[str, Leaf]  # information asked for, identity, duplicates, recommendations
    holds: dict[str, Leaf]
    documents: tuple[str, ...]
    attempts: int  # contact attempts that count, since the ladder began
    contact: str  # "", contacting, patient-to-call, waitlisted, declined
    opted_out: frozenset[str]  # ways by which the patient wants no contact
    triaged: bool
    letter_sent: bool
    patient_told: bool
    approved: frozenset[str]  # closing reasons a clinician approved
    closes_on: date | None  # as announced
    announced_on: date | None
    closed: str  # the reason, "" while open
    rests_in: str  # the referral this one was merged into
    died: bool
    cancel_asked: bool
    last_progress_at: datetime | None

    @property
    def open(self) -> bool:
        return not self.closed and not self.rests_in

    def booked(self) -> list[Leaf]:
        """Appointments that are still to take place, or whose outcome nobody told."""
        return [each for each in self.appointments.values() if each.state in BOOKED]

    @property
    def seen(self) -> bool:
        return any(each.state == "kept" for each in self.appointments.values())

    def report(self, *states: str) -> bool:
        return any(each.state in states for each in self.reports.values())


def snapshot(log: Sequence[Entry], calendar: Calendar) -> Snapshot:
    """Fold a log; total on any log, even one that tells an odd story."""
    return of_story(Story.of(log, calendar))


def _last_progress(story: Story) -> datetime | None:
    """What the watcher writes down about a standstill is no progress."""
    found = zip(reversed(story.at), reversed(story.entries), strict=True)
    return next((at for at, entry in found if not isinstance(entry.fact, DeadlineMissed | Escalated)), None)


def _folded(story: Story) -> Sketch:
    sketch = Sketch()
    for at, entry in zip(story.at, story.entries, strict=True):
        sketch.day = at.astimezone(story.calendar.zone).date()
        fold = FOLDS.get(type(entry.fact))
        if fold:
            fold(sketch, entry.fact)
    return sketch


def of_story(story: Story) -> Snapshot:
    sketch = _folded(story)
    return Snapshot(
        request=sketch.request and replace(sketch.request, urgency=story.traits["urgency"]),
        patient=sketch.patient,
        urgency=story.traits["urgency"],
        risks=story.risks,
        labels=frozenset(sketch.labels),
        paper_labels={key: frozenset(found) for key, found in sketch.paper_labels.items() if found},
        lifted=frozenset(sketch.lifted),
        consents=sketch.consents,
        owner=sketch.owner,
        coverage=sketch.coverage,
        coverage_until=sketch.coverage_until,
        legs=sketch.legs,
        permissions=sketch.permissions,
        appointments=sketch.appointments,
        reports=sketch.reports,
        questions=sketch.questions,
        holds={key: hold for key, hold in sketch.holds.items() if hold.state == "open"},
        documents=tuple(dict.fromkeys(sketch.documents)),
        attempts=story.ladder[1] if sketch.contact == "contacting" else 0,
        contact=sketch.contact,
        opted_out=frozenset(sketch.opted_out),
        triaged=sketch.triaged,
        letter_sent=sketch.letter_sent,
        patient_told=sketch.patient_told,
        approved=frozenset(sketch.approved),
        closes_on=sketch.closes_on,
        announced_on=sketch.announced_on,
        closed=sketch.closed,
        rests_in=sketch.rests_in,
        died=sketch.died,
        cancel_asked=sketch.cancel_asked,
        last_progress_at=_last_progress(story),
    )
