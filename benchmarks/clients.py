"""Clients of the running server, in a process of their own: plain sockets, so that they cost it little."""

import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

from benchmarks.measure import Load, timed, until
from benchmarks.rows import TOKEN
from benchmarks.traffic import KINDS_OF_REFERRAL, bundle, frame, marked

Exchange = Callable[[socket.socket, int], str]  # "" or what was wrong with the answer


@dataclass(frozen=True)
class Target:
    """Where the clients connect, and what they say there."""

    port: int
    says: str  # "fhir", "mllp" or a path to GET


def drive(target: Target, clients: int, seconds: float, first: int) -> Load:
    """So many clients at once, each on one connection, for so long; numbers begin at `first`."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(_drive, target, clients, seconds, first).result()


def _drive(target: Target, clients: int, seconds: float, first: int) -> Load:
    talk: Exchange = {"fhir": _post, "mllp": _message}[target.says]
    answered: list[int] = []
    errors: list[str] = []

    def client(place: int) -> Iterator[float]:
        with socket.create_connection(("127.0.0.1", target.port), timeout=30) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for number in until(seconds, range(first + place, first + 1_000_000, clients)):
                began = time.perf_counter()
                wrong = talk(connection, number)
                took = time.perf_counter() - began
                if wrong:
                    errors.append(wrong)
                else:
                    answered.append(number)
                    yield took

    load = timed([lambda place=place: client(place) for place in range(clients)])  # type: ignore[misc]
    return Load(load.began, load.ended, load.took, load.errors + errors, answered)


def _post(connection: socket.socket, number: int) -> str:
    body = marked(bundle(number % KINDS_OF_REFERRAL), number)
    head = (
        f"POST /fhir HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {TOKEN}\r\n"
        f"Content-Type: application/fhir+json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    connection.sendall(head.encode() + body)
    status, answer = response(connection)
    return "" if status == b"200" else f"{status.decode()} {answer[:300].decode(errors='replace')}"


def response(connection: socket.socket) -> tuple[bytes, bytes]:
    """The status and the content of one answer."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += _some(connection)
    head, _, body = received.partition(b"\r\n\r\n")
    lines = head.lower().split(b"\r\n")
    length = next((int(line.split(b":")[1]) for line in lines if line.startswith(b"content-length:")), None)
    # A page comes in pieces, the last of which is empty (RFC 9112, 7.1); what they hold is not looked at.
    while len(body) < length if length is not None else not body.endswith(b"0\r\n\r\n"):
        body += _some(connection)
    return lines[0].split()[1], body


def _message(connection: socket.socket, number: int) -> str:
    connection.sendall(b"\x0b" + frame(number) + b"\x1c\r")
    received = b""
    while not received.endswith(b"\x1c\r"):
        received += _some(connection)
    return "" if b"MSA|AA" in received else received[:300].decode(errors="replace")


def _some(connection: socket.socket) -> bytes:
    part = connection.recv(65_536)
    if not part:
        raise ConnectionError("the server hung up")
    return part
