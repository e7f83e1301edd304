"""What was recorded on a referral since somebody opened a form on it, and what can be recorded there now."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from referloop.referral.problems import Problem
from referloop.workbench.presenters.timeline import sentence, who
from referloop.workbench.rendering import exact
from referloop.workbench.workspace_needs import Workspace

# The referral is in no state for it: somebody was first, or the button was never offered.
IMPOSSIBLE = frozenset(
    {"thing-missing", "thing-unknown", "referral-closed", "referral-rests", "referral-open", "merge-closed",
     "merge-none", "correction-twice"}
)  # fmt: skip
MOST = 20


def since(it: Workspace, seen: str, zone: ZoneInfo) -> list[str]:
    """Who recorded what, the latest first; a form that names no version has seen nothing."""
    version = int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 10 else 0
    titles = {each.requirement.code: each.requirement.title for each in it.standing.obligations}
    news = [entry for entry in it.standing.log.entries if entry.seq > version]
    return [
        f"{who(entry.author, it)}, {exact(entry.recorded_at, zone)}: {sentence(entry, titles, it.names)}."
        for entry in news[::-1][:MOST]
    ]


_OF_FILES = {"file-size": 413, "file-kind": 415}


def status_of(problems: Sequence[Problem]) -> int:
    codes = {each.code for each in problems}
    if codes & {"referral-changed", *IMPOSSIBLE}:
        return 409
    return next((_OF_FILES[each] for each in codes & _OF_FILES.keys()), 422 if codes else 200)
