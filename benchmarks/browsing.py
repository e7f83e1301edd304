"""People at the running workbench: signed in once each, then opening pages from a process of their own."""

import http.client
import re
import socket
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from urllib.parse import urlencode

from benchmarks.clients import response
from benchmarks.measure import Load, timed, until
from benchmarks.server import worked

READERS = tuple(f"reader{number}" for number in range(8))
PASSWORD = "a bench by the harbour"
_FORM = "application/x-www-form-urlencoded"
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass(frozen=True)
class Visit:
    """One page as it is asked for; `typed` is what its form says, "" for none."""

    path: str
    typed: str = ""


@dataclass(frozen=True)
class Seat:
    """Where somebody is signed in: the cookies of their browser, and the token of its forms."""

    port: int
    login: str = ""
    cookies: tuple[tuple[str, str], ...] = ()
    token: str = ""

    def ask(self, line: http.client.HTTPConnection, visit: Visit) -> tuple[int, bytes, "Seat"]:
        headers = {"Cookie": "; ".join("=".join(each) for each in self.cookies)}
        if visit.typed:
            body = f"{visit.typed}&{urlencode({'csrfmiddlewaretoken': self.token})}"
            line.request("POST", visit.path, body, {**headers, "Content-Type": _FORM})
        else:
            line.request("GET", visit.path, headers=headers)
        answer = line.getresponse()
        content = answer.read()
        new = dict(self.cookies)
        for said in answer.headers.get_all("Set-Cookie") or ():
            name, _, rest = said.partition("=")
            new[name] = rest.partition(";")[0]
        found = _TOKEN.findall(content.decode(errors="replace"))
        return (
            answer.status,
            content,
            replace(self, cookies=tuple(new.items()), token=(found or [self.token])[-1]),
        )


def signed_in(port: int, login: str) -> Seat:
    line, seat = _line(port), Seat(port, login)
    _, _, seat = seat.ask(line, Visit("/sign-in"))
    status, _, seat = seat.ask(
        line, Visit("/sign-in", urlencode({"login": login, "password": PASSWORD, "next": "/"}))
    )
    if status not in (302, 303):
        raise SystemExit(f"the bench could not sign in: {status}")
    status, _, seat = seat.ask(line, Visit("/referrals"))
    if status != 200:
        raise SystemExit(f"the bench signed in and saw no list: {status}")
    return seat


def weight(seat: Seat, visit: Visit) -> int:
    """The bytes of the page as it is sent, uncompressed and without its pictures, styles and scripts."""
    status, content, _ = seat.ask(_line(seat.port), visit)
    if status != 200:
        raise SystemExit(f"{visit.path} answered {status}")
    return len(content)


@dataclass(frozen=True)
class Browsed:
    """What it came to, and the milliseconds of a core that one page cost the server and cost us."""

    load: Load
    server_ms: float
    client_ms: float


def browse(server: int, seats: Sequence[Seat], visits: Sequence[Visit], seconds: float) -> Browsed:
    """All of them at once, each on one connection, opening these pages in turn; after a warm-up."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(_browse, server, seats, visits, seconds).result()


def _browse(server: int, seats: Sequence[Seat], visits: Sequence[Visit], seconds: float) -> Browsed:
    _opened(seats, visits, min(seconds, 1.0))
    ours, theirs = time.process_time(), worked(server)
    load = _opened(seats, visits, seconds)
    each = 1000 / max(len(load.took), 1)
    return Browsed(load, (worked(server) - theirs) * each, (time.process_time() - ours) * each)


def _opened(seats: Sequence[Seat], visits: Sequence[Visit], seconds: float) -> Load:
    wrong: list[str] = []

    def client(place: int, seat: Seat) -> Iterator[float]:
        asked = [_written(seat, visit) for visit in visits]
        with socket.create_connection(("127.0.0.1", seat.port), timeout=30) as line:
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for number in until(seconds, range(place, 10_000_000, len(seats))):
                began = time.perf_counter()
                line.sendall(asked[number % len(asked)])
                status, _ = response(line)
                took = time.perf_counter() - began
                if status != b"200":
                    wrong.append(f"answered {status.decode()}")
                yield took

    load = timed([lambda place=place, seat=seat: client(place, seat) for place, seat in enumerate(seats)])  # type: ignore[misc]
    return replace(load, errors=load.errors + wrong)


def _written(seat: Seat, visit: Visit) -> bytes:
    """The request as it goes over the line."""
    body = f"{visit.typed}&{urlencode({'csrfmiddlewaretoken': seat.token})}".encode() if visit.typed else b""
    lines = [
        f"{'POST' if body else 'GET'} {visit.path} HTTP/1.1",
        f"Host: localhost:{seat.port}",
        f"Cookie: {'; '.join('='.join(each) for each in seat.cookies)}",
        *([f"Content-Type: {_FORM}", f"Content-Length: {len(body)}"] if body else []),
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body


def _line(port: int) -> http.client.HTTPConnection:
    return http.client.HTTPConnection("localhost", port, timeout=30)
