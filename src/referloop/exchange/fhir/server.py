"""Which FHIR interaction an HTTP method and path ask for, and what an answer consists of."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from referloop.exchange.fhir.outcome import http_status, outcome
from referloop.exchange.fhir.references import Json
from referloop.exchange.fhir.strict_json import encode
from referloop.referral.problems import Problem

JSON = "application/fhir+json; charset=utf-8"
ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
# What is kept as resources; everything else in a message stays evidence.
KINDS = frozenset(
    {
        "Account", "AdverseEvent", "AllergyIntolerance", "Appointment", "AppointmentResponse",
        "Basic", "Binary", "BodyStructure", "CarePlan", "CareTeam", "Claim", "ClaimResponse",
        "ClinicalImpression", "Communication", "CommunicationRequest", "Composition", "Condition",
        "Consent", "Coverage", "CoverageEligibilityRequest", "CoverageEligibilityResponse",
        "DetectedIssue", "Device", "DeviceRequest", "DeviceUseStatement", "DiagnosticReport",
        "DocumentManifest", "DocumentReference", "Encounter", "Endpoint", "EpisodeOfCare",
        "ExplanationOfBenefit", "FamilyMemberHistory", "Flag", "Goal", "Group", "HealthcareService",
        "ImagingStudy", "Immunization", "ImmunizationRecommendation", "InsurancePlan", "List",
        "Location", "Media", "Medication", "MedicationAdministration", "MedicationDispense",
        "MedicationRequest", "MedicationStatement", "NutritionOrder", "Observation", "Organization",
        "OrganizationAffiliation", "Patient", "Person", "Practitioner", "PractitionerRole",
        "Procedure", "Provenance", "Questionnaire", "QuestionnaireResponse", "RelatedPerson",
        "RequestGroup", "RiskAssessment", "Schedule", "ServiceRequest", "Slot", "Specimen",
        "Substance", "Task", "VisionPrescription",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request as it came; `path` is below the FHIR base, header names are in small letters."""

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    base: str = ""  # the address of the FHIR base, without a slash at its end

    def header(self, name: str) -> str:
        return self.headers.get(name, "").strip()


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Interaction:
    """What is asked for, in FHIR's own words; "" where a part does not apply."""

    word: str
    kind: str = ""
    id: str = ""
    version: str = ""


# (method, what the path looks like) -> interaction; {kind} is one of KINDS, {id} and {vid} are ids.
ROUTES: dict[tuple[str, str], str] = {
    ("GET", "metadata"): "capabilities",
    ("POST", ""): "bundle",
    ("POST", "$process-message"): "process-message",
    ("GET", "{kind}"): "search",
    ("POST", "{kind}/_search"): "search",
    ("POST", "{kind}"): "create",
    ("GET", "{kind}/{id}"): "read",
    ("PUT", "{kind}/{id}"): "update",
    ("GET", "{kind}/{id}/_history"): "history",
    ("GET", "{kind}/{id}/_history/{vid}"): "vread",
}
_UNKNOWN = Problem("http-not-found", "", "There is nothing at this address.", "GET metadata lists what is.")
_VOID = Problem(
    "http-method",
    "",
    "Nothing that has a history is deleted.",
    "Void it instead: PUT it with the status entered-in-error.",
)
_METHOD = Problem("http-method", "", "This address does not take this method.", "GET metadata lists them.")


def route(method: str, path: str) -> Interaction | Problem:
    """The interaction, or why there is none; HEAD is read as GET."""
    parts = path.strip("/").split("/")
    shape, named = _shape(parts)
    word = ROUTES.get(("GET" if method == "HEAD" else method, shape))
    if word:
        return Interaction(word, *named)
    if not any(known == shape for _, known in ROUTES):
        return _UNKNOWN
    return _VOID if method == "DELETE" else _METHOD


def _shape(parts: list[str]) -> tuple[str, tuple[str, ...]]:
    """The path with its variable parts replaced by what they are, and these parts."""
    kind = parts[0]
    if kind not in KINDS:
        return "/".join(parts), ()
    if len(parts) == 1 or parts[1:] == ["_search"]:
        return "/".join(["{kind}", *parts[1:]]), (kind,)
    if not ID.fullmatch(parts[1]) or len(parts) > 4:
        return "?", ()
    rest = parts[2:3] + (["{vid}"] if len(parts) == 4 and ID.fullmatch(parts[3]) else parts[3:])
    return "/".join(["{kind}", "{id}", *rest]), (kind, parts[1], *parts[3:])


def refusal(*problems: Problem) -> Reply:
    """The problems as an OperationOutcome with the status that goes with them."""
    status = http_status(problems)
    headers = {"WWW-Authenticate": 'Bearer realm="fhir"'} if status == 401 else {}
    if status == 503:
        headers["Retry-After"] = "2"
    return Reply(status, encode(outcome(problems)), headers)


def answered(status: int, resource: Json, base: str = "") -> Reply:
    """A resource, with the headers that follow from it; a base makes it one that has a location."""
    meta = resource.get("meta", {})
    headers = {}
    if "versionId" in meta:
        headers["ETag"] = f'W/"{meta["versionId"]}"'
    if base and "id" in resource:
        place = f"{resource['resourceType']}/{resource['id']}/_history/{meta.get('versionId', '')}"
        headers["Location"] = f"{base}/{place}"
    return Reply(status, encode(resource), headers)


def without_body(reply: Reply) -> Reply:
    return replace(reply, body=b"")
