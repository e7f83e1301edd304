"""Turns FHIR data types into our own values."""

from datetime import date, datetime
from typing import Literal

from referloop.exchange.fhir.access import Json, part, parts, text, texts
from referloop.messages import Coded, Contact, Identifier, Name

# Identifier systems that say by themselves what kind of identifier they hold.
_KINDS = {"http://hl7.org/fhir/sid/us-npi": "NPI", "http://hl7.org/fhir/sid/us-ssn": "SS"}
_ContactKind = Literal["phone", "mobile", "email", "fax", "other"]
_CONTACTS: dict[str, _ContactKind] = {"phone": "phone", "email": "email", "fax": "fax"}


def coded(concept: Json) -> Coded:
    """A CodeableConcept; its first coding with a code counts, its text goes before a display."""
    codings = parts(concept, "coding")
    coding = next((one for one in codings if text(one, "code")), codings[0] if codings else {})
    return coding_of(coding, text(concept, "text"))


def coding_of(coding: Json, said: str = "") -> Coded:
    return Coded(text(coding, "code"), text(coding, "system"), said or text(coding, "display"))


def words(concept: Json) -> str:
    """A concept as people read it."""
    value = coded(concept)
    return value.text or value.code


def codes(concept: Json) -> set[str]:
    return {text(coding, "code") for coding in parts(concept, "coding")}


def identifier(raw: Json) -> Identifier:
    system = text(raw, "system")
    typed = [text(coding, "code") for coding in parts(part(raw, "type"), "coding")]
    return Identifier(system, text(raw, "value"), next(filter(None, typed), _KINDS.get(system, "")))


def identifiers(owner: Json) -> tuple[Identifier, ...]:
    """The identifiers in use; one without a value says nothing."""
    current = (raw for raw in parts(owner, "identifier") if text(raw, "use") != "old")
    return tuple(one for one in map(identifier, current) if one.value)


def names(owner: Json) -> tuple[Name, ...]:
    """The names of a person, the one in use first."""
    ranked = sorted(parts(owner, "name"), key=_rank)
    found = (Name(*_family_and_given(raw)) for raw in ranked)
    return tuple(dict.fromkeys(name for name in found if name != Name()))


def _rank(raw: Json) -> int:
    if text(part(raw, "period"), "end"):
        return 3
    return {"official": 0, "usual": 1, "old": 3, "maiden": 3, "temp": 2, "nickname": 2}.get(
        text(raw, "use"), 1
    )


def _family_and_given(raw: Json) -> tuple[str, str]:
    family, given = text(raw, "family"), " ".join(texts(raw, "given"))
    return (family, given) if family or given else (text(raw, "text"), "")


def spoken(owner: Json) -> str:
    """A person's name on one line."""
    current = min(parts(owner, "name"), key=_rank, default={})
    whole = [
        *texts(current, "prefix"),
        *texts(current, "given"),
        text(current, "family"),
        *texts(current, "suffix"),
    ]
    return text(current, "text") or " ".join(filter(None, whole))


def contacts(owner: Json) -> tuple[Contact, ...]:
    current = (raw for raw in parts(owner, "telecom") if text(raw, "use") != "old" and text(raw, "value"))
    return tuple(Contact(_contact_kind(raw), text(raw, "value")) for raw in current)


def _contact_kind(raw: Json) -> _ContactKind:
    kind = _CONTACTS.get(text(raw, "system"), "other")
    return "mobile" if kind == "phone" and text(raw, "use") == "mobile" else kind


def current_address(owner: Json) -> Json:
    listed = parts(owner, "address")
    current = [raw for raw in listed if text(raw, "use") not in ("old", "billing")]
    return next(iter(current or listed), {})


def one_line(address: Json) -> str:
    pieces = [*texts(address, "line"), *(text(address, name) for name in ("city", "state", "country"))]
    return ", ".join(filter(None, pieces)) or text(address, "text")


def moment(value: str) -> datetime | None:
    """An instant with its zone; a date alone is no moment."""
    if "T" not in value:
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return found if found.tzinfo else None


def day(value: str) -> date | None:
    """The calendar day as the sender wrote it; a month or a year alone is no day."""
    try:
        return date.fromisoformat(value[:10]) if len(value) >= 10 else None
    except ValueError:
        return None
