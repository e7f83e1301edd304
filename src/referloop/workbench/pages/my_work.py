"""My work: what should be done next, grouped by patient, with the reasons in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from referloop.workbench.asking import Answer, Ask, Page
from referloop.workbench.needs import Filter, Line, Lines, Needs

QUEUES = {
    "now": ("To do", ("specialist", "senior", "lead", "nurse")),
    "mine": ("Given to me", ()),
    "others": ("Waiting on others", ("performer", "requester", "patient", "payer")),
}


# Who is not of the desk begins with what is asked of them.
ASKED = {
    "clinician": ("Asked of me", ("requester",)),
    "receiving-office": ("Asked of us", ("performer",)),
}


@dataclass(frozen=True, slots=True)
class Group:
    """One patient with everything of theirs on this page: one call serves all."""

    patient: str
    name: str
    about: str
    lines: Sequence[Line]


def my_work(ask: Ask, needs: Needs) -> Answer:
    queue = ask.query.get("queue", "now") if ask.query.get("queue") in QUEUES else "now"
    queues = {**QUEUES, "now": ASKED.get(ask.here.role, QUEUES["now"])}
    owners = queues[queue][1] or (ask.here.user,)
    found = needs.work(ask.here, Filter(owner="|".join(owners), after=ask.query.get("after", "")))
    counts = needs.counts(ask.here)
    tabs = [
        (f"/?queue={name}", words, _counted(counts, asked or (ask.here.user,)), name == queue)
        for name, (words, asked) in queues.items()
    ]
    more = f"/?queue={queue}&after={found.next}" if found.next else ""
    return Page("my_work.html", {"groups": grouped(found, ask.here.now.date()), "tabs": tabs, "next": more})


def _counted(counts: dict[str, int] | object, owners: Sequence[str]) -> int:
    return sum(counts.get(f"owner:{owner}", 0) for owner in owners) if isinstance(counts, dict) else 0


def grouped(found: Lines, today: date) -> list[Group]:
    """The lines by patient, a patient standing where their weightiest line stands."""
    by_patient: dict[str, list[Line]] = {}
    for line in found.lines:
        by_patient.setdefault(line.patient or line.referral, []).append(line)
    return [
        Group(patient, lines[0].name or "Name not known", about(lines[0], today), lines)
        for patient, lines in by_patient.items()
    ]


def about(line: Line, today: date) -> str:
    """
    >>> from referloop.workbench.pages.my_work import age
    >>> age("1972-03-12", date(2026, 11, 24))
    '54'
    """
    return " ".join(part for part in (line.sex, age(line.birth_date, today)) if part)


def age(born: str, today: date) -> str:
    """Whole years, "" when the birth date is not known to the day."""
    try:
        day = date.fromisoformat(born)
    except ValueError:
        return ""
    return str(today.year - day.year - ((today.month, today.day) < (day.month, day.day)))
