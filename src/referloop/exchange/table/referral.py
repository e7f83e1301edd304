"""One mapped row as a referral in our own words, and back into columns for people."""

import re
from typing import get_args

from referloop.exchange.table.columns import Field, plain
from referloop.exchange.table.row import MappedRow
from referloop.messages import Coded, Contact, Identifier, Name, Party, Person, Plan, ReferralSaid, Urgency
from referloop.referral.problems import Problem

NPI_SYSTEM = "http://hl7.org/fhir/sid/us-npi"
_URGENCIES: dict[str, Urgency] = {plain(word): word for word in get_args(Urgency)} | {
    "emergency": "emergent", "emergent": "emergent", "asap": "urgent", "u": "urgent", "r": "routine",
    "normal": "routine", "standard": "routine", "non urgent": "routine", "e": "elective",
    "expedite": "expedited", "fasttrack": "fast-track", "s": "stat",
}  # fmt: skip
_SEXES = {
    "f": "female", "m": "male", "female": "female", "male": "male", "woman": "female", "man": "male",
    "o": "other", "other": "other", "x": "other", "nonbinary": "other", "non binary": "other",
    "u": "unknown", "unknown": "unknown", "unk": "unknown",
}  # fmt: skip


def referral_in(row: MappedRow, authority: str) -> ReferralSaid | None:
    """The referral, or None where `row.problems` has an error."""
    placer = row.exact("placer_number")
    urgency = row.text("urgency").strip()
    word = _URGENCIES.get(plain(urgency), "unknown")
    said = ReferralSaid(
        action="request",
        sent_at=row.moment("sent_at"),
        placer=Identifier(authority, placer, "PLAC") if placer else None,
        patient=_patient(row, authority),
        service=Coded(text=row.text("service")),
        reasons=_reasons(row),
        question=row.text("question"),
        urgency=word,
        urgency_raw=urgency if word == "unknown" and plain(urgency) != "unknown" else "",
        see_by=row.day("see_by"),
        requester=_party(row, "requester_name", "requester_organisation", "requester_npi"),
        performer=_party(row, "performer_name", "performer_organisation", "performer_npi"),
        plans=_plans(row),
        authorizations=tuple(row.exacts("authorization_number")),
        notes=tuple(row.texts("note")),
        source=f"row {row.number}",
    )
    return None if any(problem.severity == "error" for problem in row.problems) else said


def in_columns(said: ReferralSaid) -> dict[Field, str]:
    """The columns a referral fills, as text. What a table has no column for is left out."""
    patient = said.patient
    name = patient.names[0] if patient.names else Name()
    plan = said.plans[0] if said.plans else Plan()
    mrn = next((one for one in patient.identifiers if one.kind == "MR"), Identifier("", ""))
    found: dict[Field, str] = {
        "placer_number": said.placer.value if said.placer else "",
        "mrn": mrn.value, "mrn_authority": mrn.system,
        "family_name": name.family, "given_name": name.given,
        "birth_date": patient.birth_date, "sex": patient.sex,
        "phone": _contact(patient, "phone"), "email": _contact(patient, "email"),
        "address": patient.address, "postal_code": patient.postal_code, "language": patient.language,
        "service": said.service.text or said.service.code,
        "diagnosis_codes": "; ".join(one.code for one in said.reasons if one.code),
        "diagnosis_text": "; ".join(one.text for one in said.reasons if one.text),
        "question": said.question, "urgency": said.urgency_raw or said.urgency,
        "see_by": said.see_by.isoformat() if said.see_by else "",
        "requester_name": said.requester.practitioner, "requester_npi": _npi(said.requester),
        "requester_organisation": said.requester.organisation,
        "performer_name": said.performer.practitioner, "performer_npi": _npi(said.performer),
        "performer_organisation": said.performer.organisation,
        "payer": plan.payer, "member_id": plan.member_id, "group": plan.group,
        "authorization_number": said.authorizations[0] if said.authorizations else "",
        "sent_at": said.sent_at.isoformat() if said.sent_at else "", "note": "\n".join(said.notes),
    }  # fmt: skip
    return {field: text for field, text in found.items() if text}


def _patient(row: MappedRow, authority: str) -> Person:
    mrn, assigner = row.exact("mrn"), row.text("mrn_authority").strip() or authority
    name = Name(row.text("family_name"), " ".join(row.text("given_name").split()))
    if not mrn and not name.family and not any(p.severity == "error" for p in row.problems):
        row.problems.append(
            Problem(
                "patient-missing",
                row.at("family_name"),
                "The row names no patient: it has neither a family name nor a record number.",
                "Fill in one of them.",
            )
        )
    email = row.text("email").strip()
    phones = tuple(Contact("phone", phone.strip()) for phone in row.texts("phone"))
    return Person(
        identifiers=(Identifier(assigner, mrn, "MR"),) if mrn else (),
        names=(name,) if name != Name() else (),
        birth_date=row.birth_date(),
        sex=_sex(row),
        contacts=phones + ((Contact("email", email),) if email else ()),
        address=row.text("address"),
        postal_code=row.text("postal_code").strip(),
        language=row.text("language").strip(),
    )


def _sex(row: MappedRow) -> str:
    typed = plain(row.text("sex"))
    found = _SEXES.get(typed, "")
    if typed and not found:
        row.problems.append(
            Problem(
                "sex-unknown-word",
                row.at("sex"),
                "This is not a word for sex that is known here, so it is left out.",
                "Write female, male, other or unknown.",
                "warning",
            )
        )
    return found


def _reasons(row: MappedRow) -> tuple[Coded, ...]:
    cells = row.texts("diagnosis_codes")
    codes = [code for cell in cells for part in re.split(r"[;,|\n]", cell) if (code := part.strip())]
    text = row.text("diagnosis_text")
    if len(codes) == 1:
        return (Coded(code=codes[0], text=text),)
    return tuple(Coded(code=code) for code in codes) + ((Coded(text=text),) if text else ())


def _party(row: MappedRow, name: Field, organisation: Field, number: Field) -> Party:
    npi = row.exact(number)
    if npi and not _is_npi(npi):
        row.problems.append(
            Problem(
                "npi-wrong",
                row.at(number),
                "This is not a valid NPI: ten digits of which the last checks the others.",
                "Look the number up.",
                "warning",
            )
        )
    return Party(
        practitioner=row.text(name),
        organisation=row.text(organisation),
        identifiers=(Identifier(NPI_SYSTEM, npi, "NPI"),) if npi else (),
    )


def _plans(row: MappedRow) -> tuple[Plan, ...]:
    plan = Plan(payer=row.text("payer"), member_id=row.exact("member_id"), group=row.exact("group"))
    return (plan,) if plan != Plan() else ()


def _is_npi(text: str) -> bool:
    """Luhn over 80840 and the number (45 CFR 162.406; ISO/IEC 7812)."""
    if len(text) != 10 or not (text.isascii() and text.isdigit()):
        return False
    doubled = [divmod(int(digit) * 2, 10) for digit in text[-2::-2]]
    return (24 + sum(a + b for a, b in doubled) + sum(map(int, text[-1::-2]))) % 10 == 0


def _npi(party: Party) -> str:
    return next((one.value for one in party.identifiers if one.kind == "NPI"), "")


def _contact(patient: Person, kind: str) -> str:
    return next((one.value for one in patient.contacts if one.kind == kind), "")
