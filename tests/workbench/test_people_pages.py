"""Finding people, a patient's page and the directory."""

import re
from datetime import timedelta

import pytest

from referloop.messages import Contact, Identifier, Name, Party, Person
from referloop.storage import search
from referloop.storage.accesses import Accessed, note
from referloop.storage.people import joined
from referloop.workbench.asking import NOT_HERE, Go, Noted, Page, Value
from referloop.workbench.pages import directory, find, patient
from tests.desks import TestDesk
from tests.workbench.filled import Filled, a_doubtful_patient, filled

MARIA = Person(
    identifiers=(Identifier("urn:northside:mrn", "004-881", "MR"), Identifier("urn:ssa", "123456789", "SS")),
    names=(Name("García López", "María Luisa"),),
    birth_date="1972-03-12",
    sex="female",
    contacts=(Contact("mobile", "+1 (212) 555-0142"),),
)


@pytest.fixture
def it(here: TestDesk) -> Filled:
    """Ada, Ben and Maria; Maria has a referral, and is insured."""
    found = filled(here)
    with here.desk.books(here.organization) as books:
        books.add_person("P9", MARIA, [])
    found.receive(
        "R9", "P9", number="REF-77", requester="Ruth Osei, Northside", performer="Heart Center", patient="P9"
    )
    found.record("R9", "coverage-stated", payer="Harbor Health", member_id="HH 42-17")
    return found


def ids(it: Filled, typed: str) -> list[str]:
    return [each.id for each in it.needs.people.find(it.here(), typed).people]


@pytest.mark.parametrize(
    "typed",
    [
        "garcia lopez", "Lopez", "Maria Garcia", "García López, María", "garcai", "Garsia Maria", "gar",
        "12 Mar 1972", "3/12/72", "004881", "212 555 0142", "555-0142", "0142", "hh4217", "garcia 3/12/1972",
    ],
)  # fmt: skip
def test_a_patient_is_found_by_what_somebody_knows(it, typed):
    assert ids(it, typed) == ["P9"]


@pytest.mark.parametrize("typed", ["", "Zbigniew", "1931-01-01", "999999", "%", "_", "\x00", "' OR 1=1 --"])
def test_nobody_is_found_where_nobody_fits(it, typed):
    assert ids(it, typed) == []


def test_another_organisation_finds_nobody_here(it, database):
    from tests.desks import desk_over

    other = filled(desk_over(database))
    assert ids(other, "garcia") == []


def test_a_changed_phone_number_finds_too(it, here):
    with here.desk.books(here.organization) as books:
        books.add_person_keys("P9", Person(contacts=(Contact("phone", "646 555 0199"),)), ["id|urn:x|1"])
    assert ids(it, "6465550199") == ["P9"]


def test_somebody_found_to_be_another_is_found_as_that_other(it, here):
    with here.desk.books(here.organization) as books:
        books.change(joined(books, "P9", "P1"))
    assert ids(it, "garcia lopez") == ["P1"]


def test_keys_can_be_made_anew(it, here):
    with here.desk.database.transaction(here.organization) as session:
        session.write(("DELETE FROM search_keys WHERE organization_id = ?", (here.organization,)))
    assert ids(it, "garcia") == []
    assert search.rebuild(here.desk.database, here.organization) == 3
    assert (ids(it, "garcia"), ids(it, "hh4217"), ids(it, "chen")) == (["P9"], ["P9"], ["P2"])


@pytest.mark.parametrize("typed", ["REF-77", "ref77", "R9"])
def test_the_number_of_a_referral_opens_it(it, typed):
    assert it.ask(find.find, form={"text": typed}) == Go("/referrals/R9")


def test_who_is_found_is_shown_with_what_is_open_for_them(it):
    page = it.page(find.find, form={"text": "garcia"})
    assert 'href="/patients/P9"' in page
    assert 'href="/referrals/R9"' in page
    assert "fits by name" in page
    assert "123456789" not in page


def test_a_search_that_finds_nobody_says_what_to_try(it):
    assert "Nobody was found" in it.page(find.find, form={"text": "Zbigniew"})


def test_a_form_is_offered_people_with_the_way_to_choose_them(it):
    answer = it.ask(find.lookup, form={"text": "garcia"})
    assert answer == Value(
        [
            {
                "id": "P9",
                "words": "García López, María Luisa",
                "note": "female, 12 Mar 1972",
                "to": "/referrals/new?patient=P9",
            }
        ],
        noted=Noted(how_many=1),
    )


def test_a_patient_page_shows_who_how_to_reach_them_and_their_cover(it):
    page = it.page(patient.patient, path={"id": "P9"})
    for each in (
        "García López, María Luisa",
        "12 Mar 1972",
        "tel:+12125550142",
        "004-881",
        "Harbor Health",
        "HH 42-17",
    ):
        assert each in page
    assert "ends in 6789" in page
    assert "123456789" not in page


def test_the_open_referrals_of_a_patient_stand_apart_from_the_closed(it):
    it.receive("R10", "P9", patient="P9", service="Podiatry")
    it.record("R10", "referral-closed", reason="duplicate")
    answer = it.ask(patient.patient, path={"id": "P9"})
    assert isinstance(answer, Page)
    assert [line.referral for line in answer.shows["it"].open] == ["R9"]
    assert [line.referral for line in answer.shows["it"].closed] == ["R10"]


