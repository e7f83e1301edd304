"""A process of the rig's own, forked so that it starts at once, ordered about through a pipe, and killed."""

import multiprocessing
import signal
import time
from collections.abc import Callable
from datetime import datetime
from multiprocessing.connection import Connection
from typing import Any, TypeVar, TypeVarTuple

from chaos.ledger import Ledger
from chaos.victim import HOST, Victim, run
from referloop.exchange.hl7v2.client import send

_FORK = multiprocessing.get_context("fork")  # the rig has one thread, and no database open
_PATIENCE, _DYING = 60.0, 5.0

R = TypeVar("R")
Ts = TypeVarTuple("Ts")


class Died(Exception):
    """The process is gone; what it was told last may be done or not."""


class Process:
    """One life of the desk; `killed_by_us` tells a random instant from a named place."""

    def __init__(self, make: Callable[[Connection], Victim], ledger: Ledger) -> None:
        self._ledger = ledger
        self._pipe, theirs = _FORK.Pipe()
        self._child = _FORK.Process(target=_alone, args=(make, theirs, self._pipe), daemon=True)
        self._child.start()
        theirs.close()
        self._ends_at: float | None = None
        self.killed_by_us = False
        self._port: int = self._heard()[1]

    def dies_in(self, seconds: float) -> None:
        self._ends_at = time.monotonic() + seconds

    def ask(self, order: str, at: datetime, *values: Any) -> Any:
        """The answer; what it sends to the outside meanwhile is received. Raises Died."""
        try:
            self._pipe.send((order, at, values))
            while True:
                said = self._heard()
                if said[0] == "done":
                    return said[1]
                self._ledger.received[said[1]].append(said[2])
                self._pipe.send(True)
        except (EOFError, OSError) as gone:
            self._end()
            raise Died from gone

    def send(self, frame: bytes) -> bytes:
        """The acknowledgment of a message that comes over the wire. Raises Died."""
        try:
            return send(HOST, self._port, frame, max(self._left(), 0.001))
        except OSError as gone:
            self._end()
            raise Died from gone

    def kill(self) -> None:
        self._shoot()
        self._end()

    def _left(self) -> float:
        return _PATIENCE if self._ends_at is None else max(0.0, self._ends_at - time.monotonic())

    def _heard(self) -> tuple[Any, ...]:
        if not self._pipe.poll(self._left()):
            raise EOFError
        heard: tuple[Any, ...] = self._pipe.recv()
        return heard

    def _shoot(self) -> None:
        self.killed_by_us = True
        self._child.kill()

    def _end(self) -> None:
        """It is dying, or its time has come; anything else is a fault."""
        if self._left() == 0.0:
            self._shoot()
        self._child.join(_DYING)
        if self._child.exitcode is None:
            self._ledger.faults.append("an order was not carried out in time")
            self._shoot()
            self._child.join()
        if self._child.exitcode != -signal.SIGKILL:
            self._ledger.faults.append(f"a process ended by itself with {self._child.exitcode}")
        self._pipe.close()
        self._child.close()


def _alone(make: Callable[[Connection], Victim], ours: Connection, parents: Connection) -> None:
    parents.close()  # else the pipe would never end
    run(make, ours)


def apart(work: Callable[[*Ts], R], *values: *Ts) -> R:
    """The result of work done in a process of its own."""

    def answer(pipe: Connection) -> None:
        pipe.send(work(*values))

    ours, theirs = _FORK.Pipe(duplex=False)
    child = _FORK.Process(target=answer, args=(theirs,))
    child.start()
    theirs.close()
    result: R = ours.recv()
    child.join()
    return result
