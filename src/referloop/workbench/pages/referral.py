"""The workspace of one referral: where it stands, what is owed, what can be recorded, what happened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from referloop.referral.durations import durations
from referloop.referral.problems import Problem
from referloop.referral.requirement import Calendar
from referloop.referral.units import units
from referloop.workbench.asking import Answer, Ask, Here, Page
from referloop.workbench.needs import Needs
from referloop.workbench.pages import office
from referloop.workbench.pages.header import instead
from referloop.workbench.presenters.acts import ACTS, ALL, Act
from referloop.workbench.presenters.changed import IMPOSSIBLE, since, status_of
from referloop.workbench.presenters.days import TURN, Turns, turns
from referloop.workbench.presenters.forms import Input, inputs, possible, said_of
from referloop.workbench.presenters.ladder import ladder, next_channel
from referloop.workbench.presenters.lanes import lanes
from referloop.workbench.presenters.owed import Owed, address, blockers, first_act, owed
from referloop.workbench.presenters.own import asks, plain, visit
from referloop.workbench.presenters.own import who as by
from referloop.workbench.presenters.papers import papers, proofs, readable
from referloop.workbench.presenters.patient import patient_of
from referloop.workbench.presenters.presence import in_words
from referloop.workbench.presenters.questions import compared, merged
from referloop.workbench.presenters.sources import sources
from referloop.workbench.presenters.spent import days_in_words, units_in_words
from referloop.workbench.presenters.timeline import KINDS, last_own, timeline, who
from referloop.workbench.sight import WRITES
from referloop.workbench.workspace_needs import Workspace, parties_of

_DISPOSITIONS = (
    ("no-action", "Read, nothing to do"),
    ("plan-agreed", "Read, plan agreed"),
    ("tasks-created", "Read, tasks created"),
    ("question-open", "My question is open"),
)
_REPORTS_AT_ONCE = 3
_ENTRIES = 100  # of a long timeline on one page
_FIRST = {
    "note-added": "Add information", "document-received": "Add a document",
    "urgency-raised": "Raise urgency", "cancellation-requested": "Withdraw",
}  # fmt: skip
_CLINICIANS = {
    *_FIRST,
    "report-reviewed", "information-received", "urgency-raised", "urgency-lowered", "recommendation-made",
    "recommendation-settled", "patient-told", "note-added", "performer-chosen", "closure-approved",
    "cancellation-requested", "referral-closed", "sensitivity-labelled", "sensitivity-lifted",
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
    since: Sequence[str] = ()  # what was recorded after it was opened
    instead: Sequence[tuple[str, str, str]] = ()  # what can be recorded, where this cannot
    turns: Sequence[tuple[str, str, Turns]] = ()  # times that are skipped or come twice


def referral(ask: Ask, needs: Needs) -> Answer:
    it = needs.workspace.open(ask.here, ask.path["referral"])
    if it is None:
        return instead(ask, needs, 200)
    return shown(ask, needs, it, _asked_for(ask, needs, it))


def _asked_for(ask: Ask, needs: Needs, it: Workspace) -> Open | None:
    """The form that the address names, if it can be filled in here and now."""
    query = _of_next(it, ask.here) if ask.query.get("do") == "next" else ask.query
    act = ACTS.get(query.get("do", ""))
    if act is None or not act.allowed(ask.here.role) or it.sight not in WRITES:
        return None
    corrects = query.get("corrects", "")
    number = int(corrects) if corrects.isdecimal() and len(corrects) < 10 else 0
    said = {name: value for name, value in query.items() if name not in ("do", "corrects", "show", "older")}
    return opened(act, ask.here, needs, it, said, corrects=number)


def _of_next(it: Workspace, here: Here) -> dict[str, str]:
    """What the address of the next step asks for: lists know the step, and not yet its form."""
    first = first_act(it, here)
    return dict(parse_qsl(urlsplit(first[0]).query)) if first else {}


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
    found = owed(it, needs.calendar(here), here)
    held_by = blockers(found, it, act.word)
    codes = {each.code for each in problems}
    news = since(it, said.get("seen", ""), here.zone) if "referral-changed" in codes else ()
    instead = _acts(it, here.role, act.lane) or _acts(it, here.role, "") if codes & IMPOSSIBLE else ()
    asked = inputs(act, here.role, it, said, before)
    return Open(act, asked, held_by, corrects, said, problems, news, instead, _turns(asked, said, here))


def _turns(asked: Sequence[Input], said: Mapping[str, str], here: Here) -> Sequence[tuple[str, str, Turns]]:
    """Name, label and the two times that may be meant, for each that was typed where clocks are changed."""
    times = [(each.name, each.label) for each in asked if each.kind == "local"]
    times.append(("happened_at", "When it happened"))
    found = [(name + TURN, label, turns(said.get(name, ""), here.zone)) for name, label in times]
    return [each for each in found if each[2]]


def before_of(it: Workspace, act: Act, corrects: int) -> dict[str, str] | None:
    """What the entry that is corrected says; None where nothing is corrected."""
    entry = next((each for each in it.standing.log.entries if each.seq == corrects), None)
    return said_of(entry.fact) if entry and entry.word == act.word else None


def shown(
    ask: Ask, needs: Needs, it: Workspace, form: Open | None = None, problems: Sequence[Problem] = ()
) -> Page:
    """The page as this role sees it, with a form open in its place and what stands against it."""
    every = [*problems, *(form.problems if form else ())]
    if it.sight == "sent":
        return office.shown(ask, it, form, every, status_of(every))
    shows = {**_head(ask, it), **_work(ask, needs, it), **_told(ask, it), "form": form, "against": every}
    shows["pane"] = needs.glass.behind(ask.here, it.standing.log.referral) if it.sight == "glass" else None
    if ask.here.role != "clinician":
        return Page("referral.html", {**shows, **_around(ask, needs, it)}, status_of(every))
    acts = [each for each in _acts(it, ask.here.role, "") if each[2] in _CLINICIANS]
    more = {
        "own_acts": [each for each in acts if each[2] not in _FIRST],
        "first_acts": [(to, _FIRST[word], word) for to, _, word in acts if word in _FIRST],
        "texts": _texts(needs, ask.here, it),
        "dispositions": _DISPOSITIONS,
        "asks": asks(it.standing, ask.here.role) if it.sight == "own" else [],
        "state": plain(it.standing.headline),
        "by": by,
        "visit": visit(it.standing),
    }
    return Page("referral_clinician.html", {**shows, **more}, status_of(every))


def _around(ask: Ask, needs: Needs, it: Workspace) -> dict[str, Any]:
    """Who else is here now, whether one has put it aside, who said what, and how long it took."""
    here, id = ask.here, it.standing.log.referral
    aside = needs.asides.mine(here).get(id)
    return {
        "others": in_words(needs.presence.others(here, id), here.zone),
        "aside": aside if aside and aside.version == it.standing.log.version else None,
        "said_by": sources(it, here.zone),
        **_spent(it, needs.calendar(here), here),
    }


def _head(ask: Ask, it: Workspace) -> dict[str, Any]:
    now = it.standing.now
    return {
        "it": it,
        "id": it.standing.log.referral,
        "standing": it.standing,
        "now": now,
        "request": now.request,
        "patient": patient_of(it, ask.here.today),
        "owner_name": it.names.get(now.owner, now.owner),
        "requester": parties_of(now),
        "first": first_act(it, ask.here) if it.sight in WRITES else None,
        "others": (),
        "aside": None,
    }


def _work(ask: Ask, needs: Needs, it: Workspace) -> dict[str, Any]:
    here, calendar = ask.here, needs.calendar(ask.here)
    found = owed(it, calendar, here)
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


def _spent(it: Workspace, calendar: Calendar, here: Here) -> dict[str, Any]:
    """How long it took so far; what is left of each permission, and whether too much is booked on it."""
    took = durations(it.standing.log.entries, calendar, here.now)
    permitted = [(units_in_words(each), each.over > 0) for each in units(it.standing.now)]
    return {"took": days_in_words(took) if took else "", "permitted": permitted}


def _told(ask: Ask, it: Workspace) -> dict[str, Any]:
    here = ask.here
    kind = ask.query.get("show", "all") if ask.query.get("show") in KINDS else "all"
    events = timeline(it, here.zone, here.user, here.role)
    wanted = [each for each in events if kind == "all" or kind in each.kinds]
    said = ask.query.get("older", "")
    first = int(said) if said.isascii() and said.isdecimal() and len(said) < 9 else 0
    return {
        "events": wanted[first : first + _ENTRIES],
        "older": first + _ENTRIES if len(wanted) > first + _ENTRIES else 0,
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
    kept = needs.workspace.contents(here, it.standing.log.referral, latest)
    return {digest: readable(*content) for digest, content in kept.items()}


def _acts(it: Workspace, role: str, lane: str) -> list[tuple[str, str, str]]:
    """Address, words and word of what can be recorded in a lane; in every one when it is ""."""
    if it.sight not in WRITES:
        return []
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
