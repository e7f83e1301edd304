"""Requesters' systems as our notices meet them: an MLLP listener and a web server, each on its own port."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from referloop.exchange.hl7v2.header import read_header
from referloop.exchange.hl7v2.transport import listening
from tests.desks import NOW


@dataclass
class Peer:
    """Keeps every message; `codes` are what it answers, one each, then AA. "" says nothing."""

    codes: list[str] = field(default_factory=list)
    frames: list[bytes] = field(default_factory=list)
    port: int = 0

    @property
    def address(self) -> str:
        return f"mllp://127.0.0.1:{self.port}"

    @property
    def keys(self) -> list[str]:
        return [read_header(frame).control_id for frame in self.frames]

    def receive(self, frame: bytes, peer: str) -> bytes | None:
        self.frames.append(frame)
        code = self.codes.pop(0) if self.codes else "AA"
        named = "another" if code == "other" else self.keys[-1]
        verdict = "AA" if code == "other" else code
        answer = f"MSH|^~\\&|EHR|NORTH|REF|DESK|20261124||ACK|1|P|2.5.1\rMSA|{verdict}|{named}\r"
        return None if code == "" else answer.encode()


@contextmanager
def mllp_peer(*codes: str) -> Iterator[Peer]:
    peer = Peer(list(codes))
    with listening(
        "127.0.0.1", 0, peer.receive, clock=lambda: NOW, dropped=lambda fragment, peer, reason: None
    ) as port:
        peer.port = port
        yield peer


@dataclass
class Web:
    """Keeps every request's key, type and body; `codes` are what it answers, then 200. 0 says nothing."""

    codes: list[int] = field(default_factory=list)
    came: list[tuple[str, str, bytes]] = field(default_factory=list)
    address: str = ""
    closing: threading.Event = field(default_factory=threading.Event)

    @property
    def keys(self) -> list[str]:
        return [key for key, _, _ in self.came]


@contextmanager
def web_receiver(*codes: int) -> Iterator[Web]:
    web = Web(list(codes))

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            web.came.append((self.headers["Idempotency-Key"], self.headers["Content-Type"], body))
            code = web.codes.pop(0) if web.codes else 200
            if not code:
                web.closing.wait(10)
                return
            self.send_response(code)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Tests print nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    web.address = f"http://127.0.0.1:{server.server_port}/hooks/referrals"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield web
    finally:
        web.closing.set()
        server.shutdown()
        thread.join()
        server.server_close()
