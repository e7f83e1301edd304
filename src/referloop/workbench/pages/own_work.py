"""My referrals: what a clinician is asked, what is stuck, what is on its way, and what closed lately."""

from dataclasses import replace

from referloop.workbench.asking import Answer, Ask, Page
from referloop.workbench.lines import Filter
from referloop.workbench.needs import Needs
from referloop.workbench.presenters.own import asks, parted, plain, who

_OPEN, _CLOSED = 100, 10


def own_work(ask: Ask, needs: Needs) -> Answer:
    here = ask.here
    asked, more_asked = needs.own.asked(here)
    found = needs.work(here, Filter(limit=_OPEN))
    closed = needs.work(here, Filter(state="closed", limit=_CLOSED))
    mine = [(each.line, each.standing.log.version, asks(each.standing, here.role)) for each in asked]
    late, on_its_way = parted(found.lines, [each.line.referral for each in asked], here.now)
    shows = {
        "asked": [each for each in mine if each[2]],
        "stuck": late,
        "on_its_way": on_its_way,
        "closed": [replace(line, says="") for line in closed.lines],
        "more": bool(found.next) or more_asked,
        "names": needs.own.stands_for(here),
        "plain": plain,
        "by": who,
    }
    return Page("own_work.html", shows)
