"""Turns problems into an OperationOutcome and the HTTP status that goes with it."""

from collections.abc import Sequence
from typing import Any

from referloop.referral.problems import Problem

# Problem.code -> (FHIR IssueType, HTTP status)
ISSUES: dict[str, tuple[str, int]] = {
    "json-syntax": ("invalid", 400),
    "json-encoding": ("invalid", 400),
    "json-text": ("invalid", 400),
    "json-empty": ("structure", 400),
    "json-duplicate-key": ("structure", 400),
    "json-number": ("value", 400),
    "json-depth": ("too-costly", 400),
    "fhir-resource": ("structure", 400),
    "fhir-resource-type": ("structure", 400),
    "fhir-too-deep": ("too-costly", 400),
    "fhir-structure": ("structure", 422),
    "fhir-required": ("required", 422),
    "fhir-value": ("value", 422),
    "fhir-code-invalid": ("code-invalid", 422),
    "fhir-modifier-extension": ("extension", 422),
    "fhir-narrative": ("invalid", 422),
    "fhir-attachment": ("invariant", 422),
    "fhir-reference": ("not-found", 422),
    "fhir-foreign-reference": ("business-rule", 422),
    "fhir-do-not-perform": ("business-rule", 422),
    "fhir-bundle": ("structure", 400),
    "fhir-bundle-duplicate-url": ("invalid", 400),
    "fhir-bundle-nested": ("not-supported", 403),
    "fhir-bundle-too-long": ("too-long", 413),
    "http-unknown": ("login", 401),
    "http-forbidden": ("forbidden", 403),
    "http-not-found": ("not-found", 404),
    "http-method": ("not-supported", 405),
    "http-accept": ("not-supported", 406),
    "http-conflict": ("conflict", 409),
    "http-paging-expired": ("not-found", 410),
    "http-too-long": ("too-long", 413),
    "http-media-type": ("not-supported", 415),
    "http-encoding": ("invalid", 400),
    "http-precondition": ("conflict", 428),
    "http-away": ("transient", 503),
    "fhir-kind": ("not-supported", 422),
    "fhir-id": ("invalid", 400),
    "fhir-request": ("invalid", 400),
    "fhir-condition": ("not-supported", 400),
    "fhir-stale": ("conflict", 412),
    "fhir-multiple-matches": ("multiple-matches", 412),
    "fhir-security": ("security", 403),
    "fhir-placer-only": ("forbidden", 403),
    "fhir-transition": ("business-rule", 422),
    "fhir-key-reused": ("conflict", 422),
    "search-unsupported": ("not-supported", 400),
    "search-value": ("value", 400),
    "search-forbidden": ("forbidden", 403),
    "message-dead": ("exception", 202),
}
_ORDER = (413, 401, 403, 404, 405, 406, 409, 410, 415, 428, 412, 400, 422, 503, 202)
_OTHERWISE = ("processing", 422)


def http_status(problems: Sequence[Problem]) -> int:
    """The status for all of them: the most fundamental error decides, warnings alone are no failure."""
    statuses = {ISSUES.get(p.code, _OTHERWISE)[1] for p in problems if p.severity == "error"}
    return next((status for status in _ORDER if status in statuses), 200)


def outcome(problems: Sequence[Problem]) -> dict[str, Any]:
    """An OperationOutcome with one issue per problem, or the one that says all is well."""
    if not problems:
        return {
            "resourceType": "OperationOutcome",
            "issue": [_issue("information", "informational", "All is well.")],
        }
    return {"resourceType": "OperationOutcome", "issue": [_of(problem) for problem in problems]}


def _of(problem: Problem) -> dict[str, Any]:
    kind = ISSUES.get(problem.code, _OTHERWISE)[0]
    issue = _issue(problem.severity, kind, f"{problem.says} {problem.remedy}".strip())
    issue["diagnostics"] = problem.code
    if problem.where:
        issue["expression"] = [problem.where]
    return issue


def _issue(severity: str, kind: str, text: str) -> dict[str, Any]:
    return {"severity": severity, "code": kind, "details": {"text": text}}
