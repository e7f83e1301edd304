"""What we may decide now: what others report is always recorded, only what we decide is guarded."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from referloop.referral import closing
from referloop.referral.entry import Author, Draft, Entry
from referloop.referral.facts import closure, coverage, desk, intake, routing, scheduling
from referloop.referral.facts.fact import Fact
from referloop.referral.obligations import Obligation, owing
from referloop.referral.problems import Problem
from referloop.referral.requirement import Calendar, Policy
from referloop.referral.snapshot import Snapshot, snapshot
from referloop.referral.units import units_of

_DECIDES: dict[type[Fact], str] = {
    routing.ReferralSent: "send",
    coverage.PermissionRequested: "request-permission",
    scheduling.AppointmentBooked: "book",
}
_Dated = scheduling.AppointmentBooked | scheduling.AppointmentMoved
_RELY_ON_COVERAGE = (coverage.PermissionRequested, scheduling.AppointmentBooked)
_NOW = ("emergent", "stat")  # these wait for no payer
_ADVERSE = (routing.ReferralDeclined, intake.UrgencyLowered, coverage.AppealFiled, scheduling.PatientDeclined)
WHEN_CLOSED = (
    closure.ReferralReopened, closure.ReportReceived, closure.ReportMatched, closure.ReportReviewed,
    closure.ReportRouted, closure.PatientTold, closure.PatientDied, intake.DocumentReceived, desk.NoteAdded,
    intake.MergeUndone, intake.InformationReceived, desk.EntryWithdrawn, desk.MessageReceived,
    desk.MessageSent, intake.SensitivityLabelled, intake.SensitivityLifted, intake.DocumentLabelled,
    intake.DocumentUnlabelled, intake.ConsentRecorded, intake.ConsentRevoked,
    desk.OwnerAssigned,  # what is restricted is read by whom it is given to, closed or not
)  # fmt: skip


def blockers(log: Sequence[Entry], policy: Policy, decision: str) -> list[Obligation]:
    """What is still owed before this decision may be taken."""
    return [each for each in owing(log, policy) if decision in each.requirement.blocks]


def refusals(
    log: Sequence[Entry], policy: Policy, draft: Draft, by: Author, at: datetime
) -> tuple[Problem, ...]:
    """Why this may not be recorded by this author now; () when it may. A partner's word is never refused."""
    if by.kind == "partner":
        return ()
    now = snapshot(log, policy.calendar)
    fact = draft.fact
    found = [*_state(fact, now), *_author(fact, by), *_correction(log, draft)]
    for decision in _decisions(fact):
        found += [_owed(each, decision) for each in blockers(log, policy, decision)]
    if isinstance(fact, closure.ReferralClosed) and now.open:
        today = at.astimezone(policy.calendar.zone).date()
        found += closing.objections(fact, now, by, draft.evidence, today)
    if isinstance(fact, _Dated):
        found += _within_permissions(fact, now)
    if isinstance(fact, _RELY_ON_COVERAGE) and now.urgency not in _NOW:
        found += _stale(fact, now, _day_of(draft, policy.calendar))
    return tuple(found)


def _day_of(draft: Draft, calendar: Calendar) -> date:
    """The day in the organisation on which it happened, also when it is written down later."""
    when = draft.occurred_at
    return when.astimezone(calendar.zone).date() if isinstance(when, datetime) else when


def _stale(fact: Fact, now: Snapshot, day: date) -> list[Problem]:
    """What the payer said holds until its last day; a plan may be another one on the day after."""
    if now.coverage_until is None or day <= now.coverage_until:
        return []
    says = f"The payer's answer about coverage was valid until {now.coverage_until.isoformat()}."
    remedy = "Check the coverage again, then record eligibility-checked."
    return [Problem("eligibility-over", fact.word, says, remedy)]


def _decisions(fact: Fact) -> tuple[str, ...]:
    if isinstance(fact, closure.ReferralClosed):
        return ("close", "close-complete") if fact.reason == "completed" else ("close",)
    return (_DECIDES[type(fact)],) if type(fact) in _DECIDES else ()


def _owed(each: Obligation, decision: str) -> Problem:
    words = " or ".join(sorted(pattern.word for pattern in each.requirement.owed))
    says = f"Still owed before this: {each.requirement.title[:1].lower()}{each.requirement.title[1:]}."
    remedy = f"{each.requirement.says}; then record {words}."
    return Problem("still-owed", f"{decision}, {each.requirement.code}", says, remedy)


def _state(fact: Fact, now: Snapshot) -> list[Problem]:
    where = fact.word
    if now.rests_in and not isinstance(fact, WHEN_CLOSED):
        remedy = f"Record it on {now.rests_in}, or undo the merge."
        return [Problem("referral-rests", where, "This referral was merged into another.", remedy)]
    if now.closed and not isinstance(fact, WHEN_CLOSED):
        remedy = "Reopen it first: record referral-reopened with a reason."
        return [Problem("referral-closed", where, "This referral is closed.", remedy)]
    if isinstance(fact, closure.ReferralReopened) and not now.closed:
        return [Problem("referral-open", where, "This referral is open.", "Nothing needs to be done.")]
    if now.died and _reaches_the_patient(fact):
        remedy = "Stop all contact; close the referral with reason deceased."
        return [Problem("patient-died", where, "The patient died.", remedy)]
    if (way := _way(fact)) and now.opted_out & {way, "all"}:
        remedy = "Use a way the patient still wants; without one, the referring clinician decides."
        return [Problem("contact-opted-out", where, "The patient wants no contact this way.", remedy)]
    return _things(fact, now)


