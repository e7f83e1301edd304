"""The team's screen and the reports: counts that are right, with links to their cases."""

import re
from collections.abc import Sequence
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qsl

import pytest

from referloop.storage.database import Query, Row
from referloop.storage.waits import firsts
from referloop.workbench.asking import NOT_HERE, Page
from referloop.workbench.lines import Line
from referloop.workbench.needs import Filter
from referloop.workbench.pages.reports import funnel, reports, waited
from referloop.workbench.pages.team import HUDDLE, team
from referloop.workbench.presenters.listing import address, wanted
from referloop.workbench.team_needs import Aged, Flow, Load, Reach
from tests.desks import NOW, TestDesk
from tests.workbench.filled import Filled, filled


@pytest.fixture
def it(here: TestDesk) -> Filled:
    found = filled(here)
    found.receive("R1", "P1", urgency="urgent")
    found.receive("R2", "P1")
    found.record("R2", "contact-attempted", channel="phone", outcome="no-answer")
    found.receive("R3", "P2")
    found.record("R3", "referral-closed", reason="duplicate")
    return found


def test_each_owner_has_what_is_open_and_overdue(it: Filled):
    before = {each.owner: each for each in it.needs.team.loads(it.here())}
    it.test.clock.forward(days=40)
    after = {each.owner: each for each in it.needs.team.loads(it.here())}
    assert before["specialist"] == Load("specialist", "", 2, 0)
    assert after["specialist"] == Load("specialist", "", 2, 2)
    assert before["dana"] == Load("dana", "Dana Reyes", 0, 0)


def test_a_day_has_what_came_and_what_was_closed(it: Filled):
    it.test.clock.forward(days=1)
    it.receive("R4", "P1")
    today = it.test.clock.now.date()
    assert list(it.needs.team.flow(it.here(), 2)) == [Flow(NOW.date(), 3, 1), Flow(today, 1, 0)]


def test_open_work_is_as_old_as_its_request(it: Filled):
    it.test.clock.forward(days=10)
    it.receive("R4", "P1")
    ages = it.needs.team.ages(it.here())
    assert [each.count for each in ages] == [1, 2, 0, 0, 0, 0]
    assert ages[1] == Aged("7 to 14 days", 2, 2)


def test_those_who_still_wait_count_as_long_as_they_waited(it: Filled):
    it.test.clock.forward(days=4)
    waits = it.needs.team.waits(it.here())
    assert sorted(waits["referral-received>contact-attempted"], key=str) == [
        Reach(0.0, "left", "R3"), Reach(0.0, "reached", "R2"), Reach(4.0, "waiting", "R1"),
    ]  # fmt: skip


def test_every_number_of_how_long_it_takes_opens_its_cases(it: Filled):
    it.receive("R4", "P2")
    it.record("R4", "contact-attempted", channel="phone", outcome="no-answer")
    it.test.clock.forward(days=4)
    page = it.page(reports)
    first = re.findall(r'href="/reports/waited\?([^"]+)"[^>]*>(\d+)<', page.partition("first contact")[2])[:3]
    opened = {}
    for query, count in first:
        told = dict(parse_qsl(unescape(query)))
        answer = it.ask(waited, query=told)
        assert isinstance(answer, Page)
        rows = [(line.referral, days) for line, days in answer.shows["rows"]]
        opened[told["ended"]] = (int(count), rows)
    assert opened == {
        "reached": (2, [("R2", "0 h"), ("R4", "0 h")]),
        "left": (1, [("R3", "0 h")]),
        "waiting": (1, [("R1", "4 d")]),
    }
    assert it.ask(waited, query={"way": "nobody>knows"}) == NOT_HERE


def test_an_entry_that_was_taken_back_counts_no_more(it: Filled):
    from referloop.referral.entry import Author, Draft
    from referloop.referral.facts.desk import EntryWithdrawn
    from referloop.referral.kinds import ReferralId
    from referloop.wiring.recording import Place, record

    draft = Draft(EntryWithdrawn(reason="mistake"), NOW, corrects=2)
    record(
        it.test.desk,
        Place(it.test.organization, ReferralId("R2")),
        draft,
        Author("person", "dana", "specialist"),
    )
    with it.test.desk.database.reading(it.test.organization) as session:
        found = firsts(session, ["contact-attempted"])
    assert found == {}


def lines_of(it: Filled, wanted: Filter) -> Sequence[Line]:
    return it.needs.listing.lines(it.here(), wanted)[0].lines


def test_a_day_opens_what_was_closed_on_it(it: Filled):
    it.test.clock.forward(days=1)
    it.record("R1", "referral-closed", reason="duplicate")
    yesterday, today = NOW.date().isoformat(), it.test.clock.now.date().isoformat()
    found = {
        day: [line.referral for line in lines_of(it, Filter(state="all", closed=day))]
        for day in (yesterday, today)
    }
    assert found == {yesterday: ["R3"], today: ["R1"]}
    assert f'href="/referrals?state=all&amp;closed={today}">1</a>' in it.page(team)


