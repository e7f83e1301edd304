"""Bad input on the web, over a socket to the server as it is started (W24, W26, W27, W30, W31, W35).

What the server does before us counts too: where it reads what the standard lets it read, the tests say so,
and that there is one reading only.
"""

import http.client
import os
import re
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.workbench.test_web_cases_edge import part_with_headers

pytestmark = pytest.mark.slow  # they start a desk


@dataclass(frozen=True)
class Heard:
    """What came back over a connection, and whether the server closed it."""

    text: bytes
    closed: bool

    @property
    def statuses(self) -> list[int]:
        return [int(each) for each in re.findall(rb"HTTP/1\.1 (\d{3})", self.text)]


@dataclass
class Served:
    """A desk behind its real server, on a port of its own."""

    port: int

    def raw(self, sent: bytes) -> Heard:
        """Everything that comes back for these bytes until the server closes or says no more."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as line:
            found = b""
            try:
                line.sendall(sent)
                line.settimeout(1)
                while piece := line.recv(65_536):
                    found += piece
            except TimeoutError:
                return Heard(found, closed=False)
            except ConnectionError:
                pass
            return Heard(found, closed=True)

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
POST = b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
        b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n",
        b"Content-Length: 4\r\nX: a\nTransfer-Encoding: chunked\r\n",  # hidden behind a bare LF
        b"Content-Length: 4\r\nX: a\rTransfer-Encoding: chunked\r\n",  # and behind a bare CR
        b"Content-Length: 4\r\nTransfer_Encoding: chunked\r\n",
        b"Content-Length: 4\r\nTransfer-Encoding: \x0bchunked\r\n",
        b"Content-Length: 4\r\nTransfer-Encoding: identity\r\n",
        b"Content-Length: 4\r\nTransfer-Encoding: x, chunked\r\n",
        b"Content-Length: 4\r\nContent-Length: 40\r\n",
        b"Content-Length: 4, 4\r\n",
        b"Content-Length: +4\r\n",
        b"Content-Length: 4\r\nX : a\r\n",  # a space before the colon
        b"Content-Length: 4\r\nX: a\r\n b\r\n",  # a line that goes on
        b"Content-Length: 4\r\nX: a\0b\r\n",
    ],
)
def test_w26_a_request_that_can_be_read_in_two_ways_is_refused_and_its_connection_closed(
    served: Served, head: bytes
):
    heard = served.raw(POST + head + b"\r\n0\r\n\r\n" + GET)
    assert (heard.statuses, heard.closed) == ([400], True)


@pytest.mark.parametrize("version", [b"HTTP/1.2", b"HTTP/0.9", b""])
def test_w26_another_version_is_refused(served: Served, version: bytes):
    heard = served.raw(b"GET /healthz " + version + b"\r\nHost: localhost\r\n\r\n")
    assert (heard.statuses, heard.closed) == ([400], True)


def test_w26_bare_cr_ends_no_line(served: Served):
    heard = served.raw(GET.replace(b"\r\n", b"\r"))
    assert (heard.statuses, heard.closed) == ([400], True)


@pytest.mark.parametrize(
    "sent",
    [
        GET.replace(b"\r\n", b"\n"),
        GET.replace(b" HTTP/1.1\r\n", b" HTTP/1.1\n"),
        GET.replace(b"\r\n\r\n", b"\n\r\n"),
        GET.replace(b"\r\n\r\n", b"\r\n\n"),
    ],
)
def test_w26_a_bare_lf_is_the_end_of_a_line_wherever_it_stands(served: Served, sent: bytes):
    """RFC 9112, 2.2 lets it be one; the server in front of us reads it so, and we never see it."""
    assert served.raw(sent).statuses == [200]
    assert served.raw(sent + GET).statuses == [200, 200]


def test_w26_a_length_behind_a_bare_lf_is_the_length(served: Served):
    """So that what it covers is body, and what follows is the next request: there is no other reading."""
    body = b"login=x&next=" + GET.strip()
    length = b"X: a\nContent-Length: %d\r\n\r\n" % len(body)
    heard = served.raw(POST + length + body + GET)
    assert heard.statuses == [403, 200]
    assert heard.text.count(b"ok\n") == 1


def test_w26_the_same_length_twice_is_one_length(served: Served):
    """RFC 9112, 6.3 lets equal ones be one; the server makes one of them, and we never see the other."""
    body = b"login=x&next=" + GET.strip()
    twice = b"Content-Length: %d\r\n" % len(body) * 2
    heard = served.raw(POST + twice + b"\r\n" + body + GET)
    assert heard.statuses == [403, 200]
    assert heard.text.count(b"ok\n") == 1


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_w26_a_body_in_chunks_is_no_form(served: Served, end: bytes):
    chunks = b"4" + end + b"a=b&" + end + b"0" + end + end
    heard = served.raw(POST + b"Transfer-Encoding: chunked\r\n\r\n" + chunks + GET)
    assert (heard.statuses, heard.closed) == ([400], True)


def test_w27_the_host_is_that_of_the_header_whatever_the_address_says(served: Served):
    """The server hands us the path of an absolute address and nothing else of it."""
    foreign = served.raw(b"GET http://evil.example/sign-in HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert (foreign.statuses, b"evil.example" in foreign.text) == ([200], False)
    for head in (b"Host: evil.example\r\n", b"Host: localhost\r\nHost: evil.example\r\n"):
        heard = served.raw(b"GET http://localhost/sign-in HTTP/1.1\r\n" + head + b"\r\n")
        assert (heard.statuses, b"evil.example" in heard.text) == ([400], False)
    none = served.raw(b"GET http://evil.example/sign-in HTTP/1.1\r\n\r\n")
    assert none.statuses == [400]


@pytest.mark.parametrize(
    "path",
    [b"/files/../../etc/passwd", b"/static/../../../etc/passwd", b"/static/%2e%2e/%2e%2e/etc/passwd",
     b"/static/..%5c..%5cetc/passwd", b"/..;/etc/passwd", b"//etc/passwd"],
)  # fmt: skip
def test_w30_no_address_leads_out_of_the_desk(served: Served, path: bytes):
    heard = served.raw(b"GET " + path + b" HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert (heard.statuses, b"root:" in heard.text) == ([404], False)


def test_w31_headers_that_are_too_large_are_refused(served: Served):
    sent = b"GET / HTTP/1.1\r\nHost: localhost\r\nX-More: " + b"x" * 100_000 + b"\r\n\r\n"
    assert served.raw(sent).statuses == [431]
    cookies = b"; ".join(b"c%d=1" % n for n in range(10_000))
    assert served.raw(b"GET / HTTP/1.1\r\nHost: localhost\r\nCookie: " + cookies + b"\r\n\r\n").statuses == [
        431
    ]


def test_w24_a_part_with_a_header_of_a_megabyte_is_too_large(served: Served):
    body = part_with_headers(b"x", 1_000_000)
    head = (
        b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=edge\r\n"
    )
    length = b"Content-Length: %d\r\n\r\n" % len(body)
    [cookie] = re.findall(rb"csrftoken=\w+", served.raw(GET.replace(b"healthz", b"sign-in")).text)
    assert served.raw(head + b"Cookie: " + cookie + b"\r\n" + length + body).statuses == [413]
    assert served.raw(head + length + body).statuses == [403]  # from nobody's session: it is not even read


def test_w24_others_are_answered_while_a_huge_body_comes(served: Served):
    answers: list[int] = []
    took: list[float] = []

    def ask() -> None:
        began = time.monotonic()
        answers.append(served.lives())
        took.append(time.monotonic() - began)

    with socket.create_connection(("127.0.0.1", served.port), timeout=10) as line:
        line.sendall(
            b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000000\r\n"
            b"Content-Type: multipart/form-data; boundary=edge\r\n\r\n--edge\r\n"
        )
        asking = [threading.Thread(target=ask) for _ in range(8)]
        for each in asking:
            each.start()
        for each in asking:
            each.join()
        line.settimeout(10)
        assert line.recv(12) == b"HTTP/1.1 413"
    assert answers == [200] * 8
    assert statistics.median(took) <= 0.1


def test_w35_an_upload_whose_sender_goes_away_leaves_the_server_well(served: Served):
    with socket.create_connection(("127.0.0.1", served.port), timeout=10) as line:
        line.sendall(
            b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n"
            b"Content-Type: application/x-www-form-urlencoded\r\n\r\n" + b"a" * 900
        )
    assert served.lives() == 200
