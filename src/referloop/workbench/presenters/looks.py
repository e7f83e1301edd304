"""Accesses as people read them, and the signs that one of them is worth a question."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from referloop.referral.requirement import Calendar, Span
from referloop.spelling import plain
from referloop.workbench.access_needs import Look

ACTS: Mapping[str, str] = {
    "list-opened": "Saw a list",
    "referral-opened": "Opened a referral",
    "patient-opened": "Opened a patient",
    "document-opened": "Read a document",
    "document-taken": "Took a document",
    "message-opened": "Read a message",
    "found": "Searched",
    "list-exported": "Took a list as a file",
    "export-asked": "Asked for a file",
    "export-decided": "Decided about a file",
    "audit-opened": "Looked at who looked",
    "glass-opened": "Opened with a reason",
    "glass-closed": "Closed again",
    "glass-reviewed": "Reviewed an opening",
    "settings-changed": "Changed settings",
    "signed-in": "Signed in",
    "signed-out": "Signed out",
    "refused": "Was refused",
    "not-here": "Asked for what is not here",
}
_BRACKETED = re.compile(r"<[^>]*>")
OPENINGS = ("referral-opened", "patient-opened", "document-opened", "document-taken", "glass-opened")
_AT_WORK = frozenset({"junior", "specialist", "senior", "lead", "nurse"})  # who opens what they work on


@dataclass(frozen=True, slots=True)
class Strange:
    """What somebody opened of one patient in a day, and why it stands out."""

    look: Look
    reasons: tuple[str, ...]
    times: int


def where(look: Look) -> str:
    """Which page of ours it was, in words; what an id names is told by the rest of the line."""
    if look.act not in ("settings-changed", "list-opened", "refused", "not-here"):
        return ""
    return _BRACKETED.sub("", look.about).strip("/").replace("/", ", ").replace("-", " ")


def strange(looks: Sequence[Look], worked: Collection[str], calendar: Calendar) -> list[Strange]:
    """Each reader and patient once, at the first look of them that stands out."""
    found: dict[tuple[str, str, str], list[Look]] = {}
    for look in sorted(reversed(looks), key=lambda each: each.at):
        found.setdefault((look.user, look.patient, look.referral), []).append(look)
    told = [(those, _reasons(those, worked, calendar)) for those in found.values()]
    return [Strange(those[0], reasons, len(those)) for those, reasons in told if reasons]


def _reasons(looks: Sequence[Look], worked: Collection[str], calendar: Calendar) -> tuple[str, ...]:
    first = looks[0]
    if first.role == "client":
        return ()
    said = []
    if _namesakes(first):
        said.append("same family name")
    if first.role in _AT_WORK:
        if first.referral and not any(each.key in worked for each in looks):
            said.append("nothing recorded by them")
        if any(out_of_hours(each.at, calendar) for each in looks):
            said.append("out of hours")
    return tuple(said)


def _namesakes(look: Look) -> bool:
    """Whether a word of the patient's family names is the reader's last name."""
    own = plain(look.name.split()[-1]) if look.name.split() else ""
    families = {plain(word) for name in look.person.names for word in name.family.replace("-", " ").split()}
    return len(own) > 1 and own in families


def out_of_hours(at: datetime, calendar: Calendar) -> bool:
    """Before the desk opens, after it closes, and on days when it does neither."""
    day = at.astimezone(calendar.zone).date()
    midnight = calendar.starts(day)
    if calendar.counted(midnight, Span(0, "bd"), whole_days=True) != calendar.closes(day):
        return True
    opens = calendar.counted(midnight, Span(0, "h"), whole_days=True)
    return not opens <= at < calendar.closes(day)
