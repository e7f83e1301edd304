"""For whom somebody stands: chosen from the directory by who looks after people, never for oneself."""

import pytest

from referloop.messages import Identifier, Party
from referloop.storage.access import User, add_user
from referloop.workbench.asking import Answer, Ask, Go, Page
from referloop.workbench.duties import Colleague, standing_faults
from referloop.workbench.pages.settings import people, person, stand_for
from tests.desks import NOW, TestDesk
from tests.workbench.filled import Filled, filled

NPI_OF, NPI = "http://hl7.org/fhir/sid/us-npi", "9990000018"
OSEI, PRACTICE = "Ruth Osei, Northside Family Practice", "Northside Family Practice"


@pytest.fixture
def it(here: TestDesk) -> Filled:
    found = filled(here)
    with here.desk.database.transaction(here.organization) as session:
        add_user(session, User("admin", "Alex Wirth", "administrator"), NOW)
    with here.desk.books(here.organization) as books:
        books.know_party("ruth", Party(practitioner="Ruth Osei", organisation=PRACTICE))
    return found


def named(it: Filled, number: str, practitioner: str, organisation: str) -> None:
    """A message names somebody so, with this number."""
    told = Party(
        practitioner=practitioner, organisation=organisation, identifiers=(Identifier(NPI_OF, number, "NPI"),)
    )
    with it.test.desk.books(it.test.organization) as books:
        books.know_party(f"{NPI_OF}|{number}", told)


def chosen(it: Filled, *names: str) -> Answer:
    here = it.here("administrator")
    asked = Ask("POST", here, {}, {}, {"id": "clinician"}, {"stands_for": [*names]})
    return stand_for(asked, it.needs)


def test_the_directory_offers_a_person_and_the_practice_they_work_at(it: Filled):
    answer = it.ask(person, role="administrator", query={"id": "clinician", "find": "northside"})
    assert isinstance(answer, Page)
    assert answer.shows["stands_for"] == ("Dr. Osei",)
    assert [value for _, value in answer.shows["offered"]] == [OSEI, PRACTICE]


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


def test_the_names_of_one_number_are_chosen_together_and_each_by_name(it: Filled):
    named(it, NPI, "Ruth Osei", "")
    named(it, NPI, "Ruth Osei", PRACTICE)
    page = it.ask(person, role="administrator", query={"id": "clinician", "find": "osei"})
    assert isinstance(page, Page)
    assert [(each.words, each.number, each.names) for each, _ in page.shows["offered"]] == [
        ("Ruth Osei", "NPI 9990000018", ("Ruth Osei", OSEI)),
        (PRACTICE, "", (PRACTICE,)),
    ]
    value = page.shows["offered"][0][1]
    it.receive("R1", "P1", patient="P1", requester="Ruth Osei")
    it.receive("R2", "P2", patient="P2", requester=OSEI)
    it.receive("R3", "P2", patient="P2", requester="Ruth Osei, Southside")
    assert isinstance(chosen(it, value), Go)
    assert it.needs.settings.stands_for(it.here(), "clinician") == ("Ruth Osei", OSEI)
    opened = [it.needs.workspace.open(it.here("clinician"), id) is not None for id in ("R1", "R2", "R3")]
    assert opened == [True, True, False]


def test_a_name_that_comes_later_is_shown_and_widens_nothing_before_it_is_chosen(it: Filled):
    named(it, NPI, "Ruth Osei", PRACTICE)
    chosen(it, OSEI)
    assert (it.needs.settings.also_named(it.here(), [OSEI]), it.needs.settings.named_anew(it.here())) == (
        [],
        set(),
    )
    named(it, NPI, "R. Osei", PRACTICE)
    it.receive("R1", "P1", patient="P1", requester=f"R. Osei, {PRACTICE}")
    assert it.needs.workspace.open(it.here("clinician"), "R1") is None
    assert it.needs.settings.also_named(it.here(), [OSEI]) == [f"R. Osei, {PRACTICE}"]
    assert it.needs.settings.named_anew(it.here()) == {"clinician"}
    pages = (
        it.page(people, role="administrator"),
        it.page(person, role="administrator", query={"id": "clinician"}),
    )
    assert ["named in another way too" in pages[0], "with the same number" in pages[1]] == [True, True]
    chosen(it, OSEI, f"R. Osei, {PRACTICE}")
    assert it.needs.workspace.open(it.here("clinician"), "R1") is not None
    assert it.needs.settings.named_anew(it.here()) == set()


def test_a_name_that_two_numbers_bear_ties_nobody_to_anybody(it: Filled):
    named(it, NPI, "Ruth Osei", PRACTICE)
    named(it, NPI, "Ruth Osei", "")
    named(it, "9990000067", "Ruth Osei", "")
    named(it, "9990000067", "Ruth Osei", "Southside")
    page = it.ask(person, role="administrator", query={"id": "clinician", "find": "osei"})
    assert isinstance(page, Page)
    assert [(each.number, each.names) for each, _ in page.shows["offered"]] == [
        ("NPI 9990000018", (OSEI,)),
        ("NPI 9990000067", ("Ruth Osei, Southside",)),
        ("", (PRACTICE,)),
        ("more than one number", ("Ruth Osei",)),
    ]
    assert it.needs.settings.also_named(it.here(), ["Ruth Osei"]) == []
    assert it.needs.settings.also_named(it.here(), [OSEI]) == []


def test_nobody_says_for_whom_they_stand_themselves_nor_for_who_stands_above(it: Filled):
    own = standing_faults("ines", "administrator", Colleague("ines", "I", "clinician", True), [], [])
    above = standing_faults("kim", "lead", Colleague("ines", "I", "compliance", True), [], [])
    assert [[each.code for each in found] for found in (own, above)] == [["user-self"], ["user-above"]]
