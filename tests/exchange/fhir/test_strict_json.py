"""Strict JSON: rows F01 to F10 of the bad-input catalogue, and the public JSON test suite."""

from decimal import Decimal
from pathlib import Path

import pytest

from referloop.exchange.fhir.body import resource
from referloop.exchange.fhir.outcome import ISSUES, http_status
from referloop.exchange.fhir.strict_json import decode, encode
from tests.exchange.fhir.corpus import CORPUS, needs_corpus

# The suite wants these read; FHIR text cannot hold a NUL or half a surrogate pair, and a key said twice is
# read in two ways by two parsers.
STRICTER = {
    "y_object_duplicated_key.json",
    "y_object_duplicated_key_and_value.json",
    "y_string_null_escape.json",
    "y_object_escaped_null_in_key.json",
}

BAD_BODIES = {
    "F01 truncated": (b'{"resourceType":"Patient","id":', "json-syntax", "invalid"),
    "F01 trailing": (b'{"resourceType":"Patient"} x', "json-syntax", "invalid"),
    "F02 empty": (b"", "json-empty", "structure"),
    "F02 blank": (b" \n ", "json-empty", "structure"),
    "F02 list": (b"[]", "fhir-resource", "structure"),
    "F02 text": (b'"x"', "fhir-resource", "structure"),
    "F02 null": (b"null", "fhir-resource", "structure"),
    "F03 no type": (b'{"id":"a"}', "fhir-resource-type", "structure"),
    "F03 unknown type": (b'{"resourceType":"Unicorn"}', "fhir-resource-type", "structure"),
    "F03 type of another URL": (b'{"resourceType":"Task"}', "fhir-resource-type", "structure"),
    "F04 duplicate": (b'{"id":"a","id":"b"}', "json-duplicate-key", "structure"),
    "F04 deep duplicate": (b'{"a":[{"b":1,"b":1}]}', "json-duplicate-key", "structure"),
    "F05 NaN": (b'{"a":NaN}', "json-number", "value"),
    "F05 Infinity": (b'{"a":-Infinity}', "json-number", "value"),
    "F05 1e400": (b'{"a":1e400}', "json-number", "value"),
    "F05 endless exponent": (b'{"a":1e99999999999999999999}', "json-number", "value"),
    "F06 lists": (b"[" * 100_000, "json-depth", "too-costly"),
    "F06 objects": (b'{"a":' * 100_000, "json-depth", "too-costly"),
    "F06 65 levels": (b"[" * 65 + b"]" * 65, "json-depth", "too-costly"),
    "F07 digits": (b'{"a":' + b"9" * 5_000 + b"}", "json-number", "value"),
    "F08 invalid UTF-8": (b'{"a":"\xff"}', "json-encoding", "invalid"),
    "F08 lone surrogate": (rb'{"a":"\uD800"}', "json-text", "invalid"),
    "F08 lone surrogate in a key": (rb'{"\udfff":1}', "json-text", "invalid"),
    "F08 NUL": (rb'{"a":["\u0000"]}', "json-text", "invalid"),
    "F10 UTF-16": ('{"a":1}'.encode("utf-16"), "json-encoding", "invalid"),
    "F10 UTF-16 without a mark": ('{"a":1}'.encode("utf-16-le"), "json-syntax", "invalid"),
}


@pytest.mark.parametrize(("body", "code", "issue"), BAD_BODIES.values(), ids=BAD_BODIES)
def test_a_bad_body_is_refused_with_400_and_its_issue_type(body: bytes, code: str, issue: str) -> None:
    value, problems = resource(body, "Patient")
    assert (value, [p.code for p in problems], http_status(problems)) == (None, [code], 400)
    assert ISSUES[code] == (issue, 400)


def test_f09_a_byte_order_mark_is_tolerated() -> None:
    assert resource(b'\xef\xbb\xbf{"resourceType":"Patient"}') == ({"resourceType": "Patient"}, ())


def test_all_faults_of_the_json_are_told_at_once() -> None:
    _, problems = decode(rb'{"a":NaN,"b":"\u0000","b":1}')
    assert [p.code for p in problems] == ["json-number", "json-duplicate-key"]


def test_brackets_inside_of_strings_are_not_nesting() -> None:
    assert decode(b'["' + b"[" * 1000 + b'\\"{"]') == (["[" * 1000 + '"{'], ())


def test_64_levels_are_read() -> None:
    assert decode(b"[" * 64 + b"]" * 64)[1] == ()


def test_a_whole_surrogate_pair_and_an_escaped_backslash_are_read() -> None:
    assert decode(rb'["\ud83d\ude00","\\u0000"]') == (["\U0001f600", "\\u0000"], ())


@pytest.mark.parametrize("number", ["1.00", "0.10", "1E+2", "-0.000001", "12345678901234567890.123456789"])
def test_a_decimal_comes_back_as_it_went_in(number: str) -> None:
    value, problems = decode(number.encode())
    assert (value, problems, encode(value)) == (Decimal(number), (), number.encode())


def _suite(prefix: str) -> list[Path]:
    return sorted((CORPUS / "nasty" / "json-test-suite").rglob(f"{prefix}_*.json"))


@needs_corpus
def test_what_the_json_test_suite_calls_valid_is_read() -> None:
    refused = {path.name for path in _suite("y") if decode(path.read_bytes())[1]}
    assert refused - STRICTER == set()
    assert len(_suite("y")) > 0


@needs_corpus
def test_what_the_json_test_suite_calls_invalid_is_refused() -> None:
    assert [path.name for path in _suite("n") if not decode(path.read_bytes())[1]] == []


@needs_corpus
def test_what_the_json_test_suite_leaves_open_is_read_or_refused_without_an_exception() -> None:
    assert all(
        problems == () or value is None for value, problems in (decode(p.read_bytes()) for p in _suite("i"))
    )


def test_megabytes_of_open_quotes_are_refused_without_searching_them_twice() -> None:
    _, problems = decode(b"[" * 80 + b'"\\' * 2_000_000)
    assert [p.code for p in problems] == ["json-depth"]


def test_one_repeated_key_among_very_many_is_found_without_counting_each() -> None:
    members = b",".join(b'"k%d":1' % number for number in range(200_000))
    assert [p.code for p in decode(b"{" + members + b',"k7":1}')[1]] == ["json-duplicate-key"]
