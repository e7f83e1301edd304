"""Who sees which referral, and how much of it: the one rule that lists, pages, files and news all go by."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from referloop.spelling import party

Sight = Literal["whole", "own", "sent", "glass", "behind-glass", "nothing"]
SIGHTS: Mapping[Sight, str] = {
    "whole": "everything of every referral",
    "own": "everything of what they or their practice asked for",
    "sent": "what was sent to them, and what they and the desk told each other since",
    "glass": "one patient, opened with a reason, to read, for an hour",
    "behind-glass": "that it may be here: opened with a reason",
    "nothing": "as if it were not here",
}
WHOLE = frozenset({"junior", "specialist", "senior", "lead", "nurse", "compliance"})
CLINICIAN, OFFICE = "clinician", "receiving-office"
OUTSIDE = (CLINICIAN, OFFICE)  # of the desk: they see what is theirs
READS = frozenset({"whole", "own", "sent", "glass"})
WRITES = frozenset({"whole", "own", "sent"})

Range = tuple[str, str]  # from this key on, to before that one


def sight(
    role: str, stands_for: Sequence[str], requester: str, performers: Iterable[str], *, glass: bool
) -> Sight:
    """How much somebody sees of a referral between these parties; `glass` says that they opened its patient.

    >>> sight("clinician", ["Northside"], "northside|ruthosei", [], glass=False)
    'own'
    >>> sight("receiving-office", ["Harbor Heart"], "northside|ruthosei", ["eastgate|"], glass=False)
    'nothing'
    """
    if role in WHOLE:
        return "whole"
    mine = ranges(stands_for)
    if role == OFFICE:
        return "sent" if any(_within(each, mine) for each in performers) else "nothing"
    if role != CLINICIAN:
        return "nothing"
    if _within(requester, mine):
        return "own"
    return "glass" if glass else "behind-glass"


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
