"""MLLP framing: where one message starts and ends in a stream of bytes, and when that cannot be told."""

import asyncio
from dataclasses import dataclass
from typing import Literal

START, END, AFTER = b"\x0b", b"\x1c", b"\r"
_HEAD = 8192


@dataclass(frozen=True, slots=True)
class Limits:
    """What one listener bears."""

    frame_bytes: int = 16 * 1024 * 1024
    junk_bytes: int = 1024  # before a frame starts
    frame_seconds: float = 30
    trailer_seconds: float = 1  # how long CR may follow FS
    connections: int = 50
    threads: int = 8


Reason = Literal[
    "junk", "no-end-in-time", "cut-off", "start-inside", "end-inside", "too-long", "peer-does-not-read"
]


@dataclass(frozen=True, slots=True)
class Broken:
    """The stream lost its frames: the connection is of no further use. `fragment` is what had come."""

    reason: Reason
    fragment: bytes


def framed(message: bytes) -> bytes:
    return START + message + END + AFTER


class Framing:
    """Takes frames off one connection, one after the other."""

    def __init__(self, stream: asyncio.StreamReader, limits: Limits) -> None:
        self._stream = stream
        self._limits = limits
        self._buffer = bytearray()

    async def next(self) -> bytes | Broken | None:
        """The next frame without its marks, or None when the peer has gone between two frames."""
        begun = await self._begin()
        if begun is not True:
            return begun
        try:
            async with asyncio.timeout(self._limits.frame_seconds):
                body = await self._body()
        except TimeoutError:
            return Broken("no-end-in-time", bytes(self._buffer))
        if isinstance(body, Broken) or await self._end():
            return body
        return Broken("end-inside", body)

    async def _begin(self) -> Literal[True] | Broken | None:
        junk = 0
        while True:
            start = self._buffer.find(START)
            junk += start if start >= 0 else len(self._buffer)
            if junk > self._limits.junk_bytes:
                return Broken("junk", bytes(self._buffer[:_HEAD]))
            if start >= 0:
                del self._buffer[: start + 1]
                return True
            self._buffer.clear()
            if not await self._more():
                return None

    async def _body(self) -> bytes | Broken:
        seen = 0
        while True:
            end = self._buffer.find(END, seen)
            if self._buffer.find(START, seen, end if end >= 0 else len(self._buffer)) >= 0:
                return Broken("start-inside", bytes(self._buffer))
            seen = len(self._buffer)
            if (end if end >= 0 else seen) > self._limits.frame_bytes:
                return Broken("too-long", bytes(self._buffer[:_HEAD]))
            if end >= 0:
                body = bytes(self._buffer[:end])
                del self._buffer[: end + 1]
                return body
            if not await self._more():
                return Broken("cut-off", bytes(self._buffer))

    async def _end(self) -> bool:
        """Whether what follows FS lets the frame end there: CR, nothing for a while, or the next frame."""
        if not self._buffer:
            try:
                async with asyncio.timeout(self._limits.trailer_seconds):
                    await self._more()
            except TimeoutError:
                return True
        following = bytes(self._buffer[:1])
        if following == AFTER:
            del self._buffer[:1]
        return following in (AFTER, b"\n", START, b"")

    async def _more(self) -> bool:
        came = await self._stream.read(65536)
        self._buffer += came
        return bool(came)
