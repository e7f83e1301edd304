"""What the fields of an act may hold: the things that are there on the referral, and words of our lists."""

from collections.abc import Iterable, Mapping
from typing import Any, get_args

from referloop.referral.closing import REASONS
from referloop.referral.facts.desk import ClockPaused, ClockResumed
from referloop.referral.facts.fact import in_words
from referloop.referral.fields import declared
from referloop.referral.folds import Leaf
from referloop.referral.kinds import OneOf
from referloop.referral.snapshot import Snapshot
from referloop.referral.tracks import TRACKS
from referloop.workbench.presenters.acts import Act, closing_reasons
from referloop.workbench.presenters.restricting import RESTRICTING, named_by
from referloop.workbench.rendering import spoken_day, spoken_start
from referloop.workbench.workspace_needs import Workspace

Choice = tuple[str, str]  # the value, and what people read

_CHANNELS = ("phone", "mobile", "text", "portal", "letter", "fax", "e-mail", "in person", "fhir", "hl7v2")
_OUTSIDE = ("requester", "performer", "patient", "payer")
_LISTS: Mapping[str, tuple[str, ...]] = {
    "channel": _CHANNELS,
    "track": TRACKS,
    "waiting_for": _OUTSIDE,
    "from_": _OUTSIDE,
    "message-sent to": _OUTSIDE,
    "escalated to": ("lead", "senior", "nurse", "requester"),
    "recommendation-made owner": ("requester", "performer", "specialist", "patient"),
    "permission-requested kind": ("prior-authorization", "payer-referral"),
    "closure-approved reason": tuple(REASONS),
    "document-received kind": ("referral letter", "result", "imaging", "report", "insurance card", "other"),
}
# What an office to which a referral was sent can say, where the desk has a choice.
_THEIRS: Mapping[tuple[str, str], tuple[Choice, ...]] = {
    ("information-requested", "of"): (("requester", "whoever referred the patient"),),
    ("appointment-cancelled", "by"): (("performer", "by us"), ("patient", "by the patient")),
}


def choices(act: Act, name: str, role: str, it: Workspace) -> list[Choice]:
    """What can be picked; empty where the field is free text."""
    if act.word == "referral-closed" and name == "reason":
        return [(each, f"{plain(each)}: {REASONS[each].means}") for each in closing_reasons(role, [*REASONS])]
    if role == "receiving-office" and (act.word, name) in _THEIRS:
        return list(_THEIRS[act.word, name])
    if act.word == "owner-assigned":
        return list(it.team.items())
    if found := things(act, name, it):
        return found
    one_of = next((each for each in get_args(declared(act.word)[name]) if isinstance(each, OneOf)), None)
    words = one_of.words if one_of else _LISTS.get(f"{act.word} {name}") or _LISTS.get(name, ())
    return [(each, plain(each)) for each in words]


def plain(word: str) -> str:
    """
    >>> plain("prior-authorization")
    'prior authorization'
    >>> plain("e-mail")
    'e-mail'
    """
    return word if word == "e-mail" else word.replace("-", " ")


def things(act: Act, name: str, it: Workspace) -> list[Choice]:
    """The things of this referral that the field can name, the latest first."""
    now = it.standing.now
    if act.word in RESTRICTING:
        found = named_by(act.word, name, it)
    elif name == "appointment":
        found = _leaves(now.booked())
    elif name in ("leg", "authorization", "document"):
        field = {"leg": "legs", "authorization": "permissions", "document": "reports"}[name]
        found = _leaves(getattr(now, field).values())
    elif name in ("risk", "label") and act.about:
        found = [(each, plain(each)) for each in sorted({"risk": now.risks, "label": now.labels}[name])]
    elif name == "hold":
        found = _leaves(now.holds.values())
    elif name == "pause":
        found = paused(it)
    elif name == "requirement":
        titles = {each.requirement.code: each.requirement.title for each in it.standing.obligations}
        found = list(titles.items())
    else:
        found = _asked(now, name)
    return found[::-1]


def _leaves(leaves: Iterable[Leaf]) -> list[Choice]:
    return [(leaf.id, f"{_told(leaf.fact)} ({plain(leaf.state)})") for leaf in leaves if leaf.id]


def _told(fact: Any) -> str:
    for name in ("performer", "title", "kind", "reason"):
        if said := getattr(fact, name, ""):
            day = f", {starts}" if (starts := _starts(fact)) else ""
            return plain(str(said)) + day
    return _starts(fact) or in_words(fact)


def _starts(fact: Any) -> str:
    starts = str(getattr(fact, "starts", ""))
    return spoken_start(starts) if starts else ""


def _asked(now: Snapshot, name: str) -> list[Choice]:
    """Questions that are open: what was asked for, whom it may be, what was recommended."""
    prefix = {"request": "information", "question": "identity", "other": "duplicate"}.get(name, name)
    return [
        (key.partition(":")[2], in_words(leaf.fact))
        for key, leaf in now.questions.items()
        if key.startswith(f"{prefix}:")
    ]


def paused(it: Workspace) -> list[Choice]:
    """Pauses that nobody ended."""
    found: dict[str, str] = {}
    for entry in it.standing.log.entries:
        if isinstance(entry.fact, ClockPaused):
            found[entry.fact.pause] = f"{plain(entry.fact.reason)} until {spoken_day(entry.fact.until_on)}"
        elif isinstance(entry.fact, ClockResumed):
            found.pop(entry.fact.pause, None)
    return list(found.items())
