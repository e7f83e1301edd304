"""What people at the desk record and decide: guarded by policy, refused with a reason and a remedy."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from referloop.failpoints import reached
from referloop.referral.board import Standing
from referloop.referral.decisions import refusals
from referloop.referral.entry import Author, Draft
from referloop.referral.facts.intake import IdentitySettled, MergeUndone, ReferralMerged
from referloop.referral.kinds import ReferralId
from referloop.referral.log import Log
from referloop.referral.problems import Problem
from referloop.referral.snapshot import snapshot
from referloop.storage import forms, items
from referloop.storage.books import OpenBooks, again
from referloop.storage.people import joined, parted
from referloop.wiring.desk import Desk
from referloop.workbench.restricted import Guard, unguarded
from referloop.workbench.workspace_needs import Upload

Outcome = Standing | tuple[Problem, ...]
ANY_VERSION: Mapping[str, int] = {}
NOT_GIVEN = Problem(
    "referral-restricted", "referral", "This referral is restricted, and not given to you.",
    "Ask a lead to give it to you.",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is recorded; `seen` is the version the person looked at, None for any.

    `form` names what they sent: sent twice, it is recorded once.
    """

    organization: str
    referral: ReferralId
    seen: int | None = None
    form: str = ""


def record(
    desk: Desk, place: Place, draft: Draft, by: Author, upload: Upload | None = None, guard: Guard = unguarded
) -> Outcome:
    """Append one fact, or say everything that stands against it.

    A document and the entry that names it stand or fall together.
    """

    def work() -> Outcome:
        with desk.books(place.organization) as books:
            log = books.log(place.referral)
            if log is None:
                return (unknown(place.referral),)
            if sent_before(books, place):
                return books.standing(log)
            problems = [*stale(log, place), *refusals(log.entries, books.policy, draft, by, books.at)]
            problems += guard(log, snapshot(log.entries, books.policy.calendar), draft)
            if problems:
                return tuple(problems)
            if upload:
                books.keep_evidence(upload.digest, upload.media_type, upload.content)
            log = books.append(log, [draft], by)
            keep_form(books, place, log)
            if isinstance(draft.fact, IdentitySettled):
                _settle_identity(books, draft.fact, by)
            reached("decision-made")
            return books.standing(log)

    outcome = again(work)
    reached("decision-committed")
    return outcome


def record_for_all(desk: Desk, places: Sequence[Place], draft: Draft, by: Author) -> list[Outcome]:
    """One call about several referrals of a patient counts on each of them."""
    return [record(desk, place, draft, by) for place in places]


def merge(
    desk: Desk,
    survivor: Place,
    double: ReferralId,
    reason: str,
    by: Author,
    seen: Mapping[str, int] = ANY_VERSION,
) -> Outcome:
    """Let one of two referrals rest in the other; both histories stay, and it can be undone.

    `seen` has the version of each that the person looked at.
    """

    def work() -> Outcome:
        with desk.books(survivor.organization) as books:
            # One order everywhere, so that two merges at once do not wait for each other.
            logs = {each: books.log(each) for each in sorted({survivor.referral, double})}
            one, other = logs.get(survivor.referral), logs.get(double)
            if one is None or other is None:
                return tuple(unknown(each) for each, log in logs.items() if log is None)
            if sent_before(books, survivor):
                return books.standing(one)
            if problems := (*_changed(survivor, (one, other), seen), *_cannot_merge(books, one, other)):
                return problems
            at = books.at
            goes_on = ReferralMerged(other=double, role="continues", reason=reason)
            rests = ReferralMerged(other=survivor.referral, role="rests", reason=reason)
            books.append(other, [Draft(rests, at)], by)
            one = books.append(one, [Draft(goes_on, at)], by)
            keep_form(books, survivor, one)
            return books.standing(one)

    return again(work)


def unmerge(
    desk: Desk, resting: Place, reason: str, by: Author, seen: Mapping[str, int] = ANY_VERSION
) -> Outcome:
    """Let a merged referral go on by itself again."""

    def work() -> Outcome:
        with desk.books(resting.organization) as books:
            log = books.log(resting.referral)
            if log is None:
                return (unknown(resting.referral),)
            if sent_before(books, resting):
                return books.standing(log)
            other = books.standing(log).now.rests_in
            survivor = books.log(ReferralId(other)) if other else None
            if survivor is None:
                return (
                    Problem(
                        "merge-none", resting.referral, "It was not merged.", "There is nothing to undo."
                    ),
                )
            if problems := _changed(resting, (log, survivor), seen):
                return problems
            at = books.at
            books.append(survivor, [Draft(MergeUndone(other=resting.referral, reason=reason), at)], by)
            log = books.append(log, [Draft(MergeUndone(other=other, reason=reason), at)], by)
            keep_form(books, resting, log)
            return books.standing(log)

    return again(work)


def unknown(referral: str) -> Problem:
    remedy = "`referloop owing` lists the referrals there are."
    return Problem("referral-unknown", referral, "There is no such referral here.", remedy)


def stale(log: Log, place: Place) -> list[Problem]:
    """What was written meanwhile, when the person saw an older version."""
    if place.seen is None or place.seen == log.version:
        return []
    first, last = place.seen + 1, log.version
    new = f"entry {last} is" if first == last else f"entries {first} to {last} are"
    says = f"Somebody else wrote here meanwhile: {new} new."
    return [Problem("referral-changed", place.referral, says, "Look at them, then decide again.")]


def sent_before(books: OpenBooks, place: Place) -> bool:
    """Whether this very form was recorded here; asked when the log is locked, so that of two one waits."""
    return forms.recorded(books.session, place.form, place.referral) is not None


def keep_form(books: OpenBooks, place: Place, log: Log) -> None:
    books.change(*forms.recording(place.organization, place.form, place.referral, log.version, books.at))


def _changed(place: Place, logs: Sequence[Log], seen: Mapping[str, int]) -> tuple[Problem, ...]:
    at = [(log, Place(place.organization, log.referral, seen.get(log.referral))) for log in logs]
    return tuple(problem for log, each in at for problem in stale(log, each))


def _cannot_merge(books: OpenBooks, one: Log, other: Log) -> tuple[Problem, ...]:
    if one.referral == other.referral:
        return (
            Problem("merge-itself", one.referral, "This is the same referral.", "Name two different ones."),
        )
    if one.patient != other.patient:
        remedy = "Settle who the patient is first: record identity-settled."
        return (Problem("merge-patients", one.referral, "They are for different patients.", remedy),)
    resting = [log.referral for log in (one, other) if not books.standing(log).now.open]
    return tuple(
        Problem(
            "merge-closed", each, "It is closed or rests in another already.", "Reopen it or undo that merge."
        )
        for each in resting
    )


def _settle_identity(books: OpenBooks, fact: IdentitySettled, by: Author) -> None:
    """`question` names the new person and the known one; the answer can be given anew.

    The work that asked about this pair alone is done with it.
    """
    new, _, known = fact.question.partition("-")
    if known:
        books.change(joined(books, new, known) if fact.answer == "same" else parted(books, new))
        about, outcome = f"person:{new} like person:{known}", f"identity settled: {fact.answer}"
        books.change(items.closing(books.organization, about, str(by), outcome, books.at))
