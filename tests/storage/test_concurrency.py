"""Many writers at once: nothing lost, nothing doubled, and clerks who meet one patient make one person."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from referloop.ports import Wanted
from referloop.referral.entry import Draft
from referloop.referral.facts.desk import NoteAdded
from referloop.referral.facts.intake import ReferralTriaged
from referloop.storage.books import TRIES, again
from referloop.storage.database import Contended
from tests.storage.cast import ANN, NINE, PATIENT, later

KEYS = ["id|mrn|77", "name|okafor|ada|1980-02-29"]


def at_once(work: Callable[[int], object], threads: int) -> list[object]:
    """All of them begin at the same moment."""
    ready = threading.Barrier(threads)

    def one(number: int) -> object:
        ready.wait()
        return work(number)

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(one, range(threads)))


def test_eight_writers_on_one_referral_lose_and_double_nothing(place):
    place.receive("R1")

    def write(number: int) -> None:
        for turn in range(5):
            place.append("R1", Draft(NoteAdded(text=f"note {number}.{turn}"), later(1)), at=later(1))

    at_once(write, 8)
    log = place.log("R1")
    written = sorted(entry.fact.text for entry in log.entries if isinstance(entry.fact, NoteAdded))
    assert written == sorted(f"note {number}.{turn}" for number in range(8) for turn in range(5))
    assert [entry.seq for entry in log.entries] == list(range(1, 42))
    assert place.rows("referrals")[0][2:4] == (41, log.head)


def test_twelve_clerks_who_meet_a_new_patient_at_once_make_one_person(place):
    def take(number: int) -> str:
        def work() -> str:
            with place.books() as books:
                books.read_ahead(Wanted(person_keys=KEYS))
                known = books.people(KEYS)
                person = known[0].id if known else f"P{number}"
                if not known:
                    books.add_person(person, PATIENT, KEYS)
                return person

        return again(work)

    assert len(set(at_once(take, 12))) == 1
    assert len(place.rows("people")) == 1
    assert [row[0] for row in place.rows("person_keys")] == KEYS


def test_who_writes_from_an_older_version_is_told_that_another_was_first(place):
    stale = place.receive("R1")
    place.append("R1", Draft(ReferralTriaged(), later(1)), at=later(1))

    def write_from_before() -> None:
        with place.books(later(2)) as books:
            books._logs[stale.referral], books._loaded[stale.referral] = stale, stale.version
            books.append(stale, [Draft(NoteAdded(text="from before"), later(2))], ANN)

    with pytest.raises(Contended):
        write_from_before()
    assert [entry.word for entry in place.log("R1").entries] == ["referral-received", "referral-triaged"]


def test_work_is_done_again_until_nobody_is_first():
    outcomes = iter([Contended(), Contended(), "done"])

    def work() -> str:
        outcome = next(outcomes)
        if isinstance(outcome, Contended):
            raise outcome
        return outcome

    assert again(work) == "done"


def test_work_that_is_never_first_is_given_up():
    tries: list[int] = []

    def work() -> None:
        tries.append(1)
        raise Contended

    with pytest.raises(Contended):
        again(work)
    assert len(tries) == TRIES


def test_two_who_open_the_same_new_referral_make_it_once(place):
    def open_it(number: int) -> str:
        try:
            place.receive("R1")
        except Contended:
            return "second"
        return "first"

    assert sorted(at_once(open_it, 4)) == ["first", "second", "second", "second"]
    assert place.log("R1").version == 1


def test_readers_see_whole_referrals_while_others_write(place):
    place.receive("R0")
    stop = threading.Event()
    seen: list[bool] = []

    def look() -> None:
        while not stop.is_set():
            with place.database.reading(place.organization) as session:
                heads, counts = session.ask(
                    ("SELECT id, version FROM referrals WHERE organization_id = ?", (place.organization,)),
                    (
                        "SELECT referral_id, COUNT(*) FROM entries WHERE organization_id = ? GROUP BY 1",
                        (place.organization,),
                    ),
                )
            seen.append(dict(heads) == dict(counts))

    reader = threading.Thread(target=look)
    reader.start()
    for _ in range(15):
        place.append("R0", Draft(NoteAdded(text="again"), NINE))
    stop.set()
    reader.join()
    assert set(seen) == {True}
