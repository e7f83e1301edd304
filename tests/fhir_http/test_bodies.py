"""Bodies that are wrong as JSON, as FHIR or as HTTP are refused in FHIR's form, with nothing stored.

The numbers are the rows of the catalogue of bad input for FHIR.
"""

import gzip
import io
import json
import tracemalloc
from typing import Any

import pytest

from tests.fhir_http.client import Site
from tests.fhir_http.made import bundle, entry, patient, request

GOOD = json.dumps(patient()).encode()


def text_of(resource: dict[str, Any], old: str, new: str) -> bytes:
    whole = json.dumps(resource)
    assert old in whole
    return whole.replace(old, new).encode()


BROKEN = {
    "F01 truncated": (GOOD[:-20], 400, ["invalid"]),
    "F02 list": (b"[]", 400, ["structure"]),
    "F02 text": (b'"x"', 400, ["structure"]),
    "F02 null": (b"null", 400, ["structure"]),
    "F02 empty": (b"", 400, ["structure"]),
    "F03 no type": (text_of(patient(), '"resourceType": "Patient", ', ""), 400, ["structure"]),
    "F03 unknown type": (text_of(patient(), '"Patient"', '"Patent"'), 400, ["structure"]),
    "F03 another type": (json.dumps(request()).encode(), 400, ["structure"]),
    "F04 duplicate key": (b'{"resourceType":"Patient","id":"a","id":"b"}', 400, ["structure"]),
    "F05 NaN": (b'{"resourceType":"Patient","multipleBirthInteger":NaN}', 400, ["value"]),
    "F05 1e400": (b'{"resourceType":"Patient","multipleBirthInteger":1e400}', 400, ["value"]),
    "F06 deep": (b"[" * 100_000, 400, ["too-costly"]),
    "F07 digits": (b'{"resourceType":"Patient","multipleBirthInteger":%s}' % (b"9" * 5000), 400, ["value"]),
    "F08 not UTF-8": (text_of(patient(), "Rivera", "Riv") + b"\xff", 400, ["invalid"]),
    "F08 surrogate": (text_of(patient(), "Rivera", "\\ud800"), 400, ["invalid"]),
    "F08 NUL": (text_of(patient(), "Rivera", "\\u0000"), 400, ["invalid"]),
    "F10 UTF-16": (GOOD.decode().encode("utf-16"), 400, ["invalid"]),
    "F15 unknown element": (json.dumps(patient(colour="red")).encode(), 422, ["structure"]),
    "F15 list for one": (json.dumps(patient(gender=["female"])).encode(), 422, ["structure"]),
    "F17 code": (json.dumps(patient(gender="Female")).encode(), 422, ["code-invalid"]),
    "F18 30 February": (json.dumps(patient(birthDate="2026-02-30")).encode(), 422, ["value"]),
    "F18 month 13": (json.dumps(patient(birthDate="2026-13")).encode(), 422, ["value"]),
    "F18 no hyphens": (json.dumps(patient(birthDate="20260101")).encode(), 422, ["value"]),
    "F19 no zone": (json.dumps(patient(deceasedDateTime="2026-01-01T10:00:00")).encode(), 422, ["value"]),
    "F20 modifier": (
        json.dumps(patient(modifierExtension=[{"url": "https://x.example", "valueString": "x"}])).encode(),
        422,
        ["extension"],
    ),
    "F39 script": (
        json.dumps(
            patient(text={"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml"><script/></div>'})
        ).encode(),
        422,
        ["invalid"],
    ),
    "F40 base64": (json.dumps(patient(photo=[{"data": "%%%"}])).encode(), 422, ["value"]),
    "F40 size": (json.dumps(patient(photo=[{"data": "AAAA", "size": 77}])).encode(), 422, ["invariant"]),
}  # fmt: skip


@pytest.mark.parametrize("row", BROKEN)
def test_a_broken_body_is_refused_with_the_reason_and_kept(site: Site, row: str):
    body, status, issues = BROKEN[row]
    came = site.post("Patient", body)
    assert (came.status, came.issues) == (status, issues)
    assert came.headers["Content-Type"] == "application/fhir+json; charset=utf-8"
    assert (site.count("resources"), site.count("inbox")) == (0, 1)


def test_f15_the_place_of_the_fault_is_named(site: Site):
    came = site.post("Patient", patient(colour="red"))
    assert came.json["issue"][0]["expression"] == ["Patient.colour"]


def test_f16_a_required_element_is_missing(site: Site):
    asked = request()
    del asked["subject"]
    came = site.post("ServiceRequest", asked)
    assert (came.status, came.issues) == (422, ["required"])


def test_f17_the_case_of_a_status_counts(site: Site):
    came = site.post("ServiceRequest", request(status="Active"))
    assert (came.status, came.issues) == (422, ["code-invalid"])


def test_f09_a_byte_order_mark_is_tolerated(site: Site):
    assert site.post("Patient", b"\xef\xbb\xbf" + GOOD).status == 201


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/xml", "application/fhir+json; charset=utf-16", ""]
)
def test_f11_another_media_type_is_refused(site: Site, kind: str):
    came = site.post("Patient", GOOD, content_type=kind)
    assert (came.status, came.issues) == (415, ["not-supported"])


def test_json_is_taken_as_well(site: Site):
    assert site.post("Patient", GOOD, content_type="application/json; charset=UTF-8").status == 201


def test_f12_only_json_is_offered(site: Site):
    came = site.get("Patient/1", accept="application/pdf")
    assert (came.status, came.issues) == (406, ["not-supported"])
    assert site.get("Patient/1?_format=xml").status == 406


def test_f13_a_gzip_bomb_is_stopped_while_it_grows(site: Site):
    bomb = gzip.compress(b"\0" * 200 * 1024 * 1024)
    tracemalloc.start()
    came = site.post("Patient", bomb, content_encoding="gzip")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (came.status, came.issues) == (413, ["too-long"])
    assert peak < 40 * 1024 * 1024


def test_a_compressed_body_is_read(site: Site):
    assert site.post("Patient", gzip.compress(GOOD), content_encoding="gzip").status == 201


@pytest.mark.parametrize("body", [gzip.compress(GOOD)[:-9], b"not gzip", gzip.compress(GOOD) + b"tail"])
def test_a_damaged_compressed_body_is_refused(site: Site, body: bytes):
    came = site.post("Patient", body, content_encoding="gzip")
    assert (came.status, came.issues) == (400, ["invalid"])


def test_f14_a_body_that_is_too_long_is_not_read(site: Site):
    came = site.post("Patient", b"{" * 11_000_000)
    assert (came.status, came.issues, came.headers["Connection"]) == (413, ["too-long"], "close")


class Endless(io.RawIOBase):
    """A body that never ends; it counts what was read of it."""

    taken = 0

    def read(self, size: int = -1) -> bytes:
        assert size > 0
        self.taken += size
        return b" " * size


def test_f14_an_endless_chunked_body_is_cut_off(site: Site):
    body = Endless()
    environ = site.environ("POST", "Patient", b"", "placer", {"transfer_encoding": "chunked"})
    environ |= {"wsgi.input": body, "CONTENT_LENGTH": ""}
    statuses: list[str] = []
    response = site.app(environ, lambda status, headers, *rest: statuses.append(status))
    response.close()
    assert statuses == ["413 Request Entity Too Large"]
    assert body.taken < 11_000_000


def test_f21_unknown_extensions_are_kept(site: Site):
    extensions = [{"url": f"https://x.example/{number}", "valueString": "x"} for number in range(5)]
    made = site.post("Patient", patient(extension=extensions))
    assert site.get(made.place).json["extension"] == extensions


def test_f21_ten_thousand_extensions_are_kept_too(site: Site):
    extensions = [{"url": f"https://x.example/{number}", "valueString": "x"} for number in range(10_000)]
    assert site.post("Patient", patient(extension=extensions)).status == 201


def test_f40_a_file_url_is_stored_and_never_fetched(site: Site):
    made = site.post("Patient", patient(photo=[{"url": "file:///etc/passwd"}]))
    assert site.get(made.place).json["photo"] == [{"url": "file:///etc/passwd"}]


def test_f31_one_bad_entry_of_fifty_stores_nothing(site: Site):
    entries = [entry(patient(str(number)), f"urn:uuid:{number}") for number in range(49)]
    came = site.post("", bundle(*entries, entry(patient(gender="none"), "urn:uuid:bad")))
    assert (came.status, came.issues) == (422, ["code-invalid"])
    assert came.json["issue"][0]["expression"] == ["Bundle.entry[49].resource.gender"]
    assert site.count("resources") == 0


def test_f32_bundles_that_are_not_carried_out(site: Site):
    twice = bundle(entry(patient(), "urn:uuid:1"), entry(patient(), "urn:uuid:1"))
    nested = bundle(entry(bundle(), "urn:uuid:1", url="Bundle"))
    long = bundle(*[entry(patient(), f"urn:uuid:{number}") for number in range(501)])
    came = [site.post("", each) for each in (twice, nested, long)]
    assert [each.status for each in came] == [400, 403, 413]
    assert site.count("resources") == 0


def test_f32_entries_that_point_at_each_other_are_stored(site: Site):
    one = {"resourceType": "Organization", "name": "One", "partOf": {"reference": "urn:uuid:2"}}
    two = {"resourceType": "Organization", "name": "Two", "partOf": {"reference": "urn:uuid:1"}}
    came = site.post("", bundle(entry(one, "urn:uuid:1"), entry(two, "urn:uuid:2")))
    first, second = (each["response"]["location"].partition("/_history")[0] for each in came.json["entry"])
    assert site.get(first).json["partOf"] == {"reference": second}
    assert site.get(second).json["partOf"] == {"reference": first}


@pytest.mark.parametrize("kind", ["document", "collection", "searchset", "history"])
def test_other_bundles_are_not_carried_out(site: Site, kind: str):
    came = site.post("", bundle(entry(patient()), kind=kind))
    assert (came.status, came.issues[0]) == (400, "structure")
