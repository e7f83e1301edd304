"""The referral letter and the cover of a packet, in words: what is not known is said to be so."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from referloop.messages import Party
from referloop.referral.entry import Entry
from referloop.referral.facts.coverage import AuthorizationStated, CoverageStated, EligibilityChecked
from referloop.referral.facts.desk import NoteAdded
from referloop.referral.facts.intake import InformationReceived
from referloop.referral.story import standing
from referloop.workbench.presenters.choices import plain
from referloop.workbench.presenters.disclosing import notices
from referloop.workbench.presenters.own import permits
from referloop.workbench.presenters.papers import Paper
from referloop.workbench.presenters.patient import patient_of
from referloop.workbench.presenters.reach import ways, words_of
from referloop.workbench.rendering import spoken_day
from referloop.workbench.workspace_needs import Workspace

_THROUGH_US = "Only through the referral desk: ask us before anybody contacts the patient."
MOST_LISTED = 24  # of the documents on a cover, so that it stays one page


@dataclass(frozen=True, slots=True)
class Ends:
    """The two ends of a letter: the desk that writes it, who asks, who is to see the patient."""

    desk: str
    by: str
    requester: str
    asks: Party | None
    performer: str
    sees: Party | None


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A document with its pages; `fault` says why it cannot be part of a packet.

    `kept_back` says that it is restricted: the cover then does not name it.
    """

    paper: Paper
    pages: int
    fault: str
    kept_back: bool = False


def letter(it: Workspace, ends: Ends, today: date, enclosed: Sequence[str]) -> dict[str, Any]:
    request = it.standing.now.request
    service = request.service if request else ""
    return {
        **_ends(it, ends, today),
        "title": f"Referral: {service}" if service else "Referral",
        "service": service,
        "see_by": spoken_weekday(request.see_by) if request and request.see_by else "",
        "patient": _patient(it, today),
        "sections": [
            _section("The clinical question", [request.question] if request else [], "no question was asked"),
            _listed("Diagnoses and reasons", request.reasons if request else [], "none were given"),
            _listed("History, and what was tried", _history(it), "nothing but the question was given to us"),
            _listed("The payer's permission", _permissions(it), "none is recorded"),
            _listed("Coverage", _coverage(it), "no coverage is known"),
            _listed("Enclosed", enclosed, "no document is enclosed"),
            _listed("What we ask of you", _reply(ends), ""),
            *(_section("Notice on further disclosure", [told], "") for told in notices(it, (), today)),
        ],
    }  # fmt: skip


def cover(
    it: Workspace,
    ends: Ends,
    today: date,
    papers: Sequence[tuple[str, int]],
    apart: Sequence[str],
    told: Sequence[str],
) -> dict[str, Any]:
    return {
        **_ends(it, ends, today),
        "title": "Records packet",
        "foot": f"Referral {it.standing.log.referral}",  # who carries it reads the cover: it names no patient
        "pages": sum(pages for _, pages in papers) + 1,
        "papers": [list(each) for each in papers[:MOST_LISTED]],
        "more": max(0, len(papers) - MOST_LISTED),
        "apart": list(apart[:MOST_LISTED]),
        "notices": list(told),
    }  # fmt: skip


def _ends(it: Workspace, ends: Ends, today: date) -> dict[str, Any]:
    patient, id = patient_of(it, today), it.standing.log.referral
    return {
        "sender": [ends.desk, f"written by {ends.by}"],
        "recipient": [ends.performer or "no performer was chosen yet", *_reach(ends.sees)],
        "requester": ends.requester,
        "date": spoken_weekday(today),
        "number": id,
        "urgency": it.standing.now.urgency,
        "foot": f"Referral {id} · {patient.name or 'name not known'}",
    }  # fmt: skip


def _patient(it: Workspace, today: date) -> list[list[str]]:
    patient = patient_of(it, today)
    return [
        ["Name", patient.name],
        ["Born", f"{patient.born} ({patient.age} years)" if patient.age else patient.born],
        ["Sex", patient.sex],
        ["Record number", patient.number],
        ["Address", ", ".join(each for each in (it.person.address, it.person.postal_code) if each)],
        ["Language", patient.language],
        ["Contact", "\n".join(contact(it))],
    ]


