"""A referral in the plain words of those who wait for it: where it is, and what is next, by whom and when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from referloop.referral.board import Standing
from referloop.referral.facts.intake import InformationRequested
from referloop.referral.obligations import Obligation
from referloop.referral.story import on_the_wall
from referloop.workbench.lines import Line
from referloop.workbench.presenters.acts import ACTS
from referloop.workbench.presenters.owed import filled
from referloop.workbench.rendering import spoken_day, spoken_start

# What a headline means to a clinician: a picture, a meaning of colour, and words.
_PLAIN = {
    "New": ("circle-dot", "info", "The desk is reading it"),
    "Needs information": ("hourglass", "waiting", "Waits for information"),
    "Clearing coverage": ("circle-dot", "info", "Insurance is being checked"),
    "Awaiting payer": ("hourglass", "waiting", "Waits for the insurer's permission"),
    "Choosing performer": ("circle-dot", "info", "The desk is looking for who can see the patient"),
    "Sent, awaiting receiver": ("hourglass", "waiting", "Sent, waits for an answer"),
    "Contacting patient": ("circle-dot", "info", "The patient is being called"),
    "Waitlisted": ("hourglass", "waiting", "On a waiting list"),
    "Scheduled": ("circle-check", "good", "An appointment is booked"),
    "Visit outcome unknown": ("circle-question-mark", "waiting", "Not known yet whether the patient came"),
    "Awaiting report": ("hourglass", "waiting", "Seen, the report is awaited"),
    "Report to review": ("circle-alert", "warning", "The report is here"),
    "Closed, loop complete": ("circle-check", "good", "Done, the report was read"),
    "Closed, other": ("lock", "", "Closed without a visit or a report"),
    "Merged": ("merge", "", "Goes on in another referral"),
}
WHO = {
    "requester": "you", "performer": "the receiving office", "patient": "the patient", "payer": "the insurer",
    "specialist": "the referral desk", "senior": "the referral desk", "lead": "the referral desk",
    "nurse": "the desk's nurse", "": "the referral desk",
}  # fmt: skip

_SAID = {"accepted-without-report": "Accept without a report"}
_LAST = ("report-received", "referral-closed")  # a decision comes before what ends it
_WAYS = 4


@dataclass(frozen=True, slots=True)
class Ask:
    """Something asked of a clinician. `request` is the question to be answered in place, "" where none is."""

    says: str
    due: datetime
    request: str
    acts: tuple[tuple[str, str], ...]  # address and words of each way to meet it


def plain(headline: str) -> tuple[str, str, str]:
    return _PLAIN.get(headline, ("circle-question-mark", "waiting", headline))


def who(owner: str) -> str:
    """By whom, in words; a person of the desk is the desk."""
    return WHO.get(owner, WHO[""])


def asks(it: Standing, role: str) -> list[Ask]:
    """What the one who asked for the referral owes on it, soonest due first; one thing stands once."""
    found: dict[str, Ask] = {}
    for each in it.owed:
        if each.requirement.owner == "requester":
            one = _ask(each, it, role)
            found.setdefault(one.acts[0][0] if one.acts else one.says, one)
    return list(found.values())


def _ask(each: Obligation, it: Standing, role: str) -> Ask:
    opener = each.opener.fact
    if isinstance(opener, InformationRequested):
        return Ask(f"The desk asks: {opener.what}", each.due, opener.request, ())
    return Ask(each.requirement.says, each.due, "", _acts(each, it, role))


def _acts(each: Obligation, it: Standing, role: str) -> tuple[tuple[str, str], ...]:
    """A report is read on the referral's own page; anything else has a form, each way to decide its own."""
    at = f"/referrals/{it.log.referral}"
    if any(pattern.word == "report-reviewed" for pattern in each.requirement.owed) and it.now.report(
        "received"
    ):
        return ((f"{at}#report-1", "Read the report"),)
    owed = each.requirement.owed
    open_ones = [one for one in owed if one.word in ACTS and ACTS[one.word].allowed(role)]
    found: dict[str, str] = {}
    for pattern in sorted(open_ones, key=lambda one: one.word in _LAST):
        said = filled(each, pattern)
        words = _SAID.get(said.get("disposition", ""), ACTS[pattern.word].words)
        found.setdefault(words, f"{at}?{urlencode({'do': pattern.word, **said})}#do")
    return tuple((to, words) for words, to in found.items())[:_WAYS]


def visit(it: Standing) -> str:
    """The next visit, as people say it; "" where none is booked."""
    starts = [getattr(leaf.fact, "starts", "") for leaf in it.now.booked()]
    return spoken_start(min(each for each in starts if each)) if any(starts) else ""


def parted(lines: Sequence[Line], asked: Sequence[str], now: datetime) -> tuple[list[Line], list[Line]]:
    """Those on which something is late, and those that are on their way; what is asked of me stands apart."""
    rest = [line for line in lines if line.referral not in asked]
    late = [line for line in rest if line.due_at and line.due_at <= now]
    return late, [line for line in rest if line not in late]


def office_state(it: Standing, now: datetime, zone: ZoneInfo) -> tuple[str, str]:
    """Where it is with a receiving office: the section of its list, and a word."""
    legs = [leg.state for leg in it.now.legs.values()]
    if it.now.reports:
        return "done", "report sent"
    if it.now.seen:
        return "report", "report owed"
    if it.now.booked():
        return "booked", "visit over, outcome not said" if _over(it, now, zone) else "booked"
    if "accepted" in legs:
        return "book", "accepted, not booked"
    return ("answer", "to answer") if "received" in legs else ("new", "new")


def _over(it: Standing, now: datetime, zone: ZoneInfo) -> bool:
    starts = [getattr(leaf.fact, "starts", "") for leaf in it.now.booked()]
    return all(each and on_the_wall(each, "", zone) <= now for each in starts)


def office_due(it: Standing) -> datetime | None:
    """When the office owes its next answer."""
    return min((each.due for each in it.owed if each.requirement.owner == "performer"), default=None)


@dataclass(frozen=True, slots=True)
class Permit:
    number: str
    says: str
    ends: date | None


def permits(it: Standing) -> list[Permit]:
    """The payer's permissions with their limits."""
    found = []
    for leaf in it.now.permissions.values():
        fact = leaf.fact
        units = getattr(fact, "units", 0)
        limits = [f"{units} units" if units else "", getattr(fact, "site", "")]
        since, until = getattr(fact, "from_on", None), getattr(fact, "until_on", None)
        limits.append(f"from {spoken_day(since)}" if since else "")
        limits.append(f"until {spoken_day(until)}" if until else "")
        found.append(Permit(getattr(fact, "number", ""), ", ".join(each for each in limits if each), until))
    return found
