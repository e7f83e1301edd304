"""What is owed on a referral, each with the act that meets it, and what stands before a decision."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from referloop.referral.facts.fact import in_words
from referloop.referral.fields import declared
from referloop.referral.obligations import Obligation
from referloop.referral.priority import OURS, NextStep, ranked
from referloop.referral.requirement import DECIDES, Calendar, Pattern
from referloop.workbench.presenters.acts import ACTS
from referloop.workbench.presenters.forms import possible
from referloop.workbench.presenters.lanes import gone
from referloop.workbench.workspace_needs import Workspace

_NAMES = {"request-permission": "asking the payer", "book": "booking", "send": "sending"}
_MOST = 4


@dataclass(frozen=True, slots=True)
class Owed:
    """`acts` are addresses and words: what would meet it, right there."""

    code: str
    about: str
    says: str
    title: str
    owner: str
    ours: bool
    opens_at: datetime
    due: datetime
    used: int
    since: str
    opened: int
    citation: str
    blocks: str
    acts: tuple[tuple[str, str], ...]


def owed(it: Workspace, calendar: Calendar, role: str, at: datetime) -> list[Owed]:
    """In the order in which it matters."""
    standing = it.standing
    order = [(step.code, step.about) for step in ranked(standing.owed, standing.now, at, calendar)]
    return [_owed(each, it, role, at) for each in sorted(standing.owed, key=lambda one: order.index(one.key))]


def _owed(each: Obligation, it: Workspace, role: str, at: datetime) -> Owed:
    need = each.requirement
    blocked = sorted({_NAMES.get(word, "closing") for word in need.blocks})
    owner = it.standing.now.owner if need.owner == "specialist" and it.standing.now.owner else need.owner
    return Owed(
        code=need.code, about=each.about, says=need.says, title=need.title, owner=owner,
        ours=need.owner in OURS, opens_at=each.opens_at, due=each.due,
        used=gone(each.opens_at, each.due, at), since=in_words(each.opener.fact), opened=each.opener.seq,
        citation=need.citation, blocks=" and ".join(blocked), acts=tuple(ways(each, it, role)),
    )  # fmt: skip


def ways(each: Obligation, it: Workspace, role: str) -> list[tuple[str, str]]:
    """The acts that would meet an obligation, as far as this role may and the referral lets."""
    found: dict[str, str] = {}
    for pattern in each.requirement.owed:
        act = ACTS.get(pattern.word)
        if act and act.allowed(role) and possible(act, it) and act.words not in found.values():
            said = _filled(each, pattern)
            words = "Requester told" if said.get("to") == "requester" else act.words
            found[address(it, pattern.word, said)] = words
    return list(found.items())[:_MOST]


def _filled(each: Obligation, pattern: Pattern) -> dict[str, str]:
    """What the form can know already: codes only, for an address is no place for words about a patient."""
    known = declared(pattern.word)
    named = [(name, values) for name, values in pattern.where if name in known and _sure(name, values)]
    said = {name: min(values) for name, values in named}
    thing = each.requirement.about
    return {**said, thing: each.about} if thing in known and each.about else said


def _sure(name: str, values: frozenset[str]) -> bool:
    """Whether one of the values goes as well as another."""
    return len(values) == 1 or name == "requirement"


def address(it: Workspace, word: str, said: Mapping[str, str] | None = None) -> str:
    """Where the form of an act stands open."""
    query = urlencode({"do": word, **(said or {})})
    return f"/referrals/{it.standing.log.referral}?{query}#do"


def first_act(it: Workspace, role: str) -> tuple[str, str] | None:
    """The one thing to do next, as an address and words; None when this role can do nothing about it."""
    step: NextStep | None = it.standing.step
    if step is None:
        return None
    for each in it.standing.owed:
        if each.key == (step.code, step.about):
            return next(iter(ways(each, it, role)), None)
    act = ACTS["looked-again"]
    return (address(it, act.word), act.words) if act.allowed(role) else None


def blockers(found: Sequence[Owed], it: Workspace, word: str) -> list[Owed]:
    """What is still owed before this may be recorded."""
    decisions = {decision for decision, decided in DECIDES.items() if decided == word}
    held = {each.key for each in it.standing.owed if decisions & each.requirement.blocks}
    return [each for each in found if (each.code, each.about) in held]
