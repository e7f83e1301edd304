"""The form of a new referral: what it holds, what is missing, and what it says as a message."""

import re
from collections.abc import Mapping
from datetime import date
from typing import cast, get_args

from referloop.messages import Coded, Contact, Name, Party, Person, Plan, ReferralSaid, Urgency
from referloop.referral.problems import Problem
from referloop.workbench.presenters.days import EARLIEST, WRITE_DAY, day_of, too_far
from referloop.workbench.presenters.phones import REMEDY, normal

ICD = "http://hl7.org/fhir/sid/icd-10-cm"
URGENCIES = ("routine", "expedited", "urgent", "stat", "emergent", "elective")
SEXES = ("female", "male", "other", "unknown")
_CODE = re.compile(r"^([A-Z]\d[0-9A-Z](?:\.[0-9A-Z]{1,4})?)(?:[\s:,-]+(.*))?$", re.IGNORECASE | re.DOTALL)
# The five that a referral needs, each with the fields that hold it.
NEEDED = {
    "patient": ("family", "given", "born"),
    "service": ("service",),
    "reason or question": ("question",),
    "urgency": ("urgency",),
    "requester": ("requester",),
}


def missing(form: Mapping[str, str], *, known: bool) -> list[str]:
    """What is not there yet; `known` says that the patient was chosen.

    >>> missing({"service": "Cardiology", "urgency": "urgent"}, known=True)
    ['reason or question', 'requester']
    """
    return [
        name
        for name, fields in NEEDED.items()
        if not (known and name == "patient") and not all(form.get(each, "").strip() for each in fields)
    ]


def wrong(form: Mapping[str, str], today: date, *, known: bool) -> tuple[Problem, ...]:
    """Everything that has to be put right before the referral can be entered."""
    found = [_lacks(name) for name in missing(form, known=known)]
    if form.get("urgency") and form["urgency"] not in URGENCIES:
        found.append(Problem("request-urgency", "urgency", "This is no urgency.", "Choose one of the list."))
    born = form.get("born", "").strip()
    day = day_of(born)
    if born and not known and (day is None or not EARLIEST <= day <= today):
        remedy = "Write YYYY-MM-DD, from 1900 to today, such as 1972-03-12."
        found.append(Problem("request-born", "born", "The date of birth cannot be meant.", remedy))
    see_by = form.get("see_by", "").strip()
    if see_by and ((day := day_of(see_by)) is None or too_far(day, today)):
        says = "The day to be seen by cannot be meant."
        found.append(Problem("request-see-by", "see_by", says, WRITE_DAY))
    phone = form.get("phone", "").strip()
    if phone and not known and normal(phone) is None:
        found.append(Problem("request-phone", "phone", "This number cannot be called.", REMEDY))
    return tuple(found)


def _lacks(name: str) -> Problem:
    field = NEEDED[name][0]
    remedy = (
        "Find the patient, or fill in both names and the date of birth."
        if name == "patient"
        else "Fill it in."
    )
    return Problem("request-incomplete", field, f"The {name} is missing.", remedy)


def person_of(form: Mapping[str, str]) -> Person:
    """The patient as they were typed in."""
    filled = {
        name: form.get(name, "").strip() for name in ("family", "given", "born", "phone", "sex", "language")
    }
    return Person(
        names=(Name(filled["family"], filled["given"]),) if filled["family"] or filled["given"] else (),
        birth_date=filled["born"],
        sex=filled["sex"] if filled["sex"] in SEXES else "",
        contacts=(Contact("phone", normal(filled["phone"]) or filled["phone"]),) if filled["phone"] else (),
        language=filled["language"],
    )


def request_of(form: Mapping[str, str], requester: Party | None) -> ReferralSaid:
    """What the form says, in our own words; `requester` is the known one who was chosen."""
    text = {name: value.strip() for name, value in form.items()}
    urgency = text.get("urgency", "")
    diagnosis = coded(text.get("diagnosis", ""))
    plan = Plan(payer=text.get("payer", ""), member_id=text.get("member_id", ""))
    return ReferralSaid(
        action="request",
        sent_at=None,
        placer=None,
        patient=person_of(form),
        service=Coded(text=text.get("service", "")),
        reasons=(diagnosis,) if diagnosis else (),
        question=text.get("question", ""),
        urgency=cast(Urgency, urgency) if urgency in get_args(Urgency) else "unknown",
        see_by=day_of(text.get("see_by", "")),
        requester=requester or party_of(text.get("requester", "")),
        performer=party_of(text.get("performer", "")),
        plans=(plan,) if plan.payer or plan.member_id else (),
    )


def coded(text: str) -> Coded | None:
    """
    >>> coded("I48.91 Atrial fibrillation")
    Coded(code='I48.91', system='http://hl7.org/fhir/sid/icd-10-cm', text='Atrial fibrillation')
    >>> coded("palpitations")
    Coded(code='', system='', text='palpitations')
    """
    if not text:
        return None
    match = _CODE.match(text)
    return Coded(match[1].upper(), ICD, (match[2] or "").strip()) if match else Coded(text=text)


def party_of(text: str) -> Party:
    """Who, and after a comma where.

    >>> party_of("Dr Ruth Osei, Northside Family Practice").organisation
    'Northside Family Practice'
    """
    practitioner, comma, organisation = text.partition(",")
    return Party(practitioner=practitioner.strip(), organisation=organisation.strip() if comma else "")
