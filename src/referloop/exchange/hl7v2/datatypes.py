"""The HL7 v2 data types a referral uses, each turned into one of our words."""

import re
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from referloop.exchange.hl7v2.grammar import Segment, Value
from referloop.messages import Coded, Contact, Identifier, Name

_STAMP = re.compile(
    r"(\d{4})(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:\.(\d{1,6}))?)?)?)?)?)?([+-]\d{4})?", re.ASCII
)

_SYSTEMS = {
    "I10": "http://hl7.org/fhir/sid/icd-10",
    "ICD10": "http://hl7.org/fhir/sid/icd-10",
    "ICD-10": "http://hl7.org/fhir/sid/icd-10",
    "I10C": "http://hl7.org/fhir/sid/icd-10-cm",
    "ICD10CM": "http://hl7.org/fhir/sid/icd-10-cm",
    "ICD-10-CM": "http://hl7.org/fhir/sid/icd-10-cm",
    "I9": "http://hl7.org/fhir/sid/icd-9-cm",
    "I9C": "http://hl7.org/fhir/sid/icd-9-cm",
    "I9CDX": "http://hl7.org/fhir/sid/icd-9-cm",
    "LN": "http://loinc.org",
    "SCT": "http://snomed.info/sct",
    "SNM": "http://snomed.info/sct",
    "C4": "http://www.ama-assn.org/go/cpt",
    "CPT": "http://www.ama-assn.org/go/cpt",
    "CPT4": "http://www.ama-assn.org/go/cpt",
    "HCPCS": "https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets",
    "NUCC": "http://nucc.org/provider-taxonomy",
}
NPI = "http://hl7.org/fhir/sid/us-npi"
SSN = "http://hl7.org/fhir/sid/us-ssn"
_KIND = re.compile(r"[A-Z][A-Z0-9]{0,5}")


def instant(text: str, zone: ZoneInfo) -> datetime | None:
    """A moment, in the site's zone where the sender names none; None when it says less than an hour."""
    found = _STAMP.fullmatch(text.strip())
    if found is None or found[4] is None:
        return None
    year, month, of_month, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
    micro = int((found[7] or "").ljust(6, "0"))
    try:
        return datetime(year, month, of_month, hour, minute, second, micro, _offset(found[8], zone))
    except ValueError:
        return None


def partial_day(text: str) -> str | None:
    """`1961`, `1961-06` or `1961-06-15`; None when it is no date."""
    found = _STAMP.fullmatch(text.strip())
    if found is None:
        return None
    year, month, of_month = found[1], found[2], found[3]
    try:
        date(int(year), int(month or 1), int(of_month or 1))
    except ValueError:
        return None
    return "-".join(part for part in (year, month, of_month) if part)


def day(text: str) -> date | None:
    said = partial_day(text)
    return date.fromisoformat(said) if said and len(said) == 10 else None


def _offset(text: str | None, zone: ZoneInfo) -> ZoneInfo | timezone:
    if text is None:
        return zone
    minutes = int(text[1:3]) * 60 + int(text[3:])
    if minutes == 0:
        return UTC
    return timezone(timedelta(minutes=minutes if text[0] == "+" else -minutes))


def coded(value: Value) -> Coded:
    """CE, CNE, CWE: the first coding, or the alternate one when only that is there."""
    code, text, system = (value.part(number).strip() for number in (1, 2, 3))
    if not code and value.part(4):
        code, system, text = value.part(4).strip(), value.part(6).strip(), text or value.part(5).strip()
    if not text and not system:
        return Coded(text=code) if " " in code else Coded(code=code)
    return Coded(code, _system(system), text)


def _system(name: str) -> str:
    known = _SYSTEMS.get(name.upper())
    if known:
        return known
    table = re.fullmatch(r"HL7(\d{4})", name, re.IGNORECASE)
    return f"http://terminology.hl7.org/CodeSystem/v2-{table[1]}" if table else name


def authority(value: Value, component: int) -> str:
    """HD: a universal id as a URI where there is one, else the local name."""
    name, universal, kind = (value.sub(component, number).strip() for number in (1, 2, 3))
    return _uri(universal, kind) or name


def _uri(universal: str, kind: str) -> str:
    if re.fullmatch(r"[0-2](\.\d+)+", universal):
        return f"urn:oid:{universal}"
    prefix = {"UUID": "urn:uuid:", "GUID": "urn:uuid:"}.get(kind.upper(), "")
    return prefix + universal


def entity(value: Value, kind: str = "") -> Identifier | None:
    """EI: entity id, namespace, universal id and its type."""
    number = value.part(1).strip()
    if not number:
        return None
    universal = _uri(value.part(3).strip(), value.part(4).strip())
    return Identifier(universal or value.part(2).strip(), number, kind)


def identifiers(values: tuple[Value, ...], kind: str = "") -> tuple[Identifier, ...]:
    """CX: number, assigning authority, type."""
    found = (
        Identifier(authority(value, 4), value.part(1).strip(), _kind(value.part(5)) or kind)
        for value in values
    )
    return tuple(dict.fromkeys(one for one in found if one.value))


def licence(value: Value) -> Identifier | None:
    """PLN, which is how PRD-7 and CTD-7 carry an NPI."""
    number, kind = value.part(1).strip(), _kind(value.part(2))
    if not number:
        return None
    return Identifier(NPI if kind == "NPI" else value.part(3).strip(), number, kind)


def _kind(text: str) -> str:
    text = text.strip()
    return text if _KIND.fullmatch(text) else ""


def name(value: Value, first: int = 1) -> Name:
    """XPN, or XCN where the name starts at component 2."""
    given = " ".join(part for part in (value.part(first + 1).strip(), value.part(first + 2).strip()) if part)
    return Name(value.sub(first, 1).strip(), given)


def in_full(said: Name) -> str:
    return f"{said.given} {said.family}".strip()


def address(value: Value) -> str:
    """XAD on one line."""
    street, other, city, state, postal, country = (_place(value, number) for number in range(1, 7))
    parts = (street, other, city, f"{state} {postal}".strip(), country)
    return ", ".join(part for part in parts if part)


def _place(value: Value, component: int) -> str:
    # Since 2.5 the street is split in subcomponents: the whole address line is the first.
    return value.sub(component, 1).strip() if component == 1 else value.part(component).strip()


def contacts(segment: Segment, *numbers: int) -> tuple[Contact, ...]:
    """XTN in any of the ways its long history allows."""
    found = (_contact(value) for number in numbers for value in segment.values(number))
    return tuple(dict.fromkeys(one for one in found if one.value))


def _contact(value: Value) -> Contact:
    equipment = value.part(3).strip().upper()
    written = value.part(1).strip()
    mail = value.part(4).strip() or (written if "@" in written else "")
    if mail and (equipment in ("INTERNET", "X.400") or value.part(2).upper() == "NET" or not written):
        return Contact("email", mail)
    number = written or value.part(12).strip() or _dialled(value)
    if equipment == "CP":
        return Contact("mobile", number)
    if equipment == "FX":
        return Contact("fax", number)
    return Contact("phone" if equipment in ("", "PH") else "other", number)


def _dialled(value: Value) -> str:
    country, area, local, extension = (value.part(number).strip() for number in (5, 6, 7, 8))
    parts = (f"+{country.removeprefix('+')}" if country else "", area, local)
    return " ".join(part for part in (*parts, f"x{extension}" if extension else "") if part)
