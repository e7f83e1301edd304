"""The watcher: what was missed is in the log, dated at its deadline, once, whenever somebody noticed."""

from datetime import datetime

import pytest

from referloop.policy.in_force import PolicyInForce
from referloop.referral.entry import Draft
from referloop.referral.facts.desk import DeadlineMissed, Escalated
from referloop.referral.facts.intake import ReferralTriaged
from referloop.storage.board import row_of
from referloop.storage.database import Away
from referloop.storage.due import WATCHER, look
from tests.storage.cast import NINE, POLICY, Place, later
from tests.storage.test_concurrency import at_once

TRIAGE_MISSED = DeadlineMissed(requirement="triage", owner="specialist")
CALL_MISSED = DeadlineMissed(requirement="call", owner="specialist")
TO_SENIOR = Escalated(to="senior", requirement="triage")


def looked(place: Place, at: datetime, policy: PolicyInForce | None = None, limit: int = 100) -> int:
    return look(place.database, place.organization, policy or place.policy, at, place.new_id, limit)


def found(place: Place, referral: str = "R1") -> list[tuple[object, object]]:
    entries = place.log(referral).entries
    return [(entry.fact, entry.occurred_at) for entry in entries if entry.author == WATCHER]


def test_before_the_deadline_nothing_is_looked_at(place):
    place.receive("R1")
    assert looked(place, later(0.9)) == 0
    assert found(place) == []


def test_a_miss_is_dated_at_its_deadline_and_the_escalation_when_it_happened(place):
    place.receive("R1")
    assert looked(place, later(2)) == 1
    assert found(place) == [(TRIAGE_MISSED, later(1)), (TO_SENIOR, later(2))]


def test_everything_missed_since_is_found_in_one_look(place):
    place.receive("R1")
    looked(place, later(30))
    assert found(place) == [(TRIAGE_MISSED, later(1)), (TO_SENIOR, later(30)), (CALL_MISSED, later(4))]


def test_a_miss_is_written_once_however_often_somebody_looks(place):
    place.receive("R1")
    looks = [looked(place, later(hours)) for hours in (2, 2, 3, 5, 5, 6, 31, 55)]
    assert looks == [1, 0, 0, 1, 0, 0, 1, 1]
    assert found(place) == [(TRIAGE_MISSED, later(1)), (TO_SENIOR, later(2)), (CALL_MISSED, later(4))]


def test_what_was_done_in_time_is_not_missed_though_nobody_looked(place):
    place.receive("R1")
    place.append("R1", Draft(ReferralTriaged(), later(0.5)), at=later(3))
    looked(place, later(3))
    assert found(place) == []


def test_a_look_says_when_to_look_next(place):
    place.receive("R1")
    looked(place, later(2))
    with place.database.reading(place.organization) as session:
        row = row_of(session, "R1")
    assert row is not None
    assert (row.look_at, row.flags, row.version) == (later(4), ("overdue",), 3)


def test_the_earliest_dates_come_first_and_no_more_than_asked_for(place):
    for number in range(5):
        place.receive(f"R{number}", later(-number))
    assert looked(place, later(2), limit=2) == 2
    assert [bool(found(place, f"R{number}")) for number in range(5)] == [False, False, False, True, True]


def test_four_watchers_at_once_write_each_miss_once(place):
    for number in range(6):
        place.receive(f"R{number}")
    at_once(lambda number: looked(place, later(30)), 4)
    for number in range(6):
        facts = [fact for fact, _ in found(place, f"R{number}")]
        assert facts == [TRIAGE_MISSED, TO_SENIOR, CALL_MISSED]


class Failing:
    """A policy that cannot be computed for one service."""

    calendar = POLICY.calendar

    def __init__(self, *faults: Exception) -> None:
        self.faults = list(faults)

    def opened_by(self, word: str, on: object) -> object:
        if self.faults:
            raise self.faults.pop(0)
        return POLICY.opened_by(word, on)


def test_one_that_cannot_be_computed_is_put_off_an_hour_and_stops_nobody_else(place):
    place.receive("R0", later(-1))
    place.receive("R1")
    with pytest.raises(ExceptionGroup) as failures:
        looked(place, later(2), Failing(ZeroDivisionError()))
    assert [type(failure) for failure in failures.value.exceptions] == [ZeroDivisionError]
    assert (found(place, "R0"), len(found(place, "R1"))) == ([], 2)
    assert looked(place, later(2.9)) == 0
    assert looked(place, later(3)) == 1
    assert found(place, "R0")[0] == (TRIAGE_MISSED, NINE)


def test_a_board_row_without_a_log_is_put_off_and_named(place):
    place.receive("R1")
    sql = "UPDATE board SET referral_id = 'R-nobody' WHERE organization_id = ?"
    place.tamper((sql, (place.organization,)))
    with pytest.raises(ExceptionGroup, match="1 referrals"):
        looked(place, later(2))
    assert looked(place, later(2)) == 0


def test_a_database_that_goes_away_ends_the_look_at_once(place):
    place.receive("R1")
    place.receive("R2")
    with pytest.raises(Away):
        looked(place, later(2), Failing(Away()))
    assert looked(place, later(2)) == 2
