"""References and Bundles: rows F24, F31 and F32 as far as a pure codec goes."""

from typing import Any

from referloop.exchange.fhir.bundle import BundleEntry, unpack
from referloop.exchange.fhir.outcome import http_status, outcome
from referloop.exchange.fhir.references import Reference, references, rewrite, split, unlisted
from referloop.referral.problems import Problem

TASK: dict[str, Any] = {
    "resourceType": "Task",
    "contained": [{"resourceType": "Patient", "id": "p"}],
    "for": {"reference": "#p"},
    "focus": {"reference": "urn:uuid:1"},
    "input": [{"valueReference": {"reference": "Binary/7"}}, {"valueAttachment": {"url": "urn:uuid:2"}}],
    "description": "urn:uuid:1",
}


def _bundle(*entries: dict[str, Any], kind: str = "transaction") -> dict[str, Any]:
    return {"resourceType": "Bundle", "type": kind, "entry": list(entries)}


def test_references_are_taken_apart() -> None:
    assert [
        split("Patient/1"),
        split("Patient/1/_history/2"),
        split("https://a.example/fhir/Patient/1"),
        split("#p"),
        split("urn:uuid:1"),
        split("ftp://a.example/x"),
        split("who knows"),
    ] == [
        Reference("relative", "Patient", "1"),
        Reference("relative", "Patient", "1", version="2"),
        Reference("absolute", "Patient", "1", "https://a.example/fhir/"),
        Reference("contained", id="p"),
        Reference("urn", id="urn:uuid:1"),
        Reference("absolute", id="ftp://a.example/x"),
        Reference("other", id="who knows"),
    ]


def test_references_to_the_outside_are_listed() -> None:
    assert references(TASK) == {"urn:uuid:1", "Binary/7"}


def test_references_and_urls_are_rewritten_and_texts_are_not() -> None:
    assert rewrite(TASK, {"urn:uuid:1": "ServiceRequest/5", "urn:uuid:2": "Binary/6"}) == {
        "resourceType": "Task",
        "contained": [{"resourceType": "Patient", "id": "p"}],
        "for": {"reference": "#p"},
        "focus": {"reference": "ServiceRequest/5"},
        "input": [{"valueReference": {"reference": "Binary/7"}}, {"valueAttachment": {"url": "Binary/6"}}],
        "description": "urn:uuid:1",
    }


def test_f24_a_reference_to_an_unlisted_server_is_refused_at_its_place() -> None:
    request = {
        "subject": {"reference": "http://169.254.169.254/Patient/1"},
        "basedOn": [{"reference": "file:///x/Task/1"}],
    }
    found = unlisted(request, {"partner.example"}, "ServiceRequest")
    assert [(p.code, p.where) for p in found] == [
        ("fhir-foreign-reference", "ServiceRequest.subject.reference"),
        ("fhir-foreign-reference", "ServiceRequest.basedOn[0].reference"),
    ]
    assert (http_status(found), outcome(found)["issue"][0]["code"]) == (422, "business-rule")


def test_f24_a_reference_to_a_listed_server_or_within_the_bundle_is_text() -> None:
    request = {
        "subject": {"reference": "https://partner.example/Patient/1"},
        "encounter": {"reference": "https://x.example/Encounter/1"},
    }
    assert unlisted(request, {"partner.example"}, "", {"https://x.example/Encounter/1"}) == ()


def test_entries_keep_what_a_transaction_asks_for() -> None:
    patient = {"resourceType": "Patient", "id": "1"}
    request = {"method": "PUT", "url": "Patient/1", "ifMatch": 'W/"3"', "ifNoneExist": "identifier=a"}
    entries, problems = unpack(_bundle({"resource": patient, "request": request}))
    assert (entries, problems) == (
        [
            BundleEntry(
                where="Bundle.entry[0]",
                resource=patient,
                method="PUT",
                url="Patient/1",
                if_none_exist="identifier=a",
                if_match='W/"3"',
            )
        ],
        (),
    )
    assert entries[0].name == "Patient/1"


def test_f32_a_full_url_said_twice_is_refused() -> None:
    entries, problems = unpack(_bundle({"fullUrl": "urn:uuid:1"}, {"fullUrl": "urn:uuid:1"}, kind="message"))
    assert (entries, [p.where for p in problems], http_status(problems)) == (
        [], ["Bundle.entry[0].fullUrl", "Bundle.entry[1].fullUrl"], 400,
    )  # fmt: skip


def test_f32_circular_urns_are_read() -> None:
    one = {"fullUrl": "urn:uuid:1", "resource": TASK | {"focus": {"reference": "urn:uuid:2"}}}
    two = {"fullUrl": "urn:uuid:2", "resource": TASK | {"focus": {"reference": "urn:uuid:1"}}}
    assert [entry.name for entry in unpack(_bundle(one, two))[0]] == ["urn:uuid:1", "urn:uuid:2"]


def test_f32_a_bundle_inside_of_a_transaction_is_refused_and_inside_of_a_message_is_read() -> None:
    inner = {"resource": _bundle(kind="document"), "request": {"method": "POST", "url": "Bundle"}}
    _, problems = unpack(_bundle(inner, kind="batch"))
    assert ([p.code for p in problems], http_status(problems)) == (["fhir-bundle-nested"], 403)
    assert unpack(_bundle(inner, kind="message"))[1] == ()


def test_f32_501_entries_are_refused_with_413() -> None:
    entries, problems = unpack(_bundle(*[{"fullUrl": "x"}] * 501))
    assert (entries, http_status(problems)) == ([], 413)
    assert len(unpack(_bundle(*[{"resource": {}}] * 501), most=501)[0]) == 501


def test_an_outcome_has_one_issue_per_problem() -> None:
    problems = [
        Problem("fhir-required", "ServiceRequest.subject", "This is missing.", "Add it."),
        Problem("fhir-reference", "", "Not here.", "Send it.", "warning"),
    ]
    assert outcome(problems) == {
        "resourceType": "OperationOutcome",
        "issue": [
            {
                "severity": "error",
                "code": "required",
                "details": {"text": "This is missing. Add it."},
                "diagnostics": "fhir-required",
                "expression": ["ServiceRequest.subject"],
            },
            {
                "severity": "warning",
                "code": "not-found",
                "details": {"text": "Not here. Send it."},
                "diagnostics": "fhir-reference",
            },
        ],
    }
    assert (http_status(problems), http_status(problems[1:]), http_status([])) == (422, 200, 200)
