"""HL7 v2 over the wire: a frame is stored before it is answered, and every answer says what became of it."""

from collections.abc import Callable
from dataclasses import dataclass

from referloop.exchange.hl7v2.acknowledgment import acknowledge
from referloop.exchange.hl7v2.acknowledgment import refuse as refusal_of
from referloop.exchange.hl7v2.codec import Opened, open_frame, read_frame, semantic_digest
from referloop.exchange.hl7v2.framing import Reason
from referloop.exchange.hl7v2.header import Site, read_header
from referloop.messages import Reading
from referloop.ports import Answer, Arrival, Told
from referloop.referral.problems import Problem
from referloop.storage.database import Away, Contended
from referloop.wiring.desk import Desk
from referloop.wiring.door import Channel, accept, arrival, bury, refuse

CHANNEL, MEDIA_TYPE = "hl7v2", "application/hl7-v2"
_AWAY = Problem("hl7-unavailable", "", "The message was not stored.", "Send it again later, unchanged.")
_LOCKED = Problem("hl7-record-locked", "", "The referral is being changed.", "Send the message again.")

Receive = Callable[[bytes, str], bytes | None]


def receiver(desk: Desk, organization: str, site: Site) -> Receive:
    """What the listener asks for every frame: blocking, and never without an answer where one is wanted."""

    def receive(frame: bytes, peer: str) -> bytes | None:
        it = _arrival(desk, frame, peer)
        try:
            opened = open_frame(frame, site)
            if opened.code != "AA":
                return _refused(desk, organization, it, opened)
            channel = _channel(desk, site, opened)
            return accept(desk, organization, it, opened.reading, channel).kept.answer.body
        except Away:
            return _unstored(desk, frame, _AWAY)
        except Contended:
            return _unstored(desk, frame, _LOCKED)
        except Exception as fault:
            return _buried(desk, organization, it, type(fault).__name__)

    return receive


def quarantine(desk: Desk, organization: str) -> Callable[[bytes, str, Reason], None]:
    """Keeps what came of frames that never ended well: their sender may call about them."""

    def dropped(fragment: bytes, peer: str, reason: Reason) -> None:
        says = f"The frame could not be told from what was around it: {reason}."
        problem = Problem("hl7-frame-broken", "frame", says, "Ask the sender to send the message again.")
        it = _arrival(desk, fragment, peer)
        refuse(desk, organization, it, (problem,), Answer(0, b""), "broken frame")

    return dropped


@dataclass(frozen=True, slots=True)
class _Acknowledging:
    """The answer to a message that was taken in, written while its transaction is open."""

    desk: Desk
    opened: Opened

    def __call__(self, told: Told) -> Answer:
        return Answer(0, acknowledge(self.opened, at=self.desk.clock(), control_id=self.desk.new_id()))


def _channel(desk: Desk, site: Site, opened: Opened) -> Channel:
    return Channel(lambda held: read_frame(held.body, site), _Acknowledging(desk, opened))


def _arrival(desk: Desk, frame: bytes, peer: str) -> Arrival:
    header = read_header(frame)
    named = "/".join(filter(None, (header.sending_application, header.sending_facility)))
    return arrival(
        frame, channel=CHANNEL, sender=named or peer, message_id=header.control_id.strip(),
        media_type=MEDIA_TYPE, at=desk.clock(), new_id=desk.new_id, content_digest=semantic_digest(frame),
    )  # fmt: skip


def _refused(desk: Desk, organization: str, it: Arrival, opened: Opened) -> bytes:
    answer = acknowledge(opened, at=it.received_at, control_id=desk.new_id())
    kept = refuse(desk, organization, it, opened.refusals, Answer(0, answer), opened.header.kind)
    return kept.answer.body if kept.content_digest == it.content_digest else answer


def _unstored(desk: Desk, frame: bytes, problem: Problem) -> bytes:
    return refusal_of(frame, problem, at=desk.clock(), control_id=desk.new_id())


def _buried(desk: Desk, organization: str, it: Arrival, cause: str) -> bytes:
    """Our own failure: the message is stored and people see it, so its sender need not send it again."""
    opened = Opened(header=read_header(it.body), reading=Reading(), code="AA", message=None)
    answer = acknowledge(opened, at=it.received_at, control_id=desk.new_id())
    try:
        return bury(desk, organization, it, cause, Answer(0, answer)).answer.body
    except (Away, Contended):
        return _unstored(desk, it.body, _AWAY)
