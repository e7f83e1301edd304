"""My work: clocks, what is put aside and comes back, and the referral beside the list."""

import pytest

from referloop.workbench.asides_needs import Aside
from referloop.workbench.asking import NOT_HERE, Go, Page
from referloop.workbench.pages.aside import aside, back
from referloop.workbench.pages.my_work import my_work
from referloop.workbench.pages.preview import preview
from referloop.workbench.pages.referral import referral
from tests.desks import TestDesk
from tests.workbench.filled import Filled, filled

R1 = {"referral": "R1"}


@pytest.fixture
def it(here: TestDesk) -> Filled:
    found = filled(here)
    found.receive("R1", "P1", service="Cardiology consultation (183519002)", patient="P1", question="Why?")
    found.receive("R2", "P2", service="Podiatry", patient="P2", urgency="stat")
    return found


def work(it: Filled, **query: str) -> Page:
    answer = it.ask(my_work, role="specialist", query=query)
    assert isinstance(answer, Page)
    return answer


def shown(it: Filled, **query: str) -> list[str]:
    return [row.line.referral for group in work(it, **query).shows["groups"] for row in group.rows]


def put(it: Filled, id: str = "R1", **form: str) -> object:
    said = {"until": "hour", "reason": "Waiting for a call back", "other": "", "own": "", **form}
    return it.ask(aside, role="specialist", path={"referral": id}, form=said)


def codes(answer: object) -> list[str]:
    assert isinstance(answer, Page)
    assert answer.status == 422
    return [each.code for each in answer.shows["against"]]


def test_each_row_shows_its_clock_and_leads_to_its_next_step(it: Filled):
    it.test.clock.forward(hours=1)
    rows = [row for group in work(it).shows["groups"] for row in group.rows if row.line.referral == "R1"]
    assert [row.used is not None and 0 < row.used < 100 for row in rows] == [True]
    page = it.page(my_work, role="specialist")
    for words in ('href="/referrals/R1?do=next#do"', "Cardiology consultation</a>", "% of the time is gone"):
        assert words in page, words
    assert "183519002" not in page


def test_work_can_be_narrowed_to_what_is_overdue_or_due_today(it: Filled):
    assert (shown(it, only="overdue"), shown(it, only="today")) == ([], ["R2"])
    it.test.clock.forward(days=30)
    assert sorted(shown(it, only="overdue")) == ["R1", "R2"]


def test_what_is_put_aside_leaves_the_list_of_that_person_alone(it: Filled):
    answer = put(it)
    assert isinstance(answer, Go)
    assert "Tue 24 Nov 2026 11:00" in answer.said
    assert (shown(it), shown(it, queue="aside")) == (["R2"], ["R1"])
    theirs = it.ask(my_work, role="senior")
    assert isinstance(theirs, Page)
    assert sum(len(group.rows) for group in theirs.shows["groups"]) == 2


def test_it_is_back_at_its_time(it: Filled):
    put(it)
    it.test.clock.forward(hours=1)
    assert (shown(it), shown(it, queue="aside")) == (["R2", "R1"], [])


def test_it_is_back_as_soon_as_something_happens(it: Filled):
    put(it)
    it.record("R1", "note-added", text="The clinic called back.", audience="desk")
    assert sorted(shown(it)) == ["R1", "R2"]


def test_it_can_be_brought_back_by_hand(it: Filled):
    put(it)
    assert it.ask(back, role="specialist", path=R1, form={}) == Go("/", "It is back in your work.")
    assert sorted(shown(it)) == ["R1", "R2"]


def test_a_reason_and_a_time_are_wanted_and_both_are_said_at_once(it: Filled):
    assert codes(put(it, until="", reason="")) == ["aside-reason", "aside-until"]
    assert codes(put(it, until="own", own="tomorrow")) == ["aside-until"]


@pytest.mark.parametrize("own", ["2026-11-24T09:59", "2027-01-01T09:00"])
def test_it_may_not_come_back_in_the_past_or_after_it_is_due(it: Filled, own: str):
    assert codes(put(it, until="own", own=own)) == ["aside-late"]


def test_what_is_stat_is_not_put_aside_and_the_way_on_is_shown(it: Filled):
    assert codes(put(it, "R2")) == ["aside-urgent"]
    page = it.page(aside, role="specialist", path={"referral": "R2"})
    assert 'href="/referrals/R2?do=next#do"' in page
    assert "<textarea" not in page
    assert 'name="until"' not in page


def test_a_referral_of_nobody_here_cannot_be_put_aside(it: Filled):
    assert put(it, "R7") == NOT_HERE


def test_an_aside_hides_its_row_only_in_the_version_it_was_put_aside_in(it: Filled):
    line = it.needs.asides.line(it.here("specialist"), "R1")
    assert line is not None
    at = it.test.clock.now
    hidden = [Aside(at, "lunch", version).hides(line) for version in (line.version, line.version - 1)]
    assert hidden == [True, False]


def test_the_preview_says_who_it_is_where_it_stands_and_what_is_next(it: Filled):
    page = it.page(preview, role="specialist", path=R1)
    for words in ("Okafor, Ada", "Cardiology consultation", "Why?", "Scheduling", 'data-key="n"', "Lately"):
        assert words in page, words
    assert "<html" not in page
    assert it.ask(preview, role="specialist", path={"referral": "R7"}) == NOT_HERE


def test_two_people_on_one_referral_know_of_each_other(it: Filled):
    mine, theirs = it.here("specialist"), it.here("lead")
    assert it.needs.presence.others(mine, "R1") == []
    assert [each.name for each in it.needs.presence.others(theirs, "R1", writing=True)] == ["specialist"]
    there = it.needs.presence.others(mine, "R1")
    assert [(each.name, each.writing) for each in there] == [("Kim Sato", True)]
    it.test.clock.forward(seconds=61)
    assert it.needs.presence.others(it.here("specialist"), "R1") == []


def test_nobody_is_present_on_a_referral_that_is_not_theirs_to_see(it: Filled):
    it.needs.presence.others(it.here("lead"), "R2")
    assert it.needs.presence.others(it.here("receiving-office"), "R2") == []
    assert [each.name for each in it.needs.presence.others(it.here("specialist"), "R2")] == ["Kim Sato"]


def test_who_is_there_is_told_at_the_head_of_the_workspace(it: Filled):
    assert 'data-others role="status" hidden' in it.page(referral, role="lead", path=R1)
    page = it.page(referral, role="specialist", path=R1)
    assert "Kim Sato has this referral open since 10:00." in page


def test_each_value_says_who_said_so_and_the_last_word_counts(it: Filled):
    it.record("R1", "urgency-raised", urgency="urgent", reason="syncope")
    answer = it.ask(referral, role="specialist", path=R1)
    assert isinstance(answer, Page)
    said = {name: (each.seq, each.who) for name, each in answer.shows["said_by"].items()}
    first, second = (1, "clinic (partner)"), (2, "clinic (partner)")
    assert said == {
        "service": first, "question": first, "patient": first, "reach": first, "lane intake": first,
        "urgency": second, "lane referral": second,
    }  # fmt: skip
