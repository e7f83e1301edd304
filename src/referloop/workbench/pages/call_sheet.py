"""My work as a sheet to call from: who, how to reach them, about what, and room to write."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from referloop.workbench.asides_needs import Aside
from referloop.workbench.asking import Answer, Ask, Here, Page
from referloop.workbench.call_needs import ToCall
from referloop.workbench.needs import Needs
from referloop.workbench.pages.my_work import ONLY, QUEUES, about, wanted
from referloop.workbench.presenters.own import visit
from referloop.workbench.presenters.patient import language_name
from referloop.workbench.presenters.people import name_of, spoken_birth
from referloop.workbench.presenters.reach import is_safe_contact, ways, words_of

_DIED = "The patient has died: do not call."
_SAFETY = "A safety risk is flagged: read the referral before you call."
_NO_CONTACT = "The patient wants no contact: do not call."


@dataclass(frozen=True, slots=True)
class Calling:
    """One patient: `ways` are numbers that may be used, `warning` is read before anything else."""

    name: str
    about: str
    born: str
    language: str
    ways: Sequence[str]
    closed_ways: Sequence[str]
    warning: str
    rules: Sequence[str]
    safe_contact: bool
    talks: Sequence["Talk"]


@dataclass(frozen=True, slots=True)
class Talk:
    """One referral of theirs: what it is, what to bring about, what was tried."""

    referral: str
    service: str
    asked_by: str
    says: str
    visit: str
    attempts: int


def call_sheet(ask: Ask, needs: Needs) -> Answer:
    queue = ask.query.get("queue", "now") if ask.query.get("queue") in QUEUES else "now"
    only = ask.query.get("only", "") if ask.query.get("only") in ONLY else ""
    aside = needs.asides.mine(ask.here)
    found = needs.calls.sheet(ask.here, wanted(ask, QUEUES[queue][1] or (ask.here.user,), only))
    rows = [each for each in found if not _is_aside(each, aside)]
    back = urlencode({"queue": queue, "only": only})
    return Page("call_sheet.html", {"calls": calls(rows, ask.here), "back": f"/?{back}"})


def _is_aside(each: ToCall, aside: Mapping[str, Aside]) -> bool:
    put = aside.get(each.line.referral)
    return bool(put and put.hides(each.line))


def calls(rows: Sequence[ToCall], here: Here) -> list[Calling]:
    """By patient, each standing where their weightiest referral stands."""
    by_patient: dict[str, list[ToCall]] = {}
    for row in rows:
        by_patient.setdefault(row.line.patient or row.line.referral, []).append(row)
    return [_calling(few, here) for few in by_patient.values()]


def _calling(few: Sequence[ToCall], here: Here) -> Calling:
    person = few[0].person
    out = frozenset().union(*(each.standing.now.opted_out for each in few))
    rules = few[0].rules
    usable = [each for each in person.contacts if each.kind not in out]
    return Calling(
        name=name_of(person),
        about=about(few[0].line, here.today),
        born=spoken_birth(person.birth_date),
        language=language_name(rules.language or person.language),
        rules=words_of(rules),
        safe_contact=is_safe_contact(rules),
        ways=ways(usable, rules, frozenset()),
        closed_ways=sorted(out),
        warning=_warning(few, out),
        talks=[_talk(each) for each in few],
    )


def _warning(few: Sequence[ToCall], out: frozenset[str]) -> str:
    if any(each.standing.now.died or each.person.died for each in few):
        return _DIED
    if any("safety" in each.standing.now.risks for each in few):
        return _SAFETY
    return _NO_CONTACT if "all" in out else ""


def _talk(each: ToCall) -> Talk:
    now = each.standing.now
    return Talk(
        referral=each.line.referral,
        service=each.line.service,
        asked_by=now.request.requester if now.request else "",
        says=each.line.says,
        visit=visit(each.standing),
        attempts=now.attempts,
    )
