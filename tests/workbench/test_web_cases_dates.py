"""Bad input on the web: days and times (W13 to W16)."""

import pytest

from referloop.referral.facts.scheduling import AppointmentBooked, AppointmentMoved
from referloop.referral.story import on_the_wall
from referloop.workbench.asking import Go, Page
from referloop.workbench.pages.new_referral import new_referral
from referloop.workbench.pages.referral import referral
from tests.desks import TestDesk
from tests.workbench.by_hand import form_of, record
from tests.workbench.filled import Filled, filled
from tests.workbench.test_new_referral import WHOLE


@pytest.fixture
def it(here: TestDesk) -> Filled:
    found = filled(here)
    found.receive("R1", "P1", patient="P1")
    found.record("R1", "appointment-booked", appointment="A1", starts="2026-12-01T09:00")
    return found


def against(answer: object) -> list[tuple[str, str]]:
    """The code of each problem and the field it stands at."""
    assert isinstance(answer, Page), answer
    assert answer.status == 422
    return [(each.code, each.where) for each in answer.shows["against"]]


def moved(it: Filled, starts: str, **typed: str) -> object:
    return record(it, "R1", "appointment-moved", appointment="A1", starts=starts, **typed)


def last(it: Filled) -> AppointmentMoved:
    found = it.needs.workspace.open(it.here(), "R1")
    assert found is not None
    fact = found.standing.log.entries[-1].fact
    assert isinstance(fact, AppointmentMoved)
    return fact


@pytest.mark.parametrize("born", ["2026-11-25", "1850-01-01", "2023-02-29", "01-02-03", "20230228"])
def test_w13_a_birth_date_that_cannot_be_meant_is_refused_with_the_way_to_write_it(it: Filled, born: str):
    answer = it.ask(new_referral, form={**WHOLE, "born": born})
    assert isinstance(answer, Page)
    [problem] = answer.shows["found"]
    assert (answer.status, problem.code, problem.where) == (422, "request-born", "born")
    assert problem.remedy == "Write YYYY-MM-DD, from 1900 to today, such as 1972-03-12."
    assert (answer.shows["form"]["born"], it.counts()) == (born, {})


@pytest.mark.parametrize("day", ["31 June", "01-02-03", "2023-02-29", "2026-W10-1"])
def test_w13_a_day_that_cannot_be_read_is_said_at_its_field(it: Filled, day: str):
    answer = record(it, "R1", "eligibility-checked", result="active", valid_until_on=day)
    assert against(answer) == [("day-form", "valid_until_on")]


def test_w14_a_time_that_the_clock_skips_offers_its_two_neighbours(it: Filled):
    answer = moved(it, "2027-03-14T02:30")
    assert against(answer) == [("time-skipped", "starts")]
    assert isinstance(answer, Page)
    [(name, _, two)] = form_of(answer).turns
    assert (name, two) == (
        "starts-turn",
        (("2027-03-14T01:30", "14 Mar 01:30"), ("2027-03-14T03:30", "14 Mar 03:30")),
    )
    chosen = {"starts-turn": "2027-03-14T03:30"}
    assert isinstance(moved(it, "2027-03-14T02:30", **chosen), Go)
    assert last(it).starts == "2027-03-14T03:30"


@pytest.mark.parametrize(("turn", "instant"), [("first", "05:30"), ("second", "06:30")])
def test_w15_a_time_that_comes_twice_is_asked_about(it: Filled, turn: str, instant: str):
    assert against(moved(it, "2027-11-07T01:30")) == [("time-twice", "starts")]
    assert isinstance(moved(it, "2027-11-07T01:30", **{"starts-turn": turn}), Go)
    fact = last(it)
    at = on_the_wall(fact.starts, fact.zone, it.here().zone)
    assert (fact.starts, f"{at:%H:%M}") == ("2027-11-07T01:30", instant)


