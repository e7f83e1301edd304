"""The one way in for all channels: stored verbatim with its digest, read, and only then answered.

Bytes, facts, board and answer are committed together; the answer leaves after that. What cannot be read is
kept all the same, as a visible item with an owner and a timer.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from referloop.failpoints import reached
from referloop.intake.receive import HELD_FOR, take, wanted
from referloop.messages import Reading
from referloop.ports import Answer, Arrival, Item, Kept, NewId, Told
from referloop.referral.problems import Problem
from referloop.referral.requirement import Span
from referloop.storage.books import OpenBooks, again
from referloop.wiring.desk import Desk
from referloop.wiring.rereading import rereading

_SOON = Span(1, "bd")
OPEN_STATES = ("held", "problem", "dead")


@dataclass(frozen=True, slots=True)
class Channel:
    """What the door asks of a channel: how its held messages are read again, and how a sender is answered."""

    reread: Callable[[Arrival], Reading]
    answer: Callable[[Told], Answer]


@dataclass(frozen=True, slots=True)
class Accepted:
    """What became of an arrival; `again` says that it had come before."""

    kept: Kept
    again: bool = False


def arrival(
    body: bytes, *, channel: str, sender: str, message_id: str, media_type: str, at: datetime, new_id: NewId,
    content_digest: str = "",
) -> Arrival:  # fmt: skip
    """Bytes with what the channel knows of them; without a message id, each arrival is its own message."""
    reached("intake-read")
    digest = sha256(body).hexdigest()
    id = new_id()
    return Arrival(
        id=id, channel=channel, sender=sender, message_id=message_id or id, media_type=media_type, body=body,
        received_at=at, digest=digest, content_digest=content_digest or digest,
    )  # fmt: skip


def accept(desk: Desk, organization: str, it: Arrival, reading: Reading, channel: Channel) -> Accepted:
    """Take one message in. Coming again, it has no second effect and gets the answer it got before."""

    def work() -> Accepted:
        with desk.books(organization, it.received_at) as books:
            books.read_ahead(wanted(it, reading))
            return taken_in(books, it, reading, channel, desk.kind)

    reached("intake-understood")
    accepted = again(work)
    reached("intake-committed")
    return accepted


def accept_all(
    desk: Desk, organization: str, batch: Iterable[tuple[Arrival, Reading]], channel: Channel
) -> list[Accepted]:
    """Take many messages in with one transaction: all of them, or none."""
    messages = list(batch)

    def work() -> list[Accepted]:
        with desk.books(organization) as books:
            asked = [wanted(it, reading) for it, reading in messages]
            books.read_ahead(
                replace(
                    asked[0],
                    messages=[each for one in asked for each in one.messages],
                    person_keys=list(dict.fromkeys(each for one in asked for each in one.person_keys)),
                    names=list(dict.fromkeys(each for one in asked for each in one.names)),
                    whole=True,
                )
            )
            return [taken_in(books, it, reading, channel, desk.kind) for it, reading in messages]

    return again(work) if messages else []


def taken_in(books: OpenBooks, it: Arrival, reading: Reading, channel: Channel, kind: str) -> Accepted:
    """Within a transaction whose look-ups were made: the message, its effects and its answer."""
    before = books.seen(it.channel, it.sender, it.message_id)
    if before and before.content_digest == it.content_digest:
        return Accepted(before, again=True)
    if before:
        # Never dropped: a sender that uses a number twice may have two patients behind it.
        it = replace(it, message_id=f"{it.message_id} again {it.id}")
    others = rereading(books.policy.calendar.zone.key)

    def reread(held: Arrival) -> Reading:
        return channel.reread(held) if held.channel == it.channel else others(held)

    told = take(books, it, reading, reread, kind=kind)
    kept = kept_as(books, it, told, channel.answer(told))
    books.keep(it, kept)
    if before:
        says = "A control id came again with other content; both messages were taken in."
        item(
            books, "control-id-reused", f"inbox:{it.id} inbox:{before.id}", says, "Ask the sender to mend it."
        )
    return Accepted(kept)


def kept_as(books: OpenBooks, it: Arrival, told: Told, answer: Answer) -> Kept:
    waiting = told.state in OPEN_STATES
    due_at = it.received_at + HELD_FOR if told.state == "held" else soon(books, it.received_at)
    return Kept(
        id=it.id,
        state=told.state,
        kind=told.kind,
        content_digest=it.content_digest,
        referrals=told.referrals,
        answer=answer,
        problems=told.problems,
        waits_for=told.waits_for,
        owner="specialist" if waiting else "",
        due_at=due_at if waiting else None,
    )


def refuse(
    desk: Desk, organization: str, it: Arrival, problems: tuple[Problem, ...], answer: Answer, kind: str = ""
) -> Kept:
    """Keep what was refused, with the reasons: a refused message must be findable when its sender calls."""
    kept = Kept(
        id=it.id, state="refused", kind=kind, content_digest=it.content_digest, referrals=(), answer=answer,
        problems=problems,
    )  # fmt: skip

    def work() -> Kept:
        with desk.books(organization, it.received_at) as books:
            before = books.seen(it.channel, it.sender, it.message_id)
            # A mended message may come under the same number: a refusal must not stand in its way.
            books.keep(replace(it, message_id=f"{it.message_id} refused {it.id}"), kept)
            return before or kept

    return again(work)


def bury(desk: Desk, organization: str, it: Arrival, cause: str, answer: Answer) -> Kept:
    """A message on which our own program failed: kept as a dead letter that people see and can replay."""
    says = f"The program failed on this message ({cause})."
    problem = Problem("message-dead", f"inbox:{it.id}", says, "Report it; replay it when it is mended.")

    def work() -> Kept:
        with desk.books(organization, it.received_at) as books:
            before = books.seen(it.channel, it.sender, it.message_id)
            if before:
                return before
            kept = Kept(
                id=it.id,
                state="dead",
                kind="",
                content_digest=it.content_digest,
                referrals=(),
                answer=answer,
                problems=(problem,),
                owner="lead",
                due_at=soon(books, it.received_at),
            )
            books.keep(it, kept)
            item(books, "dead-letter", f"inbox:{it.id}", problem.says, problem.remedy, owner="lead")
            return kept

    return again(work)


def soon(books: OpenBooks, at: datetime) -> datetime:
    return books.policy.calendar.counted(at, _SOON, whole_days=False)


def item(
    books: OpenBooks, kind: str, about: str, says: str, remedy: str, *, owner: str = "specialist"
) -> None:
    books.open_item(
        Item(
            id=books.new_id(),
            kind=kind,
            about=about,
            says=says,
            remedy=remedy,
            owner=owner,
            created_at=books.at,
            due_at=soon(books, books.at),
        )
    )