def test_a_huddle_counts_what_its_lists_show(it: Filled):
    it.receive("R5", "P2", urgency="stat")
    page = it.ask(team)
    assert isinstance(page, Page)
    counted = {words: (count, address) for words, _, count, address in page.shows["huddle"]}
    shown = {}
    for words, _, wanted_list in HUDDLE:
        _, many = it.needs.listing.lines(it.here(), wanted(dict(parse_qsl(address(wanted_list)[11:]))))
        shown[words] = (str(many), address(wanted_list))
    assert counted == shown
    assert [count for count, _ in counted.values()] == ["2", "2", "0", "0"]


def test_a_huddle_shows_the_permission_that_ends_before_a_visit_ahead(it: Filled):
    soon = (it.test.clock.now + timedelta(days=5)).date().isoformat()
    late = (it.test.clock.now + timedelta(days=60)).date().isoformat()
    visit = (it.test.clock.now + timedelta(days=4)).strftime("%Y-%m-%dT10:00")
    for id, until in (("R1", soon), ("R2", late)):
        it.record(id, "permission-granted", authorization="z1", number="A1", until_on=until)
        it.record(id, "appointment-booked", appointment="a1", starts=visit)
    lines, many = it.needs.listing.lines(it.here(), Filter(ending="permission-use", headline="Scheduled"))
    assert ([line.referral for line in lines.lines], many) == (["R1"], 1)


def test_a_huddle_shows_the_appeal_whose_last_day_is_near(it: Filled):
    near = (it.test.clock.now + timedelta(days=8)).date().isoformat()
    far = (it.test.clock.now + timedelta(days=90)).date().isoformat()
    for id, until in (("R1", near), ("R2", far)):
        it.record(
            id, "permission-denied", authorization="z1", reason="not medically necessary", appeal_by=until
        )
    lines, many = it.needs.listing.lines(it.here(), Filter(ending="appeal-deadline"))
    assert ([line.referral for line in lines.lines], many) == (["R1"], 1)


def test_the_oldest_stand_first_and_none_that_is_closed(it: Filled):
    it.test.clock.forward(days=3)
    it.receive("R4", "P1")
    found = it.needs.team.huddle(it.here(), [], 2).oldest
    assert [line.referral for line in found] == ["R1", "R2"]


def test_a_funnel_narrows_and_each_step_opens_its_cases():
    rows = funnel({"New": 3, "Scheduled": 2, "Report to review": 1})
    counts = {now.mark.words: (now.mark.value, further.mark.value) for now, further in rows}
    some = ("New", "Needs information", "Scheduled", "Report to review")
    assert [counts[words] for words in some] == [(3, 6), (0, 3), (2, 3), (1, 1)]
    assert (rows[-1][0].mark.link, rows[-1][1].mark.link) == ("/referrals?headline=Report%20to%20review",) * 2


def test_a_person_who_owns_a_step_is_named(it: Filled):
    it.record("R1", "owner-assigned", owner="dana")
    named = {line.referral: line.whose for line in lines_of(it, Filter())}
    assert named == {"R1": "Dana Reyes", "R2": ""}


def test_every_number_opens_its_cases(it: Filled):
    page, report = it.page(team), it.page(reports)
    assert ('href="/referrals?owner=specialist&amp;overdue=yes"' in page, "Dana Reyes" in page) == (
        True,
        True,
    )
    assert 'href="/referrals?headline=New"' in report
    stages = it.needs.team.stages(it.here())
    for headline, count in stages.items():
        found, many = it.needs.listing.lines(it.here(), Filter(headline=headline))
        assert (len(found.lines), many) == (count, count)


class Counted:
    """A session that counts its statements."""

    def __init__(self, inner) -> None:
        self.inner, self.statements = inner, 0
        self.organization = inner.organization

    def ask(self, *queries: Query) -> list[list[Row]]:
        self.statements += len(queries)
        return self.inner.ask(*queries)


@pytest.mark.parametrize("view", [team, reports, waited])
def test_a_page_asks_no_more_when_there_is_more(it: Filled, view, monkeypatch):
    from contextlib import contextmanager
    from dataclasses import replace

    from referloop.wiring.workbench import WorkbenchNeeds

    def statements() -> int:
        asked: list[Counted] = []

        class Watched:
            @contextmanager
            def reading(self, organization: str):
                with it.test.desk.database.reading(organization) as session:
                    asked.append(Counted(session))
                    yield asked[-1]

        watched = Filled(it.test, WorkbenchNeeds(replace(it.test.desk, database=Watched())))
        assert isinstance(watched.ask(view), Page)
        return sum(each.statements for each in asked)

    few = statements()
    for number in range(30):
        it.receive(f"S{number}", "P2")
    assert (few < 16, statements()) == (True, few)
