"""One patient: who they are, how to reach them, their insurance as stated, and every referral of theirs."""

from referloop.workbench.asking import Answer, Ask, Go, Page
from referloop.workbench.needs import Needs
from referloop.workbench.pages.glass import offered
from referloop.workbench.presenters.patient import language_name
from referloop.workbench.presenters.people import about, contacts, name_of, numbers
from referloop.workbench.presenters.reach import is_safe_contact, words_of


def patient(ask: Ask, needs: Needs) -> Answer:
    found = needs.people.patient(ask.here, ask.path["id"])
    if found is None:
        return offered(ask, needs, patient=ask.path["id"])
    if isinstance(found, str):
        return Go(f"/patients/{found}", "This patient was found to be the one shown here.")
    today = ask.here.now.astimezone(ask.here.zone).date()
    shows = {
        "it": found,
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
