"""Bad input on the web: requests too large, cut short or open to two readings (W24-W26, W30-W32, W35).

The same cases go over a socket to the real server, so that what it does before us counts too.
"""

import http.client
import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

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


def test_w24_a_part_with_a_header_of_a_megabyte_brings_nothing_in(it: Signed):
    boundary, token = b"edge", it.token().encode()
    part = b'--edge\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
    huge = (
        b'--edge\r\nContent-Disposition: form-data; name="text"; x="' + b"y" * 1_000_000 + b'"\r\n\r\nv\r\n'
    )
    body = part % (b"csrfmiddlewaretoken", token) + part % (b"seen", b"1") + huge + b"--edge--\r\n"
    headers = {"content-type": f"multipart/form-data; boundary={boundary.decode()}"}
    answer = it.browser.post("/referrals/R1/do/note-added", content=body, headers=headers)
    assert (400 <= answer.status_code < 500, it.words()) == (True, ["referral-received"])


def test_w25_ten_thousand_ranges_of_a_file_are_refused(it: Signed):
    [file, *_] = re.findall(r'href="(/static/[^"]+)"', it.browser.get("/").text)
    ranges = "bytes=" + ",".join(f"{n}-{n}" for n in range(2_000))
    assert it.browser.get(file, headers={"range": ranges}).status_code == 416
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


@dataclass
class Served:
    """A desk behind its real server, on a port of its own."""

    port: int

    def raw(self, sent: bytes) -> bytes:
        """Everything that comes back for these bytes until the server closes or says no more."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as line:
            line.sendall(sent)
            line.settimeout(3)
            found = b""
            try:
                while piece := line.recv(65_536):
                    found += piece
            except (TimeoutError, ConnectionError):
                pass
            return found

    def statuses(self, sent: bytes) -> list[int]:
        return [int(each) for each in re.findall(rb"HTTP/1\.1 (\d{3})", self.raw(sent))]

    def lives(self) -> int:
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)) as line:
            line.request("GET", "/healthz")
            answer = line.getresponse()
            answer.read()
            return answer.status


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder: Path = tmp_path_factory.mktemp("served")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "referloop",
        "demo",
        "--small",
        "--folder",
        str(folder),
        "--port",
        str(port),
    ]
    process = subprocess.Popen(
        [*command, "--mllp-port", "0"],
        env={**os.environ},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        it = Served(port)
        for _ in range(600):
            try:
                if it.lives() == 200:
                    break
            except OSError:
                time.sleep(0.5)
        yield it
    finally:
        process.terminate()
        process.wait(30)


GET = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"


@pytest.mark.slow
@pytest.mark.parametrize(
    "head",
    [
        b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
        b"Content-Length: 4\r\nContent-Length: 40\r\n",
        b"Content-Length: +4\r\n",
        b"Content-Length: 4\r\nTransfer-Encoding: x, chunked\r\n",
    ],
)
def test_w26_a_request_with_two_lengths_is_refused_and_nothing_behind_it_is_a_second_one(
    served: Served, head: bytes
):
    start = (
        b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    )
    statuses = served.statuses(start + head + b"\r\n0\r\n\r\n" + GET)
    assert statuses[:1] == [400]
    assert 200 not in statuses


@pytest.mark.slow
def test_w31_headers_that_are_too_large_are_refused_by_the_server(served: Served):
    sent = b"GET / HTTP/1.1\r\nHost: localhost\r\nX-More: " + b"x" * 100_000 + b"\r\n\r\n"
    assert served.statuses(sent)[:1] == [431]


@pytest.mark.slow
def test_w24_others_are_answered_while_a_huge_body_comes(served: Served):
    answers: list[int] = []
    with socket.create_connection(("127.0.0.1", served.port), timeout=10) as line:
        line.sendall(
            b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000000\r\n"
            b"Content-Type: multipart/form-data; boundary=edge\r\n\r\n--edge\r\n"
        )
        asking = [threading.Thread(target=lambda: answers.append(served.lives())) for _ in range(8)]
        for each in asking:
            each.start()
        for each in asking:
            each.join()
        line.settimeout(10)
        assert line.recv(12) == b"HTTP/1.1 413"
    assert answers == [200] * 8


@pytest.mark.slow
def test_w35_an_upload_whose_sender_goes_away_leaves_the_server_well(served: Served):
    with socket.create_connection(("127.0.0.1", served.port), timeout=10) as line:
        line.sendall(
            b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n"
            b"Content-Type: application/x-www-form-urlencoded\r\n\r\n" + b"a" * 900
        )
    assert served.lives() == 200
