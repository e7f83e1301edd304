"""Settings: people and what two must agree on, tokens shown once, addresses, requirements."""

from dataclasses import replace

import pytest

from referloop.referral.kinds import ReferralId
from referloop.referral.snapshot import snapshot
from referloop.storage.access import User, access_of
from referloop.storage.roster import put_user
from referloop.workbench.access import PERMISSIONS
from referloop.workbench.asking import NOT_HERE, Go, Page
from referloop.workbench.duties import Colleague
from referloop.workbench.pages import settings, settings_calendar, settings_connections, settings_policy
from referloop.workbench.presenters.permissions import PERMISSION_WORDS
from tests.desks import NOW, TestDesk
from tests.workbench.filled import Filled, filled

BOSS = Colleague("administrator", "Ada Boss", "administrator", True)


@pytest.fixture
def it(here: TestDesk) -> Filled:
    """With one administrator, and one compliance officer."""
    found = filled(here)
    for id, name in (("administrator", "Ada Boss"), ("compliance", "Ines Ruiz")):
        add(found, User(id, name, id))
    return found


def add(it: Filled, user: User) -> None:
    with it.test.desk.database.transaction(it.test.organization) as session:
        put_user(session, user, NOW)


def codes(answer: object) -> list[str]:
    assert isinstance(answer, Page)
    return [each.code for each in answer.shows["wrong"]]


def change(it: Filled, **form: str) -> object:
    return it.ask(settings.change_person, role="administrator", form=form)


def people(it: Filled) -> dict[str, tuple[str, bool]]:
    return {each.id: (each.role, each.active) for each in it.needs.settings.colleagues(it.here())}


def waiting(it: Filled) -> str:
    [one] = it.needs.settings.asked(it.here())[0]
    return one.id


def test_somebody_new_works_here_and_somebody_known_changes(it: Filled):
    before = people(it)
    added = change(it, id="a.reed", name="Ann Reed", role="junior")
    changed = change(it, id="dana", name="Dana Reyes", role="senior", active="no", known="yes")
    assert added == Go("/settings", "Ann Reed is kept.")
    assert changed == Go("/settings", "Dana Reyes is kept.")
    assert people(it) == {**before, "a.reed": ("junior", True), "dana": ("senior", False)}


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ({}, ["user-id", "user-name", "user-role"]),
        ({"id": "<b>", "name": "x", "role": "junior"}, ["user-id"]),
        ({"id": "x", "name": "x", "role": "king"}, ["user-role"]),
        ({"id": "dana", "name": "x", "role": "junior"}, ["user-taken"]),
        ({"id": "x", "name": "x", "role": "lead"}, ["why-missing"]),
        ({"id": "administrator", "name": "x", "role": "junior", "known": "yes"},
         ["user-self", "user-last-administrator"]),
        ({"id": "administrator", "name": "x", "role": "administrator", "active": "no", "known": "yes"},
         ["user-self", "user-last-administrator"]),
        ({"id": "dana", "name": "x", "role": "junior", "active": "no", "hand_to": "gone", "known": "yes"},
         ["hand-to"]),
    ],
)  # fmt: skip
def test_what_is_wrong_about_a_person_is_all_said(it: Filled, form: dict[str, str], expected: list[str]):
    before = people(it)
    assert (codes(change(it, **form)), people(it)) == (expected, before)


def test_the_last_administrator_stays_whoever_asks(it: Filled):
    other = replace(it.here("administrator"), user="second")
    add(it, User("second", "Sam Two", "administrator"))
    two = it.needs.settings.change_colleague(other, replace(BOSS, active=False))
    add(it, User("administrator", "Ada Boss", "administrator"))
    add(it, User("second", "Sam Two", "administrator", active=False))
    one = it.needs.settings.change_colleague(other, replace(BOSS, role="junior"))
    assert two == ("kept", ())
    assert [each.code for each in one[1]] == ["user-last-administrator"]


@pytest.mark.parametrize("role", ["lead", "compliance", "administrator"])
def test_a_role_that_decides_much_is_given_by_two_people(it: Filled, role: str):
    asked = change(it, id="dana", name="Dana Reyes", role=role, known="yes", why="She leads now")
    assert isinstance(asked, Go)
    assert people(it)["dana"] == ("specialist", True)
    form = {"id": waiting(it), "outcome": "approved"}
    own = it.ask(settings.decide_person, role="administrator", form=form)
    assert (codes(own), people(it)["dana"]) == (["proposal-own"], ("specialist", True))
    yes = it.ask(settings.decide_person, role="compliance", form=form)
    assert (yes, people(it)["dana"]) == (Go("/settings", "It is approved."), (role, True))


def test_nobody_approves_their_own_role_or_one_above_theirs(it: Filled):
    change(it, id="lead", name="Kim Sato", role="administrator", known="yes", why="More to do")
    own = it.ask(settings.decide_person, role="lead", form={"id": waiting(it), "outcome": "approved"})
    change(it, id="dana", name="Dana Reyes", role="compliance", known="yes", why="More to do")
    above = {each.id for each in it.needs.settings.asked(it.here())[0]} - {""}
    found = [
        codes(it.ask(settings.decide_person, role="lead", form={"id": id, "outcome": "approved"}))
        for id in above
    ]
    assert codes(own) == ["user-self"]
    assert sorted(found) == [["user-above"], ["user-self"]]


