"""What is owed on a referral, each with the act that meets it, and what stands before a decision."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from referloop.referral.facts.fact import in_words
from referloop.referral.fields import declared
from referloop.referral.obligations import Obligation
from referloop.referral.priority import OURS, NextStep, listed, ranked
from referloop.referral.requirement import DECIDES, Calendar, Pattern
from referloop.workbench.asking import Here
from referloop.workbench.presenters.acts import ACTS
from referloop.workbench.presenters.forms import possible
from referloop.workbench.presenters.lanes import gone
from referloop.workbench.workspace_needs import Workspace

_NAMES = {"request-permission": "asking the payer", "book": "booking", "send": "sending"}
_MOST = 4
_GIVE = ACTS["owner-assigned"]
_OF_THE_DAY = frozenset({"patient-arrived", "patient-no-show", "encounter-finished"})  # see days.ahead


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


def owed(it: Workspace, calendar: Calendar, here: Here) -> list[Owed]:
    """In the order in which it matters."""
    standing = it.standing
    order = [(step.code, step.about) for step in ranked(standing.owed, standing.now, here.now, calendar)]
    return [_owed(each, it, here) for each in sorted(standing.owed, key=lambda one: order.index(one.key))]


def _owed(each: Obligation, it: Workspace, here: Here) -> Owed:
    need = each.requirement
    blocked = sorted({_NAMES.get(word, "closing") for word in need.blocks})
    owner = it.standing.now.owner if need.owner == "specialist" and it.standing.now.owner else need.owner
    return Owed(
        code=need.code, about=each.about, says=need.says, title=need.title, owner=owner,
        ours=need.owner in OURS, opens_at=each.opens_at, due=each.due,
        used=gone(each.opens_at, each.due, here.now), since=in_words(each.opener.fact),
        opened=each.opener.seq, citation=need.citation, blocks=listed(blocked) if blocked else "",
        acts=tuple(ways(each, it, here)),
    )  # fmt: skip


def ways(each: Obligation, it: Workspace, here: Here) -> list[tuple[str, str]]:
    """The acts that would meet an obligation, as far as this role may and the referral lets."""
    found: dict[str, str] = {}
    if _for_others(each, here.role):
        found[address(it, _GIVE.word)] = "Give to a specialist"
    for pattern in each.requirement.owed:
        act = ACTS.get(pattern.word)
        if act and act.allowed(here.role) and possible(act, it) and act.words not in found.values():
            if act.word in _OF_THE_DAY and _is_to_come(it, here.today):
                found.setdefault(address(it, "appointment-moved"), "Move the visit")
                continue
            said = filled(each, pattern)
            words = "Requester told" if said.get("to") == "requester" else act.words
            found[address(it, pattern.word, said)] = words
    return list(found.items())[:_MOST]


def _is_to_come(it: Workspace, today: date) -> bool:
    """Whether every visit that is booked is on a later day."""
    booked = [getattr(each.fact, "starts", "") for each in it.standing.now.booked()]
    return bool(booked) and all(day > today.isoformat() for starts in booked if (day := starts[:10]))


def _for_others(each: Obligation, role: str) -> bool:
    """Whether the desk owes it, and what meets it first is not for this role but for somebody else."""
    first = next((ACTS[pattern.word] for pattern in each.requirement.owed if pattern.word in ACTS), _GIVE)
    return each.requirement.owner in OURS and not first.allowed(role) and _GIVE.allowed(role)


def filled(each: Obligation, pattern: Pattern) -> dict[str, str]:
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


def first_act(it: Workspace, here: Here) -> tuple[str, str] | None:
    """The one thing to do next, as an address and words; None when this role can do nothing about it."""
    step: NextStep | None = it.standing.step
    if step is None:
        return None
    for each in it.standing.owed:
        if each.key == (step.code, step.about):
            return next(iter(ways(each, it, here)), None)
    act = ACTS["looked-again"]
    return (address(it, act.word), act.words) if act.allowed(here.role) else None


def blockers(found: Sequence[Owed], it: Workspace, word: str) -> list[Owed]:
    """What is still owed before this may be recorded."""
    decisions = {decision for decision, decided in DECIDES.items() if decided == word}
    held = {each.key for each in it.standing.owed if decisions & each.requirement.blocks}
    return [each for each in found if (each.code, each.about) in held]
