"""Reports: where the open referrals are, how old they are, and how long each way takes."""

from collections.abc import Mapping, Sequence
from urllib.parse import quote, urlencode

from markupsafe import Markup

from referloop.referral.stages import OPEN_HEADLINES
from referloop.workbench.asking import NOT_HERE, Answer, Ask, Page
from referloop.workbench.needs import Needs
from referloop.workbench.pages.team import age_rows
from referloop.workbench.presenters.charts import Drawn, Mark, bars, curve, narrowing
from referloop.workbench.presenters.waits import Wait, days, told
from referloop.workbench.team_needs import Reach

HORIZON = 90  # days that the curves show
_OPEN = OPEN_HEADLINES
_PAGE = 50
WAYS = {  # what people call each way
    "referral-received>contact-attempted": "Received to first contact",
    "referral-received>appointment-booked": "Received to booked",
    "referral-received>encounter-finished": "Received to seen",
    "encounter-finished>report-received": "Seen to report",
    "referral-received>referral-closed": "Received to closed",
}
ENDED = {"reached": "got there", "left": "closed before", "waiting": "still waiting"}


def reports(ask: Ask, needs: Needs) -> Answer:
    waits = needs.team.waits(ask.here)
    counts = needs.team.stages(ask.here)
    shows = {
        "funnel": funnel(counts),
        "open": sum(counts.values()),
        "ages": age_rows(needs.team.ages(ask.here), ask),
        "waits": wait_rows({way: waits.get(way, ()) for way in WAYS}),
        "horizon": HORIZON,
    }
    return Page("reports.html", shows)


def funnel(counts: Mapping[str, int]) -> list[tuple[Drawn, Drawn]]:
    """For each step of the way: those that are there, and those that are there or further."""
    here = [counts.get(each, 0) for each in _OPEN]
    further = [sum(here[at:]) for at, _ in enumerate(here)]
    links = [f"/referrals?headline={quote('|'.join(_OPEN[at:]))}" for at, _ in enumerate(_OPEN)]
    now = [
        Mark(words, count, f"/referrals?headline={quote(words)}", reach=reach)
        for words, count, reach in zip(_OPEN, here, further, strict=True)
    ]
    reached = [Mark(*each) for each in zip(_OPEN, further, links, strict=True)]
    return list(zip(narrowing(now), bars(reached), strict=True))


def wait_rows(
    waits: Mapping[str, Sequence[Reach]],
) -> list[tuple[str, Wait, Drawn, Markup, Mapping[str, str]]]:
    """Half and nine in ten on one scale, the curve, and where those are who got there, left or wait."""
    found = [(way, told(reaches)) for way, reaches in waits.items()]
    links = [{ended: _cases(way, ended) for ended in ENDED} for way, _ in found]
    marks = [
        Mark(WAYS[way], it.half or 0, link["reached"], it.most or 0, days(it.half), days(it.most))
        for (way, it), link in zip(found, links, strict=True)
    ]
    curves = [curve(it.points, HORIZON, it.longest) for _, it in found]
    return [
        (mark.mark.words, it, mark, line, link)
        for (_, it), mark, line, link in zip(found, bars(marks), curves, links, strict=True)
    ]


def waited(ask: Ask, needs: Needs) -> Answer:
    """The cases behind a number of "how long it takes", the longest wait first."""
    way, ended = ask.query.get("way", next(iter(WAYS))), ask.query.get("ended", "waiting")
    if way not in WAYS or ended not in ENDED:
        return NOT_HERE
    after = ask.query.get("after", "")
    first = int(after) if after.isascii() and after.isdecimal() and len(after) < 6 else 0
    every = [each for each in needs.team.waits(ask.here).get(way, ()) if each.ended == ended]
    ordered = sorted(every, key=lambda each: (-each.days, each.referral))
    some = ordered[first : first + _PAGE]
    picked = needs.listing.picked(ask.here, [each.referral for each in some])
    lines = {str(line.referral): line for line in picked}
    shows = {
        "title": f"{WAYS[way]}: {ENDED[ended]}",
        "count": len(every),
        "rows": [(lines[each.referral], days(each.days)) for each in some if each.referral in lines],
        "next": f"{_cases(way, ended)}&after={first + _PAGE}" if first + _PAGE < len(every) else "",
    }
    return Page("reports_waited.html", shows)


def _cases(way: str, ended: str) -> str:
    return f"/reports/waited?{urlencode({'way': way, 'ended': ended})}"
