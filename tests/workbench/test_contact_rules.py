"""Safe contact, interpreter, times: written down once, and seen wherever somebody may call."""

from datetime import date

import pytest

from referloop.messages import Contact, ContactRules, Name, Person
from referloop.workbench.asking import NOT_HERE, Go, Page
from referloop.workbench.pages.call_sheet import call_sheet
from referloop.workbench.pages.contact_rules import contact_rules
from referloop.workbench.pages.glass import glass
from referloop.workbench.pages.patient import patient
from referloop.workbench.pages.preview import preview
from referloop.workbench.pages.referral import referral
from referloop.workbench.presenters.reach import ways, words_of
from tests.desks import TestDesk
from tests.workbench.filled import Filled, filled

ROSA = Person(
    names=(Name("Diaz", "Rosa"),),
    birth_date="1990-01-01",
    contacts=(Contact("phone", "555-0199"), Contact("mobile", "555-0100")),
)
TYPED = {
    "seen": "0", "only_by": "mobile", "only_at": "", "no_voicemail": "yes", "language": "es",
    "interpreter": "phone", "times": "evenings", "speaks_for": "daughter Ana", "speaks_until": "2026-12-31",
}  # fmt: skip
WORDS = [
    "safe contact: only by mobile", "never leave a voicemail", "interpreter by phone", "best: evenings",
    "may be spoken with: daughter Ana until 31 Dec 2026",
]  # fmt: skip


@pytest.fixture
def it(here: TestDesk) -> Filled:
    found = filled(here)
    with here.desk.books(here.organization) as books:
        books.add_person("P7", ROSA, [])
    for id in ("R1", "R2"):
        found.receive(id, "P7", patient="P7", service="Cardiology", performer="Harbor Heart")
    return found


def tell(it: Filled, role: str = "specialist", **typed: str) -> object:
    return it.ask(contact_rules, role=role, path={"id": "P7"}, form={**TYPED, **typed})


def held(it: Filled) -> ContactRules:
    found = it.needs.people.rules(it.here("specialist"), "P7")
    assert found is not None
    return found[1].told


def codes(answer: object) -> tuple[list[str], int]:
    assert isinstance(answer, Page)
    return [each.code for each in answer.shows["against"]], answer.status


def test_it_is_written_down_with_who_told_it_and_when(it: Filled):
    assert isinstance(tell(it), Go)
    assert words_of(held(it)) == WORDS
    found = it.needs.people.rules(it.here("specialist"), "P7")
    assert found is not None
    assert (found[1].seq, found[1].who, found[1].at) == (1, "specialist", it.test.clock.now)


@pytest.mark.parametrize("view", [referral, preview])
def test_every_referral_of_the_patient_shows_it_and_hides_the_other_numbers(it: Filled, view):
    tell(it)
    for id in ("R1", "R2"):
        page = it.page(view, role="specialist", path={"referral": id})
        assert [words for words in WORDS if words not in page] == []
        assert ("mobile 555-0100" in page, "555-0199" in page) == (True, False)


def test_the_form_of_a_call_shows_it_too(it: Filled):
    tell(it)
    page = it.page(referral, role="specialist", path={"referral": "R1"}, query={"do": "contact-attempted"})
    assert page.count("safe contact: only by mobile") == 2


def test_the_patients_page_and_the_call_sheet_show_it(it: Filled):
    tell(it)
    assert "safe contact: only by mobile" in it.page(patient, role="specialist", path={"id": "P7"})
    sheet = it.page(call_sheet, role="specialist")
    assert "safe contact: only by mobile" in sheet
    assert "Spanish" in sheet
    assert "555-0199" not in sheet


def test_what_was_told_can_be_taken_back(it: Filled):
    tell(it)
    assert isinstance(tell(it, seen="1", **dict.fromkeys(TYPED.keys() - {"seen"}, "")), Go)
    assert held(it) == ContactRules()


def test_who_writes_over_what_they_have_not_read_is_told(it: Filled):
    tell(it)
    assert codes(tell(it, only_by="letter")) == (["contact-rules-changed"], 409)
    assert held(it).only_by == "mobile"


def test_all_faults_are_said_at_once_and_what_was_typed_stays(it: Filled):
    answer = tell(it, only_by="", only_at="555-1", speaks_for="", times="x" * 201)
    assert codes(answer) == (["contact-rule-long", "contact-rule-way", "contact-rule-who"], 422)
    assert answer.shows["told"].only_at == "555-1"  # type: ignore[union-attr]
    assert codes(tell(it, speaks_until="31.12.")) == (["contact-rule-day"], 422)
    assert held(it) == ContactRules()


def test_of_a_patient_of_nobody_here_there_is_no_form(it: Filled):
    assert it.ask(contact_rules, role="specialist", path={"id": "P404"}) == NOT_HERE
    assert it.ask(contact_rules, role="clinician", path={"id": "P7"}) == NOT_HERE


def test_a_safe_number_that_no_message_named_stands_first():
    rules = ContactRules(only_by="phone", only_at="555-0177")
    assert ways(ROSA.contacts, rules, frozenset()) == [
        "phone 555-0177", "phone: not this way", "mobile: not this way",
    ]  # fmt: skip
    assert ways(ROSA.contacts, ContactRules(), frozenset({"phone"})) == [
        "phone 555-0199 (wants no contact this way)", "mobile 555-0100",
    ]  # fmt: skip
    assert words_of(ContactRules(speaks_until=date(2026, 1, 1))) == []


def test_a_clinician_writes_it_for_whom_they_referred_and_for_nobody_else(it: Filled):
    it.receive("R3", "P7", patient="P7", service="Cardiology", requester="Dr. Osei")
    assert isinstance(tell(it, role="clinician"), Go)
    found = it.needs.people.rules(it.here("specialist"), "P7")
    assert found is not None
    assert (found[1].who, words_of(found[1].told)) == ("A clinician", WORDS)
    page = it.page(referral, role="clinician", path={"referral": "R3"})
    assert ("safe contact: only by mobile" in page, 'href="/patients/P7/contact"' in page) == (True, True)
    it.receive("R4", "P1", patient="P1", requester="Dr. Lee")
    form = {"referral": "R4", "why": "emergency", "words": "They stand before me."}
    assert isinstance(it.ask(glass, role="clinician", form=form), Go)
    assert it.ask(contact_rules, role="clinician", path={"id": "P1"}) == NOT_HERE
    opened = it.page(referral, role="clinician", path={"referral": "R4"})
    assert 'href="/patients/P1/contact"' not in opened + it.page(patient, role="clinician", path={"id": "P1"})


def test_an_office_learns_when_and_how_to_call_and_not_why_or_with_whom_else(it: Filled):
    tell(it, support="hard of hearing")
    it.record("R1", "referral-sent", leg="leg-1", performer="Harbor Heart")
    page = it.page(referral, role="receiving-office", path={"referral": "R1"})
    said = ("only by mobile", "never leave a voicemail", "interpreter by phone", "best: evenings")
    assert [each for each in said if each not in page] == []
    kept = ("safe contact", "daughter", "hard of hearing", "555-0199", "shield-alert")
    assert [each for each in kept if each in page] == []
