"""Who refers and who is asked: the PRD segments, with the CTD that belongs to each."""

from referloop.exchange.hl7v2.datatypes import contacts, in_full, licence, name
from referloop.exchange.hl7v2.grammar import Message, Segment, Value
from referloop.messages import Contact, Identifier, Party
from referloop.referral.problems import Problem

# Table 0286. A consulting or primary care party stands in where the better role is not named.
_REQUESTER = ("RP", "PP")
_PERFORMER = ("RT", "CP")


def read_parties(message: Message) -> tuple[Party, Party, tuple[Problem, ...]]:
    """The requester, the performer, and what is missing."""
    by_role: dict[str, Party] = {}
    unknown: list[Problem] = []
    for prd, contact in _grouped(message):
        role = prd.code(1).upper()
        if role in _REQUESTER + _PERFORMER:
            by_role.setdefault(role, _party(prd, contact))
        else:
            says, remedy = "The role of this party is not one we know.", "Use RP, RT, CP or PP in PRD-1."
            unknown.append(Problem("hl7-party-role", prd.place(1), says, remedy, "warning"))
    requester = _first(by_role, _REQUESTER) or _referring_doctor(message)
    performer = _first(by_role, _PERFORMER) or Party()
    return requester, performer, (*unknown, *_missing(requester, performer))


def _missing(requester: Party, performer: Party) -> tuple[Problem, ...]:
    found = []
    if requester == Party():
        says, remedy = "The message does not say who refers.", "Send a PRD segment with the role RP."
        found.append(Problem("hl7-no-requester", "PRD", says, remedy, "warning"))
    if performer == Party():
        says, remedy = "The message does not say who is asked.", "Send a PRD segment with the role RT."
        found.append(Problem("hl7-no-performer", "PRD", says, remedy, "warning"))
    return tuple(found)


def _first(by_role: dict[str, Party], roles: tuple[str, ...]) -> Party | None:
    return next((by_role[role] for role in roles if role in by_role), None)


def _grouped(message: Message) -> list[tuple[Segment, tuple[Contact, ...]]]:
    groups: list[tuple[Segment, tuple[Contact, ...]]] = []
    last = ""
    for segment in message.segments:
        if segment.name == "PRD":
            groups.append((segment, ()))
        elif segment.name == "CTD" and last in ("PRD", "CTD") and groups:
            prd, found = groups[-1]
            groups[-1] = (prd, (*found, *contacts(segment, 5)))
        last = segment.name
    return groups


def _party(prd: Segment, contact: tuple[Contact, ...]) -> Party:
    names = (in_full(name(value)) for value in prd.values(2))
    numbers = (licence(value) for value in prd.values(7))
    return Party(
        practitioner=next((one for one in names if one), ""),
        organisation=_organisation(prd),
        identifiers=tuple(dict.fromkeys(one for one in numbers if one)),
        contacts=tuple(dict.fromkeys((*contacts(prd, 5), *contact))),
    )


def _organisation(prd: Segment) -> str:
    place = prd.value(4)
    return prd.code(10) or place.part(9).strip() or place.sub(4, 1).strip() or place.part(1).strip()


def _referring_doctor(message: Message) -> Party:
    value = message.field("PV1", 8)
    return person_named(value)


def person_named(value: Value) -> Party:
    """XCN: a number and a name."""
    number = value.part(1).strip()
    kind, system = value.part(13).strip(), value.sub(9, 1).strip()
    numbers = (Identifier(system, number, kind),) if number else ()
    return Party(practitioner=in_full(name(value, first=2)), identifiers=numbers)
