"""For whom somebody stands: chosen from the directory by who looks after people, never for oneself."""

import pytest

from referloop.messages import Party
from referloop.storage.access import User, add_user
from referloop.workbench.asking import Answer, Ask, Go, Page
from referloop.workbench.duties import Colleague, standing_faults
from referloop.workbench.pages.settings import person, stand_for
from tests.desks import NOW, TestDesk
from tests.workbench.filled import Filled, filled

OSEI, PRACTICE = "Ruth Osei, Northside Family Practice", "Northside Family Practice"


@pytest.fixture
def it(here: TestDesk) -> Filled:
    found = filled(here)
    with here.desk.database.transaction(here.organization) as session:
        add_user(session, User("admin", "Alex Wirth", "administrator"), NOW)
    with here.desk.books(here.organization) as books:
        books.know_party("ruth", Party(practitioner="Ruth Osei", organisation=PRACTICE))
    return found


def chosen(it: Filled, *names: str) -> Answer:
    here = it.here("administrator")
    asked = Ask("POST", here, {}, {}, {"id": "clinician"}, {"stands_for": [*names]})
    return stand_for(asked, it.needs)


def test_the_directory_offers_a_person_and_the_practice_they_work_at(it: Filled):
    answer = it.ask(person, role="administrator", query={"id": "clinician", "find": "northside"})
    assert isinstance(answer, Page)
    assert (answer.shows["stands_for"], answer.shows["offered"]) == (("Dr. Osei",), [PRACTICE, OSEI])


def test_who_stands_for_a_practice_sees_what_it_asked_for(it: Filled):
    it.receive("R1", "P1", patient="P1", requester=OSEI)
    before = it.needs.workspace.open(it.here("clinician"), "R1")
    assert chosen(it, PRACTICE, OSEI) == Go("/settings", f"A clinician stands for {PRACTICE}; {OSEI}.")
    after = it.needs.workspace.open(it.here("clinician"), "R1")
    assert (before, after is not None) == (None, True)
    assert it.needs.settings.stands_for(it.here(), "clinician") == (PRACTICE, OSEI)


def test_what_the_directory_does_not_know_is_refused_and_what_stood_before_may_stay(it: Filled):
    answer = chosen(it, "Dr. Osei", "Dr. Nobody")
    assert isinstance(answer, Page)
    assert ([each.code for each in answer.shows["wrong"]], answer.status) == (["stands-for-unknown"], 422)
    assert isinstance(chosen(it, "Dr. Osei"), Go)
    assert isinstance(chosen(it), Go)
    assert it.needs.settings.stands_for(it.here(), "clinician") == ()


def test_nobody_says_for_whom_they_stand_themselves_nor_for_who_stands_above(it: Filled):
    own = standing_faults("ines", "administrator", Colleague("ines", "I", "clinician", True), [], [])
    above = standing_faults("kim", "lead", Colleague("ines", "I", "compliance", True), [], [])
    assert [[each.code for each in found] for found in (own, above)] == [["user-self"], ["user-above"]]
