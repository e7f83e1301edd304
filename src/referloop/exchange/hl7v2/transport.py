"""The MLLP listener: bytes in, the receiver's own answer out, and no answer that nobody gave."""

import asyncio
import contextlib
import logging
import ssl
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from typing import TypeVar, TypeVarTuple

from referloop.exchange.hl7v2.acknowledgment import refuse
from referloop.exchange.hl7v2.framing import Broken, Framing, Limits, Reason, framed
from referloop.referral.problems import Problem

Receive = Callable[
    [bytes, str], bytes | None
]  # a frame and its peer's name; blocking; None or b"": no answer
Dropped = Callable[[bytes, str, Reason], None]  # what came of a broken frame, for quarantine
Clock = Callable[[], datetime]

R = TypeVar("R")
Ts = TypeVarTuple("Ts")

_log = logging.getLogger(__name__)
_HANDSHAKE_SECONDS = 10
_LINGER_SECONDS = 2
_TOO_LONG = Problem(
    "hl7-frame-too-long", "", "The message is too long.", "Send large documents by another way."
)
_UNAVAILABLE = Problem(
    "hl7-unavailable", "", "The message could not be processed.", "Send it again later, unchanged."
)


def forget(fragment: bytes, peer: str, reason: Reason) -> None:
    """For listeners whose wiring keeps no broken frames."""


async def serve(
    host: str,
    port: int,
    receive: Receive,
    *,
    clock: Clock,
    limits: Limits | None = None,
    tls: ssl.SSLContext | None = None,
    dropped: Dropped = forget,
    bound: Callable[[int], None] = lambda port: None,
) -> None:
    """Listen until cancelled. `bound` is told the port, which matters when 0 was asked for."""
    limits = limits or Limits()
    with ThreadPoolExecutor(limits.threads, "mllp") as threads:
        listener = _Listener(receive, dropped, clock, limits, threads)
        handshake = _HANDSHAKE_SECONDS if tls else None
        server = await asyncio.start_server(
            listener.connected, host, port, ssl=tls, ssl_handshake_timeout=handshake
        )
        bound(server.sockets[0].getsockname()[1])
        try:
            await asyncio.Event().wait()
        finally:
            server.close()
            await listener.hang_up()


@contextlib.contextmanager
def listening(
    host: str,
    port: int,
    receive: Receive,
    *,
    clock: Clock,
    limits: Limits | None = None,
    tls: ssl.SSLContext | None = None,
    dropped: Dropped = forget,
) -> Iterator[int]:
    """Serve in a thread for as long as the block runs; gives the port."""
    port_or_failure: Future[int] = Future()
    stopping: list[Callable[[], object]] = []

    async def run() -> None:
        loop = asyncio.get_running_loop()
        bound = port_or_failure.set_result
        serving = asyncio.create_task(
            serve(host, port, receive, clock=clock, limits=limits, tls=tls, dropped=dropped, bound=bound)
        )
        stopping.append(lambda: loop.call_soon_threadsafe(serving.cancel))
        await serving

    def main() -> None:
        try:
            with contextlib.suppress(asyncio.CancelledError):
                asyncio.run(run())
        except OSError as failure:
            port_or_failure.set_exception(failure)

    thread = threading.Thread(target=main, name="mllp-listener")
    thread.start()
    try:
        yield port_or_failure.result()
    finally:
        if thread.is_alive():
            stopping[0]()
        thread.join()


class _Listener:
    def __init__(
        self, receive: Receive, dropped: Dropped, clock: Clock, limits: Limits, threads: ThreadPoolExecutor
    ) -> None:
        self._receive = receive
        self._dropped = dropped
        self._clock = clock
        self._limits = limits
        self._threads = threads
        self._open: set[asyncio.Task[None]] = set()

    def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(self._open) >= self._limits.connections:
            _log.warning("a connection was refused: there are %d already", len(self._open))
            writer.close()
            return
        task = asyncio.create_task(self._attend(reader, writer))
        self._open.add(task)
        task.add_done_callback(self._open.discard)

    async def hang_up(self) -> None:
        """End every conversation. What was received and not yet answered will be sent again."""
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    async def _attend(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with contextlib.suppress(OSError):  # the peer may be gone at any moment
                await self._converse(reader, writer)
        finally:
            writer.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peer = _name(writer)
        framing = Framing(reader, self._limits)
        answered = True
        while answered:
            came = await framing.next()
            if came is None:
                return
            if isinstance(came, Broken):
                await self._give_up(came, peer, reader, writer)
                return
            answer = await self._in_thread(self._answer, came, peer)
            answered = await self._write(answer, writer)
        await self._in_thread(self._dropped, b"", peer, "peer-does-not-read")

    def _answer(self, frame: bytes, peer: str) -> bytes | None:
        try:
            return self._receive(frame, peer)
        except Exception as failure:
            # Only its type: the words of a failure may quote the message.
            _log.error("receiving a message failed: %s", type(failure).__name__)
            return self._refusal(frame, _UNAVAILABLE)

    def _refusal(self, frame: bytes, problem: Problem) -> bytes:
        at = self._clock()
        return refuse(frame, problem, at=at, control_id=at.strftime("%Y%m%d%H%M%S%f"))

    async def _write(self, answer: bytes | None, writer: asyncio.StreamWriter) -> bool:
        if not answer:
            return True
        writer.write(framed(answer))
        try:
            async with asyncio.timeout(self._limits.frame_seconds):
                await writer.drain()
        except TimeoutError:
            return False
        return True

    async def _give_up(
        self, broken: Broken, peer: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        await self._in_thread(self._dropped, broken.fragment, peer, broken.reason)
        if broken.reason != "too-long":
            return
        await self._write(self._refusal(broken.fragment, _TOO_LONG), writer)
        # Closing with bytes unread would destroy the answer on its way, so let the sender finish first.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_LINGER_SECONDS):
                while await reader.read(65536):
                    pass

    async def _in_thread(self, work: Callable[[*Ts], R], *args: *Ts) -> R:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work, *args)


def _name(writer: asyncio.StreamWriter) -> str:
    """The common name of the peer's certificate where there is one, else its address."""
    certificate = writer.get_extra_info("peercert") or {}
    for group in certificate.get("subject", ()):
        for key, value in group:
            if key == "commonName":
                return str(value)
    address = writer.get_extra_info("peername") or ("",)
    return str(address[0])
