"""Structure of R4 resources: rows F15 to F21, F39 and F40, and everything others published as valid."""

import json
import re
from copy import deepcopy
from typing import Any

import pytest

from referloop.exchange.fhir.outcome import ISSUES, http_status
from referloop.exchange.fhir.strict_json import decode
from referloop.exchange.fhir.validate import faults
from tests.exchange.fhir.corpus import CORPUS, needs_corpus, resources

REQUEST: dict[str, Any] = {
    "resourceType": "ServiceRequest",
    "status": "active",
    "intent": "order",
    "subject": {"reference": "Patient/1"},
}
PDF = {"contentType": "application/pdf", "data": "JVBERg=="}


def _text(div: str) -> dict[str, Any]:
    return {"text": {"status": "generated", "div": f"<div xmlns='http://www.w3.org/1999/xhtml'>{div}</div>"}}


def _photo(**changes: object) -> dict[str, Any]:
    return {"contained": [{"resourceType": "Patient", "photo": [PDF | changes]}]}


PHOTO = "contained[0].photo[0]"

# what is laid over a valid ServiceRequest -> the one fault: its code, its place, its FHIR issue type
FAULTS: dict[str, tuple[dict[str, Any], str, str, str]] = {
    "F15 unknown": ({"colour": "red"}, "fhir-structure", "colour", "structure"),
    "F15 list": ({"status": ["active"]}, "fhir-structure", "status", "structure"),
    "F15 no list": ({"note": {"text": "x"}}, "fhir-structure", "note", "structure"),
    "F15 object list": ({"subject": [{}]}, "fhir-structure", "subject", "structure"),
    "F15 empty object": ({"code": {}}, "fhir-structure", "code", "structure"),
    "F15 empty list": ({"note": []}, "fhir-structure", "note", "structure"),
    "F15 empty text": ({"implicitRules": ""}, "fhir-structure", "implicitRules", "structure"),
    "F15 null": ({"code": None}, "fhir-structure", "code", "structure"),
    "F15 null in a list": ({"instantiatesUri": [None]}, "fhir-structure", "instantiatesUri[0]", "structure"),
    "F15 two choices": (
        {"occurrenceDateTime": "2026", "occurrencePeriod": {"start": "2026"}},
        "fhir-structure", "occurrence", "structure",
    ),
    "F16 in an element": ({"note": [{"time": "2026"}]}, "fhir-required", "note[0].text", "required"),
    "F17 case": ({"status": "Active"}, "fhir-code-invalid", "status", "code-invalid"),
    "F17 unknown": ({"priority": "soon"}, "fhir-code-invalid", "priority", "code-invalid"),
    "F18 day": ({"authoredOn": "2026-02-30"}, "fhir-value", "authoredOn", "value"),
    "F18 month": ({"authoredOn": "2026-13"}, "fhir-value", "authoredOn", "value"),
    "F18 basic form": ({"authoredOn": "20260101"}, "fhir-value", "authoredOn", "value"),
    "F18 year 0": ({"authoredOn": "0000"}, "fhir-value", "authoredOn", "value"),
    "F19 no zone": ({"authoredOn": "2026-01-01T10:00:00"}, "fhir-value", "authoredOn", "value"),
    "F19 no seconds": ({"authoredOn": "2026-01-01T10:00Z"}, "fhir-value", "authoredOn", "value"),
    "F20": (
        {"modifierExtension": [{"url": "http://example.org/not", "valueBoolean": True}]},
        "fhir-modifier-extension", "modifierExtension", "extension",
    ),
    "F39 script": (_text("<script>x</script>"), "fhir-narrative", "text.div", "invalid"),
    "F39 prefix": (_text("<x:script>x</x:script>"), "fhir-narrative", "text.div", "invalid"),
    "F39 iframe": (_text("<iframe src='x'/>"), "fhir-narrative", "text.div", "invalid"),
    "F39 event": (_text("<img src='x' onload = 'y'/>"), "fhir-narrative", "text.div", "invalid"),
    "F39 slashes": (_text("<img/onerror='y'/>"), "fhir-narrative", "text.div", "invalid"),
    "F39 hidden": (_text('<a title=">" onclick="x">y</a>'), "fhir-narrative", "text.div", "invalid"),
    "F39 link": (_text("<a href='java&#115;cript:x'>y</a>"), "fhir-narrative", "text.div", "invalid"),
    "F39 entity": (_text("<!ENTITY a 'b'>"), "fhir-narrative", "text.div", "invalid"),
    "F40 base64": (_photo(data="not base64!"), "fhir-value", f"{PHOTO}.data", "value"),
    "F40 padding": (_photo(data="JVBERg"), "fhir-value", f"{PHOTO}.data", "value"),
    "F40 size": (_photo(size=5), "fhir-attachment", f"{PHOTO}.size", "invariant"),
    "F40 hash": (_photo(hash="AAAA"), "fhir-attachment", f"{PHOTO}.hash", "invariant"),
    "boolean as text": ({"doNotPerform": "true"}, "fhir-value", "doNotPerform", "value"),
    "number as text": ({"quantityQuantity": {"value": "1"}}, "fhir-value", "quantityQuantity.value", "value"),
    "id": ({"id": "a b"}, "fhir-value", "id", "value"),
    "code": ({"language": " en"}, "fhir-value", "language", "value"),
    "uri": ({"implicitRules": "a b"}, "fhir-value", "implicitRules", "value"),
    "instant": ({"meta": {"lastUpdated": "2026-01-01"}}, "fhir-value", "meta.lastUpdated", "value"),
    "positiveInt": (
        {"supportingInfo": [{"identifier": {"extension": [{"url": "u", "valuePositiveInt": 0}]}}]},
        "fhir-value", "supportingInfo[0].identifier.extension[0].valuePositiveInt", "value",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("change", "code", "place", "issue"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_refused_with_422_at_its_place(
    change: dict[str, Any], code: str, place: str, issue: str
) -> None:
    found = faults(REQUEST | change)
    assert [(p.code, p.where) for p in found] == [(code, f"ServiceRequest.{place}")]
    assert (ISSUES[code], http_status(found)) == ((issue, 422), 422)


def test_f16_a_missing_subject_is_refused() -> None:
    found = faults({name: value for name, value in REQUEST.items() if name != "subject"})
    assert [(p.code, p.where) for p in found] == [("fhir-required", "ServiceRequest.subject")]


def test_f21_unknown_plain_extensions_are_kept() -> None:
    extensions = [{"url": f"http://example.org/{number}", "valueString": "x"} for number in range(10)]
    assert faults(REQUEST | {"extension": extensions}) == ()


def test_f40_a_link_to_a_local_file_is_stored_as_text() -> None:
    assert (
        faults(
            REQUEST | {"contained": [{"resourceType": "Patient", "photo": [{"url": "file:///etc/passwd"}]}]}
        )
        == ()
    )


GOOD = {
    "an extension in place of a required value": {
        "_status": {"extension": [{"url": "u", "valueCode": "unknown"}]}
    },
    "a null beside an extension": {
        "instantiatesUri": ["a:b", None],
        "_instantiatesUri": [None, {"extension": [{"url": "u", "valueCode": "masked"}]}],
    },
    "a year": {"authoredOn": "2026"},
    "a leap day": {"authoredOn": "2024-02-29"},
    "a leap second": {"authoredOn": "2016-12-31T23:59:60Z"},
    "an entity of HTML": _text("caf&eacute; &nbsp; &#233; one = 1"),
    "the true size and hash": _photo(size=4, hash="ObbXPv82STugZ05IJVqdgXJLRSE="),
}


def test_what_the_standard_allows_is_no_fault() -> None:
    assert {name: faults(REQUEST | change) for name, change in GOOD.items()} == dict.fromkeys(GOOD, ())


def test_all_faults_come_at_once() -> None:
    found = faults({"resourceType": "ServiceRequest", "status": "Active", "code": [], "note": {}})
    assert [(p.code, p.where) for p in found] == [
        ("fhir-code-invalid", "ServiceRequest.status"),
        ("fhir-structure", "ServiceRequest.code"),
        ("fhir-structure", "ServiceRequest.note"),
        ("fhir-required", "ServiceRequest.intent"),
        ("fhir-required", "ServiceRequest.subject"),
    ]


def test_a_problem_never_repeats_the_value_nor_an_odd_key() -> None:
    secret = "Zz-Secret"
    wrong = {
        "status": secret,
        "authoredOn": secret,
        "id": f"{secret} ",
        f"{secret}": 1,
        "language": f" {secret}",
    }
    assert secret not in "".join(str(p) for p in faults(REQUEST | wrong))


def test_a_deep_resource_is_refused_without_an_exception() -> None:
    extension: dict[str, Any] = {"url": "u"}
    for _ in range(5_000):
        extension = {"url": "u", "extension": [extension]}
    assert [p.code for p in faults(REQUEST | {"extension": [extension]})] == ["fhir-too-deep"]


def test_a_flood_of_faults_is_cut_off() -> None:
    assert len(faults(REQUEST | {"note": [{"text": ""}] * 100_000})) == 200


# Valid but for an extension that may change the meaning, which this engine refuses on purpose.
VALID = (
    "bser-2.0.0-ballot",
    "bulk-ndjson-10-patients",
    "clinical-order-workflow-1.0.0-ballot",
    "cms50-test-cases",
    "patients-mpi",
    "r4-core",
    "sdoh-clinicalcare-3.0.0",
    "synthea-r4",
    "us-core",
)


@needs_corpus
@pytest.mark.parametrize("folder", VALID)
def test_what_others_published_as_valid_has_no_fault(folder: str) -> None:
    seen, wrong = 0, []
    for name, resource in resources(f"fhir/{folder}"):
        seen += 1
        wrong += [(name, str(p)) for p in faults(resource) if p.code != "fhir-modifier-extension"]
    assert wrong == []
    assert seen > 0


# What the HL7 validator says of faults that lie in the structure alone.
STRUCTURAL = re.compile(
    r"minimum required = 1, but only found 0 \(from http://hl7.org/fhir/StructureDefinition/\w+\|4.0.1\)"
    r"|^Unrecognized property|is not a valid (date|time)|must be an Array, not|must be an Object, not"
)


@needs_corpus
def test_structural_errors_of_the_hl7_validator_cases_are_found() -> None:
    folder = CORPUS / "fhir" / "validator-cases"
    expected = [json.loads(line) for line in (folder / "expected.ndjson").read_text().splitlines()]
    missed, seen = [], 0
    for case in expected:
        path = folder / "files" / case["file"]
        errors = [
            i["details"]["text"]
            for i in case["outcome"].get("issue", [])
            if i["severity"] in ("error", "fatal")
        ]
        if path.suffix != ".json" or not any(STRUCTURAL.search(error) for error in errors):
            continue
        seen += 1
        value, problems = decode(path.read_bytes())
        if not problems and not faults(value):
            missed.append(case["name"])
    assert (missed, seen > 0) == ([], True)


@needs_corpus
def test_one_broken_element_of_any_published_resource_is_found() -> None:
    for name, resource in resources("fhir/r4-core"):
        broken = deepcopy(resource)
        broken["unheardOf"] = 1
        place = f"{resource['resourceType']}.unheardOf"
        assert (name, place) in {(name, p.where) for p in faults(broken)}
