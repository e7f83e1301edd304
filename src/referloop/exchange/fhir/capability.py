"""The CapabilityStatement, made from the same tables that requests are routed by."""

from datetime import datetime

from referloop.exchange.fhir.access import Json
from referloop.exchange.fhir.parameters import INCLUDES, parameters_of
from referloop.exchange.fhir.server import KINDS, ROUTES
from referloop.referral.entry import instant

# http://hl7.org/fhir/R4/valueset-type-restful-interaction.html
_WORDS = {"history": "history-instance", "search": "search-type"}
_ON_KIND = sorted(
    {_WORDS.get(word, word) for (_, shape), word in ROUTES.items() if shape.startswith("{kind}")}
)
_COMPARED = {"id": "token"}


def capability_statement(base: str, version: str, at: datetime) -> Json:
    """What this server does, and nothing that it does not."""
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": instant(at),
        "kind": "instance",
        "software": {"name": "Referloop", "version": version},
        "implementation": {"description": "Referloop, the engine of a referral desk", "url": base},
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json", "json"],
        "rest": [
            {
                "mode": "server",
                "security": {"description": "Every request but this one carries a bearer token."},
                "resource": [_resource(kind) for kind in sorted(KINDS)],
                "interaction": [{"code": "transaction"}, {"code": "batch"}],
                "operation": [
                    {
                        "name": "process-message",
                        "definition": "http://hl7.org/fhir/OperationDefinition/MessageHeader-process-message",
                    }
                ],
            }
        ],
    }


def _resource(kind: str) -> Json:
    found: Json = {
        "type": kind,
        "interaction": [{"code": code} for code in _ON_KIND],
        "versioning": "versioned-update",
        "readHistory": True,
        "updateCreate": True,
        "conditionalCreate": True,
        "conditionalUpdate": False,
        "conditionalDelete": "not-supported",
    }
    if includes := sorted(name for name in INCLUDES if name.startswith(f"{kind}:")):
        found["searchInclude"] = includes
    found["searchParam"] = [
        {"name": name, "type": _COMPARED.get(one.compared, one.compared)}
        for name, one in parameters_of(kind).items()
    ]
    return found
