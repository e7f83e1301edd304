"""The loops of a worker, turned by hand: no clock but ours, no sleep, no network."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from referloop.exchange.loopback import Loopback
from referloop.ports import ExchangeError, Outgoing, Sent
from referloop.referral.facts.desk import DeadlineMissed, MessageSent
from referloop.storage import outbox
from referloop.storage.access import Organization, add_organization
from referloop.storage.database import Away
from referloop.storage.migrations import migrate_sqlite
from referloop.storage.outbox import ATTEMPTS, LEASE, claim
from referloop.storage.sqlite import SqliteDatabase
from referloop.wiring.desk import Desk
from referloop.wiring.loops import OUTBOX, deliver, deliver_once, watch
from tests.storage.cast import NINE, TRIAGE, Place, new_id

BUSY, REFUSED = ExchangeError("busy"), ExchangeError("no such address", permanent=True)


@dataclass
class Turns:
    """Stops a loop after so many sleeps, each of which moves the clock on."""

    left: int
    step: timedelta = timedelta(minutes=30)
    now: datetime = NINE
    slept: list[float] = field(default_factory=list)
    told: list[Exception] = field(default_factory=list)

    def clock(self) -> datetime:
        return self.now

    def is_set(self) -> bool:
        return self.left <= 0

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.left -= 1
        self.now += self.step


@pytest.fixture
def turns() -> Turns:
    return Turns(4)


@pytest.fixture
def desk(turns: Turns) -> Iterator[Desk]:
    database = SqliteDatabase(":memory:")
    migrate_sqlite(database)
    with database.transaction("desk") as session:
        add_organization(session, Organization("desk", "Desk", "America/New_York", ""), NINE)
    yield Desk(database, turns.clock, new_id, (TRIAGE,))
    database.close()


@pytest.fixture
def place(desk: Desk) -> Place:
    return Place(desk.database, "desk", policy=desk.policy("desk"))


def run(desk: Desk, turns: Turns, **transports: object) -> None:
    deliver(desk, transports, stop=turns, sleep=turns.sleep, tell=turns.told.append)  # type: ignore[arg-type]


def counts(place: Place) -> dict[str, int]:
    with place.database.reading("desk") as session:
        return {state: count for state, count in outbox.counts(session).items() if count}


def test_the_watcher_writes_down_what_was_missed_and_sleeps_when_nothing_is_due(desk, place, turns):
    place.receive("R1")
    watch(desk, stop=turns, sleep=turns.sleep, tell=turns.told.append)
    words = [entry.word for entry in place.log("R1").entries]
    assert words == ["referral-received", "deadline-missed", "escalated"]
    assert (turns.slept, turns.told) == ([5.0] * 4, [])


def test_a_failing_organisation_is_told_and_does_not_keep_the_others_waiting(desk, place, turns):
    with desk.database.transaction("a-broken-desk") as session:
        add_organization(session, Organization("a-broken-desk", "B", "Nowhere/Land", ""), NINE)
    place.receive("R1")
    watch(desk, stop=turns, sleep=turns.sleep, tell=turns.told.append)
    assert any(isinstance(entry.fact, DeadlineMissed) for entry in place.log("R1").entries)
    assert {type(fault).__name__ for fault in turns.told} == {"ZoneInfoNotFoundError"}


class AwayDatabase:
    """A database whose server has gone."""

    def organizations(self) -> list[str]:
        raise Away("gone")


def test_a_loop_outlives_a_database_that_is_away(turns):
    desk = Desk(AwayDatabase(), turns.clock, new_id, ())  # type: ignore[arg-type]
    run(desk, turns)
    assert (len(turns.told), turns.slept) == (4, [1.0] * 4)


def test_what_arrives_is_in_the_log_of_its_referral(desk, place, turns):
    place.receive("R1")
    sent = place.send("E1", "E2", referral="R1")
    loopback = Loopback()
    run(desk, turns, loopback=loopback)
    assert loopback.received == {each.id: each for each in sent}
    mine = [entry for entry in place.log("R1").entries if entry.author == OUTBOX]
    assert [entry.fact for entry in mine] == [MessageSent(to="requester", channel="loopback")] * 2
    assert counts(place) == {"done": 2}


def test_an_effect_of_no_referral_or_of_one_that_is_not_there_is_only_sent(desk, place, turns):
    place.send("E1")
    place.send("E2", referral="R-nobody")
    run(desk, turns, loopback=Loopback())
    assert (counts(place), turns.told) == ({"done": 2}, [])


def test_a_busy_destination_is_tried_again_under_the_same_key(desk, place, turns):
    place.send("E1")
    loopback = Loopback(BUSY, BUSY)
    run(desk, turns, loopback=loopback)
    assert (loopback.attempts, counts(place)) == (["E1", "E1", "E1"], {"done": 1})


def test_a_refusal_for_good_is_not_tried_again(desk, place, turns):
    place.send("E1")
    loopback = Loopback(REFUSED)
    run(desk, turns, loopback=loopback)
    assert (loopback.attempts, counts(place)) == (["E1"], {"dead": 1})


def test_silence_is_neither_sent_nor_failed_and_says_nothing_in_the_log(desk, place, turns):
    place.receive("R1")
    place.send("E1", referral="R1")
    run(desk, turns, loopback=Loopback(Sent(confirmed=False)))
    assert (place.log("R1").version, counts(place)) == (1, {"unconfirmed": 1})


def test_a_channel_without_a_transport_goes_to_people(desk, place, turns):
    place.send("E1")
    run(desk, turns)
    assert counts(place) == {"dead": 1}


def test_a_fault_of_a_transport_is_told_and_the_effect_waits(desk, place, turns):
    place.send("E1")

    def faulty(outgoing: Outgoing) -> Sent:
        raise ZeroDivisionError

    assert deliver_once(desk, "desk", {"loopback": faulty}, turns.told.append) == 1
    assert ([type(fault) for fault in turns.told], counts(place)) == ([ZeroDivisionError], {"queued": 1})


def test_an_effect_that_kills_its_workers_is_given_up_without_another_attempt(desk, place, turns):
    place.send("E1")
    for attempt in range(ATTEMPTS):
        assert len(claim(desk.database, "desk", NINE + LEASE * attempt)) == 1
    turns.now = NINE + LEASE * ATTEMPTS
    loopback = Loopback()
    deliver_once(desk, "desk", {"loopback": loopback}, turns.told.append)
    assert (loopback.attempts, counts(place)) == ([], {"dead": 1})


def test_what_was_not_sent_while_its_lease_lasted_is_left_to_others(desk, place, turns):
    place.send("E1", "E2")
    loopback = Loopback()

    def slow(outgoing: Outgoing) -> Sent:
        turns.now += LEASE
        return loopback(outgoing)

    assert deliver_once(desk, "desk", {"loopback": slow}, turns.told.append) == 2
    assert loopback.attempts == ["E1"]
    deliver_once(desk, "desk", {"loopback": slow}, turns.told.append)
    assert (loopback.attempts, counts(place)) == (["E1", "E2"], {"done": 2})
