"""Who looked is appended once, chained, never changed, and found again."""

from dataclasses import replace
from datetime import timedelta
from threading import Thread

import apsw
import psycopg
import pytest

from referloop.referral.problems import ProgramFault
from referloop.storage.accesses import Accessed, glass_until, note
from referloop.storage.books import again
from tests.storage.cast import NINE, Place, later
from tests.storage.conftest import of_its_own

OPENED = Accessed("ann", "specialist", "referral-opened", referral="R1")
GLASS = Accessed("ann", "junior", "glass-opened", patient="P9", reason="emergency: called by the ward")
MINUTE = timedelta(minutes=1)


def noted(place: Place, *those: Accessed, at=NINE) -> list[bool]:
    with place.database.transaction(place.organization) as session:
        return [note(session, each, at) for each in those]


def kept(place: Place) -> list[tuple]:
    sql = (
        "SELECT user_id, seq, act, patient_id, referral_id, how_many FROM accesses WHERE organization_id = ?"
    )
    return place.ask(sql + " ORDER BY user_id, seq", place.organization)


def glass(place: Place, at, user="ann", patient="P9"):
    with place.database.reading(place.organization) as session:
        return glass_until(session, user, patient, at)


def test_an_access_names_the_patient_of_its_referral(place):
    place.receive("R1", patient="P1")
    assert noted(place, OPENED) == [True]
    assert kept(place) == [("ann", 1, "referral-opened", "P1", "R1", 0)]


def test_each_reader_has_a_chain_of_their_own(place):
    noted(place, OPENED, replace(OPENED, user="bob"), replace(OPENED, referral="R2"))
    assert [row[:2] for row in kept(place)] == [("ann", 1), ("ann", 2), ("bob", 1)]


def test_a_page_that_is_reloaded_within_a_minute_is_one_access(place):
    assert noted(place, OPENED, OPENED) == [True, False]
    assert noted(place, OPENED, at=NINE + MINUTE / 2) == [False]
    assert noted(place, OPENED, at=NINE + MINUTE) == [True]


def test_files_and_broken_glass_are_never_folded_into_one(place):
    taken = Accessed("ann", "lead", "list-exported", how_many=12, purpose="audit")
    assert noted(place, taken, taken, GLASS, GLASS) == [True] * 4


def test_an_act_that_nobody_defined_is_refused(place):
    with pytest.raises(ProgramFault, match="glanced"):
        noted(place, replace(OPENED, act="glanced"))


def test_the_database_itself_refuses_to_change_an_access(place):
    noted(place, OPENED)
    refused = (apsw.ConstraintError, psycopg.errors.InsufficientPrivilege)
    for change in ("UPDATE accesses SET act = 'found'", "DELETE FROM accesses", "DELETE FROM access_heads"):
        with pytest.raises(refused), place.database.transaction(place.organization) as session:
            session.write((f"{change} WHERE organization_id = ?", (place.organization,)))
    assert len(kept(place)) == 1


@pytest.mark.postgres
def test_not_even_the_owner_of_the_tables_empties_who_looked(postgres_place):
    refused = pytest.raises(psycopg.errors.RaiseException, match="append-only")
    with psycopg.connect(postgres_place.owner_url) as owner, refused:
        owner.execute("TRUNCATE accesses")


def test_broken_glass_lasts_an_hour_for_one_person_and_one_patient(place):
    noted(place, GLASS)
    assert glass(place, later(0.99)) == later(1)
    assert glass(place, later(1)) is None
    assert glass(place, NINE, user="bob") is None
    assert glass(place, NINE, patient="P8") is None


def test_glass_that_was_closed_is_shut_until_it_is_broken_again(place):
    noted(place, GLASS, replace(GLASS, act="glass-closed"))
    assert glass(place, NINE) is None
    noted(place, GLASS, at=NINE + MINUTE)
    assert glass(place, NINE + MINUTE) == later(1) + MINUTE


@pytest.mark.parametrize("shared", ["sqlite_file", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_accesses_of_one_reader_at_once_are_all_kept(request, shared):
    place = of_its_own(request.getfixturevalue(shared))

    def look(thread: int) -> None:
        for turn in range(5):
            again(lambda turn=turn: noted(place, replace(OPENED, referral=f"R{thread}-{turn}")))

    threads = [Thread(target=look, args=(each,)) for each in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert [row[1] for row in kept(place)] == list(range(1, 21))
