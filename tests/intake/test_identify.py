"""Who a message is about: certain, or a question; never a guess."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from referloop.intake.identify import Identified, identify, keys
from referloop.messages import Contact, Identifier, Name, Person
from referloop.ports import KnownPerson
from referloop.spelling import plain

MARIA = Person(
    identifiers=(Identifier("urn:northside:mrn", "004881", "MR"),),
    names=(Name("Álvarez", "María Luisa"),),
    birth_date="1972-03-12",
    sex="female",
    contacts=(Contact("mobile", "+1 (212) 555-0142"),),
    address="12 Elm St, Albany",
    postal_code="12207",
)


def known(person: Person, id: str = "P1", shared_with: Person = MARIA) -> KnownPerson:
    return KnownPerson(id, person, tuple(key for key in keys(person) if key in keys(shared_with)))


def without_numbers(person: Person) -> Person:
    return replace(person, identifiers=())


def test_the_same_number_of_the_same_authority_with_an_agreeing_name_is_the_same_patient():
    told = replace(MARIA, names=(Name("Alvarez", "Maria"),), contacts=())
    assert identify(told, [known(MARIA)]) == Identified("P1")


def test_the_same_number_with_another_name_and_birth_date_is_a_question():
    other = replace(MARIA, names=(Name("Okafor", "Chidi"),), birth_date="1990-01-01")
    found = identify(other, [known(MARIA, shared_with=other)])
    assert found == Identified("", "number-matches-name-differs", ("P1",))


def test_a_new_family_name_with_the_same_number_birth_date_and_given_name_is_the_same_patient():
    married = replace(MARIA, names=(Name("Okafor", "María Luisa"),))
    assert identify(married, [known(MARIA, shared_with=married)]) == Identified("P1")


def test_a_number_that_matches_two_patients_is_a_question_about_both():
    found = identify(MARIA, [known(MARIA, "P1"), known(MARIA, "P2")])
    assert found == Identified("", "several-match", ("P1", "P2"))


def test_name_and_birth_date_alone_are_a_question():
    namesake = Person(names=MARIA.names, birth_date=MARIA.birth_date)
    assert identify(namesake, [known(MARIA, shared_with=namesake)]) == Identified(
        "", "name-and-birth-date-only", ("P1",)
    )


def test_name_birth_date_and_phone_are_the_same_patient():
    told = without_numbers(replace(MARIA, contacts=(Contact("phone", "212-555-0142"),), address=""))
    assert identify(told, [known(MARIA, shared_with=told)]) == Identified("P1")


def test_name_birth_date_and_phone_with_another_record_number_are_a_question():
    told = replace(MARIA, identifiers=(Identifier("urn:northside:mrn", "777", "MR"),))
    assert identify(told, [known(MARIA, shared_with=told)]).why == "name-and-birth-date-only"


def test_twins_at_one_address_are_two_patients():
    twin = without_numbers(replace(MARIA, names=(Name("Álvarez", "Marta"),)))
    assert identify(twin, [known(MARIA, shared_with=twin)]) == Identified("")


def test_newborn_twins_without_names_are_a_question_even_at_one_address_and_phone():
    baby = without_numbers(replace(MARIA, names=(Name("Álvarez", "Baby"),), birth_date="2026-11-20"))
    assert identify(baby, [known(baby, shared_with=baby)]) == Identified("", "newborn-or-twin", ("P1",))


def test_one_of_a_multiple_birth_is_never_matched_by_name():
    twin = without_numbers(replace(MARIA, birth_order="2"))
    assert identify(twin, [known(MARIA, shared_with=twin)]).why == "newborn-or-twin"


def test_a_member_number_that_a_family_shares_identifies_nobody():
    father = Person(
        identifiers=(Identifier("urn:payer", "W123", "MB"),),
        names=(Name("Chen", "David"),),
        birth_date="1960-05-05",
    )
    son = replace(father, names=(Name("Chen", "Daniel"),), birth_date="1992-05-05")
    assert identify(son, [known(father, shared_with=son)]) == Identified("")


def test_a_number_without_its_authority_identifies_nobody():
    told = Person(identifiers=(Identifier("", "004881", "MR"),), names=(Name("Okafor", "Chidi"),))
    assert identify(told, [known(told, shared_with=told)]) == Identified("")


def test_names_in_other_scripts_are_found_and_kept_apart():
    li = Person(
        names=(Name("李", "小龙"),), birth_date="1980-01-01", contacts=(Contact("phone", "2125550100"),)
    )
    ivanov = replace(li, names=(Name("Иванов", "Пётр"),))
    assert identify(li, [known(li, shared_with=li)]) == Identified("P1")
    assert set(keys(li)) & set(keys(ivanov)) == set()


def test_a_birth_date_known_to_the_year_does_not_contradict_but_finds_nobody_by_name():
    told = replace(MARIA, birth_date="1972")
    assert identify(told, [known(MARIA, shared_with=told)]) == Identified("P1")
    assert keys(without_numbers(told)) == []


@given(st.text())
def test_a_plain_name_stays_plain(name: str):
    assert plain(plain(name)) == plain(name)
