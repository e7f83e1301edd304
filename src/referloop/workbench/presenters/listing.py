"""What the list of referrals can be narrowed to and can show, and a list's own address."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from referloop.workbench.lines import Filter, Line
from referloop.workbench.rendering import spoken_day

COLUMNS: Mapping[str, str] = {
    "patient": "Patient", "service": "Service", "urgency": "Urgency", "headline": "Where it is",
    "step": "Next step", "owner": "Owner", "due": "Due", "received": "Received", "cohort": "Cohort",
    "flags": "Flags", "reasons": "Why now",
}  # fmt: skip
USUAL = ("patient", "service", "urgency", "headline", "step", "owner", "due")
ROLES = ("specialist", "senior", "lead", "nurse", "requester", "performer", "patient", "payer")
FLAGS = (
    "overdue", "on-hold", "identity", "duplicate", "cancer", "safety", "paediatric", "pregnancy",
    "behavioural-health",
)  # fmt: skip
STATES = ("open", "closed", "all")
_LONGEST = 200
ENDING = {  # what is owed because something ends, as the list of it is called
    "permission-use": "a permission about to end",
    "appeal-deadline": "an appeal deadline near",
}
_IN_ADDRESS = (
    "state", "owner", "headline", "urgency", "flag", "since", "until", "due", "ending", "closed", "after",
)  # fmt: skip


def wanted(values: Mapping[str, str]) -> Filter:
    """What a form or an address asks for; what cannot be meant narrows nothing."""
    said = {name: value.strip()[:_LONGEST] for name, value in values.items()}
    return Filter(
        owner=said.get("owner", ""),
        headline=said.get("headline", ""),
        urgency=said.get("urgency", ""),
        text=said.get("text", ""),
        state=said["state"] if said.get("state") in STATES else "open",
        overdue=said.get("overdue") == "yes",
        flag=said.get("flag", ""),
        since=_day(said.get("since", "")),
        until=_day(said.get("until", "")),
        due="today" if said.get("due") == "today" else "",
        ending=said["ending"] if said.get("ending") in ENDING else "",
        closed=_day(said.get("closed", "")),
        after=said.get("after", ""),
    )


def chosen(named: Sequence[str]) -> tuple[str, ...]:
    """The columns in their own order; the usual ones when none was named.

    >>> chosen(["due", "patient", "nonsense"])
    ('patient', 'due')
    """
    return tuple(name for name in COLUMNS if name in named) or USUAL


def address(it: Filter, columns: Sequence[str] = USUAL) -> str:
    """The list's own address. It never holds what somebody typed.

    >>> address(Filter(headline="New", text="Alvarez", overdue=True))
    '/referrals?headline=New&overdue=yes'
    """
    said = {name: value for name in _IN_ADDRESS if (value := getattr(it, name)) not in ("", "open")}
    if it.overdue:
        said["overdue"] = "yes"
    if tuple(columns) != USUAL:
        said["columns"] = ",".join(columns)
    return "/referrals" + (f"?{urlencode(said)}" if said else "")


def narrowing(it: Filter) -> Filter:
    """The same without its place: what two pages of one list have in common."""
    return replace(it, after="")


def told(it: Filter) -> list[str]:
    """What only a link narrows a list to, in words: no field of the form says it.

    >>> told(Filter(due="today", closed="2026-11-20"))
    ['due today', 'closed on 20 Nov 2026']
    """
    said = ["due today"] if it.due else []
    said += [ENDING[it.ending]] if it.ending in ENDING else []
    return said + ([f"closed on {spoken_day(date.fromisoformat(it.closed))}"] if it.closed else [])


def row(line: Line, columns: Sequence[str], zone: ZoneInfo) -> list[str]:
    """One referral as texts, for a file; its times on the desk's clock, as a table sorts and reads them."""
    texts = {
        "patient": line.name, "service": line.service, "urgency": line.urgency, "headline": line.headline,
        "step": line.says, "owner": line.whose or line.owner,
        "due": _sorting(line.due_at, zone), "received": _sorting(line.received_at, zone),
        "cohort": cohort(line, zone), "flags": ", ".join(line.flags), "reasons": " · ".join(line.reasons),
    }  # fmt: skip
    return [line.referral, *(texts[name] for name in columns)]


def cohort(line: Line, zone: ZoneInfo) -> str:
    """The month it is counted in: that of the day on which it came."""
    return f"{line.received_at.astimezone(zone):%Y-%m}" if line.received_at else ""


def _sorting(at: datetime | None, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}" if at else ""


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return ""
