"""The reasons for which a referral may close, and what each one needs: nothing closes without evidence."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from referloop.referral.entry import Author
from referloop.referral.facts.closure import ReferralClosed
from referloop.referral.problems import Problem
from referloop.referral.snapshot import Snapshot

CLINICIANS = ("clinician", "requester", "referring-clinician")
UNHURRIED = ("routine", "elective", "expedited")
LADDER = 3
NOTICE = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Reason:
    """What closing for this reason asks of the person who closes."""

    means: str
    evidence: bool = False
    note: bool = False
    clinician: bool = False


REASONS: dict[str, Reason] = {
    "completed": Reason("report received, read, and the patient told"),
    "completed-elsewhere": Reason("the patient was seen elsewhere", evidence=True),
    "answered-by-econsult": Reason("the question was answered without a visit"),
    "converted": Reason("another referral took its place", note=True),
    "duplicate-of": Reason("the same request as another referral", note=True),
    "clinician-withdrew": Reason("the referring clinician no longer asks", note=True),
    "patient-declined": Reason("the patient does not want to go", note=True),
    "unable-to-contact": Reason("the whole contact ladder led nowhere"),
    "no-show-limit": Reason("the patient did not come, repeatedly", note=True, clinician=True),
    "coverage-lost": Reason("no plan pays and the patient was told", note=True),
    "permission-denied-final": Reason("the payer's refusal is final", evidence=True),
    "no-capacity": Reason("every performer declined", note=True),
    "moved": Reason("the patient moved or transferred care", note=True),
    "deceased": Reason("the patient died"),
    "entered-in-error": Reason("the referral should not exist", note=True),
    "seen-no-report": Reason("the clinician accepts that no report comes", clinician=True),
    "expired-order": Reason("the order is no longer valid", note=True),
    "information-only": Reason("a social need that only asked for information"),
}


def is_clinician(by: Author) -> bool:
    """A role is a person's; a machine that carries one decides nothing."""
    return by.kind == "person" and by.role in CLINICIANS


def objections(
    fact: ReferralClosed, now: Snapshot, by: Author, evidence: str, today: date
) -> tuple[Problem, ...]:
    """Everything that stands against closing now, for this reason, by this author."""
    reason = REASONS.get(fact.reason)
    if reason is None:
        return (
            _refused("close-reason", "This is no reason to close.", f"Use one of: {', '.join(REASONS)}."),
        )
    found = list(_of_reason(fact, reason, by, evidence))
    found += _ladder(now, by) if fact.reason == "unable-to-contact" else []
    if fact.reason == "deceased" and not now.died:
        found.append(_refused("close-not-died", "Nothing here says so.", "Record patient-died first."))
    if fact.reason == "answered-by-econsult" and not now.report("reviewed"):
        remedy = "Record econsult-answered and report-reviewed first."
        found.append(_refused("close-no-answer", "No answer was read yet.", remedy))
    if by.kind == "machine":
        found += _automatic(fact, now, today)
    return tuple(found)


def _refused(code: str, says: str, remedy: str) -> Problem:
    return Problem(code, "referral-closed", says, remedy)


def _of_reason(fact: ReferralClosed, reason: Reason, by: Author, evidence: str) -> Sequence[Problem]:
    found = []
    if reason.evidence and not evidence:
        remedy = "Name the stored document or message that proves it."
        found.append(_refused("close-evidence", "This reason needs evidence.", remedy))
    if reason.note and not fact.note:
        found.append(_refused("close-note", "This reason needs a sentence that explains it.", "Add note=..."))
    if reason.clinician and not is_clinician(by):
        remedy = "Ask the referring clinician to close it, or to approve it."
        found.append(_refused("close-clinician", "Only a clinician decides this.", remedy))
    return found


def _ladder(now: Snapshot, by: Author) -> list[Problem]:
    found = []
    if now.attempts < LADDER or not now.letter_sent:
        says = f"The contact ladder is not at its end: {now.attempts} of {LADDER} attempts count" + (
            "." if now.letter_sent else ", and no letter was sent."
        )
        found.append(
            _refused("close-ladder", says, "Make the missing attempts in another way or time, then write.")
        )
    if (now.risks or now.urgency not in UNHURRIED) and not is_clinician(by):
        remedy = "Ask the referring clinician to decide."
        found.append(
            _refused("close-risk", "Urgent or flagged: this never closes by the desk alone.", remedy)
        )
    return found


def _automatic(fact: ReferralClosed, now: Snapshot, today: date) -> list[Problem]:
    """A machine closes only what a person approved and everybody was told about in time."""
    if fact.reason == "information-only" and now.request and now.request.social:
        return []
    announced = now.announced_on and now.closes_on and today >= max(now.closes_on, now.announced_on + NOTICE)
    if fact.reason == "unable-to-contact" and fact.reason in now.approved and announced:
        return []
    remedy = "A named person closes it; or a clinician approves it and notice is given seven days ahead."
    return [_refused("close-automatic", "Nothing closes by itself here.", remedy)]
