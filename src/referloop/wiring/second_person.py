"""What needs a second person: shown with names, and refused to whoever asked for it."""

from collections.abc import Mapping, Sequence

from referloop.referral.problems import Problem
from referloop.storage import roster
from referloop.storage.database import Session
from referloop.storage.proposals import Proposal, decided, proposal, waiting
from referloop.workbench.asking import Here
from referloop.workbench.proposal_needs import Asked

GONE = Problem("proposal-gone", "", "Somebody has decided this already.", "Go back to the list.")
OWN = Problem(
    "proposal-own", "", "Nobody approves what they asked for themselves.",
    "Ask an administrator, a lead or a compliance officer.",
)  # fmt: skip


def shown(session: Session, *kinds: str) -> tuple[Sequence[Asked], Sequence[Asked]]:
    """(those that wait, those decided last)."""
    names = {user.id: user.name for user in roster.users(session)}
    return tuple(  # type: ignore[return-value]
        [_asked(each, names) for each in found]
        for found in (waiting(session, *kinds), decided(session, *kinds))
    )


def open_one(session: Session, id: str, *kinds: str) -> Proposal | None:
    """One that still waits."""
    it = proposal(session, id)
    return it if it and it.kind in kinds and not it.outcome else None


def refusal(here: Here, it: Proposal | None, outcome: str, reason: str) -> Problem | None:
    """Why this person may not decide it so; whoever asked for it may only take it back."""
    if it is None:
        return GONE
    if it.proposed_by == here.user and outcome != "withdrawn":
        return OWN
    if it.proposed_by != here.user and outcome == "withdrawn":
        return Problem(
            "proposal-not-own", "", "Only who asked for it takes it back.", "Refuse it, with a reason."
        )
    if outcome not in ("approved", "refused", "withdrawn"):
        return Problem("proposal-outcome", "", "It does not say what is decided.", "Approve or refuse it.")
    if outcome == "refused" and not reason:
        return Problem("reason-missing", "reason", "A refusal says why.", "Write a few words.")
    return None


def _asked(it: Proposal, names: Mapping[str, str]) -> Asked:
    return Asked(
        it.id, it.kind, it.about, it.said, it.why, it.proposed_at, it.proposed_by,
        names.get(it.proposed_by, it.proposed_by), it.decided_at, names.get(it.decided_by, it.decided_by),
        it.outcome, it.reason,
    )  # fmt: skip
