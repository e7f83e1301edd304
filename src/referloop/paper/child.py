"""Asks a child process about a document, and stops it when it takes too long."""

import subprocess
import sys
from threading import BoundedSemaphore

import msgspec

from referloop.paper.asked import Answered, Asked, Fault

SECONDS = 20.0
_AT_ONCE = BoundedSemaphore(2)
_SURROUNDINGS = {"MALLOC_ARENA_MAX": "2", "RAYON_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}
_WORKER = (sys.executable, "-I", "-m", "referloop.paper.worker")


def ask(asked: Asked, seconds: float = SECONDS) -> Answered:
    """The answer, or a fault: whatever the document does, it does in the child."""
    with _AT_ONCE:
        try:
            done = subprocess.run(  # noqa: S603
                _WORKER,
                input=msgspec.msgpack.encode(asked),
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                timeout=seconds,
                env=_SURROUNDINGS,
                cwd="/",
                check=False,
            )
        except subprocess.TimeoutExpired:
            return Fault("too-slow")
    if done.returncode:
        return Fault("too-slow" if done.returncode < 0 else "unreadable")
    try:
        found: Answered = msgspec.msgpack.decode(done.stdout, type=Answered)
    except msgspec.DecodeError:
        return Fault("unreadable")
    return found
