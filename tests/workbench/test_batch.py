"""One action on many referrals: seen before, refused one by one, taken back whole."""

import pytest

from referloop.workbench.asking import Go, Page
from referloop.workbench.pages.batch import NOTHING_SELECTED, batch
from tests.desks import TestDesk
from tests.workbench.filled import Filled, filled


@pytest.fixture
def it(here: TestDesk) -> Filled:
    found = filled(here)
    found.receive("R1", "P1")
    found.receive("R2", "P1", service="Podiatry")
    found.receive("R3", "P2", service="Dermatology")
    return found


def sent(it: Filled, *picks: str, **form: str) -> Page:
    answer = it.ask(batch, form=form, lists={"pick": list(picks)})
    assert isinstance(answer, Page)
    return answer


def rows(page: Page) -> dict[str, list[str]]:
    return {
        row.line.referral: [each.code for each in row.problems] or [row.sentence]
        for row in page.shows["rows"]
    }


def codes(page: Page) -> list[str]:
    return [each.code for each in page.shows["wrong"]]


def test_the_effects_are_seen_before_anything_is_written(it: Filled):
    page = sent(it, "R1~1", "R3~1", action="owner", owner="dana", step="preview")
    assert rows(page) == {"R1": ["Given to dana"], "R3": ["Given to dana"]}
    assert (it.words("R1"), page.shows["done"]) == (["referral-received"], False)


def test_it_is_recorded_on_each_and_taken_back_from_each(it: Filled):
    page = sent(it, "R1~1", "R3~1", action="owner", owner="dana", step="do")
    assert [(row.line.referral, row.entry) for row in page.shows["rows"]] == [("R1", 2), ("R3", 2)]
    assert [it.words(each)[1:] for each in ("R1", "R2", "R3")] == [["owner-assigned"], [], ["owner-assigned"]]
    lists = {"entry": ["R1~2", "R3~2"]}
    undone = it.ask(batch, form={"step": "undo", "action": "owner", "reason": "wrong person"}, lists=lists)
    assert isinstance(undone, Page)
    assert rows(undone) == {each: ["Earlier entry withdrawn: wrong person"] for each in ("R1", "R3")}
    assert it.words("R1")[1:] == ["owner-assigned", "entry-withdrawn"]
    twice = it.ask(batch, form={"step": "undo", "action": "owner", "reason": "again"}, lists=lists)
    assert isinstance(twice, Page)
    assert rows(twice) == {each: ["correction-twice"] for each in ("R1", "R3")}


def test_nothing_is_taken_back_without_a_reason(it: Filled):
    sent(it, "R1~1", action="note", text="Called the clinic.", step="do")
    page = it.ask(batch, form={"step": "undo", "action": "note"}, lists={"entry": ["R1~2"]})
    assert isinstance(page, Page)
    assert (codes(page), page.status, it.words("R1")[-1]) == (["reason-missing"], 422, "note-added")


def test_a_referral_that_changed_meanwhile_is_refused_and_the_others_are_done(it: Filled):
    it.record("R1", "referral-triaged")
    page = sent(it, "R1~1", "R3~1", action="note", text="x", step="do")
    assert rows(page) == {"R1": ["referral-changed"], "R3": ["Note for desk: x"]}


def test_sending_the_same_batch_twice_records_it_once(it: Filled):
    for expected in (["Note for desk: x"], ["referral-changed"]):
        page = sent(it, "R3~1", action="note", text="x", step="do")
        assert rows(page) == {"R3": expected}


def test_one_call_is_about_one_patient(it: Filled):
    form = {"action": "contact", "channel": "phone", "outcome": "no-answer"}
    page = sent(it, "R1~1", "R2~1", "R3~1", step="do", **form)
    said = "Tried to reach the patient by phone: no answer"
    assert rows(page) == {"R1": [said], "R2": [said], "R3": ["batch-patients"]}


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ({"action": "owner"}, ["field-missing"]),
        ({"action": "owner", "owner": "nobody"}, ["owner-unknown"]),
        ({"action": "note", "text": " "}, ["field-missing"]),
        ({"action": "hold", "track": "coverage"}, ["field-missing"] * 3),
        (
            {
                "action": "hold",
                "track": "coverage",
                "waiting_for": "payer",
                "until_on": "2026-11-24",
                "reason": "x",
            },
            ["hold-past"],
        ),
        (
            {
                "action": "hold",
                "track": "coverage",
                "waiting_for": "payer",
                "until_on": "soon",
                "reason": "x",
            },
            ["day-form"],
        ),
        ({"action": "contact", "channel": "smoke", "outcome": "reached"}, ["field-value"]),
    ],
)
def test_everything_that_is_wrong_is_said_at_once_and_nothing_written(it: Filled, form, expected):
    page = sent(it, "R1~1", step="do", **form)
    assert (codes(page), page.status, it.words("R1")) == (expected, 422, ["referral-received"])


def test_what_is_missing_is_called_as_on_the_page(it: Filled):
    page = sent(it, "R1~1", step="preview", action="hold", track="coverage")
    says = [each.says for each in page.shows["wrong"]]
    assert says == ["“For whom” is empty.", "“Until” is empty.", "“Why” is empty."]


def test_a_hold_is_placed_on_each(it: Filled):
    form = {
        "action": "hold",
        "track": "coverage",
        "waiting_for": "payer",
        "until_on": "2026-12-01",
        "reason": "card",
    }
    page = sent(it, "R1~1", "R3~1", step="do", **form)
    said = ["coverage waits for payer until 1 Dec 2026: card"]
    assert rows(page) == {"R1": said, "R3": said}
    assert [line.flags for line in it.needs.listing.picked(it.here(), ["R1"])] == [("on-hold",)]


def test_all_work_of_one_owner_is_given_to_another(it: Filled):
    answer = it.ask(
        batch, form={"action": "owner", "whose": "specialist", "owner": "dana", "step": "preview"}
    )
    assert isinstance(answer, Page)
    assert sorted(rows(answer)) == ["R1", "R2", "R3"]


def test_without_a_selection_one_is_sent_back_to_the_list(it: Filled):
    answer = it.ask(batch, form={"action": "note"})
    assert answer == Go("/referrals", NOTHING_SELECTED)


@pytest.mark.parametrize("action", ["owner", "note", "hold", "contact"])
def test_every_form_keeps_what_was_selected(it: Filled, action: str):
    page = it.page(batch, form={"action": action}, lists={"pick": ["R1~1", "R3~1"]})
    assert ('value="R1~1"' in page, 'value="R3~1"' in page, "Show what it will do" in page) == (True,) * 3


@pytest.mark.parametrize("step", ["preview", "do"])
def test_the_page_of_effects_names_each_referral(it: Filled, step: str):
    form = {"action": "note", "text": "<b>x</b>", "step": step}
    page = it.page(batch, form=form, lists={"pick": ["R1~1"]})
    assert ("Note for desk: &lt;b&gt;x&lt;/b&gt;" in page, "Okafor, Ada" in page) == (True, True)
