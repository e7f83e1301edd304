"""Bad input on the web: requests too large, cut short or open to two readings (W24, W25, W30-W32, W35).

Over a socket, to the server as it is started: `test_web_cases_wire`.
"""

import re
import time

import pytest

from tests.workbench.browser import Site
from tests.workbench.web_cases import Signed, signed

pytestmark = pytest.mark.slow  # over the whole workbench


@pytest.fixture
def it(site: Site) -> Signed:
    return signed(site)


def test_w24_ten_thousand_fields_are_too_many(it: Signed):
    form = {f"f{n}": "x" for n in range(10_000)}
    answer = it.send("/referrals/R1/do/note-added", form)
    assert (answer.status_code, it.words()) == (413, ["referral-received"])


def test_w24_ten_thousand_parts_are_too_many(it: Signed):
    files = [(f"f{n}", (None, b"x")) for n in range(10_000)]
    answer = it.browser.post("/referrals/R1/do/document-received", files=files)
    assert (answer.status_code, it.words()) == (413, ["referral-received"])


def part_with_headers(token: bytes, size: int, *, last: bool = True) -> bytes:
    """A note in parts; the headers of one of them are this large."""
    part = b'--edge\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
    huge = b'--edge\r\nContent-Disposition: form-data; name="text"\r\nX: ' + b"y" * size + b"\r\n\r\nv\r\n"
    fields = {b"csrfmiddlewaretoken": token, b"seen": b"1", b"audience": b"desk"}
    others = b"".join(part % each for each in fields.items())
    return (others + huge if last else huge + others) + b"--edge--\r\n"


@pytest.mark.parametrize("last", [True, False])
@pytest.mark.parametrize("size", [20_000, 100_000, 1_000_000, 20_000_000])
def test_w24_a_part_whose_headers_are_huge_is_too_large_and_brings_nothing_in(
    it: Signed, size: int, last: bool
):
    body = part_with_headers(it.token().encode(), size, last=last)
    headers = {"content-type": "multipart/form-data; boundary=edge"}
    for to in ("/referrals/R1/do/note-added", "/referrals/R1/do/document-received", "/sign-in"):
        assert it.browser.post(to, content=body, headers=headers).status_code == 413, to
    assert it.words() == ["referral-received"]


def test_w24_the_same_parts_with_small_headers_are_a_note(it: Signed):
    body = part_with_headers(it.token().encode(), 500)
    headers = {"content-type": "multipart/form-data; boundary=edge"}
    answer = it.browser.post("/referrals/R1/do/note-added", content=body, headers=headers)
    assert (answer.status_code, it.words()) == (303, ["referral-received", "note-added"])


def test_w25_ten_thousand_ranges_of_a_file_are_refused(it: Signed):
    [file, *_] = re.findall(r'href="(/static/[^"]+)"', it.browser.get("/").text)
    ranges = "bytes=" + ",".join(f"{n}-{n}" for n in range(10_000))
    assert it.browser.get(file, headers={"range": ranges}).status_code == 416
    took = []
    for _ in range(9):
        began = time.process_time()
        it.browser.get(file, headers={"range": ranges})
        took.append(time.process_time() - began)
    assert sorted(took)[4] <= 0.05
    assert it.browser.get(file, headers={"range": "bytes=0-9"}).status_code == 206


@pytest.mark.parametrize(
    "address",
    [
        *("/files/..%2f..%2fetc/passwd", "/files/..%252f..%252fetc/passwd", "/files/..;/etc/passwd"),
        *("/static/..%2f..%2fetc/passwd", "/referrals/R1/documents/..%2f..%2fetc%2fpasswd"),
    ],
)
def test_w30_no_address_leads_out_of_the_desk(it: Signed, address: str):
    answer = it.browser.get(address)
    assert (answer.status_code, "root:" in answer.text) == (404, False)


def test_w31_headers_that_are_too_large_are_refused(it: Signed):
    assert it.browser.get("/", headers={"x-more": "x" * 100_000}).status_code == 431
    cookies = "; ".join(f"c{n}=1" for n in range(10_000))
    assert it.browser.get("/", headers={"cookie": cookies}).status_code == 431


def test_w32_no_other_site_reads_or_frames_a_page(it: Signed):
    answer = it.browser.get("/referrals/R1", headers={"origin": "https://evil.example"})
    assert [name for name in answer.headers if name.startswith("access-control")] == []
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["x-frame-options"] == "DENY"
    wish = {"origin": "https://evil.example", "access-control-request-method": "POST"}
    answer = it.browser.options("/referrals/R1", headers=wish)
    assert answer.status_code == 405
    assert [name for name in answer.headers if name.startswith("access-control")] == []


def test_w35_an_upload_that_is_cut_short_stores_nothing(it: Signed):
    token = it.token().encode()
    part = b'--edge\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
    file = b'--edge\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n' + b"x" * 100_000
    fields = {b"csrfmiddlewaretoken": token, b"seen": b"1", b"kind": b"result", b"title": b"t"}
    body = b"".join(part % each for each in fields.items()) + file + b"\r\n--edge--\r\n"
    cut = body[: len(body) * 9 // 10]
    headers = {"content-type": "multipart/form-data; boundary=edge", "content-length": str(len(body))}
    answer = it.browser.post("/referrals/R1/do/document-received", content=cut, headers=headers)
    assert (answer.status_code >= 400, it.words()) == (True, ["referral-received"])
    whole = {**headers, "content-length": str(len(body))}
    answer = it.browser.post("/referrals/R1/do/document-received", content=body, headers=whole)
    assert (answer.status_code, it.words()) == (303, ["referral-received", "document-received"])
