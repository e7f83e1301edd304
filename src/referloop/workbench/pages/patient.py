"""One patient: who they are, how to reach them, their insurance as stated, and every referral of theirs."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from referloop.workbench.asking import Answer, Ask, Go, Page
from referloop.workbench.lines import Line
from referloop.workbench.needs import Needs
from referloop.workbench.pages.glass import offered
from referloop.workbench.presenters.patient import language_name
from referloop.workbench.presenters.people import about, contacts, name_of, numbers
from referloop.workbench.presenters.reach import is_safe_contact, words_of

_PIECE = 50  # so many referrals of one patient at a time


@dataclass(frozen=True, slots=True)
class Piece:
    """Some of the lines, how many there are, and where those behind them are; "" where there are none."""

    lines: Sequence[Line]
    count: int
    next: str


def patient(ask: Ask, needs: Needs) -> Answer:
    found = needs.people.patient(ask.here, ask.path["id"])
    if found is None:
        return offered(ask, needs, patient=ask.path["id"])
    if isinstance(found, str):
        return Go(f"/patients/{found}", "This patient was found to be the one shown here.")
    today = ask.here.today
    shows = {
        "it": found,
        "open": _piece(ask, "open", found.open),
        "closed": _piece(ask, "closed", found.closed),
        "name": name_of(found.person),
        "about": about(found.person, today),
        "numbers": numbers(found.person),
        "contacts": contacts(found.person),
        "language": language_name(found.rules.told.language or found.person.language),
        "rules": words_of(found.rules.told),
        "safe_contact": is_safe_contact(found.rules.told),
        "pane": needs.glass.behind(ask.here, patient=found.id),
        "joined": [(id, name_of(person), about(person, today)) for id, person in found.joined],
    }
    return Page("patient.html", shows)


def _piece(ask: Ask, name: str, lines: Sequence[Line]) -> Piece:
    """The lines from the place that the address says; the first ones where it says none that is."""
    said = ask.query.get(name, "")
    start = int(said[:9]) if said.isascii() and said.isdecimal() else 0
    start = start if start < len(lines) else 0
    end = start + _PIECE
    address = f"/patients/{ask.path['id']}?{urlencode({name: end})}#{name}-now"
    return Piece(lines[start:end], len(lines), address if end < len(lines) else "")
