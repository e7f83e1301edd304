"""The outbox's way to an HL7 v2 peer: one message over MLLP, and what its answer means for us."""

from urllib.parse import urlsplit

from referloop.exchange.hl7v2.acknowledgment import answer_to
from referloop.exchange.hl7v2.client import Unanswered, send
from referloop.ports import ExchangeError, Outgoing, Sent

PATIENCE = 30.0


def transmit(outgoing: Outgoing, patience: float = PATIENCE) -> Sent:
    """Send to `mllp://host:port`; MSH-10 of the payload is the id of the effect, however often it goes."""
    to = urlsplit(outgoing.destination)
    try:
        answer = send(to.hostname or "", to.port or 0, outgoing.payload, patience)
    except Unanswered:
        return Sent(confirmed=False, says="the peer took the message and said nothing")
    except OSError as fault:
        raise ExchangeError(f"the peer could not be reached: {type(fault).__name__}") from None
    verdict = answer_to(answer, outgoing.id)
    if verdict == "accepted":
        return Sent()
    if verdict in ("content-error", "rejected"):
        raise ExchangeError(f"the peer refused the message: {verdict}", permanent=True)
    raise ExchangeError(f"the peer's answer is no answer to this message: {verdict}")
