"""Whoever watches over reading sees who opened what, which files left, and what is worth a question."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from referloop.messages import Name, Person
from referloop.referral.entry import Draft
from referloop.referral.facts.desk import NoteAdded
from referloop.referral.kinds import ReferralId
from referloop.storage.access import User, add_user
from referloop.storage.accesses import Accessed, note
from referloop.workbench.access_needs import Look
from referloop.workbench.asking import Answer, Go, Here, Page
from referloop.workbench.pages import compliance
from referloop.workbench.pages.patient import patient
from referloop.workbench.presenters.looks import out_of_hours, strange
from tests.desks import NOW, TestDesk, desk_over
from tests.workbench.filled import Filled, filled

OPENED = Accessed("dana", "specialist", "referral-opened", referral="R1")
GLASS = Accessed("osei", "clinician", "glass-opened", patient="P1", reason="emergency: on the ward now")
HOUR = timedelta(hours=1)


@pytest.fixture
def it(here: TestDesk) -> Filled:
    found = filled(here)
    with here.desk.database.transaction(here.organization) as session:
        add_user(session, User("osei", "Ruth Osei", "clinician"), NOW)
    found.receive("R1", "P1")
    found.receive("R2", "P2")
    return found


def saw(it: Filled, *those: Accessed, at: datetime = NOW) -> None:
    with it.test.desk.database.transaction(it.test.organization) as session:
        for each in those:
            note(session, each, at)


def keys(answer: Answer) -> list[str]:
    assert isinstance(answer, Page)
    return [each.key for each in answer.shows["looks"]]


def test_who_opened_what_is_listed_with_names_and_the_newest_first(it: Filled):
    saw(it, OPENED)
    saw(it, replace(OPENED, referral="R2"), at=NOW + HOUR)
    answer = it.ask(compliance.looked, role="compliance")
    assert isinstance(answer, Page)
    assert [(each.name, each.act, each.person.names[0].family) for each in answer.shows["looks"]] == [
        ("Dana Reyes", "referral-opened", "Chen"),
        ("Dana Reyes", "referral-opened", "Okafor"),
    ]
    page = it.page(compliance.looked, role="compliance")
    assert ("Dana Reyes" in page, "Opened a referral" in page, "Chen, Ben" in page) == (True, True, True)


def test_the_list_is_narrowed_by_person_day_and_patient(it: Filled):
    saw(it, OPENED, replace(OPENED, user="kim", referral="R2"))
    saw(it, OPENED, at=NOW + 24 * HOUR)
    asked = [
        {"user": "kim"},
        {"day": "2026-11-25"},
        {"patient": "P1"},
        {"patient": "P1", "day": "2026-11-24"},
        {"day": "nonsense", "after": "nonsense"},
    ]
    found = [keys(it.ask(compliance.looked, role="compliance", query=query)) for query in asked]
    assert found == [["kim:1"], ["dana:2"], ["dana:2", "dana:1"], ["dana:1"], ["dana:2", "kim:1", "dana:1"]]


def test_a_day_is_the_day_of_the_desk(it: Filled):
    late = datetime(2026, 11, 25, 4, 30, tzinfo=UTC)  # 23:30 in New York, the evening before
    saw(it, OPENED, at=late)
    found = [keys(it.ask(compliance.looked, query={"day": day})) for day in ("2026-11-24", "2026-11-25")]
    assert found == [["dana:1"], []]


def test_what_was_read_of_somebody_found_to_be_the_same_patient_is_shown_with_it(it: Filled):
    with it.test.desk.books(it.test.organization) as books:
        books.add_person("P7", Person(names=(Name("Okafor", "A"),)), [])
        sql = "UPDATE people SET same_as = 'P1' WHERE organization_id = ? AND id = 'P7'"
        books.flush()
        books.session.write((sql, (it.test.organization,)))
    saw(it, Accessed("dana", "specialist", "patient-opened", patient="P7"))
    assert keys(it.ask(compliance.looked, query={"patient": "P1"})) == ["dana:1"]


def test_a_lead_sees_what_the_desk_read_and_compliance_sees_everybody(it: Filled):
    saw(
        it,
        OPENED,
        replace(OPENED, user="osei", role="clinician"),
        replace(OPENED, user="ines", role="compliance"),
    )
    lead, officer = (keys(it.ask(compliance.looked, role=role)) for role in ("lead", "compliance"))
    assert (lead, sorted(officer)) == (["dana:1"], ["dana:1", "ines:1", "osei:1"])


def test_more_than_a_page_goes_on_behind_it(it: Filled):
    for number in range(60):
        saw(it, replace(OPENED, referral=f"S{number}"), at=NOW + number * timedelta(seconds=1))
    first = it.ask(compliance.looked, query={"user": "dana"})
    assert isinstance(first, Page)
    [address] = [first.shows["next"]]
    assert (len(keys(first)), address.startswith("/compliance?user=dana&after=")) == (50, True)
    after = it.needs.accesses.looked(it.here(), compliance.Asking()).next
    assert keys(it.ask(compliance.looked, query={"after": after})) == [
        f"dana:{10 - each}" for each in range(10)
    ]


def test_the_page_of_a_patient_leads_to_who_looked_for_those_who_may(it: Filled):
    leads = {
        role: "/compliance?patient=P1" in it.page(patient, role=role, path={"id": "P1"})
        for role in ("lead", "compliance", "specialist")
    }
    assert leads == {"lead": True, "compliance": True, "specialist": False}


def test_files_are_listed_with_their_purpose(it: Filled):
    saw(
        it, Accessed("kim", "lead", "list-exported", about="referrals/export", how_many=1234, purpose="payer")
    )
    page = it.page(compliance.files, role="compliance")
    assert ("1,234" in page, "payer" in page, "not needed" in page) == (True, True, True)


def review(it: Filled, key: str, role: str = "compliance", **form: str) -> Answer:
    return it.ask(compliance.review, role=role, form={"access": key, "outcome": "needed", **form})


def waiting(it: Filled, **query: str) -> list[tuple[str, bool]]:
    answer = it.ask(compliance.glass, role="compliance", query=query)
    assert isinstance(answer, Page)
    return [(each.look.key, each.reviewed is not None) for each in answer.shows["glass"]]


def codes(answer: Answer) -> list[str]:
    assert isinstance(answer, Page)
    return [each.code for each in answer.shows["wrong"]]


def test_an_opening_waits_until_somebody_else_has_reviewed_it(it: Filled):
    saw(it, GLASS)
    assert waiting(it) == [("osei:1", False)]
    assert review(it, "osei:1") == Go("/compliance/glass", "It is reviewed.")
    assert (waiting(it), waiting(it, show="all")) == ([], [("osei:1", True)])
    page = it.page(compliance.glass, role="compliance", query={"show": "all"})
    assert ("Needed, and only what was needed" in page, "on the ward now" in page) == (True, True)


def test_a_review_is_due_in_three_working_days_and_says_when_it_is_late(it: Filled):
    saw(it, GLASS)  # a Tuesday; the Thursday after it is a holiday
    found, _ = it.needs.accesses.glass(it.here(), "", waiting=True)
    assert found[0].due_at == datetime(2026, 11, 30, 22, tzinfo=UTC)
    assert "overdue" not in it.page(compliance.glass)
    it.test.clock.forward(days=7)
    assert "overdue" in it.page(compliance.glass)


def test_a_review_that_finds_fault_says_what_follows(it: Filled):
    saw(it, GLASS)
    assert codes(review(it, "osei:1", outcome="not-needed")) == ["review-outcome"]
    assert codes(review(it, "osei:1", outcome="")) == ["review-outcome"]
    assert isinstance(review(it, "osei:1", outcome="not-needed", words="talked to them"), Go)


def test_nobody_reviews_twice_or_what_they_opened_themselves_or_what_is_no_opening(it: Filled):
    saw(it, GLASS, replace(GLASS, user="compliance"), OPENED)
    assert codes(review(it, "compliance:1")) == ["glass-own"]
    assert codes(review(it, "dana:1")) == codes(review(it, "osei:9")) == ["glass-unknown"]
    review(it, "osei:1")
    assert codes(review(it, "osei:1", role="lead")) == ["glass-reviewed"]


def test_a_review_closes_the_work_that_asked_for_it(it: Filled):
    it.needs.glass.open(it.here("clinician"), "P1", "emergency", "on the ward now")
    assert len(it.needs.inbox.todo(it.here(), "")[0]) == 2
    review(it, "clinician:1")
    assert it.needs.inbox.todo(it.here(), "") == ([], "")


def test_more_than_three_openings_in_a_week_stand_out(it: Filled):
    saw(it, *[replace(GLASS, patient=f"P{number}") for number in range(4)])
    assert "4 times in seven days" in it.page(compliance.glass)


def test_another_organisation_s_opening_is_neither_shown_nor_reviewed(it: Filled, database):
    other = filled(desk_over(database))
    saw(it, GLASS)
    assert waiting(other) == []
    assert codes(review(other, "osei:1")) == ["glass-unknown"]


def reasons(it: Filled, **query: str) -> list[tuple[str, tuple[str, ...], int]]:
    answer = it.ask(compliance.unusual, role="compliance", query=query)
    assert isinstance(answer, Page)
    return [(each.look.key, each.reasons, each.times) for each in answer.shows["strange"]]


def test_a_referral_that_somebody_opened_without_working_on_it_stands_out(it: Filled):
    saw(it, OPENED, replace(OPENED, referral="R2"))
    wrote = replace(it.here("specialist"), user="dana")
    assert reasons(it) == [
        ("dana:1", ("nothing recorded by them",), 1),
        ("dana:2", ("nothing recorded by them",), 1),
    ]
    note_added(it, wrote)
    assert reasons(it) == [("dana:2", ("nothing recorded by them",), 1)]


def note_added(it: Filled, here: Here) -> None:
    with it.test.desk.books(it.test.organization) as books:
        log = books.log(ReferralId("R1"))
        assert log is not None
        books.append(log, [Draft(NoteAdded(text="called"), books.at)], here.author)


def test_a_patient_of_the_reader_s_own_family_name_stands_out(it: Filled):
    with it.test.desk.database.transaction(it.test.organization) as session:
        add_user(session, User("ben", "Li Chen", "compliance"), NOW)
    saw(it, replace(OPENED, user="ben", role="compliance", referral="R2"))
    assert reasons(it) == [("ben:1", ("same family name",), 1)]


def test_openings_out_of_hours_stand_out_once_for_each_patient(it: Filled):
    night = datetime(2026, 11, 25, 3, tzinfo=UTC)  # 22:00 in New York
    saw(it, replace(OPENED, act="patient-opened", patient="P1", referral=""), at=night)
    saw(it, replace(OPENED, act="patient-opened", patient="P1", referral=""), at=night + HOUR)
    assert reasons(it, day="2026-11-24") == [("dana:1", ("out of hours",), 2)]


def test_what_a_clinician_or_a_system_reads_is_not_measured_by_the_hours_of_the_desk(it: Filled):
    night = datetime(2026, 11, 25, 3, tzinfo=UTC)
    saw(
        it,
        replace(OPENED, user="osei", role="clinician"),
        replace(OPENED, user="client:ehr", role="client"),
        at=night,
    )
    assert reasons(it, day="2026-11-24") == []


@pytest.mark.parametrize(
    ("local", "expected"),
    [
        ("2026-11-24T08:00", False),
        ("2026-11-24T07:59", True),
        ("2026-11-24T16:59", False),
        ("2026-11-24T17:00", True),
        ("2026-11-26T10:00", True),  # a holiday
        ("2026-11-28T10:00", True),  # a Saturday
    ],
)
def test_the_hours_are_those_of_the_calendar(it: Filled, local: str, expected: bool):
    calendar = it.needs.calendar(it.here())
    assert out_of_hours(datetime.fromisoformat(local).replace(tzinfo=calendar.zone), calendar) is expected


def test_nothing_strange_is_made_of_nothing(it: Filled):
    none: list[Look] = []
    assert strange(none, frozenset(), it.needs.calendar(it.here())) == []
    assert "Nobody opened a patient on that day." in it.page(compliance.unusual)