def _way(fact: Fact) -> str:
    """By which way a fact of ours reaches the patient; "" when it does not."""
    if isinstance(fact, scheduling.LetterSent):
        return "letter"
    return getattr(fact, "channel", "") if _reaches_the_patient(fact) else ""


def _reaches_the_patient(fact: Fact) -> bool:
    return isinstance(fact, scheduling.ContactAttempted | scheduling.LetterSent) or (
        isinstance(fact, desk.MessageSent) and fact.to == "patient"
    )


def _things(fact: Fact, now: Snapshot) -> list[Problem]:
    """What a fact speaks of must be there."""
    for field, things in (("appointment", now.appointments), ("leg", now.legs)):
        named = getattr(fact, field, "")
        opens = isinstance(
            fact, (scheduling.AppointmentBooked, routing.PerformerChosen, routing.ReferralSent)
        )
        if named and not opens and named not in things:
            known = ", ".join(things) or "none yet"
            return [
                Problem("thing-unknown", fact.word, f"There is no such {field} here.", f"Known: {known}.")
            ]
    return _restriction(fact, now)


def _restriction(fact: Fact, now: Snapshot) -> list[Problem]:
    """A label is put on a document that is here and taken off where it is; a consent is taken back once."""
    where = fact.word
    match fact:
        case intake.DocumentLabelled(document=document) if document not in now.documents:
            remedy = "Name a document of this referral."
            return [Problem("thing-unknown", where, "There is no such document here.", remedy)]
        case intake.DocumentUnlabelled(document=document, label=label) if label not in now.paper_labels.get(
            document, ()
        ):
            remedy = "Choose a label that the document has."
            return [Problem("label-missing", where, "The document has no such label.", remedy)]
        case intake.ConsentRevoked(consent=consent) if not (
            consent in now.consents and now.consents[consent].state == "given"
        ):
            remedy = "Choose a permission to disclose that is in force."
            return [Problem("consent-missing", where, "No such permission is in force.", remedy)]
        case _:
            return []


def _author(fact: Fact, by: Author) -> list[Problem]:
    if by.kind == "machine" and isinstance(fact, _ADVERSE):
        remedy = "A named person has to decide this."
        return [
            Problem("adverse-by-machine", fact.word, "A machine never decides against a patient.", remedy)
        ]
    if isinstance(fact, intake.UrgencyLowered) and not closing.is_clinician(by):
        remedy = "Ask the referring clinician, or record what you propose with urgency-proposed."
        return [Problem("urgency-clinician", fact.word, "Only a clinician lowers urgency.", remedy)]
    return []


def _correction(log: Sequence[Entry], draft: Draft) -> list[Problem]:
    if draft.corrects is None:
        if isinstance(draft.fact, desk.EntryWithdrawn):
            return [
                Problem("correction-of", draft.fact.word, "It does not say which entry.", "Name its number.")
            ]
        return []
    if not any(entry.seq == draft.corrects for entry in log):
        remedy = f"The log has entries 1 to {len(log)}."
        return [Problem("correction-unknown", draft.fact.word, "There is no entry with this number.", remedy)]
    if any(entry.corrects == draft.corrects for entry in log):
        remedy = "Correct the entry that replaced it."
        return [Problem("correction-twice", draft.fact.word, "That entry was corrected already.", remedy)]
    return []


def _within_permissions(fact: _Dated, now: Snapshot) -> list[Problem]:
    """An approval is only worth its limits: days, units and site."""
    grants = [leaf.fact for leaf in now.permissions.values() if leaf.state == "granted"]
    return [
        problem
        for grant in grants
        if isinstance(grant, coverage.PermissionGranted)
        for problem in _within(grant, fact, now)
    ]


def _within(grant: coverage.PermissionGranted, fact: _Dated, now: Snapshot) -> Iterator[Problem]:
    day = datetime.fromisoformat(fact.starts).date()
    if (grant.until_on and day > grant.until_on) or (grant.from_on and day < grant.from_on):
        remedy = "Choose a day inside the permitted days, or ask the payer to extend."
        says = "The payer's permission does not cover this day."
        yield Problem("permission-days", fact.word, says, remedy)
    if not isinstance(fact, scheduling.AppointmentBooked):
        return
    if grant.site and fact.location and grant.site.casefold() != fact.location.casefold():
        remedy = "Book at the permitted site, or ask the payer to change it."
        yield Problem("permission-site", fact.word, "The payer permitted another site.", remedy)
    if grant.units and not units_of(grant, now, besides=fact.appointment).left:
        remedy = "Ask the payer for more units."
        yield Problem("permission-units", fact.word, "All permitted units are used or booked.", remedy)
