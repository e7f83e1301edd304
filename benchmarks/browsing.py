"""People at the running workbench: signed in once, then opening pages from a process of their own."""

import http.client
import re
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from urllib.parse import urlencode

from benchmarks.measure import Load, timed, until

LOGIN, PASSWORD = "reader", "a bench by the harbour"
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


def signed_in(port: int) -> Seat:
    line, seat = _line(port), Seat(port)
    _, _, seat = seat.ask(line, Visit("/sign-in"))
    status, _, seat = seat.ask(
        line, Visit("/sign-in", urlencode({"login": LOGIN, "password": PASSWORD, "next": "/"}))
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


def browse(seat: Seat, visits: Sequence[Visit], seconds: float, clients: int = 8) -> Load:
    """So many people at once, each with a connection, opening these pages in turn."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(_browse, seat, visits, seconds, clients).result()


def _browse(seat: Seat, visits: Sequence[Visit], seconds: float, clients: int) -> Load:
    wrong: list[str] = []

    def client(place: int) -> Iterator[float]:
        line = _line(seat.port)
        for number in until(seconds, range(place, 10_000_000, clients)):
            began = time.perf_counter()
            status, _, _ = seat.ask(line, visits[number % len(visits)])
            took = time.perf_counter() - began
            if status != 200:
                wrong.append(f"answered {status}")
            yield took
        line.close()

    load = timed([lambda place=place: client(place) for place in range(clients)])  # type: ignore[misc]
    return replace(load, errors=load.errors + wrong)


def _line(port: int) -> http.client.HTTPConnection:
    return http.client.HTTPConnection("localhost", port, timeout=30)