def contact(it: Workspace) -> list[str]:
    """The ways by which the patient may be reached, and those by which not; none where that may do harm.

    A way that the patient does not want is named without its number.
    """
    now = it.standing.now
    if now.died or it.person.died:
        return ["The patient has died: contact nobody under these numbers."]
    if "safety" in now.risks or "all" in now.opted_out:
        return [_THROUGH_US]
    usable = [each for each in it.person.contacts if each.kind not in now.opted_out]
    wanted = [way for way in ways(usable, it.rules, frozenset()) if not way.endswith("not this way")]
    unwanted = [f"not by {plain(each)}" for each in sorted(now.opted_out)]
    return words_of(it.rules, outside=True) + wanted + unwanted


def _history(it: Workspace) -> list[str]:
    found = [_told(each) for each in standing(it.standing.log.entries)]
    risks = [
        f"Risk: {plain(each)}"
        for each in sorted(it.standing.now.risks - {"safety", "behavioural-health", "other"})
    ]
    return [each for each in found if each] + risks


def _told(entry: Entry) -> str:
    match entry.fact:
        case InformationReceived(what=what):
            return what
        case NoteAdded(text=text, audience="performer"):
            return text
        case _:
            return ""


def _permissions(it: Workspace) -> list[str]:
    granted = [
        ", ".join(
            each for each in (f"number {one.number or 'not known'}", one.says or "limits not known") if each
        )
        for one, leaf in zip(permits(it.standing), it.standing.now.permissions.values(), strict=True)
        if leaf.state == "granted"
    ]
    open = [
        f"{plain(getattr(leaf.fact, 'kind', '') or 'permission')}: {plain(leaf.state)}"
        for leaf in it.standing.now.permissions.values()
        if leaf.state != "granted"
    ]
    stated = [
        f"number {each.fact.number}, as the requester states it; not verified"
        for each in standing(it.standing.log.entries)
        if isinstance(each.fact, AuthorizationStated)
    ]
    return granted + open + stated


def _coverage(it: Workspace) -> list[str]:
    entries = [each.fact for each in standing(it.standing.log.entries)]
    stated = [each for each in entries if isinstance(each, CoverageStated)]
    checked = [each for each in entries if isinstance(each, EligibilityChecked)]
    found = []
    for each in stated[-1:]:
        member = f"member {each.member_id}" if each.member_id else "member number not known"
        found.append(
            ", ".join(
                part for part in (each.payer, member, f"group {each.group}" if each.group else "") if part
            )
        )
    request = it.standing.now.request
    if not stated and request and request.plan:
        found.append(f"{request.plan}, as the requester states it")
    for one in checked[-1:]:
        until = f", valid until {spoken_day(one.valid_until_on)}" if one.valid_until_on else ""
        found.append(f"The payer says: {plain(one.result)}{until}")
    return found if checked or not found else [*found, "The payer was not asked yet"]


def _reply(ends: Ends) -> list[str]:
    to = ends.requester or ends.desk
    where = ", ".join(_reach(ends.asks))
    copy = f"; copy to {ends.desk}" if ends.requester else ""
    return [
        "Tell us whether you accept, and when the visit is.",
        "Send a note that answers the question, with your findings, your plan, and who does what next.",
        f"Send it to {to}{f' ({where})' if where else ''}{copy}, under the referral number above.",
    ]  # fmt: skip


def _reach(party: Party | None) -> list[str]:
    return [f"{each.kind} {each.value}" for each in party.contacts] if party else []


def _section(title: str, found: Iterable[str], none: str) -> dict[str, Any]:
    return {"title": title, "found": [each for each in found if each], "listed": False, "none": none}


def _listed(title: str, found: Iterable[str], none: str) -> dict[str, Any]:
    return {**_section(title, found, none), "listed": True}


def spoken_weekday(day: date) -> str:
    """
    >>> spoken_weekday(date(2026, 11, 24))
    'Tue 24 Nov 2026'
    """
    return f"{day:%a} {spoken_day(day)}"
