"""Break-glass, in the books: one patient opened with a reason, told to lead and compliance at once."""

from collections.abc import Sequence
from dataclasses import replace

from referloop.ports import Item
from referloop.referral.requirement import Span
from referloop.storage import forms
from referloop.storage import sight as stored
from referloop.storage.accesses import Accessed, note
from referloop.storage.database import Session
from referloop.storage.search import with_joined
from referloop.storage.sight import EVERYTHING
from referloop.wiring.desk import Desk
from referloop.wiring.finding_people import found
from referloop.wiring.sights import opened_until, sight_of
from referloop.wiring.sought import understood
from referloop.workbench.access import may
from referloop.workbench.asking import Here
from referloop.workbench.glass_needs import Pane
from referloop.workbench.sight import GLASSED

_SURE = 0.97  # every word, day and number is as it is in the books
REVIEWERS = ("compliance", "lead")
_REVIEWED_WITHIN = Span(3, "bd")


class GlassOfDesk:
    """See `workbench.glass_needs.GlassNeeds`."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def behind(self, here: Here, referral: str = "", patient: str = "") -> Pane | None:
        if not may(here.role, "break-glass"):
            return None
        with self.desk.database.reading(here.organization) as session:
            if referral and sight_of(session, here, referral) not in GLASSED:
                return None
            who = _patient(session, referral, patient)
            return Pane(who, opened_until(session, here, who)) if who else None

    def named(self, here: Here, typed: str) -> str:
        sought = understood(typed, here.today)
        if not may(here.role, "break-glass") or not sought.words or not (sought.days or sought.numbers):
            return ""
        with self.desk.database.reading(here.organization) as session:
            people = found(session, here, sought, EVERYTHING).people
        sure = [each.id for each in people if each.likeness > _SURE]
        return sure[0] if len(sure) == 1 else ""

    def open(self, here: Here, patient: str, why: str, words: str) -> None:
        reason = f"{why}: {words}"
        with replace(self.desk, clock=lambda: here.now).books(here.organization, here.now) as books:
            if forms.before(books.session, here.form):
                return
            noted = Accessed(here.user, here.role, "glass-opened", patient, purpose=why, reason=reason)
            note(books.session, noted, here.now)
            due = books.policy.calendar.counted(here.now, _REVIEWED_WITHIN, whole_days=False)
            for owner in REVIEWERS:
                books.open_item(
                    Item(
                        id=books.new_id(), kind="glass", about=f"person:{patient}",
                        says=f"{here.name} opened a patient with a reason. Reason: {why}.",
                        remedy="Review it under Compliance: was it needed, and was it only what was needed?",
                        owner=owner, created_at=here.now, due_at=due,
                    )
                )  # fmt: skip
            forms.keep(books.session, here.form, patient, here.now)

    def sent_before(self, here: Here) -> str:
        with self.desk.database.reading(here.organization) as session:
            return next(iter(forms.entries(session, here.form)), "")

    def close(self, here: Here, patient: str) -> None:
        with self.desk.database.transaction(here.organization) as session:
            if opened_until(session, here, patient):
                note(session, Accessed(here.user, here.role, "glass-closed", patient=patient), here.now)


def _patient(session: Session, referral: str, patient: str) -> str:
    """Who it is about, if they are here; "" if not."""
    if referral:
        it = stored.between(session, referral)
        return it.patient if it else ""
    people: Sequence[str] = [each.id for each in with_joined(session, patient) if each.id == patient]
    return people[0] if people else ""
