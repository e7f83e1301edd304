"""Who lives in the town and who refers there: invented, and the same for the same seed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from hashlib import blake2b
from typing import TypeVar

T = TypeVar("T")

FAMILIES = (
    "Abernathy", "Alvarado", "Bergström", "Castellanos", "Dubrovsky", "Eze", "Farahani", "Grzybowski",
    "Hollingsworth", "Ibarra", "Jankowski", "Kapoor", "Lindqvist", "Marchetti", "Nakamura", "Okonkwo",
    "Petrakis", "Quintero", "Rasmussen", "Sokolova", "Thibodeaux", "Umarov", "Villanueva", "Whitfield",
    "Yilmaz", "Zielinski",
)  # fmt: skip
WOMEN = ("Amara", "Beatriz", "Claire", "Dalia", "Esther", "Fatima", "Greta", "Hannah", "Ines", "Joan", "Mai")
MEN = ("Anton", "Bashir", "Carlos", "Dmitri", "Emeka", "Felix", "Gordon", "Henrik", "Isaac", "Jorge", "Tomas")
STREETS = ("Alder Street", "Birch Lane", "Canal Road", "Depot Avenue", "Elm Court", "Foundry Street")
LANGUAGES = ("en",) * 8 + ("es", "es", "vi", "pl")
# Of a hundred patients, by whether they are 65: Medicare and its advantage plans are for those who are.
_OLD = (*("Medicare",) * 14, *("Lakeside Advantage",) * 15)
_YOUNG = (
    *("Harbor Health PPO",) * 35, *("Harbor Health HMO",) * 16, *("State Medicaid",) * 18,
    *("Union Benefit Fund",) * 2,
)  # fmt: skip
_OLD_UNTIL, _OVER_50_UNTIL, _CHILDREN_FROM = 1961, 1975, 2009
# The first and last year in which somebody of each share of a hundred patients was born.
_BIRTHS = ((1932, 1961),) * 29 + ((1962, 1981),) * 29 + ((1982, 2008),) * 26 + ((2009, 2025),) * 16


@dataclass(frozen=True, slots=True)
class Need:
    """What somebody is referred for, as a clinician would put it."""

    specialty: str
    code: str  # SNOMED CT, of the referral itself
    reason: str
    icd: str
    question: str
    wait: int  # median days to a new patient's slot


NEEDS = (
    Need(
        "Cardiology", "183519002", "Atrial fibrillation", "I48.91", "Anticoagulate, and rate or rhythm?", 25
    ),
    Need("Cardiology", "183519002", "Exertional chest pain", "R07.9", "Is this angina?", 25),
    Need("Gastroenterology", "183523005", "Iron deficiency anaemia", "D50.9", "Source of blood loss?", 30),
    Need("Gastroenterology", "183523005", "Dysphagia", "R13.10", "Endoscopy, please.", 30),
    Need("Orthopaedics", "183545006", "Knee osteoarthritis", "M17.11", "Is surgery an option?", 9),
    Need("Orthopaedics", "183545006", "Rotator cuff tear", "M75.101", "Repair or therapy?", 9),
    Need("Dermatology", "183518005", "Changing pigmented lesion", "D22.5", "Melanoma?", 28),
    Need("Neurology", "183521007", "New headache over 50", "R51.9", "Temporal arteritis?", 34),
    Need("Neurology", "183521007", "Migraine", "G43.909", "Which prevention?", 34),
    Need("Endocrinology", "183515008", "Thyroid nodule", "E04.1", "Biopsy?", 34),
    Need("Pulmonology", "183516009", "Chronic cough", "R05.3", "Next step after a clear film?", 23),
    Need("Rheumatology", "183517000", "Symmetrical joint swelling", "M06.9", "Which drug to begin with?", 38),
    Need("Psychiatry", "183524004", "Treatment-resistant depression", "F33.2", "Change of treatment?", 38),
)
_FOR_CHILDREN = (
    *(Need("Ear, nose and throat", "", "Fluid in both ears", "H65.493", "Tubes?", 19),) * 3,
    *(Need("Dermatology", "183518005", "Atopic eczema", "L20.9", "What after steroids?", 28),) * 2,
    *(Need("Pulmonology", "183516009", "Recurrent wheeze", "R06.2", "Is this asthma?", 23),) * 2,
    *(Need("Orthopaedics", "183545006", "Limp without injury", "R26.89", "Is it the hip?", 9),) * 2,
    Need("Gastroenterology", "183523005", "Raised coeliac antibodies", "R76.8", "Biopsy?", 30),
    Need("Endocrinology", "183515008", "Short stature", "R62.52", "Growth hormone?", 34),
)
# Who sees patients of each specialty.
SPECIALISTS = {
    "Cardiology": "Dr. Amin", "Gastroenterology": "Dr. Novak", "Orthopaedics": "Dr. Hartmann",
    "Dermatology": "Dr. Bello", "Neurology": "Dr. Lindholm", "Endocrinology": "Dr. Sandoval",
    "Pulmonology": "Dr. Castell", "Rheumatology": "Dr. Iyer", "Psychiatry": "Dr. Marlowe",
}  # fmt: skip
ANY_SPECIALIST = "Dr. Achebe"


@dataclass(frozen=True, slots=True)
class Office:
    """A practice that refers, with one clinician who signs."""

    name: str
    clinician: str
    npi: str
    system: str  # the namespace of its numbers
    phone: str = "555-0200"
    field: str = "Family medicine"


OFFICES = (
    Office("Northside Family Practice", "Ruth Osei", "9990000018", "urn:example:northside", "555-0201"),
    Office(
        "Harbor Internal Medicine", "Paul Lindgren", "9990000026", "urn:example:harbor", "555-0202",
        "Internal medicine",
    ),
    Office("Millbrook Community Clinic", "Teresa Vaca", "9990000034", "urn:example:millbrook", "555-0203"),
    Office(
        "Eastgate Paediatrics", "Samuel Roth", "9990000042", "urn:example:eastgate", "555-0204",
        "Paediatrics",
    ),
    Office("Hillcrest Medical Group", "Anita Rao", "9990000059", "urn:example:hillcrest", "555-0205"),
)  # fmt: skip
_PAEDIATRICS = OFFICES[3]


@dataclass(frozen=True, slots=True)
class Resident:
    number: str
    family: str
    given: str
    sex: str
    born: date
    phone: str
    street: str
    language: str
    plan: str


@dataclass(frozen=True, slots=True)
class Case:
    """One referral as its requester writes it."""

    number: str
    resident: Resident
    office: Office
    need: Need
    urgency: str


def chosen(options: Sequence[T], *why: object) -> T:
    """One of the options: chance that is always the same for the same words."""
    drawn = blake2b("|".join(map(str, why)).encode(), digest_size=8).digest()
    return options[int.from_bytes(drawn) % len(options)]


def resident(seed: int, number: int) -> Resident:
    sex = chosen(("female",) * 57 + ("male",) * 43, seed, number, "sex")
    born = _born(seed, number)
    return Resident(
        number=f"MRN{10_000 + number * 37}",
        family=FAMILIES[(number * 7 + seed) % len(FAMILIES)],
        given=chosen(WOMEN if sex == "female" else MEN, seed, number, "given"),
        sex=sex,
        born=born,
        phone=f"555-{number // 100 % 90 + 10}{number % 100:02d}",
        street=f"{chosen(range(1, 180), seed, number, 'house')} {chosen(STREETS, seed, number, 'street')}",
        language=chosen(LANGUAGES, seed, number, "language"),
        plan=chosen(_OLD if born.year <= _OLD_UNTIL else _YOUNG, seed, number, "plan"),
    )


def _born(seed: int, number: int) -> date:
    first, last = chosen(_BIRTHS, seed, number, "age")
    year = chosen(range(first, last + 1), seed, number, "year")
    return date(year, 1, 1) + timedelta(days=chosen(range(365), seed, number, "born"))


_URGENCIES = ("routine",) * 71 + ("urgent",) * 11 + ("expedited",) * 16 + ("stat",) * 2
# How often each specialty is asked, of a hundred.
_SHARES = {"Orthopaedics": 20, "Gastroenterology": 18, "Dermatology": 14, "Cardiology": 14, "Neurology": 9,
           "Pulmonology": 8, "Endocrinology": 7, "Psychiatry": 6, "Rheumatology": 4}  # fmt: skip
_ASKED = [need for need in NEEDS for _ in range(_SHARES[need.specialty])]
_UNDER_50 = [need for need in _ASKED if "over 50" not in need.reason]
_SENDS = (0, 1, 2, 4, 1, 2, 4, 1)  # how often each office refers grown-ups: the first has one clinician
_AGAIN = 6  # one in so many is for somebody who was referred before,
_MOVED = 5  # and one in so many of these has another number by now


def case(seed: int, number: int) -> Case:
    again = number and chosen(range(_AGAIN), seed, number, "again") == 0
    who = resident(seed, chosen(range(number), seed, number, "whom") if again else number)
    if again and chosen(range(_MOVED), seed, number, "moved") == 0:
        who = replace(who, phone=f"555-99{number % 100:02d}")
    child = who.born.year >= _CHILDREN_FROM
    return Case(
        number=f"REF-{2_800 + number}",
        resident=who,
        office=_PAEDIATRICS if child else OFFICES[_SENDS[number % len(_SENDS)]],
        need=chosen(_needs_of(who), seed, number, "need"),
        urgency=chosen(_URGENCIES, seed, number, "urgency"),
    )


def _needs_of(who: Resident) -> Sequence[Need]:
    if who.born.year >= _CHILDREN_FROM:
        return _FOR_CHILDREN
    return _ASKED if who.born.year <= _OVER_50_UNTIL else _UNDER_50
