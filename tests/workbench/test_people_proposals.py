"""A lead proposes people, none above their own rank, and an administrator decides: two people."""

from dataclasses import replace

import pytest

from referloop.storage.access import User
from referloop.storage.roster import put_user
from referloop.workbench.access import ROLES
from referloop.workbench.asking import NOT_HERE, Go, Page
from referloop.workbench.duties import Colleague, decides, proposal_faults
from referloop.workbench.pages import settings
from referloop.workbench.pages.settings_proposals import proposal, propose
from tests.desks import NOW, TestDesk
from tests.workbench.filled import Filled, filled

NEW = {"id": "a.reed", "name": "Avery Reed", "role": "junior", "why": "Two more begin in January"}
UP_TO_A_LEAD = ("junior", "specialist", "senior", "lead", "nurse", "clinician", "receiving-office")


@pytest.fixture
def it(here: TestDesk) -> Filled:
    found = filled(here)
    with here.desk.database.transaction(here.organization) as session:
        for id, name, role in (
            ("administrator", "Ada Boss", "administrator"),
            ("compliance", "Ines Ruiz", "compliance"),
            ("lead", "Kim Sato", "lead"),
            ("second", "Sam Two", "lead"),
        ):
            put_user(session, User(id, name, role), NOW)
    return found


def codes(answer: object) -> list[str]:
    assert isinstance(answer, Page)
    return [each.code for each in answer.shows["wrong"]]


def people(it: Filled) -> dict[str, tuple[str, bool]]:
    return {each.id: (each.role, each.active) for each in it.needs.settings.colleagues(it.here())}


def waiting(it: Filled) -> list[tuple[str, str]]:
    return [(each.about, each.by) for each in it.needs.settings.asked(it.here())[0]]


def decided(it: Filled, role: str, outcome: str = "approved", reason: str = "") -> object:
    [one] = it.needs.settings.asked(it.here())[0]
    form = {"id": one.id, "outcome": outcome, "reason": reason}
    return it.ask(settings.decide_person, role=role, form=form)


def test_who_is_proposed_works_here_when_an_administrator_has_said_yes(it: Filled):
    before = people(it)
    asked = it.ask(propose, form=NEW)
    assert asked == Go(
        "/settings", "Avery Reed is proposed: it has an effect when an administrator approves it."
    )
    assert (people(it), waiting(it)) == (before, [("a.reed", "lead")])
    assert decided(it, "administrator") == Go("/settings", "It is approved.")
    assert people(it) == {**before, "a.reed": ("junior", True)}


@pytest.mark.parametrize(
    ("role", "code"), [("lead", "proposal-own"), ("compliance", "proposal-administrator")]
)
@pytest.mark.parametrize("outcome", ["approved", "refused"])
def test_nobody_but_an_administrator_decides_it(it: Filled, role: str, code: str, outcome: str):
    it.ask(propose, form=NEW)
    assert codes(decided(it, role, outcome, "No")) == [code]
    assert (waiting(it), "a.reed" in people(it)) == ([("a.reed", "lead")], False)


def test_another_lead_does_not_decide_it_either_and_sees_no_button(it: Filled):
    it.ask(propose, form=NEW)
    [one] = it.needs.settings.asked(it.here())[0]
    second = replace(it.here(), user="second")
    problems = it.needs.settings.decide(second, one.id, "approved", "")
    assert [each.code for each in problems] == ["proposal-administrator"]
    pages = {role: it.page(settings.people, role=role) for role in ("administrator", "compliance", "lead")}
    assert {role: 'value="approved"' in page for role, page in pages.items()} == {
        "administrator": True, "compliance": False, "lead": False,
    }  # fmt: skip


def test_a_lead_takes_back_what_they_proposed_and_an_administrator_refuses_it_with_a_reason(it: Filled):
    it.ask(propose, form=NEW)
    assert decided(it, "lead", "withdrawn") == Go("/settings", "It is withdrawn.")
    it.ask(propose, form=NEW)
    assert codes(decided(it, "administrator", "refused")) == ["reason-missing"]
    assert decided(it, "administrator", "refused", "No place for them") == Go("/settings", "It is refused.")
    assert (waiting(it), "a.reed" in people(it)) == ([], False)


def test_what_a_colleague_does_here_changes_by_proposal_too(it: Filled):
    form = {
        "id": "dana",
        "name": "Dana Reyes",
        "role": "senior",
        "active": "no",
        "known": "yes",
        "why": "Moves",
    }
    page = it.page(proposal, query={"id": "dana"})
    assert ("Propose a change for Dana Reyes" in page, "Short name" in page) == (True, False)
    it.ask(propose, form=form)
    decided(it, "administrator")
    assert people(it)["dana"] == ("senior", False)


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ({}, ["user-id", "user-name", "user-role", "why-missing"]),
        ({**NEW, "id": "dana"}, ["user-taken"]),
        ({**NEW, "role": "compliance"}, ["user-above"]),
        ({**NEW, "role": "administrator"}, ["user-above"]),
        ({**NEW, "id": "lead", "role": "senior", "known": "yes"}, ["user-self"]),
        ({**NEW, "id": "compliance", "known": "yes", "role": "compliance"}, ["user-above"]),
        ({**NEW, "id": "administrator", "known": "yes"}, ["user-last-administrator"]),
        (
            {**NEW, "id": "dana", "name": "Dana Reyes", "role": "specialist", "known": "yes"},
            ["user-unchanged"],
        ),
    ],
)
def test_what_stands_against_a_proposal_is_all_said(it: Filled, form: dict[str, str], expected: list[str]):
    before = people(it)
    assert (codes(it.ask(propose, form=form)), waiting(it), people(it)) == (expected, [], before)


def test_a_proposal_takes_no_other_one_s_place(it: Filled):
    asked = {"id": "dana", "name": "Dana Reyes", "role": "lead", "known": "yes", "why": "She leads now"}
    it.ask(settings.change_person, role="administrator", form=asked)
    assert codes(it.ask(propose, form={**asked, "role": "junior"})) == ["user-asked"]
    assert waiting(it) == [("dana", "administrator")]


def test_a_form_sent_twice_proposes_once(it: Filled):
    here = replace(it.here(), form="f1")
    one = Colleague("a.reed", "Avery Reed", "junior", True)
    assert it.needs.settings.propose_colleague(here, one, "More work") == []
    assert it.needs.settings.propose_colleague(here, one, "More work") == ()
    assert (len(waiting(it)), it.needs.settings.asked(it.here())[1]) == (1, [])


def test_nobody_is_proposed_a_change_for_who_is_not_here(it: Filled):
    assert it.ask(proposal, query={"id": "nobody"}) == NOT_HERE


@pytest.mark.parametrize("role", ROLES)
def test_each_role_is_proposed_up_to_one_s_own(role: str):
    new = Colleague("x", "X", role, True)
    found = [each.code for each in proposal_faults("kim", "lead", new, None, [])]
    known = [each.code for each in proposal_faults("kim", "lead", replace(new, name="Y"), new, [])]
    low = role in UP_TO_A_LEAD
    assert (found, known) == (([], []) if low else (["user-above"], ["user-above"]))


@pytest.mark.parametrize("role", ROLES)
def test_only_an_administrator_decides_what_was_proposed_by_who_is_none(role: str):
    by = {each: Colleague("x", "X", each, True) for each in ROLES}
    found = {each: decides(role, one) for each, one in by.items()}
    is_one = role == "administrator"
    assert found == {each: is_one or each == "administrator" for each in ROLES}
    assert decides(role, None) == is_one
