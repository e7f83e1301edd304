"""A receiving office records: into the whole log, but only what is its own to say, about its own things."""

from referloop.referral.board import standing
from referloop.referral.entry import Draft
from referloop.referral.problems import Problem
from referloop.wiring.desk import Desk
from referloop.wiring.recording import Outcome, Place, keep_form, sent_before, stale, unknown
from referloop.wiring.sights import share
from referloop.workbench.asking import Here
from referloop.workbench.sent import cut
from referloop.workbench.sent_says import corrects_own, told
from referloop.workbench.workspace_needs import Upload


def said_by_office(desk: Desk, place: Place, draft: Draft, here: Here, upload: Upload | None) -> Outcome:
    """`place.seen` counts what they saw of it; what they get back is again no more than is theirs."""
    with desk.books(place.organization) as books:
        log = books.log(place.referral)
        it = books.standing(log) if log else None
        theirs = share(books.session, here, it) if it else None
        if log is None or it is None or theirs is None:
            return (unknown(place.referral),)
        today = books.at.astimezone(books.policy.calendar.zone).date()
        shown = standing(cut(log, it.now, theirs, today), books.policy, books.at)
        if sent_before(books, place):
            return shown
        fact = told(draft.fact, theirs, shown.now, log)
        if isinstance(fact, Problem):
            return (fact,)
        if found := [*stale(shown.log, place), *corrects_own(log, draft.corrects, theirs)]:
            return tuple(found)
        # As a partner's word it is never refused: what the desk still owes is no reason not to hear it.
        said = Draft(fact, draft.occurred_at, upload.digest if upload else "", draft.corrects)
        if upload:
            books.keep_evidence(upload.digest, upload.media_type, upload.content)
        log = books.append(log, [said], here.author)
        keep_form(books, place, log)
        after = books.standing(log)
        left = share(books.session, here, after)
        return standing(cut(after.log, after.now, left, today), books.policy, books.at) if left else shown
