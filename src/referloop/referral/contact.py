"""Which attempts to reach a patient count, and what number each has on the ladder.

A voicemail counts only if a number to call back was left and the mailbox took it; a wrong number or a full
mailbox is no attempt but a task to mend the contact detail; the same channel in the same part of the day as
the attempt before does not count; the performer's own attempts count when there is evidence; an inbound call
or a talk with the patient starts the ladder anew.
"""

from collections.abc import Sequence

from referloop.referral.entry import Entry
from referloop.referral.facts.scheduling import (
    ContactAttempted,
    PatientCalledIn,
    PatientNoShow,
    PatientReached,
)

_RESETS = (PatientCalledIn, PatientReached, PatientNoShow)


def why_not(entry: Entry, before: ContactAttempted | None) -> str:
    """Why this attempt does not count, in words; "" when it does."""
    fact = entry.fact
    assert isinstance(fact, ContactAttempted)  # noqa: S101  the callers hand over nothing else
    if fact.outcome == "wrong-number":
        return "A wrong number is no attempt: correct the contact detail."
    if fact.outcome == "mailbox-full":
        return "The mailbox took no message: use another channel."
    if fact.outcome == "voicemail" and not fact.callback_left:
        return "A voicemail without a number to call back is no attempt."
    if entry.author.kind == "partner" and not entry.evidence:
        return "An attempt by the performer counts only with evidence."
    if before and fact.band and (before.channel, before.band) == (fact.channel, fact.band):
        return "Same channel and part of the day as the attempt before: vary one of them."
    return ""


def numbered(story: Sequence[Entry]) -> tuple[dict[int, int], int]:
    """The place on the ladder of each attempt, by sequence number (0: does not count), and the last one."""
    places: dict[int, int] = {}
    count, before = 0, None
    for entry in story:
        if isinstance(entry.fact, ContactAttempted):
            counts = not why_not(entry, before)
            count += counts
            places[entry.seq] = count if counts else 0
            before = entry.fact if counts else before
            if entry.fact.outcome == "reached":
                count, before = 0, None
        elif isinstance(entry.fact, _RESETS):
            count, before = 0, None
    return places, count
