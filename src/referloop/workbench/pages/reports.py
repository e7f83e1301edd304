"""Reports: where the open referrals are, how old they are, and how long each way takes."""

from collections.abc import Mapping, Sequence
from urllib.parse import quote

from markupsafe import Markup

from referloop.referral.stages import OPEN_HEADLINES
from referloop.workbench.asking import Answer, Ask, Page
from referloop.workbench.needs import Needs
from referloop.workbench.pages.team import age_rows
from referloop.workbench.presenters.charts import Drawn, Mark, bars, curve, narrowing
from referloop.workbench.presenters.waits import Wait, days, told
from referloop.workbench.team_needs import Reach

HORIZON = 90  # days that the curves show
_OPEN = OPEN_HEADLINES
_BEFORE_CONTACT, _BEFORE_BOOKING, _BEFORE_VISIT = 6, 8, 10
WAYS = {  # what people call each way, and the headlines of those who are still on it
    "referral-received>contact-attempted": ("Received to first contact", _OPEN[:_BEFORE_CONTACT]),
    "referral-received>appointment-booked": ("Received to booked", _OPEN[:_BEFORE_BOOKING]),
    "referral-received>encounter-finished": ("Received to seen", _OPEN[:_BEFORE_VISIT]),
    "encounter-finished>report-received": ("Seen to report", ("Awaiting report",)),
    "referral-received>referral-closed": ("Received to closed", _OPEN),
}


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


def wait_rows(waits: Mapping[str, Sequence[Reach]]) -> list[tuple[str, Wait, Drawn, Markup, str]]:
    """Half and nine in ten on one scale, the curve, and where those who wait are."""
    found = [(way, told(reaches)) for way, reaches in waits.items()]
    marks = [
        Mark(WAYS[way][0], it.half or 0, reach=it.most or 0, shown=days(it.half), note=days(it.most))
        for way, it in found
    ]
    links = [f"/referrals?headline={quote('|'.join(WAYS[way][1]))}" for way, _ in found]
    curves = [curve(it.points, HORIZON, it.longest) for _, it in found]
    return [
        (mark.mark.words, it, mark, line, link)
        for (_, it), mark, line, link in zip(found, bars(marks), curves, links, strict=True)
    ]
