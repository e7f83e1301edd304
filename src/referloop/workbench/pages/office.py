"""The screens of a receiving office: what lies with it, and one referral as it was sent."""

from collections.abc import Mapping, Sequence
from typing import Any

from referloop.referral.problems import Problem
from referloop.workbench.asking import Answer, Ask, Page
from referloop.workbench.needs import Needs
from referloop.workbench.presenters.acts import ALL
from referloop.workbench.presenters.forms import possible
from referloop.workbench.presenters.owed import address
from referloop.workbench.presenters.own import office_due, office_state, permits, visit
from referloop.workbench.presenters.papers import papers
from referloop.workbench.presenters.patient import patient_of
from referloop.workbench.presenters.people import about, name_of
from referloop.workbench.presenters.timeline import timeline
from referloop.workbench.workspace_needs import Workspace

SECTIONS: Mapping[str, str] = {
    "new": "New", "answer": "To answer", "book": "To book", "report": "Report owed", "booked": "Booked",
    "done": "Report sent",
}  # fmt: skip
# What comes next in each section, the first as the page's one button.
NEXT: Mapping[str, tuple[str, ...]] = {
    "new": ("receipt-confirmed", "referral-accepted", "referral-declined", "referral-redirected"),
    "answer": ("referral-accepted", "referral-declined", "referral-redirected", "information-requested"),
    "book": ("appointment-booked", "referral-declined", "information-requested"),
    "booked": ("encounter-finished", "patient-no-show", "appointment-moved", "appointment-cancelled"),
    "report": ("report-received",),
    "done": ("report-received",),
}
WORDS = {
    "receipt-confirmed": "We have it", "referral-accepted": "Accept", "referral-declined": "Decline",
    "referral-redirected": "Send on to another office", "information-requested": "Ask a question",
    "appointment-booked": "Book", "appointment-moved": "Move the visit",
    "appointment-cancelled": "Cancel the visit", "patient-arrived": "Patient arrived",
    "patient-no-show": "Did not come", "encounter-finished": "Patient was seen",
    "report-received": "Send the report", "urgency-proposed": "Propose another urgency",
}  # fmt: skip


def inbound(ask: Ask, needs: Needs) -> Answer:
    """What lies with the office, by what it has to do next."""
    here = ask.here
    found, more = needs.own.inbound(here)
    today = here.today
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in SECTIONS}
    for each in found:
        section, word = office_state(each.standing, here.now, here.zone)
        rows[section].append(
            {
                "id": each.standing.log.referral, "name": name_of(each.person), "word": word,
                "about": about(each.person, today), "now": each.standing.now,
                "due": office_due(each.standing), "visit": visit(each.standing),
            }
        )  # fmt: skip
    for each_section in rows.values():
        each_section.sort(key=lambda row: (row["due"] is None, row["due"] or here.now))
    names = needs.own.stands_for(here)
    return Page("office_work.html", {"sections": SECTIONS, "rows": rows, "more": more, "names": names})


def shown(ask: Ask, it: Workspace, form: Any, problems: Sequence[Problem], status: int) -> Page:
    """One referral as it was sent, with what the office can say to it."""
    here, standing = ask.here, it.standing
    section, word = office_state(standing, here.now, here.zone)
    acts = [
        (address(it, act.word), WORDS[act.word], act.word)
        for act in ALL
        if act.word in WORDS and act.allowed(here.role) and possible(act, it)
    ]
    first = [each for name in NEXT[section] for each in acts if each[2] == name]
    shows = {
        "it": it, "id": standing.log.referral, "standing": standing, "now": standing.now,
        "request": standing.now.request, "form": form, "against": problems, "state": word,
        "patient": patient_of(it, here.today),
        "first": first, "others": [each for each in acts if each not in first],
        "permits": permits(standing), "visit": visit(standing), "due": office_due(standing),
        "papers": papers(it, here.zone), "proofs": [], "ladder": [],
        "events": timeline(it, here.zone, here.user, here.role),
    }  # fmt: skip
    return Page("office_referral.html", shows, status)
