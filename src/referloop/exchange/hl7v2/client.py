"""One message out over MLLP and its answer back: what the outbox uses."""

import socket
import ssl
import time

from referloop.exchange.hl7v2.framing import AFTER, END, START, framed

_LONGEST_ANSWER = 1024 * 1024
_CONNECT = 5.0


class Unanswered(TimeoutError):
    """The whole message left, and no whole answer came in time: nobody here knows whether it arrived."""


def send(host: str, port: int, frame: bytes, timeout: float, tls: ssl.SSLContext | None = None) -> bytes:
    """Send one message and wait for the answer. OSError when the world is in the way."""
    until = time.monotonic() + timeout
    with socket.create_connection((host, port), min(timeout, _CONNECT)) as plain:
        plain.settimeout(timeout)
        wire = tls.wrap_socket(plain, server_hostname=host) if tls else plain
        with wire:
            wire.sendall(framed(frame))
            try:
                return _answer(wire, until)
            except TimeoutError:
                raise Unanswered from None


def _answer(wire: socket.socket, until: float) -> bytes:
    came = bytearray()
    while END + AFTER not in came:
        left = until - time.monotonic()
        if left <= 0:
            raise TimeoutError("no whole answer in time")
        wire.settimeout(left)
        part = wire.recv(65536)
        if not part or len(came) > _LONGEST_ANSWER:
            raise ConnectionError("the peer hung up or never ended its answer")
        came += part
    return bytes(came.partition(END + AFTER)[0].rpartition(START)[2])
