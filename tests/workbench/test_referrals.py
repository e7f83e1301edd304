"""The list of referrals: narrowed, paged, kept."""

import pytest

from referloop.workbench.asking import Go, Page
from referloop.workbench.lines import Filter
from referloop.workbench.pages.referrals import referrals, remove_view, save_view
from tests.desks import TestDesk
from tests.workbench.filled import Filled, filled


@pytest.fixture
def it(here: TestDesk) -> Filled:
    found = filled(here)
    found.receive("R1", "P1", service="Cardiology 100%", urgency="urgent")
    found.receive("R2", "P2", service="Dermatology")
    found.receive("R9", "P2", service="Podiatry")
    found.record("R9", "referral-closed", reason="duplicate")
    return found


def services(it: Filled, **narrowed: object) -> list[str]:
    found, _ = it.needs.listing.lines(it.here(), Filter(**narrowed))  # type: ignore[arg-type]
    return [line.service for line in found.lines]


@pytest.mark.parametrize(
    ("narrowed", "expected"),
    [
        ({}, ["Cardiology 100%", "Dermatology"]),
        ({"urgency": "urgent"}, ["Cardiology 100%"]),
        ({"text": "DERMA"}, ["Dermatology"]),
        ({"text": "100%"}, ["Cardiology 100%"]),
        ({"text": "_"}, []),
        ({"headline": "New|Scheduled"}, ["Cardiology 100%", "Dermatology"]),
        ({"headline": "Scheduled"}, []),
        ({"state": "closed"}, ["Podiatry"]),
        ({"state": "all"}, ["Podiatry", "Dermatology", "Cardiology 100%"]),
        ({"owner": "nobody"}, []),
        ({"flag": "on-hold"}, []),
        ({"overdue": True}, []),
        ({"since": "2026-11-24"}, ["Cardiology 100%", "Dermatology"]),
        ({"since": "2026-11-25"}, []),
        ({"until": "2026-11-23"}, []),
        ({"until": "nonsense"}, ["Cardiology 100%", "Dermatology"]),
    ],
)
def test_a_list_is_narrowed_by_what_is_asked(it: Filled, narrowed: dict[str, object], expected: list[str]):
    assert services(it, **narrowed) == expected


def test_work_past_its_time_is_overdue(it: Filled):
    it.test.clock.forward(days=30)
    it.receive("R4", "P2", service="Neurology")
    assert services(it, overdue=True) == ["Cardiology 100%", "Dermatology"]


@pytest.mark.parametrize("state", ["open", "all"])
def test_pages_follow_each_other_without_a_gap(it: Filled, state: str):
    for number in range(5):
        it.receive(f"S{number}", "P1", service=f"Service {number}")
    whole = services(it, state=state)
    seen: list[str] = []
    after = ""
    while True:
        found, _ = it.needs.listing.lines(it.here(), Filter(state=state, limit=2, after=after))
        seen += [line.service for line in found.lines]
        after = found.next
        if not after:
            break
    assert (len(whole), seen) == (len(set(whole)), whole)


def test_what_was_typed_never_stands_in_an_address(it: Filled):
    posted = it.ask(
        referrals, form={"headline": "New", "overdue": "yes"}, lists={"column": ["patient", "due"]}
    )
    typed = it.ask(referrals, form={"text": "Derma"})
    assert posted == Go("/referrals?headline=New&overdue=yes&columns=patient%2Cdue")
    assert isinstance(typed, Page)
    assert [line.service for line in typed.shows["lines"]] == ["Dermatology"]


def test_the_page_shows_each_referral_as_a_row_that_can_be_selected(it: Filled):
    page = it.page(referrals)
    assert ('value="R1~1"' in page, "Okafor, Ada" in page, "R9" in page) == (True, True, False)


def test_who_may_not_record_selects_nothing(it: Filled):
    it.receive("R4", "P1", requester="Dr. Osei")
    page = it.page(referrals, role="clinician")
    assert ("Okafor, Ada" in page, 'name="pick"' in page) == (True, False)


def test_a_list_is_kept_under_its_name_for_one_person(it: Filled):
    form = {"name": "Skin", "text": "derma"}
    first = it.ask(save_view, form=form, lists={"column": ["service"]})
    again = it.ask(save_view, form={**form, "urgency": "routine"}, lists={"column": ["service"]})
    [view] = it.needs.listing.views(it.here())
    assert first == again == Go(f"/referrals?view={view.id}", "The list is kept as Skin.")
    assert (view.wanted, view.columns) == (Filter(text="derma", urgency="routine"), ("service",))
    shown = it.ask(referrals, query={"view": view.id})
    assert isinstance(shown, Page)
    assert [line.service for line in shown.shows["lines"]] == ["Dermatology"]
    assert it.needs.listing.views(it.here("specialist")) == []
    it.ask(remove_view, form={"view": view.id})
    assert it.needs.listing.views(it.here()) == []


def test_a_list_without_a_name_is_not_kept(it: Filled):
    answer = it.ask(save_view, form={"name": " "})
    assert isinstance(answer, Page)
    assert ([each.code for each in answer.shows["wrong"]], answer.status) == (["view-name"], 422)


def test_another_organisation_sees_none_of_it(it: Filled, database):
    from tests.desks import desk_over

    other = filled(desk_over(database))
    assert services(other) == []
    assert other.needs.listing.picked(other.here(), ["R1"]) == []
