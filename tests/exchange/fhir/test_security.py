"""Security labels of a message: why the sender wants a request or a document restricted, in our words."""

from typing import Any

import pytest

from referloop.exchange.fhir.codec import read
from referloop.exchange.fhir.security import labels
from referloop.messages import ReferralSaid
from referloop.referral.kinds import DOCUMENT_LABELS
from tests.exchange.fhir.made import request

ACT = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
CONFIDENTIALITY = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"


def meta(*codes: str, system: str = ACT) -> dict[str, Any]:
    return {"meta": {"security": [{"system": system, "code": code} for code in codes]}}


def a_document(id: str, **more: object) -> tuple[str, dict[str, Any]]:
    attachment = {"contentType": "text/plain", "data": "U2Vlbi4="}
    whole = {"resourceType": "DocumentReference", "content": [{"attachment": attachment}]}
    return f"DocumentReference/{id}", {**whole, **more}


def said(*resources: tuple[str, dict[str, Any]]) -> ReferralSaid:
    [one] = [each for each in read(list(resources), {}).said if isinstance(each, ReferralSaid)]
    return one


@pytest.mark.parametrize(
    ("codes", "found"),
    [
        (("ETH",), ("substance-use",)),
        (("42CFRPart2",), ("substance-use",)),
        (("HIV", "PSY"), ("behavioural-health", "hiv")),
        (("SDV",), ("violence",)),
        (("PSYTHPN",), ("psychotherapy-notes",)),
        (("GDIS", "GDIS"), ("genetic",)),
        (("NORDSCLCD", "HTEST"), ()),
        ((), ()),
    ],
)
def test_each_code_has_its_word(codes: tuple[str, ...], found: tuple[str, ...]) -> None:
    assert labels([meta(*codes)]) == found
    assert set(found) <= set(DOCUMENT_LABELS)


@pytest.mark.parametrize(("code", "found"), [("N", ()), ("R", ("other",)), ("V", ("other",)), ("U", ())])
def test_what_is_confidential_without_a_reason_is_restricted_all_the_same(
    code: str, found: tuple[str, ...]
) -> None:
    assert labels([meta(code, system=CONFIDENTIALITY)]) == found
    assert labels([meta(code, system=CONFIDENTIALITY), meta("HIV")]) == ("hiv",)


def test_an_r_of_another_code_system_says_nothing_about_confidentiality() -> None:
    assert labels([meta("R", system="https://a.example/rooms")]) == ()


@pytest.mark.parametrize("odd", [{"meta": "x"}, {"meta": {"security": ["R"]}}, {"securityLabel": "R"}])
def test_labels_that_are_none_are_none(odd: dict[str, Any]) -> None:
    assert labels([odd]) == ()


def test_a_request_is_restricted_by_itself_and_by_its_reasons() -> None:
    reason = ("Condition/1", {"resourceType": "Condition", "code": {"text": "F10.2"}, **meta("ETH")})
    named = {"reasonReference": [{"reference": "Condition/1"}, {"reference": "Condition/2"}]}
    assert said(request(**meta("HIV"), **named), reason).labels == ("hiv", "substance-use")
    assert said(request()).labels == ()


def test_a_document_is_restricted_by_itself_and_the_request_is_not() -> None:
    documents = [
        a_document("1", **meta("HIV")),
        a_document("2", securityLabel=[{"coding": [{"system": CONFIDENTIALITY, "code": "V"}]}]),
        a_document("3"),
    ]
    info = {"supportingInfo": [{"reference": name} for name, _ in documents]}
    found = said(request(**info), *documents)
    assert ([each.labels for each in found.attachments], found.labels) == ([("hiv",), ("other",), ()], ())


def test_what_a_document_holds_restricts_it_too() -> None:
    binary = ("Binary/1", {"resourceType": "Binary", "data": "U2Vlbi4=", **meta("ETH")})
    pointing = a_document("1", content=[{"attachment": {"url": "Binary/1"}}], **meta("HIV"))
    composition = {"resourceType": "Composition", "title": "Notes", "confidentiality": "R"}
    bundle = (
        "Bundle/1",
        {"resourceType": "Bundle", "type": "document", "entry": [{"resource": composition}]},
    )
    info = {"supportingInfo": [{"reference": "DocumentReference/1"}, {"reference": "Bundle/1"}]}
    found = said(request(**info), pointing, binary, bundle)
    assert [each.labels for each in found.attachments] == [("hiv", "substance-use"), ("other",)]
