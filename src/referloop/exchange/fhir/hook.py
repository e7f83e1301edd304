"""The outbox's way to a web address: one POST with a stable key, and what the answer means for us."""

import httpx

from referloop.ports import ExchangeError, Outgoing, Sent

PATIENCE = 30.0
_CONNECT = 5.0
_LATER = (408, 429)


def post(outgoing: Outgoing, patience: float = PATIENCE) -> Sent:
    """Send to an http address; the key is the id of the effect, however often it goes.

    No redirect is followed: the address is the one that was agreed upon.
    """
    headers = {"Content-Type": outgoing.media_type, "Idempotency-Key": outgoing.id}
    timeout = httpx.Timeout(patience, connect=min(patience, _CONNECT))
    try:
        # Streamed, so that nothing of the answer is read but its status.
        with httpx.stream(
            "POST", outgoing.destination, content=outgoing.payload, headers=headers, timeout=timeout
        ) as answer:
            return _meaning(answer.status_code)
    except httpx.ReadTimeout:
        return Sent(confirmed=False, says="the receiver took the message and said nothing")
    except httpx.TransportError as fault:
        raise ExchangeError(f"the receiver could not be reached: {type(fault).__name__}") from None


def _meaning(status: int) -> Sent:
    if 200 <= status < 300:
        return Sent(says=f"answered {status}")
    passes = status in _LATER or status >= 500
    raise ExchangeError(f"the receiver answered {status}", permanent=not passes)
