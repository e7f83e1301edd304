"""Settings, people: who works here with which role, what two people decide, and who takes over."""

from collections.abc import Mapping, Sequence

import msgspec

from referloop.referral.priority import OURS
from referloop.referral.problems import Problem
from referloop.workbench.access import PERMISSIONS, ROLES
from referloop.workbench.asking import Answer, Ask, Go, Noted, Page
from referloop.workbench.duties import WANTS_TWO, Colleague, form_faults
from referloop.workbench.needs import Needs
from referloop.workbench.proposal_needs import Asked

TABS = (
    ("/settings", "People"),
    ("/settings/calendar", "Calendar"),
    ("/settings/policy", "Policy"),
    ("/settings/connections", "Connections and tokens"),
)
_SAID = {
    "kept": "{} is kept.",
    "proposed": "{} is proposed: it has an effect when a second person approves it.",
}


def people(ask: Ask, needs: Needs) -> Answer:
    return _people(ask, needs, ())


def person(ask: Ask, needs: Needs) -> Answer:
    """One colleague: name, role and standing, and what was given to them."""
    it = _known(ask, needs, ask.query.get("id", ""))
    return _person(ask, needs, it) if it else Go("/settings", "Nobody of this name works here.")


def change_person(ask: Ask, needs: Needs) -> Answer:
    """Somebody new, or a new name, role or standing for somebody known."""
    known = ask.form.get("known") == "yes"
    it = Colleague(
        id=ask.form.get("id", "").strip()[:60],
        name=ask.form.get("name", "").strip()[:120],
        role=ask.form.get("role", ""),
        active=ask.form.get("active", "yes") == "yes",
    )
    problems = list(form_faults(it))
    said = ""
    if not known and _known(ask, needs, it.id):
        remedy = "Choose another, or change the person it belongs to."
        problems.append(Problem("user-taken", "id", "This short name is somebody's already.", remedy))
    if not problems:
        why, hand_to = ask.form.get("why", "").strip()[:500], ask.form.get("hand_to", "")
        said, found = needs.settings.change_colleague(ask.here, it, why, "" if it.active else hand_to)
        problems += found
    if problems:
        return _person(ask, needs, it, problems) if known else _people(ask, needs, problems)
    return Go("/settings", _SAID[said].format(it.name))


def decide_person(ask: Ask, needs: Needs) -> Answer:
    outcome, reason = ask.form.get("outcome", ""), ask.form.get("reason", "").strip()[:500]
    problems = needs.settings.decide(ask.here, ask.form.get("id", ""), outcome, reason)
    return _people(ask, needs, problems) if problems else Go("/settings", f"It is {outcome}.")


def reset_factors(ask: Ask, needs: Needs) -> Answer:
    """For somebody who lost theirs: the next sign-in adds new ones."""
    id, reason = ask.form.get("id", ""), ask.form.get("reason", "").strip()
    if not reason:
        remedy = "Write how you know that it was this person who asked."
        return _people(
            ask, needs, [Problem("reset-reason", f"reason-{id}", "The reason is missing.", remedy)]
        )
    count = needs.settings.reset_factors(ask.here, id)
    if count is None:
        return Go("/settings", f"{id} has no sign-in yet, so nothing was reset.")
    said = f"{id} is signed out everywhere and adds a new second factor at the next sign-in."
    return Go("/settings", said, noted=Noted(reason=reason))


def _known(ask: Ask, needs: Needs, id: str) -> Colleague | None:
    return next((each for each in needs.settings.colleagues(ask.here) if each.id == id), None)


def _people(ask: Ask, needs: Needs, problems: Sequence[Problem]) -> Page:
    waiting, settled = needs.settings.asked(ask.here)
    shows = {
        "tabs": TABS, "at": TABS[0][0], "people": needs.settings.colleagues(ask.here), "roles": tuple(ROLES),
        "allowed": {role: sorted(ROLES[role]) for role in ROLES}, "permissions": sorted(PERMISSIONS),
        "form": ask.form, "wrong": problems, "two": WANTS_TWO,
        "waiting": [(each, _would_be(each)) for each in waiting],
        "settled": [(each, _would_be(each)) for each in settled[:10]],
    }  # fmt: skip
    return Page("settings_people.html", shows, 422 if problems else 200)


def _person(ask: Ask, needs: Needs, it: Colleague, problems: Sequence[Problem] = ()) -> Page:
    others = [each for each in needs.settings.colleagues(ask.here) if each.active and each.id != it.id]
    shows = {
        "tabs": TABS, "at": TABS[0][0], "it": it, "roles": tuple(ROLES), "two": WANTS_TWO, "wrong": problems,
        "owned": needs.settings.owned(ask.here, it.id), "others": others, "queues": OURS, "form": ask.form,
    }  # fmt: skip
    return Page("settings_person.html", shows, 422 if problems else 200)


def _would_be(it: Asked) -> Mapping[str, str]:
    """The person as proposed."""
    said: Mapping[str, str] = msgspec.json.decode(it.says)
    return said
