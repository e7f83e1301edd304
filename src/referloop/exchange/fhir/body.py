"""Turns the bytes of a request into one checked resource."""

from referloop.exchange.fhir.access import Json
from referloop.exchange.fhir.strict_json import decode
from referloop.exchange.fhir.validate import faults
from referloop.referral.problems import Problem


def resource(body: bytes, expected: str = "") -> tuple[Json | None, tuple[Problem, ...]]:
    """The resource of a body, or None and everything wrong with it; `expected` is the type the URL names."""
    value, problems = decode(body)
    if problems:
        return None, problems
    if isinstance(value, dict) and expected and value.get("resourceType") not in (None, expected):
        says = f"This is not the {expected} that the URL names."
        return None, (
            Problem("fhir-resource-type", "resourceType", says, "Send the type that the URL names."),
        )
    found = faults(value)
    return (None, found) if found else (value, ())
