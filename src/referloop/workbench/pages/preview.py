"""A referral at a glance, beside a list: most steps begin here, without leaving the list."""

from referloop.workbench.asking import Answer, Ask, Page
from referloop.workbench.needs import Needs
from referloop.workbench.pages.header import instead
from referloop.workbench.presenters.lanes import lanes
from referloop.workbench.presenters.owed import first_act, owed
from referloop.workbench.presenters.patient import patient_of
from referloop.workbench.presenters.timeline import timeline
from referloop.workbench.workspace_needs import parties_of

_OWED, _EVENTS = 4, 5


def preview(ask: Ask, needs: Needs) -> Answer:
    """A piece of a page, for a script that lays it beside the list."""
    here = ask.here
    it = needs.workspace.open(here, ask.path["referral"])
    if it is None:
        return instead(ask, needs, 200, "preview_header.html")
    calendar, now = needs.calendar(here), it.standing.now
    return Page(
        "preview.html",
        {
            "it": it, "id": it.standing.log.referral, "standing": it.standing, "now": now,
            "request": now.request, "patient": patient_of(it, here.today),
            "between": parties_of(now), "first": first_act(it, here),
            "lanes": lanes(it.standing, calendar, here.now),
            "owed": owed(it, calendar, here)[:_OWED],
            "events": timeline(it, here.zone, here.user, here.role)[:_EVENTS],
        },
    )  # fmt: skip
