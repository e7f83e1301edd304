"""How a patient may be reached and spoken with: written down once, shown wherever somebody may call."""

from datetime import date

from referloop.messages import ContactRules
from referloop.referral.problems import Problem
from referloop.workbench.asking import NOT_HERE, Answer, Ask, Go, Page
from referloop.workbench.needs import Needs
from referloop.workbench.presenters.people import about, contacts, name_of
from referloop.workbench.presenters.reach import INTERPRETERS, WAYS, words_of

MOST_LETTERS = 200
_TEXTS = ("language", "only_at", "say_as", "times", "speaks_for", "support")


def contact_rules(ask: Ask, needs: Needs) -> Answer:
    """The form, and what is sent with it."""
    found = needs.people.rules(ask.here, ask.path["id"])
    if found is None:
        return NOT_HERE
    person, now = found
    problems: tuple[Problem, ...] = ()
    told = now.told
    if ask.posted:
        told, problems = read(ask)
        if not problems:
            seen = ask.form.get("seen", "")
            number = int(seen) if seen.isdecimal() and len(seen) < 10 else -1
            problems = needs.people.tell_rules(ask.here, ask.path["id"], number, told)
        if not problems:
            return Go(f"/patients/{ask.path['id']}", "It is shown wherever somebody may call.")
    today = ask.here.today
    shows = {
        "id": ask.path["id"], "name": name_of(person), "about": about(person, today), "told": told,
        "now": now, "holds": words_of(now.told), "against": problems, "ways": WAYS,
        "interpreters": INTERPRETERS, "contacts": contacts(person),
    }  # fmt: skip
    return Page("contact_rules.html", shows, _status(problems))


def read(ask: Ask) -> tuple[ContactRules, tuple[Problem, ...]]:
    """What was typed, and all that is wrong with it."""
    texts = {name: " ".join(ask.form.get(name, "").split()) for name in _TEXTS}
    until, problems = _day(ask.form.get("speaks_until", ""))
    only = ask.form.get("only_by", "")
    told = ContactRules(
        **texts,
        interpreter=ask.form.get("interpreter", "") if ask.form.get("interpreter") in INTERPRETERS else "",
        only_by=only if only in WAYS else "",
        no_voicemail=ask.form.get("no_voicemail") == "yes",
        speaks_until=until,
    )
    for name, text in texts.items():
        if len(text) > MOST_LETTERS:
            says, remedy = "This is too long.", f"Say it in {MOST_LETTERS} letters."
            problems.append(Problem("contact-rule-long", name, says, remedy))
    if told.only_at and not told.only_by:
        says, remedy = (
            "A number or address alone says not which way it is for.",
            "Choose the way it belongs to.",
        )
        problems.append(Problem("contact-rule-way", "only_by", says, remedy))
    if told.speaks_until and not told.speaks_for:
        says, remedy = "Until when, but not who.", "Write who may be spoken with, or take the day away."
        problems.append(Problem("contact-rule-who", "speaks_for", says, remedy))
    return told, tuple(problems)


def _day(text: str) -> tuple[date | None, list[Problem]]:
    if not text:
        return None, []
    try:
        return date.fromisoformat(text), []
    except ValueError:
        return None, [
            Problem("contact-rule-day", "speaks_until", "This is no day.", "Write it as YYYY-MM-DD.")
        ]


def _status(problems: tuple[Problem, ...]) -> int:
    if not problems:
        return 200
    return 409 if problems[0].code == "contact-rules-changed" else 422
