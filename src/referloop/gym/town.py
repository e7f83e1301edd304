"""Who lives in the town and who refers there: invented, and the same for the same seed."""

from collections.abc import Sequence
from dataclasses import dataclass
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
PLANS = (
    "Harbor Health PPO", "Harbor Health HMO", "Lakeside Advantage", "State Medicaid", "Medicare",
    "Union Benefit Fund",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Need:
    """What somebody is referred for, as a clinician would put it."""

    specialty: str
    code: str  # SNOMED CT, of the referral itself
    reason: str
    icd: str
    question: str


NEEDS = (
    Need("Cardiology", "183519002", "Atrial fibrillation", "I48.91", "Anticoagulate, and rate or rhythm?"),
    Need("Cardiology", "183519002", "Exertional chest pain", "R07.9", "Is this angina?"),
    Need("Gastroenterology", "183523005", "Iron deficiency anaemia", "D50.9", "Source of blood loss?"),
    Need("Gastroenterology", "183523005", "Dysphagia", "R13.10", "Endoscopy, please."),
    Need("Orthopaedics", "183545006", "Knee osteoarthritis", "M17.11", "Is surgery an option?"),
    Need("Orthopaedics", "183545006", "Rotator cuff tear", "M75.101", "Repair or therapy?"),
    Need("Dermatology", "183518005", "Changing pigmented lesion", "D22.5", "Melanoma?"),
    Need("Neurology", "183521007", "New headache over 50", "R51.9", "Temporal arteritis?"),
    Need("Endocrinology", "183515008", "Thyroid nodule", "E04.1", "Biopsy?"),
    Need("Pulmonology", "183516009", "Chronic cough", "R05.3", "Next step after a clear film?"),
    Need("Rheumatology", "183517000", "Symmetrical joint swelling", "M06.9", "Which drug to begin with?"),
    Need("Psychiatry", "183524004", "Treatment-resistant depression", "F33.2", "Change of treatment?"),
)


@dataclass(frozen=True, slots=True)
class Office:
    """A practice that refers, with one clinician who signs."""

    name: str
    clinician: str
    npi: str
    system: str  # the namespace of its numbers


OFFICES = (
    Office("Northside Family Practice", "Ruth Osei", "9990000018", "urn:example:northside"),
    Office("Harbor Internal Medicine", "Paul Lindgren", "9990000026", "urn:example:harbor"),
    Office("Millbrook Community Clinic", "Teresa Vaca", "9990000034", "urn:example:millbrook"),
    Office("Eastgate Paediatrics", "Samuel Roth", "9990000042", "urn:example:eastgate"),
)


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
    sex = chosen(("female", "female", "male"), seed, number, "sex")
    return Resident(
        number=f"MRN{10_000 + number * 37}",
        family=FAMILIES[(number * 7 + seed) % len(FAMILIES)],
        given=chosen(WOMEN if sex == "female" else MEN, seed, number, "given"),
        sex=sex,
        born=date(1938, 1, 1) + timedelta(days=chosen(range(24_000), seed, number, "born")),
        phone=f"555-01{number % 100:02d}",
        street=f"{chosen(range(1, 180), seed, number, 'house')} {chosen(STREETS, seed, number, 'street')}",
        language=chosen(LANGUAGES, seed, number, "language"),
        plan=chosen(PLANS, seed, number, "plan"),
    )


_URGENCIES = ("routine",) * 11 + ("urgent",) * 4 + ("expedited",) * 3 + ("stat",)


def case(seed: int, number: int) -> Case:
    return Case(
        number=f"REF-{2_600 + number}",
        resident=resident(seed, number),
        office=OFFICES[number % len(OFFICES)],
        need=chosen(NEEDS, seed, number, "need"),
        urgency=chosen(_URGENCIES, seed, number, "urgency"),
    )
