"""The team's screen and the reports: counts that are right, with links to their cases."""

import pytest

from referloop.storage.database import Query, Row
from referloop.storage.waits import firsts
from referloop.workbench.asking import Page
from referloop.workbench.needs import Filter
from referloop.workbench.pages.reports import reports
from referloop.workbench.pages.team import team
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
        Reach(0.0, "left"), Reach(0.0, "reached"), Reach(4.0, "waiting"),
    ]  # fmt: skip


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


@pytest.mark.parametrize("view", [team, reports])
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
    assert (few < 12, statements()) == (True, few)
