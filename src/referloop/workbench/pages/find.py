"""Finding a patient or a referral by what somebody knows of them; what was typed is never in an address."""

from referloop.workbench.asking import Answer, Ask, Go, Noted, Page, Value
from referloop.workbench.needs import Needs
from referloop.workbench.people_needs import Finding, Found
from referloop.workbench.presenters.people import about, name_of, numbers, spoken_birth

MOST_LETTERS = 120
_SURE = 0.9


def find(ask: Ask, needs: Needs) -> Answer:
    typed = ask.form.get("text", "").strip()[:MOST_LETTERS]
    finding = needs.people.find(ask.here, typed) if typed else Finding()
    sure = [each for each in finding.people if each.likeness >= _SURE]
    if len(finding.referrals) == 1 and not sure:
        return Go(f"/referrals/{finding.referrals[0].referral}")
    today = ask.here.today
    people = [
        (each, name_of(each.person), about(each.person, today), numbers(each.person))
        for each in finding.people
    ]
    shows = {
        "sought": typed,
        "people": people,
        "referrals": finding.referrals,
        "more": finding.more,
        "lately": [],
    }
    if not typed:
        shows["lately"] = [
            (id, name_of(person), about(person, today), at)
            for id, person, at in needs.people.lately(ask.here)
        ]
    seen = len(finding.people) + len(finding.referrals)
    return Page("find.html", shows, noted=Noted(how_many=seen))


def lookup(ask: Ask, needs: Needs) -> Answer:
    """People as a form's combobox offers them."""
    typed = ask.form.get("text", "").strip()[:MOST_LETTERS]
    people = needs.people.find(ask.here, typed).people if len(typed) > 1 else ()
    shown = [_offered(each) for each in people[:8]]
    return Value(shown, noted=Noted(how_many=len(shown)))


def _offered(each: Found) -> dict[str, str]:
    note = ", ".join(part for part in (each.person.sex, spoken_birth(each.person.birth_date)) if part)
    return {
        "id": each.id,
        "words": name_of(each.person),
        "note": note,
        "to": f"/referrals/new?patient={each.id}",
    }
