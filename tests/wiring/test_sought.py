"""What somebody types to find a person is read as everything it may mean."""

from datetime import date

import pytest

from referloop.messages import Contact, Name, Person
from referloop.spelling import slips, sound
from referloop.wiring.sought import Sought, likeness, understood

TODAY = date(2026, 11, 24)
MARIA = Person(
    names=(Name("Alvarez", "Maria Luisa"),),
    birth_date="1972-03-12",
    contacts=(Contact("mobile", "+1 (212) 555-0142"),),
)


@pytest.mark.parametrize(
    "typed",
    ["1972-03-12", "1972/3/12", "12 Mar 1972", "March 12, 1972", "12-Mar-1972", "19720312"],
)
def test_a_day_that_can_mean_one_thing_is_that_day(typed):
    assert understood(typed, TODAY).days == ("1972-03-12",)


@pytest.mark.parametrize("typed", ["3/12/1972", "03.12.1972", "03121972"])
def test_a_day_that_can_mean_two_is_both(typed):
    assert understood(typed, TODAY).days == ("1972-03-12", "1972-12-03")


def test_a_year_of_two_digits_is_never_in_the_future():
    assert understood("3/12/72", TODAY).days == ("1972-03-12", "1972-12-03")
    assert understood("3/12/12", TODAY).days == ("1912-03-12", "1912-12-03", "2012-03-12", "2012-12-03")


def test_names_days_and_numbers_stand_together():
    assert understood("Alvarez María 12 Mar 1972 MRN 004-881", TODAY) == Sought(
        words=("alvarez", "maria"), days=("1972-03-12",), numbers=("004881",)
    )


def test_a_comma_tells_the_family_name():
    found = understood("de la Cruz, Ana", TODAY)
    assert (found.family, found.given) == ("delacruz", "ana")


def test_a_phone_number_is_one_number_however_it_is_written():
    assert understood("+1 (212) 555-0142", TODAY).numbers == ("12125550142",)


def test_a_member_id_keeps_its_letters():
    assert understood("W420349403", TODAY).numbers == ("W420349403",)


@pytest.mark.parametrize("typed", ["", "   ", "%", "';--", "13/45/2020", "\x00"])
def test_nonsense_finds_nothing_and_breaks_nothing(typed):
    assert understood(typed, TODAY).days == ()


@pytest.mark.parametrize("typed", ["Alvarez", "alvares maria", "Maria Alvarez", "Alverez Mria", "ÁLVAREZ"])
def test_a_name_with_a_slip_in_it_still_fits(typed):
    assert likeness(understood(typed, TODAY), MARIA, ())[0] > 0.85


def test_a_birth_date_with_one_wrong_digit_is_near_and_said_to_be():
    assert likeness(understood("Alvarez 1972-03-13", TODAY), MARIA, ()) == (
        0.85,
        ("name", "date of birth but for one digit"),
    )


def test_somebody_else_does_not_fit():
    assert likeness(understood("Lindqvist Greta", TODAY), MARIA, ())[0] < 0.6


@pytest.mark.parametrize(
    ("name", "other"), [("alvarez", "alvaez"), ("nakamura", "nakarmua"), ("osei", "osi")]
)
def test_a_slip_of_the_pen_is_found_among_the_sounds_one_slip_away(name, other):
    assert sound(name) in {sound(other), *slips(sound(other))}
