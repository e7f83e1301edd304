"""A referral entered at the desk goes in through the front door."""

import pytest

from referloop.messages import Coded, Identifier, Name, Party, Person
from referloop.referral.entry import Author
from referloop.referral.kinds import ReferralId
from referloop.storage.codes import replace_set
from referloop.workbench.asking import NOT_HERE, Go, Page, Value
from referloop.workbench.pages import directory, new_referral
from referloop.workbench.presenters.request_form import coded, party_of
from tests.desks import TestDesk
from tests.workbench.filled import Filled, filled

WHOLE = {
    "form": "f1", "family": "Lindqvist", "given": "Greta", "born": "1991-05-02", "service": "Dermatology",
    "question": "Changing mole: melanoma?", "urgency": "urgent", "requester": "Ruth Osei, Northside",
}  # fmt: skip


@pytest.fixture
def it(here: TestDesk) -> Filled:
    return filled(here)


def entered(it: Filled, **form: str) -> ReferralId:
    answer = it.ask(new_referral.new_referral, form={**WHOLE, **form})
    assert isinstance(answer, Go), answer
    assert answer.said == "The referral is entered."
    return ReferralId(answer.to.removeprefix("/referrals/"))


def log_of(it: Filled, id: ReferralId):
    with it.test.desk.books(it.test.organization) as books:
        log = books.log(id)
        assert log is not None
        return log


def test_a_new_patient_and_their_referral_are_entered(it):
    log = log_of(
        it, entered(it, diagnosis="D22.5 Melanocytic naevi of trunk", payer="Harbor", member_id="H1")
    )
    asked = log.entries[0].fact
    assert (asked.service, asked.urgency, asked.question) == (
        "Dermatology",
        "urgent",
        "Changing mole: melanoma?",
    )
    assert asked.requester == "Ruth Osei, Northside"
    assert asked.reasons == ("Melanocytic naevi of trunk (D22.5)",)
    assert [entry.word for entry in log.entries] == ["referral-received", "coverage-stated"]
    assert log.entries[0].author == Author("person", "lead")
    assert it.counts() == {"done": 1}


def test_everything_that_is_missing_is_said_at_once_and_what_was_typed_stays(it):
    answer = it.ask(new_referral.new_referral, form={"form": "f1", "family": "Lindqvist"})
    assert isinstance(answer, Page)
    assert answer.status == 422
    assert [each.where for each in answer.shows["found"]] == [
        "family",
        "service",
        "question",
        "urgency",
        "requester",
    ]
    page = it.page(new_referral.new_referral, form={"form": "f1", "family": "Lindqvist"})
    assert 'value="Lindqvist"' in page
    assert "Still missing: patient, service, reason or question, urgency, requester." in page


@pytest.mark.parametrize("born", ["1991-02-30", "2031-01-01", "yesterday"])
def test_a_birth_date_that_cannot_be_is_refused_without_repeating_it(it, born):
    answer = it.ask(new_referral.new_referral, form={**WHOLE, "born": born})
    assert isinstance(answer, Page)
    assert [each.code for each in answer.shows["found"]] == ["request-born"]
    assert all(born not in each.says + each.remedy for each in answer.shows["found"])


def test_the_same_form_sent_twice_is_one_referral(it):
    first = entered(it)
    assert entered(it, same="new") == first
    assert it.counts() == {"done": 1}


def test_somebody_who_may_be_here_already_is_shown_before_anything_is_saved(it):
    like_ada = {**WHOLE, "family": "Okafor", "given": "Adah", "born": "1980-02-29"}
    answer = it.ask(new_referral.new_referral, form=like_ada)
    assert isinstance(answer, Page)
    assert (answer.status, [each.id for each, _, _ in answer.shows["alike"]]) == (409, ["P1"])
    assert "Is it one of these people?" in it.page(new_referral.new_referral, form=like_ada)
    assert it.counts() == {}


def test_the_person_who_was_chosen_is_the_patient_for_certain(it, here):
    id = entered(it, family="", given="", born="", patient="P1")
    assert log_of(it, id).patient == "P1"
    assert "identity-questioned" not in it.words(id)


