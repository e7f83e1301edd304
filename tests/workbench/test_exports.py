"""A list leaves as a file for a purpose; a long one only after somebody else has said yes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest

from referloop.workbench.asking import NOT_HERE, Answer, Ask, Download, Go, Noted, Page
from referloop.workbench.lines import Filter
from referloop.workbench.noting import noted
from referloop.workbench.pages import exports
from referloop.workbench.pages.referrals import referrals
from tests.desks import TestDesk, desk_over
from tests.workbench.filled import Filled, filled

WHY = {"purpose": "monthly report"}


@pytest.fixture
def it(here: TestDesk) -> Filled:
    found = filled(here)
    found.receive("R1", "P1", service="=HYPERLINK(1)")
    found.receive("R2", "P2", service="Dermatology")
    return found


@pytest.fixture
def short(monkeypatch) -> None:
    """Two referrals are too many to be taken alone."""
    monkeypatch.setattr(exports, "WITHOUT_APPROVAL", 1)


@dataclass
class Desk:
    """Somebody asks for a file, and others decide."""

    it: Filled

    def asks(self, role: str = "senior", **form: str) -> str:
        answer = self.it.ask(exports.request, role=role, form={**WHY, "kind": "csv", **form})
        assert isinstance(answer, Go)
        return answer.noted.about

    def decides(self, id: str, outcome: str, role: str = "lead", **form: str) -> Answer:
        return self.it.ask(exports.decide, role=role, path={"id": id}, form={"outcome": outcome, **form})

    def takes(self, id: str, role: str = "senior") -> Answer:
        return self.it.ask(exports.take, role=role, path={"id": id}, form={})


def status(answer: Answer) -> int:
    return answer.status if isinstance(answer, Page) else 200


def codes(answer: Answer) -> list[str]:
    assert isinstance(answer, Page)
    return [each.code for each in answer.shows["wrong"]]


def test_a_file_has_the_columns_of_the_list_and_no_formula(it: Filled):
    form = {"kind": "csv", "text": "hyper", **WHY}
    answer = it.ask(exports.export, form=form, lists={"column": ["patient", "service"]})
    assert isinstance(answer, Download)
    text = '\ufeff"Referral","Patient","Service"\r\n"R1","Okafor, Ada","\'=HYPERLINK(1)"\r\n'
    assert (answer.name, answer.content.decode()) == ("referrals-2026-11-24.csv", text)


def test_times_in_a_file_are_the_desks_and_sort_as_texts(it: Filled):
    answer = it.ask(
        exports.export, form={"kind": "csv", "text": "hyper", **WHY}, lists={"column": ["received"]}
    )
    assert isinstance(answer, Download)
    assert answer.content.decode() == '\ufeff"Referral","Received"\r\n"R1","2026-11-24 10:00"\r\n'


def test_a_file_says_in_which_month_each_referral_is_counted_where_the_desk_is(it: Filled):
    it.test.clock.now = datetime(2026, 12, 1, 3, tzinfo=UTC)  # the last evening of November in New York
    it.receive("R3", "P2", service="Podiatry")
    form = {"kind": "csv", "text": "podiatry", **WHY}
    answer = it.ask(exports.export, form=form, lists={"column": ["service", "cohort"]})
    assert isinstance(answer, Download)
    assert answer.content.decode() == '\ufeff"Referral","Service","Cohort"\r\n"R3","Podiatry","2026-11"\r\n'
    shown = it.page(referrals, query={"columns": "service,cohort"})
    assert re.findall(r'<td class="of-cohort">\s*(\S*)\s*</td>', shown) == ["2026-11"] * 3


def test_a_file_for_a_spreadsheet_program_is_one(it: Filled):
    answer = it.ask(exports.export, form={"kind": "xlsx", **WHY})
    assert isinstance(answer, Download)
    assert (answer.name, answer.content[:2]) == ("referrals-2026-11-24.xlsx", b"PK")


def test_a_file_is_noted_with_its_purpose_and_never_with_what_was_typed(it: Filled):
    answer = it.ask(exports.export, form={"kind": "csv", "text": "derma", **WHY})
    assert noted("referrals/export", "POST", {}, {"text": "derma"}, answer) == Noted(
        "list-exported", about="referrals/export", how_many=1, purpose="monthly report"
    )


def test_a_file_without_a_purpose_does_not_leave(it: Filled):
    answer = it.ask(exports.export, form={"kind": "csv", "purpose": " "})
    assert (status(answer), codes(answer)) == (422, ["export-purpose"])


def test_a_list_that_is_too_long_is_refused_whole_with_the_way_to_ask(it: Filled, short: None):
    """W36, 501 rows."""
    answer = it.ask(exports.export, role="senior", form={"kind": "csv", **WHY})
    page = it.page(exports.export, role="senior", form={"kind": "csv", **WHY})
    assert (status(answer), 'action="/exports/ask"' in page, "Okafor" in page) == (403, True, False)


def test_a_file_that_was_approved_is_taken_by_whoever_asked(it: Filled, short: None):
    desk = Desk(it)
    id = desk.asks()
    assert status(desk.takes(id)) == 403
    assert desk.decides(id, "approved") == Go(
        "/exports",
        "They can take the file for 24 hours.",
        Noted("export-decided", about=id, how_many=2, purpose="monthly report", reason="approved"),
    )
    answer = desk.takes(id)
    assert isinstance(answer, Download)
    assert answer.noted == Noted("list-exported", about=id, how_many=2, purpose="monthly report")
    assert answer.content.decode().count("\r\n") == 3
    assert status(desk.takes(id, role="lead")) == 403


def test_a_request_is_work_for_a_lead_until_it_is_decided(it: Filled, short: None):
    desk = Desk(it)
    id = desk.asks()
    items, _ = it.needs.inbox.todo(it.here(), "")
    assert [(each.kind, each.about, each.owner, each.says) for each in items] == [
        ("export", f"export:{id}", "lead", "A senior asks for a file of 2 referrals.")
    ]
    desk.decides(id, "approved")
    assert it.needs.inbox.todo(it.here(), "") == ([], "")


def test_nobody_approves_their_own_file(it: Filled, short: None):
    desk = Desk(it)
    id = desk.asks(role="lead")
    assert status(desk.decides(id, "approved", role="lead")) == 403
    assert status(desk.takes(id, role="lead")) == 403
    assert isinstance(desk.decides(id, "approved", role="compliance"), Go)
    assert isinstance(desk.takes(id, role="lead"), Download)


def test_the_books_too_refuse_a_yes_of_whoever_asked(it: Filled, short: None):
    id = Desk(it).asks(role="lead")
    assert it.needs.exports.decide(it.here("lead"), id, "approved", "") is False


def test_a_file_is_taken_within_a_day(it: Filled, short: None):
    desk = Desk(it)
    id = desk.asks()
    desk.decides(id, "approved")
    it.test.clock.forward(hours=23, minutes=59)
    assert isinstance(desk.takes(id), Download)
    it.test.clock.forward(minutes=1)
    assert status(desk.takes(id)) == 403
    assert "The 24 hours are over" in it.page(exports.exports, role="senior")


def test_a_refusal_has_a_reason_and_is_shown_to_whoever_asked(it: Filled, short: None):
    desk = Desk(it)
    id = desk.asks()
    bare = desk.decides(id, "refused")
    assert (status(bare), codes(bare)) == (422, ["export-reason"])
    assert isinstance(desk.decides(id, "refused", reason="use the report instead"), Go)
    assert status(desk.takes(id)) == 403
    assert "use the report instead" in it.page(exports.exports, role="senior")
    again = desk.decides(id, "approved", role="compliance")
    assert (status(again), codes(again)) == (409, ["export-decided"])


def test_a_list_that_grew_after_the_yes_is_asked_for_anew(it: Filled, short: None):
    desk = Desk(it)
    id = desk.asks()
    desk.decides(id, "approved")
    it.receive("R3", "P1")
    answer = desk.takes(id)
    assert (status(answer), codes(answer)) == (409, ["export-grown"])


def test_a_file_of_another_organisation_is_not_here(it: Filled, short: None, database):
    """W36, org changed."""
    other = filled(desk_over(database))
    other.receive("S1")
    other.receive("S2")
    id = Desk(other).asks()
    Desk(other).decides(id, "approved")
    ours = Desk(it)
    assert [ours.takes(id), ours.decides(id, "approved", role="compliance")] == [NOT_HERE, NOT_HERE]


def test_an_organisation_in_the_form_changes_nothing(it: Filled, database):
    """W36, org changed."""
    other = filled(desk_over(database))
    other.receive("S1")
    form: Mapping[str, str] = {**WHY, "kind": "csv", "organization": other.test.organization}
    answer = it.ask(exports.export, form={**form, "org": other.test.organization})
    assert isinstance(answer, Download)
    assert ("S1" in answer.content.decode(), "R1" in answer.content.decode()) == (False, True)


def test_a_list_beyond_ten_thousand_is_not_even_asked_for(it: Filled, short: None, monkeypatch):
    monkeypatch.setattr(exports, "MOST", 1)
    answer = it.ask(exports.request, role="senior", form={**WHY, "kind": "csv"})
    assert (status(answer), codes(answer)) == (422, ["export-many"])


def test_whoever_decides_reads_what_the_list_is(it: Filled, short: None):
    wanted = Filter(owner="dana", headline="New|Scheduled", urgency="urgent", text="card", overdue=True)
    it.needs.exports.ask(it.here("senior"), replace(wanted, since="2026-01-01"), ("due",), "csv", 7, "why")
    page = it.page(exports.exports)
    said = (
        "open, overdue, urgent, New or Scheduled, owned by dana, service has “card”, received from 2026-01-01"
    )
    assert said in page


def test_asking_without_a_place_in_the_list_asks_for_all_of_it(it: Filled, short: None):
    id = Desk(it).asks(after="0.5~R1")
    request = it.needs.exports.one(it.here(), id)
    assert request is not None
    assert (request.wanted, request.how_many) == (Filter(), 2)


def test_the_form_is_never_read_from_the_address(it: Filled):
    asked = Ask("POST", it.here("senior"), {}, {"purpose": "in the address"}, {"kind": "csv"})
    assert codes(exports.export(asked, it.needs)) == ["export-purpose"]
