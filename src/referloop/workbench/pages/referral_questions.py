"""Merging two referrals and undoing it: both histories stay."""

from dataclasses import replace

from referloop.referral.board import Standing
from referloop.referral.problems import Problem
from referloop.workbench.asking import Answer, Ask, Go
from referloop.workbench.needs import Needs
from referloop.workbench.pages.acting import seen_in
from referloop.workbench.pages.header import instead
from referloop.workbench.pages.referral import shown
from referloop.workbench.workspace_needs import Outcome

_NO_REASON = Problem("reason-missing", "reason", "The reason is missing.", "Say why, in a sentence.")
_WHICH = Problem(
    "merge-which", "rests", "It does not say which of the two goes on.", "Press one of the two buttons."
)


def merge(ask: Ask, needs: Needs) -> Answer:
    """`rests` says which of the two rests in the other."""
    referral, other = ask.path["referral"], ask.form.get("other", "")
    reason, rests = ask.form.get("reason", "").strip(), ask.form.get("rests", "")
    problems = [*([] if reason else [_NO_REASON]), *([] if rests in ("this", "other") else [_WHICH])]
    if problems:
        return _answer(ask, needs, tuple(problems))
    survivor, double = (other, referral) if rests == "this" else (referral, other)
    return _answer(ask, needs, needs.workspace.merge(ask.here, survivor, double, reason, _seen(ask)))


def unmerge(ask: Ask, needs: Needs) -> Answer:
    reason = ask.form.get("reason", "").strip()
    if not reason:
        return _answer(ask, needs, (_NO_REASON,))
    resting = ask.form.get("resting", "") or ask.path["referral"]
    return _answer(ask, needs, needs.workspace.unmerge(ask.here, resting, reason, _seen(ask)))


def _seen(ask: Ask) -> dict[str, int]:
    """The version of this referral that was on the screen; of the other one the page shows a line."""
    return {ask.path["referral"]: seen_in(ask)}


def _answer(ask: Ask, needs: Needs, outcome: Outcome) -> Answer:
    if isinstance(outcome, Standing):
        return Go(f"/referrals/{outcome.log.referral}", "Recorded. Both histories stay as they are.")
    it = needs.workspace.open(ask.here, ask.path["referral"])
    if it is None:
        return instead(ask, needs)
    page = shown(ask, needs, it, problems=outcome)
    about = ask.form.get("other", "") or ask.form.get("resting", "")
    return replace(page, shows={**page.shows, "typed": {about: ask.form.get("reason", "")}})
