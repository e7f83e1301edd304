"""What stands in question on a referral: is this the patient we know, and is it a request we have already."""

from dataclasses import dataclass

from referloop.messages import Person
from referloop.referral.facts.intake import (
    DuplicateSuspected,
    IdentityQuestioned,
    MergeUndone,
    ReferralMerged,
)
from referloop.workbench.lines import Line
from referloop.workbench.presenters.choices import plain
from referloop.workbench.presenters.people import name_of, spoken_birth
from referloop.workbench.rendering import spoken_day
from referloop.workbench.workspace_needs import Workspace

Row = tuple[str, str, str, bool]  # label, this one, the other one, whether they say the same


@dataclass(frozen=True, slots=True)
class Compared:
    """`kind` is identity or duplicate; `question` is what the answer names."""

    kind: str
    question: str
    other: str
    why: str
    rows: list[Row]


def compared(it: Workspace) -> list[Compared]:
    """Each question that is open, side by side."""
    found = []
    for leaf in it.standing.now.questions.values():
        fact = leaf.fact
        if isinstance(fact, IdentityQuestioned):
            new, _, known = fact.question.partition("-")
            rows = _persons(it.people.get(new, it.person), it.people.get(known, Person()))
            found.append(Compared("identity", fact.question, known, plain(fact.why), rows))
        elif isinstance(fact, DuplicateSuspected):
            rows = _referrals(it, it.lookalikes.get(fact.other))
            found.append(Compared("duplicate", fact.other, fact.other, plain(fact.why), rows))
    return found


def merged(it: Workspace) -> list[str]:
    """The referrals that rest in this one."""
    found: dict[str, None] = {}
    for entry in it.standing.log.entries:
        if isinstance(entry.fact, ReferralMerged) and entry.fact.role == "continues":
            found[entry.fact.other] = None
        elif isinstance(entry.fact, MergeUndone):
            found.pop(entry.fact.other, None)
    return list(found)


def _persons(one: Person, other: Person) -> list[Row]:
    return [(label, a, b, a == b) for label, a, b in zip(_LABELS, _facts(one), _facts(other), strict=True)]


_LABELS = ("Name", "Date of birth", "Sex", "Numbers", "Phones", "Address", "Language")


def _facts(person: Person) -> tuple[str, ...]:
    return (
        name_of(person, ""),
        spoken_birth(person.birth_date),
        person.sex,
        ", ".join(f"{each.kind} {each.value}".strip() for each in person.identifiers),
        ", ".join(each.value for each in person.contacts),
        ", ".join(part for part in (person.address, person.postal_code) if part),
        person.language,
    )


def _referrals(it: Workspace, other: Line | None) -> list[Row]:
    standing = it.standing
    request = standing.now.request
    day = spoken_day(standing.received_at.date()) if standing.received_at else ""
    mine = (request.service if request else "", standing.now.urgency, standing.headline, day,
            name_of(it.person, ""))  # fmt: skip
    theirs = ("", "", "", "", "")
    if other:
        came = spoken_day(other.received_at.date()) if other.received_at else ""
        theirs = (other.service, other.urgency, other.headline, came, other.name)
    labels = ("Service", "Urgency", "Where it is", "Received", "Patient")
    return [(label, a, b, a == b) for label, a, b in zip(labels, mine, theirs, strict=True)]
