"""Bugs that the rig plants around the product's own code, to prove that it would see them there."""

import re
import threading
import time
from collections.abc import Callable

Receive = Callable[[bytes, str], bytes | None]


def planted(bug: str, receive: Receive) -> Receive:
    """The same listener with this bug in front of it; "" for none."""
    return {"": receive, "early-ack": _answering_first(receive), "no-key": _forgetting(receive)}[bug]


def _answering_first(receive: Receive) -> Receive:
    """Acknowledges before anything is committed."""

    def answer(frame: bytes, peer: str) -> bytes:
        threading.Thread(target=receive, args=(frame, peer)).start()
        return b"MSH|^~\\&|\rMSA|AA|\r"

    return answer


def _forgetting(receive: Receive) -> Receive:
    """Takes every message for a new one: no number to know it by, nor its referral."""

    def answer(frame: bytes, peer: str) -> bytes | None:
        fresh = b"REF^I12^REF_I12|%d-C" % time.monotonic_ns()
        frame = re.sub(rb"REF\^I1.\^REF_I12\|C", fresh, frame)
        return receive(re.sub(rb"(RF1\|[^\r]*\|)R\d+\^", rb"\1", frame), peer)

    return answer
