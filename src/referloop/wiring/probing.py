"""Whether an address answers: a connection is made, nothing of a patient goes over it, and it is closed."""

import socket
from urllib.parse import urlsplit

import httpx

PATIENCE = 5.0


def tried(address: str) -> str:
    """What came of it, in words."""
    parts = urlsplit(address)
    if parts.scheme == "mllp":
        return _connected(parts.hostname or "", parts.port or 0)
    try:
        status = httpx.head(address, timeout=PATIENCE, follow_redirects=False).status_code
    except httpx.TransportError as fault:
        return f"No answer: {_plain(type(fault).__name__)}."
    return f"It answers ({status}), as far as can be seen without sending a message."


def _connected(host: str, port: int) -> str:
    try:
        with socket.create_connection((host, port), PATIENCE):
            return "It takes connections, as far as can be seen without sending a message."
    except TimeoutError:
        return "No answer within 5 seconds."
    except OSError as fault:
        return f"No answer: {_plain(type(fault).__name__)}."


def _plain(name: str) -> str:
    words = {
        "ConnectionRefusedError": "nobody listens there", "gaierror": "the name is not known",
        "ConnectError": "nobody listens there, or its certificate does not fit",
        "ConnectTimeout": "it took too long", "ReadTimeout": "it took too long",
    }  # fmt: skip
    return words.get(name, "the network does not reach it")
