"""Settings, people: who works here with which role, what two people decide, and who takes over."""

from collections.abc import Mapping, Sequence, Set

import msgspec

from referloop.referral.priority import OURS
from referloop.referral.problems import Problem
from referloop.workbench.access import ROLES, may
from referloop.workbench.asking import Answer, Ask, Go, Noted, Page
from referloop.workbench.duties import WANTS_TWO, Colleague, above, decides, form_faults
from referloop.workbench.needs import Needs
from referloop.workbench.presenters.permissions import PERMISSION_WORDS
from referloop.workbench.proposal_needs import Asked
from referloop.workbench.sight import OUTSIDE

TABS = (
    ("/settings", "People"),
    ("/settings/calendar", "Calendar"),
    ("/settings/policy", "Policy"),
    ("/settings/connections", "Connections and tokens"),
)
_NAME, _AND = 300, " || "  # stands between several names of one person
TAKEN = Problem(
    "user-taken", "id", "This short name is somebody's already.",
    "Choose another, or change the person it belongs to.",
)  # fmt: skip
_SAID = {
    "kept": "{} is kept.",
    "proposed": "{} is proposed: it has an effect when a second person approves it.",
}


def people(ask: Ask, needs: Needs) -> Answer:
    return _people(ask, needs, ())


def person(ask: Ask, needs: Needs) -> Answer:
    """One colleague: name, role and standing, and what was given to them."""
    it = known(ask, needs, ask.query.get("id", ""))
    return _person(ask, needs, it) if it else Go("/settings", "Nobody of this name works here.")


def typed(ask: Ask) -> Colleague:
    """The person as the form has them."""
    return Colleague(
        id=ask.form.get("id", "").strip()[:60],
        name=ask.form.get("name", "").strip()[:120],
        role=ask.form.get("role", ""),
        active=ask.form.get("active", "yes") == "yes",
    )


def change_person(ask: Ask, needs: Needs) -> Answer:
    """Somebody new, or a new name, role or standing for somebody known."""
    old, it = ask.form.get("known") == "yes", typed(ask)
    problems = list(form_faults(it))
    said = ""
    if not old and known(ask, needs, it.id) and not needs.settings.sent_before(ask.here):
        problems.append(TAKEN)
    if not problems:
        why, hand_to = ask.form.get("why", "").strip()[:500], ask.form.get("hand_to", "")
        said, found = needs.settings.change_colleague(ask.here, it, why, "" if it.active else hand_to)
        problems += found
    if problems:
        return _person(ask, needs, it, problems) if old else _people(ask, needs, problems)
    return Go("/settings", _SAID[said].format(it.name))


def stand_for(ask: Ask, needs: Needs) -> Answer:
    """For whom somebody stands who is not of the desk: what they see follows from it."""
    it = known(ask, needs, ask.form.get("id", ""))
    if it is None:
        return Go("/settings", "Nobody of this name works here.")
    chosen = [name for each in ask.lists.get("stands_for", []) for name in each.split(_AND)]
    names = list(dict.fromkeys(name[:_NAME] for name in chosen if name.strip()))
    problems = needs.settings.stand_for(ask.here, it.id, names)
    if problems:
        return _person(ask, needs, it, problems)
    return Go("/settings", f"{it.name} stands for {'; '.join(names) or 'nobody'}.")


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


def known(ask: Ask, needs: Needs, id: str) -> Colleague | None:
    return next((each for each in needs.settings.colleagues(ask.here) if each.id == id), None)


def allowed(permissions: Set[str]) -> list[str]:
    """In words, in the order of a referral's way."""
    return [words for permission, words in PERMISSION_WORDS.items() if permission in permissions]


def _people(ask: Ask, needs: Needs, problems: Sequence[Problem]) -> Page:
    waiting, settled = needs.settings.asked(ask.here)
    colleagues = needs.settings.colleagues(ask.here)
    shows = {
        "tabs": TABS, "at": TABS[0][0], "people": colleagues, "roles": tuple(ROLES),
        "allowed": {role: allowed(ROLES[role]) for role in ROLES},
        "form": ask.form, "wrong": problems, "two": WANTS_TWO,
        "waiting": [(each, _would_be(each), _closed_to(ask, each, colleagues)) for each in waiting],
        "anew": needs.settings.named_anew(ask.here) if may(ask.here.role, "settings") else (),
        "open_to": [each.id for each in colleagues if not above(each.role, ask.here.role)],
        "settled": [(each, _would_be(each)) for each in settled[:10]],
    }  # fmt: skip
    return Page("settings_people.html", shows, 422 if problems else 200)


def _closed_to(ask: Ask, it: Asked, colleagues: Sequence[Colleague]) -> bool:
    """Whether whoever looks may not decide this: it is about themselves, or an administrator's to decide."""
    by = next((each for each in colleagues if each.id == it.by), None)
    return it.about == ask.here.user or not decides(ask.here.role, by)


def _person(ask: Ask, needs: Needs, it: Colleague, problems: Sequence[Problem] = ()) -> Page:
    others = [each for each in needs.settings.colleagues(ask.here) if each.active and each.id != it.id]
    stands_for = needs.settings.stands_for(ask.here, it.id) if it.role in OUTSIDE else ()
    find = ask.query.get("find", "").strip()[:_NAME]
    offered = needs.settings.named(ask.here, find) if find and it.role in OUTSIDE else ()
    shows = {
        "stands_for": stands_for, "find": find, "outside": it.role in OUTSIDE,
        "offered": [
            (each, _AND.join(each.names)) for each in offered if not set(each.names) <= set(stands_for)
        ],
        "also": needs.settings.also_named(ask.here, stands_for) if stands_for else (),
        "tabs": TABS, "at": TABS[0][0], "it": it, "roles": tuple(ROLES), "two": WANTS_TWO, "wrong": problems,
        "owned": needs.settings.owned(ask.here, it.id), "others": others, "queues": OURS, "form": ask.form,
    }  # fmt: skip
    return Page("settings_person.html", shows, 422 if problems else 200)


def _would_be(it: Asked) -> Mapping[str, str]:
    """The person as proposed."""
    said: Mapping[str, str] = msgspec.json.decode(it.says)
    return said
