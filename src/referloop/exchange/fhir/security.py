"""Reads security labels: why the sender wants a resource restricted, in our own words.

The codes are those of HL7's Data Segmentation for Privacy: what is sensitive, and how confidential it is.
A code that says what is sensitive counts in any code system: what is restricted by mistake can be let go.
"""

from collections.abc import Iterable, Iterator

from referloop.exchange.fhir.access import Json, part, parts, text

_CONFIDENTIALITY = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
_LESS_KNOWN = ("urn:oid:2.16.840.1.113883.5.25", "http://hl7.org/fhir/v3/Confidentiality", "")
_CONFIDENTIAL = ("R", "V")  # restricted, very restricted
_SENSITIVE = {
    "HIV": "hiv", "SEX": "reproductive", "STD": "reproductive", "ADOL": "minor-confidential",
    "SDV": "violence", "DVD": "violence", "VIO": "violence", "MST": "violence",
    "PSY": "behavioural-health", "MH": "behavioural-health", "BH": "behavioural-health",
    "COGN": "behavioural-health", "EMOTDIS": "behavioural-health",
    "ETH": "substance-use", "ETHUD": "substance-use", "SUD": "substance-use", "OPIOIDUD": "substance-use",
    "42CFRPart2": "substance-use", "GDIS": "genetic", "SCA": "genetic", "SICKLE": "genetic",
    "PSYTHPN": "psychotherapy-notes", "PDS": "other", "TBOO": "other", "SPI": "other", "CEL": "other",
    "DIA": "other",
}  # fmt: skip


def labels(resources: Iterable[Json]) -> tuple[str, ...]:
    """Of all of these together; that something is confidential counts where nobody says why."""
    codings = [coding for resource in resources for coding in _codings(resource)]
    named = {_SENSITIVE[code] for coding in codings if (code := text(coding, "code")) in _SENSITIVE}
    if not named and any(_is_confidential(coding) for coding in codings):
        return ("other",)
    return tuple(sorted(named))


def _codings(resource: Json) -> Iterator[Json]:
    yield from parts(part(resource, "meta"), "security")
    for label in parts(resource, "securityLabel"):  # of a DocumentReference
        yield from parts(label, "coding")
    if confidentiality := text(resource, "confidentiality"):  # of a Composition
        yield {"code": confidentiality}


def _is_confidential(coding: Json) -> bool:
    system = text(coding, "system")
    return text(coding, "code") in _CONFIDENTIAL and system in (_CONFIDENTIALITY, *_LESS_KNOWN)
