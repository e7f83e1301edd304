"""Merging two referrals and undoing it: both histories stay."""

from referloop.referral.board import Standing
from referloop.referral.problems import Problem
from referloop.workbench.asking import NOT_HERE, Answer, Ask, Go
from referloop.workbench.needs import Needs
from referloop.workbench.pages.acting import seen_in
from referloop.workbench.pages.referral import shown
from referloop.workbench.workspace_needs import Outcome

_NO_REASON = Problem("reason-missing", "reason", "The reason is missing.", "Say why, in a sentence.")


def merge(ask: Ask, needs: Needs) -> Answer:
    """`rests` says which of the two rests in the other."""
    here, referral, other = ask.here, ask.path["referral"], ask.form.get("other", "")
    reason = ask.form.get("reason", "").strip()
    if not reason:
        return _answer(ask, needs, (_NO_REASON,))
    if ask.form.get("rests") == "this":
        return _answer(ask, needs, needs.workspace.merge(here, other, None, referral, reason))
    return _answer(ask, needs, needs.workspace.merge(here, referral, seen_in(ask), other, reason))


def unmerge(ask: Ask, needs: Needs) -> Answer:
    reason = ask.form.get("reason", "").strip()
    if not reason:
        return _answer(ask, needs, (_NO_REASON,))
    resting = ask.form.get("resting", "") or ask.path["referral"]
    return _answer(ask, needs, needs.workspace.unmerge(ask.here, resting, reason))


def _answer(ask: Ask, needs: Needs, outcome: Outcome) -> Answer:
    if isinstance(outcome, Standing):
        return Go(f"/referrals/{outcome.log.referral}", "Recorded. Both histories stay as they are.")
    it = needs.workspace.open(ask.here, ask.path["referral"])
    return shown(ask, needs, it, problems=outcome) if it else NOT_HERE
