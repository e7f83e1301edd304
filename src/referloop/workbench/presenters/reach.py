"""How a patient may be reached and spoken with, in words for whoever is about to call."""

from collections.abc import Iterable

from referloop.messages import Contact, ContactRules
from referloop.workbench.rendering import spoken_day

INTERPRETERS = {
    "phone": "by phone", "video": "by video", "in-person": "in person", "sign-language": "sign language",
}  # fmt: skip
WAYS = ("phone", "mobile", "text", "email", "portal", "letter")
_LIKE = {"text": "mobile"}  # a text goes to the mobile


def words_of(rules: ContactRules, *, outside: bool = False) -> list[str]:
    """What holds, one thing each, the most dangerous first; `outside` the desk only when and how to call.

    >>> words_of(ContactRules(only_by="mobile", no_voicemail=True, interpreter="phone", times="evenings"))
    ['safe contact: only by mobile', 'never leave a voicemail', 'interpreter by phone', 'best: evenings']
    """
    only = f"only by {rules.only_by}{rules.only_at and f', {rules.only_at}'}"
    said = (
        rules.only_by and (only if outside else f"safe contact: {only}"),
        rules.no_voicemail and "never leave a voicemail",
        rules.say_as and f"say you call from: {rules.say_as}",
        rules.interpreter in INTERPRETERS and f"interpreter {INTERPRETERS.get(rules.interpreter, '')}",
        rules.times and f"best: {rules.times}",
        not outside and rules.speaks_for and f"may be spoken with: {rules.speaks_for}{_until(rules)}",
        not outside and rules.support,
    )
    return [words for words in said if words]


def is_safe_contact(rules: ContactRules) -> bool:
    """Whether a wrong call could do harm."""
    return bool(rules.only_by or rules.no_voicemail or rules.say_as)


def ways(contacts: Iterable[Contact], rules: ContactRules, opted_out: frozenset[str]) -> list[str]:
    """Each way to reach them; one that is not to be used is named without its number, so that nobody does."""
    found = [_way(each, rules, opted_out) for each in contacts]
    told = {each.value for each in contacts}
    if rules.only_at and rules.only_at not in told:
        found.insert(0, f"{rules.only_by} {rules.only_at}".strip())
    return found


def _way(each: Contact, rules: ContactRules, opted_out: frozenset[str]) -> str:
    if opted_out & {each.kind, "all"}:
        return f"{each.kind} {each.value} (wants no contact this way)"
    only = _LIKE.get(rules.only_by, rules.only_by)
    if only and (each.kind != only or (rules.only_at and each.value != rules.only_at)):
        return f"{each.kind}: not this way"
    return f"{each.kind} {each.value}"


def _until(rules: ContactRules) -> str:
    return f" until {spoken_day(rules.speaks_until)}" if rules.speaks_until else ""
