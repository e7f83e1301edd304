"""Who looked at what, which files left, who opened with a reason, and what is worth a question."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from urllib.parse import urlencode

from referloop.referral.problems import Problem
from referloop.workbench.access_needs import Asking
from referloop.workbench.asking import Answer, Ask, Go, Page
from referloop.workbench.needs import Needs
from referloop.workbench.presenters.looks import ACTS, OPENINGS, strange, where
from referloop.workbench.presenters.people import name_of

TABS = (
    ("/compliance", "Who looked"),
    ("/compliance/unusual", "Unusual"),
    ("/compliance/glass", "Opened with a reason"),
    ("/compliance/exports", "Files"),
)
OUTCOMES = {
    "needed": "Needed, and only what was needed",
    "more": "Needed, but more was opened than was needed",
    "not-needed": "Not needed",
}
_LOOKED_AT = 100  # of one day's openings, for each page of what is unusual
_LONGEST = 300


def looked(ask: Ask, needs: Needs) -> Answer:
    said = {name: ask.query.get(name, "")[:_LONGEST] for name in ("day", "user", "patient", "after")}
    asked = Asking(said["day"], said["user"], said["patient"], said["after"])
    found = needs.accesses.looked(ask.here, asked)
    person = needs.accesses.person(ask.here, asked.patient) if asked.patient else None
    shows = {
        "looks": found.looks, "asked": asked, "readers": needs.accesses.readers(ask.here),
        "person": name_of(person) if person else "", "unknown_patient": bool(asked.patient) and not person,
        "next": _more("/compliance", said, found.next),
    }  # fmt: skip
    return _page(ask, "compliance.html", "/compliance", shows)


def unusual(ask: Ask, needs: Needs) -> Answer:
    """One day, a piece of it at a time: signs for a question, and never a verdict."""
    day = _day(ask)
    asked = Asking(day.isoformat(), after=ask.query.get("after", ""), acts=OPENINGS, most=_LOOKED_AT)
    found = needs.accesses.looked(ask.here, asked)
    worked = needs.accesses.worked(ask.here, found.looks)
    shows = {
        "often": needs.accesses.often(ask.here),
        "strange": strange(found.looks, worked, needs.calendar(ask.here)), "day": day,
        "count": len(found.looks), "before": day - timedelta(days=1),
        "next": _more("/compliance/unusual", {"day": day.isoformat()}, found.next),
    }  # fmt: skip
    return _page(ask, "compliance_unusual.html", "/compliance/unusual", shows)


def glass(ask: Ask, needs: Needs) -> Answer:
    return _glass(ask, needs, ())


def review(ask: Ask, needs: Needs) -> Answer:
    """Somebody else looks at an opening, and says whether it was needed."""
    outcome, words = ask.form.get("outcome", ""), ask.form.get("words", "").strip()[:_LONGEST]
    if outcome not in OUTCOMES or (outcome != "needed" and not words):
        remedy = "Choose what it was; if more was opened than was needed, write what follows from it."
        problem: Problem | None = Problem("review-outcome", "outcome", "It does not say what it was.", remedy)
    else:
        said = OUTCOMES[outcome] + (f": {words}" if words else "")
        problem = needs.accesses.reviewed(ask.here, ask.form.get("access", ""), said)
    if problem:
        return _glass(ask, needs, (problem,), 409 if problem.code == "glass-reviewed" else 422)
    return Go("/compliance/glass", "It is reviewed.")


def files(ask: Ask, needs: Needs) -> Answer:
    found = needs.accesses.exported(ask.here, ask.query.get("after", ""))
    shows = {"looks": found.looks, "next": _more("/compliance/exports", {}, found.next)}
    return _page(ask, "compliance_exports.html", "/compliance/exports", shows)


def _glass(ask: Ask, needs: Needs, problems: Sequence[Problem], status: int = 200) -> Page:
    waiting = ask.query.get("show", "") != "all"
    found, after = needs.accesses.glass(ask.here, ask.query.get("after", ""), waiting=waiting)
    said = {} if waiting else {"show": "all"}
    shows = {
        "often": needs.accesses.often(ask.here),
        "glass": found, "waiting": waiting, "outcomes": OUTCOMES, "wrong": problems,
        "next": _more("/compliance/glass", said, after),
    }  # fmt: skip
    return _page(ask, "compliance_glass.html", "/compliance/glass", shows, status)


def _page(ask: Ask, template: str, at: str, shows: Mapping[str, object], status: int = 200) -> Page:
    around = {"tabs": TABS, "at": at, "acts": ACTS, "name_of": name_of, "where": where, "wrong": ()}
    return Page(template, {**around, **shows}, status)


def _day(ask: Ask) -> date:
    """The day that is asked for, today where none is."""
    today = ask.here.today
    try:
        return max(date.fromisoformat(ask.query.get("day", "")), date(2000, 1, 1))
    except ValueError:
        return today


def _more(path: str, said: Mapping[str, str], after: str) -> str:
    named = {name: value for name, value in {**said, "after": after}.items() if value}
    return f"{path}?{urlencode(named)}" if after else ""