def test_many_referrals_of_a_patient_go_on_on_another_page(it):
    for number in range(10, 62):
        it.receive(f"R{number}", "P9", patient="P9", service="Podiatry")
    first = it.page(patient.patient, path={"id": "P9"})
    second = it.page(patient.patient, path={"id": "P9"}, query={"open": "50"})
    assert [page.count("data-open>") for page in (first, second)] == [50, 3]
    assert [("/patients/P9?open=50#open-now" in page) for page in (first, second)] == [True, False]


@pytest.mark.parametrize("place", ["-1", "1.5", "²", "999999999999999999", ""])
def test_a_place_that_is_none_shows_the_first_referrals(it, place):
    answer = it.ask(patient.patient, path={"id": "P9"}, query={"open": place})
    assert isinstance(answer, Page)
    assert [line.referral for line in answer.shows["open"].lines] == ["R9"]


def test_the_page_of_somebody_joined_leads_to_who_they_are(it, here):
    with here.desk.books(here.organization) as books:
        books.change(joined(books, "P9", "P1"))
    answer = it.ask(patient.patient, path={"id": "P9"})
    assert isinstance(answer, Go)
    assert answer.to == "/patients/P1"
    assert "Found to be the same person" in it.page(patient.patient, path={"id": "P1"})
    assert 'href="/referrals/R9"' in it.page(patient.patient, path={"id": "P1"})


def test_a_question_of_identity_stands_on_both_pages(it):
    item = a_doubtful_patient(it)
    for id in ("P1", "P3"):
        assert f"/inbox/items/{item}" in it.page(patient.patient, path={"id": id})
    assert "A specialist settles it." in it.page(patient.patient, path={"id": "P1"}, role="junior")


def test_a_patient_of_nobody_here_is_not_here(it):
    assert it.ask(patient.patient, path={"id": "P404"}) == NOT_HERE


def test_the_directory_lists_who_sends_and_who_receives(it, here):
    osei = Party(
        practitioner="Ruth Osei", organisation="Northside", identifiers=(Identifier("npi", "999", "NPI"),)
    )
    with here.desk.books(here.organization) as books:
        books.know_party("npi|999", osei)
        books.know_party("heart center", Party(organisation="Heart Center", specialty="Cardiology"))
    found, more = it.needs.directory.parties(it.here(), "", "")
    assert [(each.key, each.sent, each.given) for each in found] == [
        ("heart center", 0, 1),
        ("npi|999", 1, 0),
    ]
    assert more == ""
    assert [each.key for each in it.needs.directory.parties(it.here(), "osei north", "")[0]] == ["npi|999"]
    assert [each.key for each in it.needs.directory.parties(it.here(), "cardiology", "")[0]] == [
        "heart center"
    ]
    assert [each.key for each in it.needs.directory.parties(it.here(), "practitioner", "")[0]] == []
    kinds = {
        kind: [each.key for each in it.needs.directory.parties(it.here(), "", "", kind)[0]]
        for kind in ("practitioners", "organisations")
    }
    assert kinds == {"practitioners": ["npi|999"], "organisations": ["heart center"]}
    narrowed = it.page(directory.directory, query={"kind": "practitioners"})
    assert ("Ruth Osei" in narrowed, "Heart Center" in narrowed, "NPI" in narrowed) == (True, False, True)
    row = next(each for each in narrowed.split("<tr")[1:] if "Ruth Osei" in each)
    assert re.findall(r'data-says="([^"]+)"( class="absent")?', row) == [
        ("Specialty", ' class="absent"'),
        ("Reach", ' class="absent"'),
        ("Number", ""),
        ("From them", ""),
        ("To them", ""),
    ]
    page = it.page(directory.party, query={"key": "npi|999"})
    assert ("Referrals from them" in page, 'href="/referrals/R9"' in page) == (True, True)
    assert "npi%7C999" in it.page(directory.directory)
    assert it.ask(directory.party, query={"key": "nobody"}) == NOT_HERE


def test_a_long_directory_comes_in_pages(it, here):
    with here.desk.books(here.organization) as books:
        for number in range(120):
            books.know_party(f"k{number:03}", Party(practitioner=f"Dr {number:03}", organisation="Same"))
    seen, after = [], ""
    for _ in range(4):
        found, after = it.needs.directory.parties(it.here(), "", after)
        seen += [each.key for each in found]
        if not after:
            break
    assert seen == [f"k{number:03}" for number in range(120)]


def test_cover_recorded_later_at_the_desk_finds_too(it):
    it.record("R9", "coverage-stated", payer="Lakeside", member_id="LS-1")
    assert ids(it, "LS-1 garcia") == ["P9"]


def test_whom_somebody_looked_at_last_stands_on_the_patients_page(it):
    looks = [("lead", "P9"), ("lead", "P2"), ("dana", "P1"), ("lead", "P9"), ("lead", "P404")]
    for minute, (user, who) in enumerate(looks):
        with it.test.desk.database.transaction(it.test.organization) as session:
            at = it.test.clock.now + timedelta(minutes=5 * minute)
            note(session, Accessed(user, "lead", "patient-opened", patient=who), at)
    shown = it.ask(find.find).shows["lately"]
    assert [(id, name) for id, name, _, _ in shown] == [
        ("P9", "García López, María Luisa"),
        ("P2", "Chen, Ben"),
    ]
    assert "García López, María Luisa</a>" in it.page(find.find)
    assert it.ask(find.find, role="receiving-office").shows["lately"] == []
