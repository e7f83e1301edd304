"""The two loops of a worker: due dates to the watcher, and the outbox to the transports."""

from collections.abc import Callable, Mapping
from typing import Protocol

from referloop.failpoints import reached
from referloop.ports import ExchangeError, Sent, Transport
from referloop.referral.entry import Author, Draft
from referloop.referral.facts.desk import MessageSent
from referloop.referral.kinds import ReferralId
from referloop.storage import outbox
from referloop.storage.books import OpenBooks, again
from referloop.storage.counts import FULL, fold
from referloop.storage.due import look
from referloop.storage.outbox import ATTEMPTS, Claimed
from referloop.storage.rule_changes import is_change_open, send_watcher
from referloop.wiring.desk import RULES_FOR, Desk

OUTBOX = Author("machine", "outbox")
Sleep = Callable[[float], object]
Tell = Callable[[Exception], None]


class Stop(Protocol):
    """`threading.Event`, as far as a loop needs it."""

    def is_set(self) -> bool: ...


def watch(desk: Desk, *, stop: Stop, sleep: Sleep, tell: Tell, every: float = 5.0) -> None:
    """Look at what is due in every organisation until told to stop.

    What goes wrong is told and tried again: a fault in one organisation does not keep the others waiting.
    """

    def step(organization: str) -> int:
        folded = fold(desk.database, organization)
        sent = look_after_change(desk, organization)
        looked = sent + look(
            desk.database, organization, desk.policy(organization), desk.clock(), desk.new_id
        )
        return looked or int(folded >= FULL)

    _until(stop, desk, step, sleep, tell, every)


def look_after_change(desk: Desk, organization: str) -> int:
    """Have open referrals looked at again once every process knows the changed rules; returns how many."""
    with desk.database.reading(organization) as session:
        if not is_change_open(session):
            return 0
    at = desk.clock()
    with desk.database.transaction(organization) as session:
        return send_watcher(session, at - 2 * RULES_FOR, at)


def deliver(
    desk: Desk,
    transports: Mapping[str, Transport],
    *,
    stop: Stop,
    sleep: Sleep,
    tell: Tell,
    every: float = 1.0,
) -> None:
    """Send what waits in the outbox of every organisation until told to stop."""

    def step(organization: str) -> int:
        return deliver_once(desk, organization, transports, tell)

    _until(stop, desk, step, sleep, tell, every)


def deliver_once(desk: Desk, organization: str, transports: Mapping[str, Transport], tell: Tell) -> int:
    """One round through one outbox; returns how many effects were tried."""
    claims = outbox.claim(desk.database, organization, desk.clock())
    for claimed in claims:
        if _ran_out(desk, claimed):
            continue
        reached("outbox-unsent")
        outcome = _tried(claimed, transports, tell)
        reached("outbox-sent")
        again(lambda it=claimed, came=outcome: _settled(desk, organization, it, came))  # type: ignore[misc]
        reached("outbox-marked")
    return len(claims)


def _ran_out(desk: Desk, claimed: Claimed) -> bool:
    """Whether the claim ran out while others before it were sent: somebody else may have it now."""
    return desk.clock() >= claimed.leased_until


def _tried(claimed: Claimed, transports: Mapping[str, Transport], tell: Tell) -> Sent | ExchangeError:
    out = claimed.outgoing
    if claimed.attempts > ATTEMPTS:
        return ExchangeError("no attempt came to an end", permanent=True)
    if out.channel not in transports:
        return ExchangeError(f"there is no transport for {out.channel}", permanent=True)
    try:
        return transports[out.channel](out)
    except ExchangeError as refusal:
        return refusal
    except Exception as fault:
        tell(fault)
        return ExchangeError(f"our transport failed: {type(fault).__name__}")


def _settled(desk: Desk, organization: str, it: Claimed, outcome: Sent | ExchangeError) -> None:
    with desk.books(organization) as books:
        if outbox.settle(books, it, outcome) == "done" and it.outgoing.referral:
            _say_so(books, it)
        reached("outbox-settled")


def _say_so(books: OpenBooks, it: Claimed) -> None:
    log = books.log(ReferralId(it.outgoing.referral))
    if log:
        fact = MessageSent(to=it.outgoing.addressee, channel=it.outgoing.channel)
        books.append(log, [Draft(fact, books.at)], OUTBOX)


def _until(
    stop: Stop, desk: Desk, step: Callable[[str], int], sleep: Sleep, tell: Tell, every: float
) -> None:
    while not stop.is_set():
        if not sum(_safely(desk, step, tell)):
            sleep(every)


def _safely(desk: Desk, step: Callable[[str], int], tell: Tell) -> list[int]:
    """What each organisation had to do; 0 where it failed, so that a loop that always fails still sleeps."""
    try:
        organizations = desk.database.organizations()
    except Exception as fault:
        tell(fault)
        return []
    done = []
    for organization in organizations:
        try:
            done.append(step(organization))
        except Exception as fault:
            tell(fault)
    return done
