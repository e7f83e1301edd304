"""The team: what comes and goes, how old the work is, what is breached, and who has how much."""

from collections.abc import Sequence
from urllib.parse import quote

from referloop.referral.kinds import PRESSING
from referloop.referral.stages import BEFORE_BOOKING
from referloop.workbench.asking import Answer, Ask, Page
from referloop.workbench.lines import Filter
from referloop.workbench.needs import Needs
from referloop.workbench.presenters.charts import Drawn, Mark, bars
from referloop.workbench.presenters.listing import address
from referloop.workbench.rendering import many, spoken_day
from referloop.workbench.team_needs import Aged, Flow, Load

DAYS = 14
OWNERS = {  # a queue or a partner, as the board says it
    "specialist": "Specialists, not given yet",
    "senior": "Senior specialists",
    "lead": "Leads",
    "nurse": "Nurses",
    "requester": "Referring clinicians",
    "performer": "Receiving offices",
    "patient": "Patients",
    "payer": "Payers",
}
_OLDEST = 10
HUDDLE = (  # words, what it means, and the list that it counts
    (
        "Urgent, not booked",
        "urgent or sooner, before any visit is booked",
        Filter(urgency="|".join(PRESSING), headline="|".join(BEFORE_BOOKING)),
    ),
    ("Breaching today", "the next step is due before midnight, and not done", Filter(due="today")),
    (
        "Permission ends, visit still ahead",
        "within the days that the policy warns before, 7 unless changed",
        Filter(ending="permission-use", headline="Scheduled"),
    ),
    (
        "Appeal deadline near",
        "within the days that the policy warns before, 10 unless changed",
        Filter(ending="appeal-deadline"),
    ),
)
_EDGES = (0, 7, 14, 30, 60, 90)


def team(ask: Ask, needs: Needs) -> Answer:
    loads = sorted(needs.team.loads(ask.here), key=lambda each: (-each.open, each.owner))
    flow = needs.team.flow(ask.here, DAYS)
    shows = {
        "people": load_rows([each for each in loads if each.name]),
        "others": load_rows([each for each in loads if not each.name]),
        "colleagues": [(each.owner, each.name) for each in loads if each.name],
        "flow": flow_rows(flow),
        "received": sum(day.received for day in flow),
        "closed": sum(day.closed for day in flow),
        "ages": age_rows(needs.team.ages(ask.here), ask),
        **huddle(ask, needs),
        "days": DAYS,
        "owners": OWNERS,
    }
    return Page("team.html", shows)


def huddle(ask: Ask, needs: Needs) -> dict[str, object]:
    """What is looked at first each morning; each number is the length of the list that it opens."""
    found = needs.team.huddle(ask.here, [it for _, _, it in HUDDLE], _OLDEST)
    first = [
        (words, note, many(count), address(it))
        for (words, note, it), count in zip(HUDDLE, found.counts, strict=True)
    ]
    return {"huddle": first, "oldest": found.oldest}


def load_rows(loads: Sequence[Load]) -> list[tuple[Load, Drawn, Drawn]]:
    """What each has open, and how much of it is overdue, on one scale."""
    opens = [
        Mark(each.name or each.owner, each.open, _owned(each.owner), shown=many(each.open)) for each in loads
    ]
    lates = [
        Mark(
            "overdue",
            each.overdue,
            f"{_owned(each.owner)}&overdue=yes",
            reach=each.open,
            shown=many(each.overdue),
        )
        for each in loads
    ]
    return list(zip(loads, bars(opens), bars(lates, "late"), strict=True))


def flow_rows(flow: Sequence[Flow]) -> list[tuple[str, Drawn, Drawn]]:
    """Both on one scale, so that a day's gap can be seen."""
    marks = [
        mark
        for day in flow
        for mark in (
            Mark("received", day.received, f"/referrals?state=all&since={day.day}&until={day.day}"),
            Mark("closed", day.closed, f"/referrals?state=all&closed={day.day}"),
        )
    ]
    drawn = bars(marks)
    days = [f"{day.day:%a} {spoken_day(day.day)}" for day in flow]
    return list(zip(days, drawn[::2], drawn[1::2], strict=True))


def age_rows(ages: Sequence[Aged], ask: Ask) -> list[tuple[Drawn, Drawn]]:
    """All that are this old, and before them the part that is overdue."""
    today = ask.here.today
    opens, lates = [], []
    for place, each in enumerate(ages):
        newest = f"&until={today.fromordinal(today.toordinal() - _EDGES[place])}"
        last = place + 1 == len(ages)
        oldest = "" if last else f"&since={today.fromordinal(today.toordinal() - _EDGES[place + 1] + 1)}"
        link = f"/referrals?{(oldest + newest).lstrip('&')}"
        opens.append(Mark(each.words, each.count, link))
        lates.append(Mark(each.words, each.overdue, f"{link}&overdue=yes", reach=each.count))
    return list(zip(bars(opens), bars(lates, "late"), strict=True))


def _owned(owner: str) -> str:
    return f"/referrals?owner={quote(owner, safe='')}"