def test_w15_when_something_happened_is_asked_about_too(it: Filled):
    answer = record(it, "R1", "patient-called-in", happened_at="2026-11-01T01:30")
    assert against(answer) == [("time-twice", "happened_at")]
    turn = {"happened_at-turn": "second"}
    assert isinstance(record(it, "R1", "patient-called-in", happened_at="2026-11-01T01:30", **turn), Go)
    found = it.needs.workspace.open(it.here(), "R1")
    assert found is not None
    assert str(found.standing.log.entries[-1].occurred_at) == "2026-11-01 06:30:00+00:00"


def test_w14_and_w15_both_are_asked_on_the_page_without_a_script(it: Filled):
    from referloop.workbench.pages.acting import act

    form = {"appointment": "A1", "starts": "2027-11-07T01:30", "seen": "2"}
    page = it.page(act, path={"referral": "R1", "word": "appointment-moved"}, form=form)
    assert page.count('type="radio" name="starts-turn"') == 2


@pytest.mark.parametrize(
    ("starts", "code"),
    [("2026-11-23T09:00", "visit-past"), ("2099-01-01T09:00", "visit-far"), ("2026-12-01", "time-form")],
)
def test_w16_a_visit_in_the_past_or_in_2099_is_refused(it: Filled, starts: str, code: str):
    assert against(moved(it, starts)) == [(code, "starts")]


def test_w16_a_visit_that_was_arranged_earlier_is_recorded(it: Filled):
    assert isinstance(moved(it, "2026-11-23T09:00", happened_on="2026-11-20"), Go)


@pytest.mark.parametrize(
    ("word", "typed", "expected"),
    [
        (
            "permission-granted", {"from_on": "2027-01-02", "until_on": "2027-01-01"},
            [("day-order", "until_on")],
        ),
        ("permission-granted", {"until_on": "2099-01-01"}, [("day-bounds", "until_on")]),
        ("patient-to-call", {"watch_until_on": "2026-11-01"}, [("day-past", "watch_until_on")]),
        ("patient-died", {"died_on": "2026-11-25"}, [("day-ahead", "died_on")]),
        ("note-added", {"text": "x", "happened_on": "1850-01-01"}, [("time-form", "happened_on")]),
    ],
)  # fmt: skip
def test_w16_days_out_of_order_or_out_of_bounds_are_refused_at_their_field(
    it: Filled, word: str, typed: dict[str, str], expected: list[tuple[str, str]]
):
    before = it.words("R1")
    assert (against(record(it, "R1", word, **typed)), it.words("R1")) == (expected, before)


@pytest.mark.parametrize("word", ["patient-arrived", "patient-no-show", "encounter-finished"])
def test_nobody_came_or_stayed_away_before_the_day_of_the_visit(it: Filled, word: str):
    before = it.words("R1")
    assert against(record(it, "R1", word, appointment="A1")) == [("visit-ahead", "appointment")]
    assert it.words("R1") == before
    it.test.clock.forward(days=400)
    assert isinstance(record(it, "R1", word, appointment="A1"), Go)


def test_a_visit_that_is_still_to_come_can_be_moved_and_is_not_said_to_be_over(it: Filled):
    found = []
    for _ in range(2):
        said = it.ask(referral, role="specialist", path={"referral": "R1"})
        assert isinstance(said, Page)
        every = [*said.shows["ours"], *said.shows["theirs"]]
        found.append(next([words for _, words in each.acts] for each in every if each.code == "visit"))
        it.test.clock.forward(days=7)
    later = ["Answered by e-consult", "Report read"]
    assert found == [["Move the visit", *later], ["Patient was seen", *later]]


def test_the_first_booking_is_held_to_the_same_days(it: Filled):
    it.record("R1", "eligibility-checked", result="active")
    answer = record(it, "R1", "appointment-booked", starts="2026-11-01T09:00")
    assert AppointmentBooked.word not in it.words("R1")[3:]
    assert ("visit-past", "starts") in against(answer)
