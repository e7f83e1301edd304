"""Lists as files: a small one for a purpose, a large one once somebody else has said yes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from referloop.referral.problems import Problem
from referloop.workbench.access import may
from referloop.workbench.access_needs import ExportRequest
from referloop.workbench.asking import NOT_HERE, NOTED_BEFORE, Answer, Ask, Download, Go, Noted, Page
from referloop.workbench.lines import Filter, Line
from referloop.workbench.needs import Needs
from referloop.workbench.pages.referrals import columns_of, shown
from referloop.workbench.presenters import listing

WITHOUT_APPROVAL, MOST = 500, 10_000
TAKEN_WITHIN = timedelta(hours=24)
_GROWN = 1.1  # a list lives: a few more than were approved are still what was approved
_LONGEST = 200
_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_OUTCOMES = {"approved": "They can take the file for 24 hours.", "refused": "They are told why."}


def export(ask: Ask, needs: Needs) -> Answer:
    """All of the list, or a refusal: a file never ends early without saying so."""
    wanted, columns, kind = listing.wanted(ask.form), columns_of(ask), ask.form.get("kind", "csv")
    purpose, problems = _purpose(ask)
    if problems:
        return shown(ask, needs, wanted, columns, problems=problems)
    found, _ = needs.listing.lines(ask.here, replace(wanted, limit=WITHOUT_APPROVAL, after=""))
    if found.next:
        shows = {"wanted": wanted, "columns": columns, "kind": kind, "purpose": purpose}
        return Page("export_ask.html", {**shows, "said": _said(wanted), "most": WITHOUT_APPROVAL}, 403)
    noted = Noted("list-exported", how_many=len(found.lines), purpose=purpose)
    return _file(ask, needs, found.lines, columns, kind, noted)


def request(ask: Ask, needs: Needs) -> Answer:
    """A list that is too long to be taken alone becomes work for a lead."""
    wanted, columns, kind = listing.wanted(ask.form), columns_of(ask), ask.form.get("kind", "csv")
    purpose, problems = _purpose(ask)
    found, _ = needs.listing.lines(ask.here, replace(wanted, limit=MOST, after=""))
    if found.next:
        says = f"This list has more than {MOST:,} referrals."
        problems.append(Problem("export-many", "list", says, "Narrow it."))
    if problems:
        return shown(ask, needs, wanted, columns, problems=problems)
    narrowed = replace(wanted, after="")
    id = needs.exports.ask(ask.here, narrowed, columns, kind, len(found.lines), purpose)
    noted = Noted("export-asked", about=id, how_many=len(found.lines), purpose=purpose)
    said = "A lead or the compliance officer is asked."
    return Go("/exports", said, noted if id else NOTED_BEFORE)


def exports(ask: Ask, needs: Needs) -> Answer:
    return _listed(ask, needs, ())


def decide(ask: Ask, needs: Needs) -> Answer:
    """Somebody else than who asked says yes, or says no and why."""
    it = needs.exports.one(ask.here, ask.path["id"])
    if it is None:
        return NOT_HERE
    outcome, reason = ask.form.get("outcome", ""), ask.form.get("reason", "").strip()[:_LONGEST]
    if it.user == ask.here.user:
        says = "Nobody approves what they asked for themselves."
        return _refused(says, "Ask another lead or the compliance officer.")
    if outcome not in _OUTCOMES or (outcome == "refused" and not reason):
        problem = Problem("export-reason", "reason", "It is refused without a reason.", "Write a few words.")
        return _listed(ask, needs, (problem,), 422)
    if not needs.exports.decide(ask.here, it.id, outcome, reason):
        problem = Problem("export-decided", "list", "Somebody has decided it.", "It is in the list below.")
        return _listed(ask, needs, (problem,), 409)
    noted = Noted("export-decided", about=it.id, how_many=it.how_many, purpose=it.purpose, reason=outcome)
    return Go("/exports", _OUTCOMES[outcome], noted)


def take(ask: Ask, needs: Needs) -> Answer:
    """The file that was approved, by whoever asked for it, within a day."""
    it = needs.exports.one(ask.here, ask.path["id"])
    if it is None:
        return NOT_HERE
    if it.user != ask.here.user:
        return _refused("Somebody else asked for this file.", "Ask for one of your own.")
    if state(it, ask) != "ready":
        return _refused(_NOT_READY[state(it, ask)], "Ask for it from the list of referrals.")
    found, _ = needs.listing.lines(ask.here, replace(it.wanted, limit=MOST, after=""))
    if found.next or len(found.lines) > it.how_many * _GROWN:
        says = f"{it.how_many:,} referrals were approved, and the list has grown since."
        return _listed(ask, needs, (Problem("export-grown", "list", says, "Ask for it anew."),), 409)
    noted = Noted("list-exported", about=it.id, how_many=len(found.lines), purpose=it.purpose)
    return _file(ask, needs, found.lines, it.columns, it.kind, noted)


_NOT_READY = {
    "waiting": "Nobody has approved this file yet.",
    "refused": "This file was refused.",
    "over": "This file could be taken for 24 hours, and they are over.",
}


def state(it: ExportRequest, ask: Ask) -> str:
    if it.decided_at is None:
        return "waiting"
    if it.outcome != "approved":
        return "refused"
    return "ready" if ask.here.now < it.decided_at + TAKEN_WITHIN else "over"


def _listed(ask: Ask, needs: Needs, problems: Sequence[Problem], status: int = 200) -> Page:
    own = [(each, state(each, ask), _said(each.wanted)) for each in needs.exports.own(ask.here)]
    waiting = needs.exports.waiting(ask.here) if may(ask.here.role, "approve-export") else ()
    asked = [(each, _said(each.wanted)) for each in waiting if each.user != ask.here.user]
    shows = {"own": own, "asked": asked, "wrong": problems, "lasts": TAKEN_WITHIN}
    return Page("exports.html", shows, status)


def _purpose(ask: Ask) -> tuple[str, list[Problem]]:
    """What the file is for, and what is wrong with that and with its kind."""
    purpose, problems = ask.form.get("purpose", "").strip()[:_LONGEST], []
    if not purpose:
        remedy = "Write a few words, such as “monthly report to the payer”."
        problems.append(Problem("export-purpose", "purpose", "It does not say what the file is for.", remedy))
    if ask.form.get("kind", "csv") not in _TYPES:
        problems.append(
            Problem("export-kind", "kind", "There is no such kind of file.", "Take CSV or Excel.")
        )
    return purpose, problems


def _file(
    ask: Ask, needs: Needs, lines: Sequence[Line], columns: Sequence[str], kind: str, noted: Noted
) -> Download:
    header = ["Referral", *(listing.COLUMNS[name] for name in columns)]
    rows = [listing.row(line, columns, ask.here.zone) for line in lines]
    day = ask.here.today.isoformat()
    table = needs.listing.table(kind, header, rows)
    return Download(f"referrals-{day}.{kind}", _TYPES[kind], table, noted=noted)


def _said(it: Filter) -> str:
    """What a list is narrowed to, for whoever decides about it."""
    said = [it.state if it.state != "all" else "open and closed", "overdue" if it.overdue else ""]
    said += [it.urgency.replace("|", " or "), it.headline.replace("|", " or "), it.flag]
    said += [f"owned by {it.owner.replace('|', ' or ')}" if it.owner else ""]
    said += [f"service has “{it.text}”" if it.text else ""]
    said += listing.told(it)
    said += [f"received from {it.since}" if it.since else "", f"until {it.until}" if it.until else ""]
    return ", ".join(each for each in said if each)


def _refused(says: str, remedy: str) -> Page:
    return Page("refused.html", {"says": says, "remedy": remedy}, 403)