def test_a_chosen_person_is_certain_even_with_a_double_who_has_the_same_number(it, here):
    twin = Person(
        names=(Name("Okafor", "Ada"),), birth_date="1980-02-29", identifiers=(Identifier("urn:m", "1", "MR"),)
    )
    with here.desk.books(here.organization) as books:
        books.add_person("P7", twin, ["id|urn:m|1", "name|okafor|ada|1980-02-29"])
        books.add_person("P8", twin, ["id|urn:m|1", "name|okafor|ada|1980-02-29"])
    assert log_of(it, entered(it, patient="P8")).patient == "P8"


def test_choosing_one_of_those_shown_goes_on_with_them(it):
    id = entered(it, family="Okafor", given="Adah", born="1980-02-29", same="P1")
    assert log_of(it, id).patient == "P1"


def test_a_request_that_is_here_already_is_shown_and_can_still_be_entered(it):
    first = entered(it, patient="P1")
    again = {**WHOLE, "patient": "P1", "form": "f2"}
    answer = it.ask(new_referral.new_referral, form=again)
    assert isinstance(answer, Page)
    assert (answer.status, [line.referral for line in answer.shows["doubles"]]) == (409, [first])
    second = entered(it, patient="P1", form="f2", sure="1")
    assert second != first
    assert "duplicate-suspected" in it.words(second)


def test_the_form_of_a_known_patient_asks_no_name(it):
    page = it.page(new_referral.new_referral, query={"patient": "P1"})
    assert ("Okafor, Ada" in page, 'name="family"' in page) == (True, False)
    assert it.ask(new_referral.new_referral, query={"patient": "P404"}) == NOT_HERE


def test_a_requester_who_was_chosen_keeps_their_number(it, here):
    osei = Party(
        practitioner="Ruth Osei", organisation="Northside", identifiers=(Identifier("npi", "999", "NPI"),)
    )
    with here.desk.books(here.organization) as books:
        books.know_party("npi|999", osei)
    assert it.ask(directory.lookup, form={"text": "osei"}) == Value(
        [{"id": "npi|999", "words": "Ruth Osei, Northside", "note": ""}]
    )
    entered(it, requester_key="npi|999")
    assert [each.sent for each in it.needs.directory.parties(it.here(), "", "")[0]] == [1]


def test_codes_are_found_by_number_and_by_words(it, here):
    codes = [
        ("I48.0", "Paroxysmal atrial fibrillation"),
        ("I48.91", "Unspecified atrial fibrillation"),
        ("E11", "Diabetes"),
    ]
    with here.desk.database.transaction(here.organization) as session:
        replace_set(session, "icd-10-cm", codes)
    wanted = Value([{"id": "I48.91", "words": "I48.91 Unspecified atrial fibrillation", "note": ""}])
    for typed in ("i4891", "I48.91", "fibrill unspec"):
        assert it.ask(new_referral.codes, path={"code_set": "icd-10-cm"}, form={"text": typed}) == wanted
    assert it.ask(new_referral.codes, path={"code_set": "icd-10-cm"}, form={"text": "%%"}) == Value([])
    assert it.ask(new_referral.codes, path={"code_set": "secrets"}, form={"text": "fibrill"}) == Value([])
    asked = log_of(it, entered(it, diagnosis="I48.91")).entries[0].fact
    assert asked.reasons == ("Unspecified atrial fibrillation (I48.91)",)


def test_words_that_are_no_code_stay_words():
    assert coded("chest pain") == Coded(text="chest pain")
    assert party_of("Ruth Osei") == Party(practitioner="Ruth Osei")


def test_services_that_were_asked_for_again_and_again_are_offered_and_those_about_one_patient_are_not(it):
    for family, born in (("Alder", 51), ("Birk", 62), ("Cedeno", 73), ("Dufour", 84), ("Ekwall", 95)):
        who = {"form": family, "family": family, "given": family[:3], "born": f"19{born}-03-04"}
        entered(it, **who, service="Sleep study at home")
    entered(it, form="once", family="Quist", given="Ole", service="Sleep study for the night guard")
    answer = it.ask(new_referral.codes, path={"code_set": "nucc"}, form={"text": "study sl"})
    offered = {"id": "Sleep study at home", "words": "Sleep study at home", "note": "asked for often here"}
    assert answer == Value([offered])
    nothing = it.ask(new_referral.codes, path={"code_set": "icd-10-cm"}, form={"text": "study sl"})
    assert nothing == Value([])
