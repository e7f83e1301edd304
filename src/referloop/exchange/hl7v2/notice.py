"""RRI that nobody waits for: how a referral stands now, told to the system that once sent it."""

from collections.abc import Sequence
from datetime import datetime

from referloop.exchange.hl7v2.acknowledgment import Status, reply
from referloop.exchange.hl7v2.codec import Opened
from referloop.exchange.hl7v2.grammar import Message, parse
from referloop.exchange.hl7v2.header import read_header
from referloop.messages import Reading

NAMESPACE = "REFERLOOP"  # whose numbers stand in RF1-11


def notice(
    original: bytes, *, at: datetime, control_id: str, status: Status, number: str, notes: Sequence[str] = ()
) -> bytes | None:
    """The RRI, made from the stored message of the requester; None where that is no HL7 v2.

    MSA stands although RRI_I12 lets it go: it names the message in which the requester sent the referral,
    and many systems look for the referral by nothing else.
    """
    message = parse(original, "ascii")
    if not isinstance(message, Message):
        return None
    header = read_header(original, message.charset)
    opened = Opened(header=header, reading=Reading(), code="AA", message=message)
    return reply(
        opened, at=at, control_id=control_id, status=status, filler=number, namespace=NAMESPACE, notes=notes
    )