def test_a_grant_is_refused_with_a_reason_or_taken_back(it: Filled):
    change(it, id="dana", name="Dana Reyes", role="lead", known="yes", why="She leads now")
    id = waiting(it)
    without = it.ask(settings.decide_person, role="compliance", form={"id": id, "outcome": "refused"})
    stranger = it.ask(settings.decide_person, role="compliance", form={"id": id, "outcome": "withdrawn"})
    back = it.ask(settings.decide_person, role="administrator", form={"id": id, "outcome": "withdrawn"})
    again = it.ask(settings.decide_person, role="compliance", form={"id": id, "outcome": "approved"})
    assert (codes(without), codes(stranger)) == (["reason-missing"], ["proposal-not-own"])
    assert (back, codes(again)) == (Go("/settings", "It is withdrawn."), ["proposal-gone"])
    assert people(it)["dana"] == ("specialist", True)


@pytest.mark.parametrize("to", ["senior", "lead"])
def test_what_was_given_to_somebody_goes_to_whoever_takes_over(it: Filled, to: str):
    for id in ("R1", "R2", "R3"):
        it.receive(id)
        it.record(id, "owner-assigned", owner="dana")
    it.record("R3", "owner-assigned", owner="lead")
    page = it.ask(settings.person, role="administrator", query={"id": "dana"})
    assert isinstance(page, Page)
    assert page.shows["owned"] == 2
    change(it, id="dana", name="Dana Reyes", role="specialist", active="no", hand_to=to, known="yes")
    assert [owner(it, id) for id in ("R1", "R2", "R3")] == [to, to, "lead"]
    assert it.needs.settings.owned(it.here("administrator"), "dana") == 0


def owner(it: Filled, id: str) -> str:
    with it.test.desk.books(it.test.organization) as books:
        log = books.log(ReferralId(id))
        assert log is not None
        return snapshot(log.entries, books.policy.calendar).owner


def test_a_token_is_shown_once_and_opens_what_it_says(it: Filled):
    form, lists = {"client": "north-ehr", "days": "30"}, {"scope": ["referral.read", "everything"]}
    answer = it.ask(settings_connections.create_token, form=form, lists=lists)
    assert isinstance(answer, Page)
    secret = answer.shows["secret"]
    found = access_of(it.test.desk.database, secret, it.test.clock.now)
    assert found is not None
    assert (found.organization, found.client, found.scopes) == (
        it.test.organization,
        "north-ehr",
        {"referral.read"},
    )
    assert secret not in it.page(settings_connections.connections)
    revoked = it.ask(settings_connections.revoke_tokens, form={"client": "north-ehr"})
    assert revoked == Go("/settings/connections", "Ended: 1.")
    assert access_of(it.test.desk.database, secret, it.test.clock.now) is None


@pytest.mark.parametrize("days", ["0", "-1", "x", "9" * 40, ""])
def test_a_token_without_system_scope_or_end_is_not_made(it: Filled, days: str):
    answer = it.ask(settings_connections.create_token, form={"client": " ", "days": days})
    assert codes(answer) == ["client-missing", "scope-missing", "days-form"]
    assert it.needs.settings.connections.tokens(it.here()) == []


def test_an_address_counts_when_a_second_person_has_approved_it(it: Filled):
    it_needs = it.needs.settings.connections
    add_it = settings_connections.add_destination
    wrong = it.ask(add_it, role="administrator", form={"sender": "", "address": "ftp://x"})
    it.ask(add_it, role="administrator", form={"sender": "LAB", "address": "mllp://lab:2575"})
    assert codes(wrong) == ["destination-sender", "destination-address"]
    assert it_needs.goals(it.here()) == []
    [asked] = it_needs.asked(it.here())
    form = {"id": asked.id, "outcome": "approved"}
    own = it.ask(settings_connections.decide, role="administrator", form=form)
    it.ask(settings_connections.decide, role="compliance", form=form)
    assert codes(own) == ["proposal-own"]
    assert [(each.sender, each.address) for each in it_needs.goals(it.here())] == [("LAB", "mllp://lab:2575")]
    it.ask(settings_connections.remove_destination, form={"sender": "LAB"})
    assert it_needs.goals(it.here()) == []


def test_each_requirement_shows_its_dated_values_their_sources_and_its_cases(it: Filled):
    it.receive("R1")
    page = it.page(settings_policy.requirement, path={"code": "receipt-acknowledge"})
    versions = it.needs.settings.policy.requirements(it.here())
    known = next(each.citation for each in versions if each.code == "receipt-acknowledge")
    assert ("all hold" in page, known.split(",")[0][:20] in page) == (True, True)
    assert "<strong>1</strong> open referral owes it now" in page
    owed = it.ask(settings_policy.owed, path={"code": "receipt-acknowledge"})
    assert isinstance(owed, Page)
    assert [line.referral for line in owed.shows["lines"]] == ["R1"]


@pytest.mark.parametrize("code", ["nonsense", "../../../etc/passwd", ""])
@pytest.mark.parametrize("view", [settings_policy.requirement, settings_policy.owed])
def test_a_requirement_that_nobody_wrote_is_not_here(it: Filled, code: str, view):
    assert it.ask(view, path={"code": code}) == NOT_HERE
    assert it.needs.settings.policy.cases(it.here(), code).cases == []


@pytest.mark.parametrize(
    "view",
    [settings.people, settings_calendar.calendar, settings_policy.policy, settings_connections.connections],
)
def test_who_may_only_look_gets_no_form_that_changes_anything(it: Filled, view):
    page = it.page(view, role="compliance").split('<main id="main"')[1]
    assert 'method="post"' not in page


def test_every_permission_of_a_role_is_said_in_words():
    assert set(PERMISSION_WORDS) == PERMISSIONS - {"public", "own-account"}
