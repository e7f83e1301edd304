"""Who may give which role: nobody their own or one above theirs, and some only when two agree."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from referloop.referral.problems import Problem
from referloop.workbench.access import ROLES, may

WANTS_TWO = frozenset({"lead", "compliance", "administrator"})
_RANK = {
    "receiving-office": 0, "junior": 1, "clinician": 2, "specialist": 2, "nurse": 2, "senior": 3, "lead": 4,
    "compliance": 5, "administrator": 5,
}  # fmt: skip
_ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who works at the desk."""

    id: str
    name: str
    role: str
    active: bool


def above(role: str, own: str) -> bool:
    """Whether a role stands above one's own."""
    return _RANK.get(role, 9) > _RANK.get(own, 0)


def needs_two(before: Colleague | None, after: Colleague) -> bool:
    """Whether this gives somebody a role that wants a second person."""
    if after.role not in WANTS_TWO or not after.active:
        return False
    return before is None or before.role != after.role or not before.active


def form_faults(it: Colleague) -> Iterator[Problem]:
    """What is wrong with what was typed."""
    if not it.id or not it.id.isascii() or not it.id.replace("-", "").replace(".", "").isalnum():
        remedy = "Use letters, digits, points and hyphens, such as a.reed."
        yield Problem("user-id", "id", "This is no short name.", remedy)
    if not it.name or not it.name.isprintable():
        yield Problem("user-name", "name", "The name is empty.", "Write it as colleagues know it.")
    if it.role not in ROLES:
        yield Problem("user-role", "role", "There is no such role.", "Choose one from the list.")


def faults(
    user: str, role: str, it: Colleague, before: Colleague | None, known: Sequence[Colleague]
) -> Iterator[Problem]:
    """What stands against this change when `user`, who has `role`, makes it."""
    if it.id == user and before and (it.role, it.active) != (before.role, before.active):
        says = "Nobody changes their own role or standing."
        yield Problem("user-self", "role", says, "Ask another administrator.")
    if above(it.role, role) and (before is None or before.role != it.role):
        says = "This role stands above your own."
        yield Problem("user-above", "role", says, "Ask somebody whose role is as high.")
    if _last_administrator(it, before, known):
        says = "This is the last administrator who works here."
        remedy = "Make somebody else an administrator first."
        yield Problem("user-last-administrator", "role", says, remedy)


def proposal_faults(
    user: str, role: str, it: Colleague, before: Colleague | None, known: Sequence[Colleague]
) -> Iterator[Problem]:
    """What stands against it when `user`, who may only propose, asks for this change."""
    found = list(faults(user, role, it, before, known))
    yield from found
    if before and above(before.role, role) and not found:
        says = "This person's role stands above your own."
        yield Problem("user-above", "role", says, "Ask somebody whose role is as high.")
    if before == it:
        remedy = "Choose another name, role or standing, or leave it."
        yield Problem("user-unchanged", "role", "Nothing would change.", remedy)


def decides(role: str, proposed_by: Colleague | None) -> bool:
    """Whether somebody in this role may decide what this colleague proposed about a person."""
    return may(role, "settings") or bool(proposed_by and may(proposed_by.role, "settings"))


def standing_faults(
    user: str, role: str, it: Colleague, names: Sequence[str], known: Collection[str]
) -> Iterator[Problem]:
    """What stands against it when `user` says for whom `it` stands; names are of the directory."""
    if it.id == user:
        says = "Nobody says for whom they stand themselves."
        yield Problem("user-self", "stands_for", says, "Ask another administrator.")
    if above(it.role, role):
        says = "This role stands above your own."
        yield Problem("user-above", "stands_for", says, "Ask somebody whose role is as high.")
    if not set(names) <= set(known):
        says = "The directory does not know this name."
        yield Problem("stands-for-unknown", "stands_for", says, "Find it, and choose it from the list.")


def _last_administrator(it: Colleague, before: Colleague | None, known: Sequence[Colleague]) -> bool:
    if before is None or not (before.active and before.role == _ADMINISTRATOR):
        return False
    others = [each for each in known if each.active and each.role == _ADMINISTRATOR and each.id != it.id]
    return not others and not (it.active and it.role == _ADMINISTRATOR)
