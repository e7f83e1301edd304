"""Who sees which referral, and how much of it: the one rule that lists, pages, files and news all go by."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from referloop.spelling import party
from referloop.workbench.access import may

Sight = Literal["whole", "own", "sent", "glass", "header", "restricted", "behind-glass", "nothing"]
SIGHTS: Mapping[Sight, str] = {
    "whole": "everything of every referral",
    "own": "everything of what they or their practice asked for",
    "sent": "what was sent to them, and what they and the desk told each other since",
    "glass": "one patient, opened with a reason, to read, for an hour",
    "header": "who, when and how far, without a clinical word or a document",
    "restricted": "the same without what it is about: kept for those to whom it is given",
    "behind-glass": "that it may be here: opened with a reason",
    "nothing": "as if it were not here",
}
WHOLE = frozenset({"junior", "specialist", "senior", "lead", "nurse"})
COMPLIANCE = "compliance"
LISTED = WHOLE | {COMPLIANCE}  # their lists hold every referral
TRUSTED = WHOLE - {"junior"}  # they can be given what is restricted
CLINICIAN, OFFICE = "clinician", "receiving-office"
OUTSIDE = (CLINICIAN, OFFICE)  # of the desk: they see what is theirs
READS = frozenset({"whole", "own", "sent", "glass"})
GLASSED = frozenset({"glass", "header", "restricted", "behind-glass"})
KNOWS = READS | {"header", "restricted"}
WRITES = frozenset({"whole", "own", "sent"})

Range = tuple[str, str]  # from this key on, to before that one


def sight(
    role: str, stands_for: Sequence[str], requester: str, performers: Iterable[str], *, glass: bool,
    user: str = "", restricted_to: str = "",
) -> Sight:  # fmt: skip
    """How much somebody sees of a referral between these parties; `glass` says that they opened its patient.

    >>> sight("clinician", ["Northside"], "northside|ruthosei", [], glass=False)
    'own'
    >>> sight("receiving-office", ["Harbor Heart"], "northside|ruthosei", ["eastgate|"], glass=False)
    'nothing'
    >>> sight("senior", [], "northside|ruthosei", [], glass=False, user="morgan", restricted_to="dana")
    'restricted'
    """
    if role in LISTED:
        return _inside(role, user, restricted_to, glass=glass)
    mine = ranges(stands_for)
    if role == OFFICE and not restricted_to:
        return "sent" if any(_within(each, mine) for each in performers) else "nothing"
    if role != CLINICIAN:
        return "nothing"
    if _within(requester, mine):
        return "own"
    return "glass" if glass else "behind-glass"


def _inside(role: str, user: str, restricted_to: str, *, glass: bool) -> Sight:
    hidden = restricted(role, user, restricted_to)
    if role in WHOLE and not hidden:
        return "whole"
    if glass and may(role, "break-glass"):
        return "glass"
    return "restricted" if hidden else "header"


def restricted(role: str, user: str, restricted_to: str) -> bool:
    """Whether a row of their lists hides what it is about; clinicians have only their own in them.

    >>> restricted("junior", "jules", "jules"), restricted("lead", "dana", "dana")
    (True, False)
    """
    return bool(restricted_to) and restricted_to not in (known_to(role, user) or [restricted_to])


def known_to(role: str, user: str) -> tuple[str, ...] | None:
    """To whom a referral is restricted that somebody may know; None for every one that they see."""
    if role not in LISTED:
        return None
    return ("", user) if role in TRUSTED else ("",)


def gives(role: str, word: str) -> bool:
    """Whether this can be recorded on what is restricted unread: a lead gives it to somebody.

    >>> gives("lead", "owner-assigned"), gives("specialist", "owner-assigned")
    (True, False)
    """
    return word == "owner-assigned" and may(role, "team")


def ranges(stands_for: Sequence[str]) -> tuple[Range, ...]:
    """Where the keys lie of those they stand for: a person's is one, a practice's all who work there.

    >>> ranges(["Ruth Osei, Northside", "Northside"])
    (('northside|ruthosei', 'northside|ruthosei\\x01'), ('northside|', 'northside|\\U0010ffff'))
    """
    keys = [key for name in stands_for if (key := party(name))]
    return tuple((key, f"{key}\U0010ffff" if key.endswith("|") else f"{key}\x01") for key in keys)


def stands_for_names(stands_for: Sequence[str], name: str) -> bool:
    """Whether a requester or performer of this name is one of those they stand for."""
    return _within(party(name), ranges(stands_for))


def _within(key: str, mine: Sequence[Range]) -> bool:
    return any(low <= key < high for low, high in mine)
