"""The kill loop: work, die, start again, send again what was not acknowledged, and count at the end."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random

from chaos.checks import Found, check
from chaos.deaths import WAYS, Death, deaths
from chaos.ledger import Batch, Decision, Ledger
from chaos.places import Place, places
from chaos.process import Died, Process
from chaos.traffic import Message, Sender
from chaos.victim import ORGANIZATION, START, Victim
from referloop.failpoints import POINTS
from referloop.policy.in_force import PolicyInForce
from referloop.storage.access import Organization, add_organization
from referloop.wiring.desk import calendar, shipped_policy

_LEASE_AND_MORE = timedelta(seconds=61)
_IN_ALL = timedelta(days=6)  # how far the clock goes in one run, so that deadlines pass
_DESK = Organization(ORGANIZATION, "The rig's desk", "America/New_York")
_BATCH = 4
_AT_ONCE = 12  # orders in one life, if it lasts so long
_ORDERS = ("intake", "batch", "decide", "order", "watch", "deliver")


@dataclass
class Rig:
    """One run on one database."""

    make: Callable[[Connection], Victim]
    chance: Random
    step: timedelta
    sender: Sender
    schema: Place
    ledger: Ledger = field(default_factory=Ledger)
    now: datetime = START
    decisions: int = 0

    def live_and_die(self, death: Death) -> None:
        """One process: it first makes good what the last one left, then works until it dies."""
        self.now += self.step
        process = Process(self.make, self.ledger)
        try:
            if self.chance.random() < 0.5:
                self.make_good(process)
            self._prepare(process, death)
            process.ask("arm", self.now, death.setting)
            if not death.place:
                process.dies_in(death.seconds)
            self._work(process, death)
            process.kill()
        except Died:
            pass
        self.ledger.kills["" if process.killed_by_us else death.place] += 1

    def make_good(self, process: Process) -> None:
        """What a restarted desk and its patient partners do: send again, deliver what is leased no more."""
        self._settle_owing(process)
        if self.ledger.messages and self.chance.random() < 0.3:
            self._take_in(process, self.chance.choice(list(self.ledger.messages.values())), resent=True)
        self.now += _LEASE_AND_MORE
        process.ask("deliver", self.now)

    def finish(self) -> None:
        """The last process lives: everything is made good, delivered and looked at."""
        self.ledger.owing += self.sender.rest()
        process = Process(self.make, self.ledger)
        self.make_good(process)
        while process.ask("deliver", self.now):
            pass
        while process.ask("watch", self.now):
            pass
        process.ask("migrate", self.now)
        process.kill()

    def _prepare(self, process: Process, death: Death) -> None:
        """See to it that there is something to do at the place of death."""
        if death.order == "migrate":
            self.schema.wipe()
        elif death.order == "watch":
            due = process.ask("next_due", self.now)
            self.now = max(self.now, due or self.now)
        elif death.order == "deliver":
            for _ in range(2):
                self._decide(process, "order")

    def _work(self, process: Process, death: Death) -> None:
        self._do(process, death.order)
        for _ in range(_AT_ONCE):
            own = death.order in _ORDERS and self.chance.random() < 0.6
            self._do(process, death.order if own else self.chance.choice(_ORDERS))
        self._settle_owing(process)

    def _do(self, process: Process, order: str) -> None:
        if order == "any":
            return
        if order == "intake":
            self._take_in(process, self.sender.next(self.now))
        elif order == "batch":
            self._take_in_all(process, tuple(self.sender.next(self.now) for _ in range(_BATCH)))
        elif order in ("decide", "order"):
            self._decide(process, order)
        else:
            process.ask(order, self.now)

    def _settle_owing(self, process: Process) -> None:
        owing, self.ledger.owing = self.ledger.owing, []
        while owing:
            it = owing.pop(0)
            try:
                self._try_again(process, it)
            except Died:
                self.ledger.owing += owing
                raise

    def _try_again(self, process: Process, it: Message | Batch | Decision) -> None:
        if isinstance(it, Message):
            self._take_in(process, it, resent=True)
        elif isinstance(it, Decision):
            self._persist(process, it)
        else:
            self._take_in_all(process, it)

    def _take_in(self, process: Process, it: Message, *, resent: bool = False) -> None:
        try:
            again = resent and process.ask("known", self.now, it.control_id)
            answer = process.send(it.frame)
        except Died:
            if it.control_id not in self.ledger.messages:
                self.ledger.owing.append(it)
            raise
        self.ledger.acknowledge(it, answer, again=again)

    def _take_in_all(self, process: Process, batch: Batch) -> None:
        try:
            answers = process.ask("batch", self.now, [it.frame for it in batch])
        except Died:
            self.ledger.owing.append(batch)
            raise
        if len({again for _, again in answers}) != 1:
            self.ledger.faults.append("a part of a batch was there already")
        for it, (answer, again) in zip(batch, answers, strict=True):
            self.ledger.acknowledge(it, answer, again=again)

    def _decide(self, process: Process, order: str) -> None:
        placers = [it.placer for it in self.ledger.messages.values()]
        if placers:
            self.decisions += 1
            self._persist(
                process, Decision(f"note {self.decisions:06} ends", self.chance.choice(placers), order)
            )

    def _persist(self, process: Process, it: Decision) -> None:
        """Like a person: told that somebody wrote meanwhile, they look, and decide again if need be."""
        try:
            for _ in range(3):
                if it.referral and self._settled(process, it):
                    self.ledger.decided[it.mark] = it
                    return
                seen = process.ask("seen", self.now, it.placer)
                if seen is None:
                    return  # a change that waits for its request: there is nothing to decide on yet
                it.referral, it.version = seen
        except Died:
            self.ledger.owing.append(it)
            raise
        self.ledger.faults.append(f"{it.mark} could not be decided")

    def _settled(self, process: Process, it: Decision) -> bool:
        done = process.ask(it.order, self.now, it.referral, it.version, it.mark)
        return bool(done or process.ask("noted", self.now, it.referral, it.mark))


@dataclass(frozen=True, slots=True)
class Run:
    """What one run came to."""

    ledger: Ledger
    found: Found
    seconds: float

    @property
    def failed(self) -> bool:
        return bool(self.found.lost or self.found.doubled or self.found.faults)


def kill_run(kind: str, folder: Path, *, seed: int, kills: int, bug: str = "") -> Run:
    """So many kills on one database, then the count."""
    began = time.monotonic()
    chance = Random(f"{seed} {kind}")
    policy = desk_policy()
    with places(kind, folder) as (books, schema):
        found_desk(books)
        sender = Sender(Random(f"{seed} traffic"), overtaken=0.15)
        step = max(_LEASE_AND_MORE, _IN_ALL / max(kills, 1))
        rig = Rig(lambda pipe: Victim(books, schema, policy, pipe, bug), chance, step, sender, schema)
        for death in deaths(chance, kills):
            rig.live_and_die(death)
        rig.finish()
        rig.ledger.faults += [f"no process died at {place}" for place in _unreached(rig.ledger, kills)]
        found = check(books, schema, rig.ledger, policy, rig.now)
    return Run(rig.ledger, found, time.monotonic() - began)


def _unreached(ledger: Ledger, kills: int) -> set[str]:
    return set(POINTS) - set(ledger.kills) if kills >= len(WAYS) else set()


def desk_policy() -> PolicyInForce:
    return PolicyInForce(shipped_policy(), calendar(_DESK))


def found_desk(books: Place) -> None:
    books.migrate()
    database = books.open()
    with database.transaction(ORGANIZATION) as session:
        add_organization(session, _DESK, START)
    database.close()
