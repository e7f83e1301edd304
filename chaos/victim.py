"""The process that is killed: it takes orders from a pipe and carries them out with the product's code."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing.connection import Connection

from chaos.bugs import planted
from chaos.places import Place
from chaos.traffic import SENDER, SYSTEM
from referloop import failpoints
from referloop.exchange.hl7v2.codec import read_frame, semantic_digest
from referloop.exchange.hl7v2.header import Site, read_header
from referloop.exchange.hl7v2.transport import listening
from referloop.messages import Identifier
from referloop.policy.in_force import PolicyInForce
from referloop.ports import Answer, Arrival, ExchangeError, Outgoing, Sent, naming
from referloop.referral.entry import Author, Draft
from referloop.referral.facts.desk import NoteAdded
from referloop.referral.kinds import ReferralId
from referloop.storage.board import rebuild
from referloop.storage.books import again
from referloop.storage.database import as_instant
from referloop.storage.due import look
from referloop.wiring import door, recording
from referloop.wiring.desk import Desk, new_id
from referloop.wiring.hl7v2 import CHANNEL, MEDIA_TYPE, receiver
from referloop.wiring.loops import deliver_once

ORGANIZATION = "chaos"
HOST = "127.0.0.1"
SITE = Site()
PERSON = Author("person", "worker1")
START = datetime(2026, 11, 24, 15, tzinfo=UTC)


@dataclass
class Victim:
    """A desk on one end of a pipe; `bug` plants a fault of the rig's own making, never the product's."""

    place: Place
    schema: Place
    policy: PolicyInForce
    pipe: Connection | None  # None for one that is not ordered about
    bug: str = ""
    now: datetime = START

    def __post_init__(self) -> None:
        policies = {ORGANIZATION: self.policy}
        self.desk = Desk(self.place.open(), lambda: self.now, new_id, (), _policies=policies)
        self.receive = receiver(self.desk, ORGANIZATION, SITE)

    def known(self, control_id: str) -> bool:
        """Whether a message of this number is in the inbox."""
        with self.desk.books(ORGANIZATION) as books:
            return books.seen(CHANNEL, SENDER, control_id) is not None

    def batch(self, frames: list[bytes]) -> list[tuple[bytes, bool]]:
        """Many with one transaction, as files are taken in; each with whether it had come before."""
        messages = [(self._arrival(frame), read_frame(frame, SITE)) for frame in frames]
        taken = door.accept_all(self.desk, ORGANIZATION, messages, _BATCHED)
        return [(accepted.kept.answer.body, accepted.again) for accepted in taken]

    def _arrival(self, frame: bytes) -> Arrival:
        return door.arrival(
            frame, channel=CHANNEL, sender=SENDER, message_id=read_header(frame).control_id,
            media_type=MEDIA_TYPE, at=self.now, new_id=new_id, content_digest=semantic_digest(frame),
        )  # fmt: skip

    def seen(self, placer: str) -> tuple[str, int] | None:
        """The referral and its version, as a person sees it before deciding."""
        with self.desk.books(ORGANIZATION) as books:
            name = naming(Identifier(SYSTEM, placer), "placer")
            found = books.referrals_named([name])
            log = books.log(found[0]) if found else None
            return (log.referral, log.version) if log else None

    def noted(self, referral: str, mark: str) -> bool:
        with self.desk.books(ORGANIZATION) as books:
            log = books.log(ReferralId(referral))
            return log is not None and any(mark in repr(entry.fact) for entry in log.entries)

    def decide(self, referral: str, version: int, mark: str) -> bool:
        """False when somebody wrote meanwhile: the person looks again."""
        place = recording.Place(ORGANIZATION, ReferralId(referral), version)
        draft = Draft(NoteAdded(text=mark), self.now)
        outcome = recording.record(self.desk, place, draft, PERSON)
        return not isinstance(outcome, tuple)

    def order(self, referral: str, version: int, mark: str) -> bool:
        """A decision with an effect outside, in one transaction."""

        def work() -> bool:
            with self.desk.books(ORGANIZATION) as books:
                log = books.log(ReferralId(referral))
                if log is None or log.version != version:
                    return False
                books.append(log, [Draft(NoteAdded(text=mark), self.now)], PERSON)
                effect = Outgoing(
                    id=new_id(), referral=referral, channel="rig", destination="clinic",
                    media_type="text/plain", payload=mark.encode(), created_at=self.now,
                )  # fmt: skip
                books.send(effect)
                return True

        return again(work)

    def watch(self) -> int:
        policy = self.desk.policy(ORGANIZATION)
        return look(self.desk.database, ORGANIZATION, policy, self.now, new_id, limit=5)

    def deliver(self) -> int:
        return deliver_once(self.desk, ORGANIZATION, {"rig": self._send}, _raise)

    def _send(self, out: Outgoing) -> Sent:
        if self.pipe is None:
            raise ExchangeError("nobody is there", permanent=True)
        self.pipe.send(("out", out.id, out.payload))
        return Sent(confirmed=bool(self.pipe.recv()))

    def next_due(self) -> datetime | None:
        sql = "SELECT min(look_at) FROM board WHERE organization_id = ?"
        with self.desk.database.reading(ORGANIZATION) as session:
            [[(first,)]] = session.ask((sql, (ORGANIZATION,)))
        return as_instant(first)

    def rebuild(self) -> int:
        policy = self.desk.policy(ORGANIZATION)
        return rebuild(self.desk.database, ORGANIZATION, policy, self.now, new_id)

    def migrate(self) -> int:
        return len(self.schema.migrate())

    def arm(self, setting: str) -> None:
        failpoints.arm(setting)


ORDERS = (
    "known", "batch", "seen", "noted", "decide", "order", "watch", "deliver", "next_due", "rebuild",
    "migrate", "arm",
)  # fmt: skip


def run(make: Callable[[Connection], Victim], pipe: Connection) -> None:
    """Listen for messages, and do what the pipe says until it ends."""
    victim = make(pipe)
    with listening(HOST, 0, planted(victim.bug, victim.receive), clock=victim.desk.clock) as port:
        pipe.send(("done", port))
        while True:
            try:
                name, victim.now, values = pipe.recv()
            except EOFError:
                return
            pipe.send(("done", getattr(victim, name)(*values) if name in ORDERS else None))


_BATCHED = door.Channel(lambda held: read_frame(held.body, SITE), lambda told: Answer(0, b"MSA|AA|batch"))


def _raise(fault: Exception) -> None:
    raise fault
