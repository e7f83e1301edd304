"""The workspace of one referral: where it stands, what is owed, what can be recorded, what happened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from referloop.referral.problems import Problem
from referloop.workbench.asking import NOT_HERE, Answer, Ask, Here, Page
from referloop.workbench.needs import Needs
from referloop.workbench.presenters.acts import ACTS, ALL, Act
from referloop.workbench.presenters.forms import Input, inputs, possible, said_of
from referloop.workbench.presenters.ladder import ladder, next_channel
from referloop.workbench.presenters.lanes import lanes
from referloop.workbench.presenters.owed import Owed, address, blockers, first_act, owed
from referloop.workbench.presenters.papers import papers, proofs, readable
from referloop.workbench.presenters.patient import patient_of
from referloop.workbench.presenters.questions import compared, merged
from referloop.workbench.presenters.timeline import KINDS, last_own, timeline, who
from referloop.workbench.workspace_needs import Workspace

_DISPOSITIONS = (
    ("no-action", "Read, nothing to do"),
    ("plan-agreed", "Read, plan agreed"),
    ("tasks-created", "Read, tasks created"),
    ("question-open", "My question is open"),
)
_REPORTS_AT_ONCE = 3
_CLINICIANS = {
    "report-reviewed", "information-received", "urgency-raised", "urgency-lowered", "recommendation-made",
    "recommendation-settled", "patient-told", "note-added", "performer-chosen", "closure-approved",
    "cancellation-requested", "referral-closed",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Open:
    """The form that stands open; `seen` is the version it was filled in on."""

    act: Act
    inputs: Sequence[Input]
    held_by: Sequence[Owed] = ()
    corrects: int = 0
    typed: Mapping[str, str] = field(default_factory=dict)
    problems: Sequence[Problem] = ()


def referral(ask: Ask, needs: Needs) -> Answer:
    it = needs.workspace.open(ask.here, ask.path["referral"])
    if it is None:
        return NOT_HERE
    return shown(ask, needs, it, _asked_for(ask, needs, it))


def _asked_for(ask: Ask, needs: Needs, it: Workspace) -> Open | None:
    """The form that the address names, if it can be filled in here and now."""
    act = ACTS.get(ask.query.get("do", ""))
    if act is None or not act.allowed(ask.here.role):
        return None
    corrects = ask.query.get("corrects", "")
    number = int(corrects) if corrects.isdecimal() and len(corrects) < 10 else 0
    said = {name: value for name, value in ask.query.items() if name not in ("do", "corrects", "show")}
    return opened(act, ask.here, needs, it, said, corrects=number)


def opened(
    act: Act,
    here: Here,
    needs: Needs,
    it: Workspace,
    said: Mapping[str, str],
    *,
    corrects: int = 0,
    problems: Sequence[Problem] = (),
) -> Open:
    before = before_of(it, act, corrects)
    if act.word == "contact-attempted" and not before:
        said = {"channel": next_channel(it.standing.log.entries, here.now, here.zone), **said}
    found = owed(it, needs.calendar(here), here.role, here.now)
    held_by = blockers(found, it, act.word)
    return Open(act, inputs(act, here.role, it, said, before), held_by, corrects, said, problems)


def before_of(it: Workspace, act: Act, corrects: int) -> dict[str, str] | None:
    """What the entry that is corrected says; None where nothing is corrected."""
    entry = next((each for each in it.standing.log.entries if each.seq == corrects), None)
    return said_of(entry.fact) if entry and entry.word == act.word else None


def shown(
    ask: Ask, needs: Needs, it: Workspace, form: Open | None = None, problems: Sequence[Problem] = ()
) -> Page:
    """The page as this role sees it, with a form open in its place and what stands against it."""
    every = [*problems, *(form.problems if form else ())]
    shows = {**_head(ask, it), **_work(ask, needs, it), **_told(ask, it), "form": form, "against": every}
    if ask.here.role != "clinician":
        return Page("referral.html", shows, status_of(every))
    acts = [each for each in _acts(it, ask.here.role, "") if each[2] in _CLINICIANS]
    more = {"own_acts": acts, "texts": _texts(needs, ask.here, it), "dispositions": _DISPOSITIONS}
    return Page("referral_clinician.html", {**shows, **more}, status_of(every))


def _head(ask: Ask, it: Workspace) -> dict[str, Any]:
    now = it.standing.now
    return {
        "it": it,
        "id": it.standing.log.referral,
        "standing": it.standing,
        "now": now,
        "request": now.request,
        "patient": patient_of(it, ask.here.now.astimezone(ask.here.zone).date()),
        "owner_name": it.names.get(now.owner, now.owner),
        "requester": between(it),
        "first": first_act(it, ask.here.role),
    }


def _work(ask: Ask, needs: Needs, it: Workspace) -> dict[str, Any]:
    here, calendar = ask.here, needs.calendar(ask.here)
    found = owed(it, calendar, here.role, here.now)
    tracks = lanes(it.standing, calendar, here.now)
    return {
        "lanes": [(lane, _acts(it, here.role, lane.name)) for lane in tracks],
        "whole": _acts(it, here.role, "referral"),
        "ours": [each for each in found if each.ours],
        "theirs": [each for each in found if not each.ours],
        "asked": [each for each in found if each.owner == "requester"],
        "holds": list(it.standing.now.holds.values()),
        "questions": compared(it),
        "doubles": merged(it),
        "ladder": ladder(it.standing.log.entries, calendar),
    }


def _told(ask: Ask, it: Workspace) -> dict[str, Any]:
    here = ask.here
    kind = ask.query.get("show", "all") if ask.query.get("show") in KINDS else "all"
    events = timeline(it, here.zone, here.user, here.role)
    return {
        "events": [each for each in events if kind == "all" or kind in each.kinds],
        "undo": last_own(events),
        "show": kind,
        "kinds": KINDS,
        "notes": _notes(it),
        "papers": papers(it, here.zone),
        "proofs": proofs(it, here.zone),
    }


def _texts(needs: Needs, here: Here, it: Workspace) -> dict[str, str]:
    """The words of the latest reports, to be read beside the question."""
    latest = [each.digest for each in papers(it, here.zone) if each.state and each.here][:_REPORTS_AT_ONCE]
    kept = {digest: needs.workspace.content(here, digest) for digest in latest}
    return {digest: readable(*content) for digest, content in kept.items() if content}


def status_of(problems: Sequence[Problem]) -> int:
    if not problems:
        return 200
    return 409 if any(each.code == "referral-changed" for each in problems) else 422


def _acts(it: Workspace, role: str, lane: str) -> list[tuple[str, str, str]]:
    """Address, words and word of what can be recorded in a lane; in every one when it is ""."""
    return [
        (address(it, act.word), act.words, act.word)
        for act in ALL
        if lane in ("", act.lane) and act.allowed(role) and possible(act, it)
    ]


def _notes(it: Workspace) -> list[tuple[str, str, str]]:
    """Audience, text and author of each note that stands, the latest first."""
    corrected = {entry.corrects for entry in it.standing.log.entries}
    return [
        (getattr(entry.fact, "audience", ""), getattr(entry.fact, "text", ""), who(entry.author, it))
        for entry in reversed(it.standing.log.entries)
        if entry.word == "note-added" and entry.seq not in corrected
    ]


def between(it: Workspace) -> tuple[str, str]:
    """Who asks, and who is to see the patient: the performer chosen last, or the one asked for."""
    request, legs = it.standing.now.request, it.standing.now.legs
    chosen = [name for leg in legs.values() if (name := getattr(leg.fact, "performer", ""))]
    performer = chosen[-1] if chosen else request.performer if request else ""
    return request.requester if request else "", performer
