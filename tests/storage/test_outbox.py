"""The outbox: one key however often, in order, and never lost from sight."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from referloop.ports import ExchangeError, Sent
from referloop.referral.entry import Author
from referloop.referral.facts.desk import MessageSent
from referloop.storage import outbox
from referloop.storage.items import items_about, open_items
from referloop.storage.outbox import ATTEMPTS, LEASE, Claimed, Unsure, claim, pause
from tests.storage.cast import NINE, Place, later, outgoing

BUSY, REFUSED = ExchangeError("busy"), ExchangeError("no such address", permanent=True)


def claimed(place: Place, at=NINE, limit: int = 10) -> list[Claimed]:
    return claim(place.database, place.organization, at, limit=limit)


def settle(place: Place, it: Claimed, outcome: Sent | ExchangeError, at=NINE) -> str:
    with place.books(at) as books:
        return outbox.settle(books, it, outcome)


def counts(place: Place) -> dict[str, int]:
    with place.database.reading(place.organization) as session:
        return {state: count for state, count in outbox.counts(session).items() if count}


def unsure(place: Place) -> list[Unsure]:
    with place.database.reading(place.organization) as session:
        assert outbox.unsure(session, []) == []
        return outbox.unsure(session, ["R1", "R2"])


def test_what_is_claimed_is_whole_and_counted(place):
    place.send("E1", "E2")
    assert claimed(place) == [Claimed(outgoing(id), 1, NINE + LEASE) for id in ("E1", "E2")]


def test_what_is_claimed_is_nobody_elses_until_its_lease_runs_out(place):
    place.send("E1")
    claimed(place)
    assert claimed(place, NINE + LEASE - timedelta(seconds=1)) == []
    assert claimed(place, NINE + LEASE) == [Claimed(outgoing("E1"), 2, NINE + LEASE * 2)]


def test_a_rolled_back_effect_never_leaves(place):
    def send_and_fail() -> None:
        with place.books() as books:
            books.send(outgoing("E1"))
            books.flush()
            raise LookupError

    with pytest.raises(LookupError):
        send_and_fail()
    assert claimed(place) == []


def test_what_was_confirmed_is_done(place):
    place.send("E1")
    assert settle(place, claimed(place)[0], Sent(says="MSA|AA")) == "done"
    assert counts(place) == {"done": 1}
    assert claimed(place, later(100)) == []


def test_effects_about_one_referral_reach_a_destination_one_after_the_other(place):
    place.send("E1", "E2", referral="R1")
    place.send("E3", referral="R1", to="pharmacy")
    place.send("E4", referral="R2")
    first = claimed(place)
    assert [each.outgoing.id for each in first] == ["E1", "E3", "E4"]
    assert claimed(place) == []
    settle(place, first[0], Sent())
    assert [each.outgoing.id for each in claimed(place)] == ["E2"]


def test_the_order_is_that_of_writing_and_not_of_ids_or_clocks(place):
    place.send("Z", "A", referral="R1", at=later(1))
    place.send("M", referral="R1", at=later(0))
    order = []
    for _ in range(3):
        found = claimed(place, later(2))
        order += [each.outgoing.id for each in found]
        settle(place, found[0], Sent(), later(2))
    assert order == ["Z", "A", "M"]


def test_a_failed_attempt_waits_and_holds_back_what_comes_after(place):
    place.send("E1", "E2", referral="R1")
    assert settle(place, claimed(place)[0], BUSY) == "queued"
    assert claimed(place, NINE + pause(1, "E1") - timedelta(seconds=1)) == []
    again = claimed(place, NINE + pause(1, "E1"))
    assert [(each.outgoing.id, each.attempts) for each in again] == [("E1", 2)]


def test_pauses_double_are_spread_by_id_and_have_an_end():
    longest = [timedelta(seconds=30 * 2**n) for n in range(7)] + [timedelta(hours=1)] * 3
    for id in ("E1", "E2", "E3"):
        pauses = [pause(attempt, id) for attempt in range(1, 11)]
        assert [pause(attempt, id) for attempt in range(1, 11)] == pauses
        assert all(most / 2 <= each <= most for each, most in zip(pauses, longest, strict=True))
    assert len({pause(1, f"E{n}") for n in range(50)}) == 50


def test_a_refusal_for_good_is_dead_at_once_with_an_item_and_an_owner(place):
    place.send("E1", "E2", referral="R1")
    assert settle(place, claimed(place)[0], REFUSED) == "dead"
    with place.database.reading(place.organization) as session:
        (item,) = open_items(session)
    assert (item.kind, item.about, item.owner) == ("dead-letter", "outbox:E1", "specialist")
    assert item.due_at is not None
    assert item.due_at > NINE
    assert claimed(place, later(100)) == []  # what comes after waits for a person's decision


def test_what_fails_too_often_is_dead(place):
    place.send("E1")
    states, at = [], NINE
    for _ in range(ATTEMPTS):
        states.append(settle(place, claimed(place, at)[0], BUSY, at))
        at += timedelta(hours=2)
    assert states == ["queued"] * (ATTEMPTS - 1) + ["dead"]


def test_a_dead_one_is_replayed_under_its_own_key_and_its_item_closed(place):
    place.send("E1", "E2", referral="R1")
    settle(place, claimed(place)[0], REFUSED)
    with place.books(later(1)) as books:
        assert outbox.replay(books, "E1", "ann")
    assert claimed(place, later(1)) == [Claimed(outgoing("E1", "R1"), 1, later(1) + LEASE)]
    with place.database.reading(place.organization) as session:
        assert open_items(session) == []
        (item,) = items_about(session, "outbox:E1")
    assert (item.closed_by, item.outcome) == ("ann", "to be sent again")


def test_only_what_waits_for_a_person_is_decided_by_one(place):
    place.send("E1")
    with place.books() as books:
        assert not outbox.replay(books, "E1", "ann")
        assert not outbox.replay(books, "E-nobody", "ann")
        assert not outbox.confirm(books, "E1", "ann")
    assert counts(place) == {"queued": 1}


def test_a_withdrawn_one_lets_those_behind_it_go(place):
    place.send("E1", "E2", referral="R1")
    settle(place, claimed(place)[0], REFUSED)
    with place.books(later(1)) as books:
        assert outbox.withdraw(books, "E1", "ann", "sent by fax")
    assert [each.outgoing.id for each in claimed(place, later(1))] == ["E2"]
    assert counts(place) == {"withdrawn": 1, "queued": 1}


def test_what_nobody_answered_is_neither_sent_nor_failed_until_a_person_knows(place):
    place.send("E1", "E2", referral="R1")
    assert settle(place, claimed(place)[0], Sent(confirmed=False)) == "unconfirmed"
    assert counts(place) == {"unconfirmed": 1, "queued": 1}
    with place.database.reading(place.organization) as session:
        assert [item.kind for item in open_items(session)] == ["unconfirmed"]
    assert unsure(place) == [
        Unsure("R1", "requester", "loopback", outgoing("E1").destination, NINE, "unconfirmed")
    ]
    with place.books(later(1)) as books:
        assert outbox.confirm(books, "E1", "ann")
    assert (counts(place), unsure(place)) == ({"done": 1, "queued": 1}, [])


def test_what_was_refused_may_have_been_read(place):
    place.send("E1", "E2", referral="R1")
    settle(place, claimed(place)[0], REFUSED)
    assert [(each.referral, each.state) for each in unsure(place)] == [("R1", "dead")]


@pytest.mark.parametrize(
    ("by", "author"),
    [("person:ann/specialist", Author("person", "ann", "specialist")), ("ann", Author("person", "ann"))],
)
def test_what_a_person_confirms_is_told_in_the_log_of_its_referral(place, by, author):
    place.receive("R1")
    place.send("E1", referral="R1")
    settle(place, claimed(place)[0], Sent(confirmed=False))
    with place.books(later(1)) as books:
        assert outbox.confirm(books, "E1", by)
    entry = place.log("R1").entries[-1]
    assert (entry.fact, entry.occurred_at, entry.author) == (
        MessageSent(to="requester", channel="loopback"),
        later(1),
        author,
    )


def test_a_worker_whose_lease_ran_out_changes_nothing_any_more(place):
    place.send("E1")
    slow = claimed(place)[0]
    quick = claimed(place, later(1))[0]
    assert settle(place, slow, REFUSED, later(1)) == ""
    assert settle(place, quick, Sent(), later(1)) == "done"
    assert settle(place, slow, BUSY, later(1)) == ""
    assert counts(place) == {"done": 1}


def test_eight_workers_send_everything_once_and_in_order(place):
    for number in range(40):
        place.send(f"E{number:02}", referral=f"R{number % 5}")
    arrived: list[str] = []

    def work(seed: int) -> None:
        chance = random.Random(seed)
        while counts(place).get("queued"):
            for each in claimed(place, limit=3):
                arrived.append(each.outgoing.id)
                settle(place, each, Sent() if chance.random() < 0.9 else Sent(says="slow"))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    assert sorted(arrived) == [f"E{number:02}" for number in range(40)]
    for referral in range(5):
        mine = [id for id in arrived if int(id[1:]) % 5 == referral]
        assert mine == sorted(mine)


def test_one_organisation_claims_nothing_of_another(place):
    place.send("E1")
    assert claim(place.database, "somebody else", NINE) == []


def test_what_waited_longest_goes_first(place):
    for hour, id in enumerate(("B", "A", "C")):
        place.send(id, at=later(hour))
    assert [each.outgoing.id for each in claimed(place, later(5), limit=2)] == ["B", "A"]
