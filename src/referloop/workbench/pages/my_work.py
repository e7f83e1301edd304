"""My work: what should be done next, grouped by patient, with the reasons in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from referloop.workbench.asides_needs import Aside
from referloop.workbench.asking import Answer, Ask, Here, Page
from referloop.workbench.lines import Filter, Line, Lines
from referloop.workbench.needs import Needs
from referloop.workbench.presenters.lanes import gone
from referloop.workbench.presenters.patient import language_name
from referloop.workbench.presenters.people import age

QUEUES = {
    "now": ("To do", ("specialist", "senior", "lead", "nurse")),
    "mine": ("Given to me", ()),
    "others": ("Waiting on others", ("performer", "requester", "patient", "payer")),
}
ASIDE = "aside"
ONLY = {"": "All", "overdue": "Overdue", "today": "Due today"}


@dataclass(frozen=True, slots=True)
class Row:
    """`used` is how much of its time is gone, in hundredths; None where no clock runs."""

    line: Line
    used: int | None
    aside: Aside | None


@dataclass(frozen=True, slots=True)
class Group:
    """One patient with everything of theirs on this page: one call serves all."""

    patient: str
    name: str
    about: str
    rows: Sequence[Row]


def my_work(ask: Ask, needs: Needs) -> Answer:
    here = ask.here
    queue = ask.query.get("queue", "now") if ask.query.get("queue") in (*QUEUES, ASIDE) else "now"
    only = ask.query.get("only", "") if ask.query.get("only") in ONLY else ""
    put_aside = needs.asides.mine(here)
    found = (
        _aside(here, needs, put_aside)
        if queue == ASIDE
        else needs.work(here, wanted(ask, QUEUES[queue][1] or (here.user,), only))
    )
    rows = [_row(line, found.began, put_aside, here.now) for line in found.lines]
    shown = [row for row in rows if (row.aside is not None) == (queue == ASIDE)]
    return Page(
        "my_work.html",
        {
            "groups": grouped(shown, here.today), "queue": queue, "only": only,
            "tabs": _tabs(here, needs, queue, len(put_aside)),
            "narrow": [(_address(queue, name), words, name == only) for name, words in ONLY.items()],
            "next": _address(queue, only, found.next) if found.next else "",
        },
    )  # fmt: skip


def wanted(ask: Ask, owners: Sequence[str], only: str) -> Filter:
    local = ask.here.now.astimezone(ask.here.zone)
    tonight = datetime.combine(local.date() + timedelta(days=1), time(), ask.here.zone)
    return Filter(
        owner="|".join(owners),
        after=ask.query.get("after", ""),
        overdue=only == "overdue",
        due_by=tonight if only == "today" else None,
    )


def _aside(here: Here, needs: Needs, put_aside: Mapping[str, Aside]) -> Lines:
    return Lines(needs.listing.picked(here, list(put_aside)) if put_aside else [])


def _tabs(here: Here, needs: Needs, queue: str, asides: int) -> list[tuple[str, str, int, bool]]:
    counts = needs.counts(here)
    tabs = [
        (
            _address(name),
            words,
            sum(counts.get(one, 0) for one in owners or (here.user,)),
            name == queue,
        )
        for name, (words, owners) in QUEUES.items()
    ]
    if asides or queue == ASIDE:
        tabs.append((_address(ASIDE), "Put aside", asides, queue == ASIDE))
    return tabs


def _address(queue: str, only: str = "", after: str = "") -> str:
    said = {"queue": "" if queue == "now" else queue, "only": only, "after": after}
    query = urlencode({name: value for name, value in said.items() if value})
    return f"/?{query}" if query else "/"


def _row(line: Line, began: Mapping[str, datetime], put_aside: Mapping[str, Aside], at: datetime) -> Row:
    aside = put_aside.get(line.referral)
    start = began.get(line.referral)
    used = gone(start, line.due_at, at) if start and line.due_at else None
    return Row(line, used, aside if aside and aside.hides(line) else None)


def grouped(rows: Sequence[Row], today: date) -> list[Group]:
    """The rows by patient, a patient standing where their weightiest row stands."""
    by_patient: dict[str, list[Row]] = {}
    for row in rows:
        by_patient.setdefault(row.line.patient or row.line.referral, []).append(row)
    return [
        Group(patient, few[0].line.name or "Name not known", about(few[0].line, today), few)
        for patient, few in by_patient.items()
    ]


def about(line: Line, today: date) -> str:
    """Sex, age and, where it is not English, the language."""
    language = language_name(line.language)
    parts = (line.sex, age(line.birth_date, today), "" if language == "English" else language)
    return " · ".join(part for part in (" ".join(parts[:2]).strip(), parts[2]) if part)
