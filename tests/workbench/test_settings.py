"""Settings: people, calendar, policy with its cases, tokens shown once, destinations."""

import pytest

from referloop.storage.access import access_of
from referloop.workbench.asking import NOT_HERE, Go, Page
from referloop.workbench.pages import settings
from referloop.workbench.settings_needs import Colleague
from tests.desks import TestDesk
from tests.workbench.filled import Filled, filled


@pytest.fixture
def it(here: TestDesk) -> Filled:
    return filled(here)


def codes(answer: object) -> list[str]:
    assert isinstance(answer, Page)
    return [each.code for each in answer.shows["wrong"]]


def test_somebody_new_works_here_and_somebody_known_changes(it: Filled):
    added = it.ask(settings.change_person, form={"id": "a.reed", "name": "Ann Reed", "role": "junior"})
    changed = it.ask(
        settings.change_person, form={"id": "dana", "name": "Dana Reyes", "role": "senior", "active": "no"}
    )
    assert added == Go("/settings", "Ann Reed is kept as junior.")
    assert changed == Go("/settings", "Dana Reyes is kept as senior, not working here now.")
    assert list(it.needs.settings.colleagues(it.here())) == [
        Colleague("a.reed", "Ann Reed", "junior", True),
        Colleague("dana", "Dana Reyes", "senior", False),
        Colleague("lead", "Kim Sato", "lead", True),
    ]


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ({}, ["user-id", "user-name", "user-role"]),
        ({"id": "<b>", "name": "x", "role": "lead"}, ["user-id"]),
        ({"id": "x", "name": "x", "role": "king"}, ["user-role"]),
        ({"id": "administrator", "name": "x", "role": "lead"}, ["user-self"]),
        ({"id": "administrator", "name": "x", "role": "administrator", "active": "no"}, ["user-self"]),
    ],
)
def test_what_is_wrong_about_a_person_is_all_said(it: Filled, form: dict[str, str], expected: list[str]):
    assert codes(it.ask(settings.change_person, role="administrator", form=form)) == expected


def test_a_token_is_shown_once_and_opens_what_it_says(it: Filled):
    form, lists = {"client": "north-ehr", "days": "30"}, {"scope": ["referral.read", "everything"]}
    answer = it.ask(settings.create_token, form=form, lists=lists)
    assert isinstance(answer, Page)
    secret = answer.shows["secret"]
    found = access_of(it.test.desk.database, secret, it.test.clock.now)
    assert found is not None
    assert (found.organization, found.client, found.scopes) == (
        it.test.organization,
        "north-ehr",
        {"referral.read"},
    )
    assert secret not in it.page(settings.connections)
    revoked = it.ask(settings.revoke_tokens, form={"client": "north-ehr"})
    assert revoked == Go("/settings/connections", "Ended: 1.")
    assert access_of(it.test.desk.database, secret, it.test.clock.now) is None


@pytest.mark.parametrize("days", ["0", "-1", "x", "9" * 40, ""])
def test_a_token_without_system_scope_or_end_is_not_made(it: Filled, days: str):
    answer = it.ask(settings.create_token, form={"client": " ", "days": days})
    assert codes(answer) == ["client-missing", "scope-missing", "days-form"]
    assert it.needs.settings.tokens(it.here()) == []


def test_a_sender_is_told_at_one_address_until_it_is_removed(it: Filled):
    wrong = it.ask(settings.add_destination, form={"sender": "", "address": "ftp://x"})
    right = it.ask(settings.add_destination, form={"sender": "LAB", "address": "mllp://lab:2575"})
    assert codes(wrong) == ["destination-sender", "destination-address"]
    assert right == Go("/settings/connections", "From now on this sender is told there.")
    assert it.needs.settings.destinations(it.here()) == [("LAB", "mllp://lab:2575")]
    it.ask(settings.remove_destination, form={"sender": "LAB"})
    assert it.needs.settings.destinations(it.here()) == []


def test_each_requirement_shows_its_dated_values_their_sources_and_its_cases(it: Filled):
    page = it.page(settings.requirement, path={"code": "contact-first"})
    [known] = {
        each.citation for each in it.needs.settings.requirements(it.here()) if each.code == "contact-first"
    }
    assert ("all hold" in page, known.split(",")[0][:20] in page) == (True, True)


@pytest.mark.parametrize("code", ["nonsense", "../../../etc/passwd", ""])
def test_a_requirement_that_nobody_wrote_is_not_here(it: Filled, code: str):
    assert it.ask(settings.requirement, path={"code": code}) == NOT_HERE
    assert it.needs.settings.cases(it.here(), code).cases == []


def test_the_calendar_names_the_holidays_to_come(it: Filled):
    found = it.needs.settings.opening(it.here())
    assert (found.zone, found.holidays, found.next_days[0][1]) == (
        "America/New_York",
        "US",
        "Thanksgiving Day",
    )


@pytest.mark.parametrize("view", [settings.people, settings.calendar, settings.policy, settings.connections])
def test_who_may_only_look_gets_no_form(it: Filled, view):
    page = it.page(view, role="compliance").split('<main id="main"')[1]
    assert 'method="post"' not in page
