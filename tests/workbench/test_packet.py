"""The referral letter, the packet and the call sheet: what they say, as whole texts, and never say."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from referloop.messages import Contact, Identifier, Name, Person
from referloop.workbench.asking import NOT_HERE, Answer, Download, Page
from referloop.workbench.pages.call_sheet import call_sheet
from referloop.workbench.pages.packet import packet, referral_letter
from tests.desks import books_of, desk_over
from tests.paper import samples
from tests.workbench.filled import Filled, filled
from tests.workbench.test_documents import keep

pytestmark = pytest.mark.slow
R1 = {"referral": "R1"}
MARIA = Person(
    names=(Name("Álvarez", "María"),),
    birth_date="1972-03-12",
    sex="female",
    identifiers=(Identifier("urn:mrn", "004-881", "MR"),),
    contacts=(Contact("mobile", "555-0101"), Contact("phone", "555-0102")),
    address="12 Elm Street",
    language="es",
)
LETTER = """
From Northside referral desk written by A lead To Harbor Cardiology Referral: Cardiology Date Tue 24 Nov
2026 Referral number R1 Asked for by Ruth Osei, Northside Service Cardiology Urgency urgent To be seen by
Fri 4 Dec 2026 Patient Name Álvarez, María Born 12 Mar 1972 (54 years) Sex female Record number 004-881
Address 12 Elm Street Language Spanish Contact phone 555-0102 not by mobile The clinical question Is it
atrial fibrillation? Diagnoses and reasons • I48.91 Atrial fibrillation History, and what was tried •
Beta blocker tried for six weeks The payer's permission • number A-77, 3 units, until 1 Mar 2027 Coverage
• Blue Plan, member M-1 • The payer says: active, valid until 31 Dec 2026 Enclosed • Stress test, Tue 24
Nov 2026 10:00 What we ask of you • Tell us whether you accept, and when the visit is. • Send a note that
answers the question, with your findings, your plan, and who does what next. • Send it to Ruth Osei,
Northside; copy to Northside referral desk, under the referral number above. Referral R1 · Álvarez, María
page 1 of 1
"""

COVER = """
Records packet From Northside referral desk written by A lead To Harbor Cardiology Date Tue 24 Nov 2026
Referral number R1 Pages 4, with this one Urgency urgent In this packet Document Pages Referral letter 1
Stress test, Tue 24 Nov 2026 10:00 2 Not in this packet • Stress test, Tue 24 Nov 2026 10:00: It is no
PDF or picture: send it by itself. Confidential
"""


@pytest.fixture
def it(tmp_path: Path) -> Iterator[Filled]:
    with books_of("memory", tmp_path, "") as database:
        found = filled(desk_over(database))
        with found.test.desk.books(found.test.organization) as books:
            books.add_person("P7", MARIA, [])
        yield found


def refer(it: Filled, **said: object) -> None:
    whole: dict[str, object] = {
        "urgency": "urgent", "question": "Is it atrial fibrillation?", "requester": "Ruth Osei, Northside",
        "performer": "Harbor Cardiology", "reasons": ("I48.91 Atrial fibrillation",), **said,
    }  # fmt: skip
    it.receive("R1", "P7", **whole)  # type: ignore[arg-type]


def words_of(answer: Answer) -> str:
    assert isinstance(answer, Download)
    assert (answer.media_type, answer.inline) == ("application/pdf", False)
    return samples.text_of(answer.content)


def one_line(text: str) -> str:
    return " ".join(text.split())


def test_a_letter_says_what_is_known_and_nothing_else(it: Filled):
    refer(it, see_by=date(2026, 12, 4))
    it.record("R1", "information-received", what="Beta blocker tried for six weeks")
    it.record("R1", "contact-opted-out", channel="mobile")
    it.record("R1", "coverage-stated", payer="Blue Plan", member_id="M-1")
    it.record("R1", "eligibility-checked", result="active", valid_until_on="2026-12-31")
    it.record(
        "R1", "permission-granted", authorization="a1", number="A-77", units="3", until_on="2027-03-01"
    )  # fmt: skip
    keep(it, "d1", samples.pdf())
    assert words_of(it.ask(referral_letter, path=R1)) == one_line(LETTER)


def test_what_is_unknown_is_said_to_be_unknown(it: Filled):
    it.receive("R1", "P8", urgency="unknown")
    words = words_of(it.ask(referral_letter, path=R1))
    assert [each for each in (
        "To no performer was chosen yet", "Asked for by not known", "To be seen by no date was set",
        "Born not known", "Contact not known", "The clinical question no question was asked",
        "Diagnoses and reasons none were given", "The payer's permission none is recorded",
        "Coverage no coverage is known", "Enclosed no document is enclosed",
    ) if each not in words] == []  # fmt: skip


def test_words_are_text_whatever_they_look_like_to_the_typesetter(it: Filled):
    hostile = '#panic("x") #strong[a] $x^2$ @ref <label> \\ *b* _c_ // d /* e */ = f #sys.inputs'
    refer(it, question=hostile, reasons=(hostile,), requester=hostile)
    assert words_of(it.ask(referral_letter, path=R1)).count(hostile) == 4


def test_names_of_other_scripts_are_printed_or_named_never_left_out(it: Filled):
    refer(
        it,
        question="Иван Παπαδόπουλος Nguyễn \U0001f600\u200b",
        reasons=tuple(f"{number} {'D' * 60}" for number in range(20)),
    )
    words = words_of(it.ask(referral_letter, path=R1))
    assert "Иван Παπαδόπουλος Nguyễn" in words
    assert [number for number in range(20) if f"{number} {'D' * 60}" not in words] == []
    assert "\ufffd" not in words


def test_a_patient_at_risk_is_reached_through_the_desk_alone(it: Filled):
    refer(it)
    it.record("R1", "risk-flagged", risk="safety", note="at home")
    words = words_of(it.ask(referral_letter, path=R1))
    assert "Only through the referral desk: ask us before anybody contacts the patient." in words
    assert [each for each in ("555-0101", "555-0102", "safety", "at home") if each in words] == []


def test_a_packet_has_cover_letter_and_what_was_chosen(it: Filled):
    refer(it)
    keep(it, "d1", samples.pdf(2))
    keep(it, "d2", samples.fax(), "image/tiff")
    keep(it, "d3", b"Seen.", "text/plain")
    page = it.ask(packet, path=R1)
    assert isinstance(page, Page)
    assert (page.shows["pages"], page.shows["chosen"]) == (7, ["d1", "d2"])
    assert [each.fault for each in page.shows["papers"]] == [
        "", "", "It is no PDF or picture: send it by itself.",
    ]  # fmt: skip
    words = words_of(it.ask(packet, path=R1, form={"do": "make"}, lists={"with": ["d1", "d3", "dx"]}))
    assert one_line(COVER) in words  # fmt: skip
    assert words.endswith("Seen in clinic, page 1 Seen in clinic, page 2")
    assert "Álvarez" not in words.partition("Confidential")[0]
    assert "referral-sent" not in it.words("R1")


def test_pages_are_counted_again_for_what_is_ticked(it: Filled):
    refer(it)
    keep(it, "d1", samples.pdf(2))
    page = it.ask(packet, path=R1, form={"do": "count"}, lists={"with": []})
    assert isinstance(page, Page)
    assert (page.shows["pages"], page.shows["chosen"]) == (2, [])
    html = it.page(packet, path=R1)
    assert 'href="/referrals/R1?do=referral-sent' in html
    assert re.search(r'value="d1" checked> Stress test', html)


def test_whoever_only_looks_in_writes_no_letters(it: Filled):
    refer(it)
    for role in ("receiving-office", "administrator"):
        assert it.ask(referral_letter, role=role, path=R1) == NOT_HERE
        assert it.ask(packet, role=role, path=R1) == NOT_HERE


def test_a_call_sheet_says_how_to_reach_whom_and_about_what(it: Filled):
    refer(it)
    it.record("R1", "contact-opted-out", channel="mobile")
    page = one_line(re.sub(r"<[^>]+>", " ", it.page(call_sheet, role="specialist")))
    start = page.index("Álvarez")
    assert page[start : page.index("When, with whom")].strip() == one_line(
        """
        Álvarez, María female 54 · Spanish · DOB 12 Mar 1972 Reach phone 555-0102 · not by mobile
        Language Spanish, ask for an interpreter Check the patient&#39;s coverage with the payer
        Cardiology, asked for by Ruth Osei, Northside · 0 attempts so far · R1
        """
    )


def test_a_call_sheet_warns_before_anything_else(it: Filled):
    refer(it)
    it.record("R1", "risk-flagged", risk="safety", note="at home")
    page = it.page(call_sheet, role="specialist")
    assert "A safety risk is flagged: read the referral before you call." in page
    assert page.index("safety risk") < page.index("555-0102")


def restricted(it: Filled, label: str = "substance-use") -> None:
    refer(it)
    keep(it, "d1", samples.pdf(2))
    keep(it, "d2", samples.pdf())
    it.record("R1", "document-labelled", document="d1", label=label)


def permit(it: Filled, label: str = "substance-use", to: str = "Harbor Cardiology", **said: str) -> None:
    it.record("R1", "consent-recorded", consent="c1", label=label, to=to, purpose="treatment", **said)


def test_a_restricted_document_stays_out_until_the_patient_permits_it(it: Filled):
    restricted(it)
    it.record("R1", "owner-assigned", owner="lead")
    page = it.ask(packet, path=R1)
    assert isinstance(page, Page)
    assert (page.status, page.shows["chosen"], page.shows["notices"]) == (200, ["d2"], [])
    assert [(each.fault, each.kept_back) for each in page.shows["papers"]] == [
        (
            "Restricted: no permission of the patient is recorded to disclose this to Harbor Cardiology: "
            "substance use. Record the patient's permission to disclose it to them, or send without it.",
            True,
        ),
        ("", False),
    ]
    assert 'href="/referrals/R1?do=consent-recorded#do">Record the permission' in it.page(packet, path=R1)
    forced = words_of(it.ask(packet, path=R1, form={"do": "make"}, lists={"with": ["d1", "d2"]}))
    assert (forced.count("Seen in clinic"), "Not in this packet" in forced, "substance" in forced) == (
        1, False, False,
    )  # fmt: skip


def test_what_the_patient_permits_goes_out_with_the_notice_that_the_law_wants(it: Filled):
    restricted(it)
    it.record("R1", "owner-assigned", owner="lead")
    permit(it, until_on="2027-03-01")
    words = words_of(it.ask(packet, path=R1, form={"do": "make"}, lists={"with": ["d1"]}))
    assert (
        one_line(
            """
        Notice on further disclosure 42 CFR part 2 prohibits unauthorized use or disclosure of these records.
        They may not be used against the patient in any civil, criminal, administrative or legislative
        proceeding without the patient's consent or an order of a court. The patient permits to disclose
        substance use information to Harbor Cardiology, for treatment, until 1 Mar 2027. Confidential
        """
        )
        in words
    )
    without = words_of(it.ask(packet, path=R1, form={"do": "make"}, lists={"with": ["d2"]}))
    assert "42 CFR" not in without


@pytest.mark.parametrize(
    ("said", "taken_back"),
    [
        ({"label": "hiv"}, False),
        ({"to": "Lakeside Cardiology"}, False),
        ({"until_on": "2026-11-23"}, False),
        ({}, True),
    ],
)
def test_a_permission_for_something_else_permits_nothing(it: Filled, said: dict[str, str], taken_back: bool):
    restricted(it)
    it.record("R1", "owner-assigned", owner="lead")
    permit(it, **said)
    if taken_back:
        it.record("R1", "consent-revoked", consent="c1")
    page = it.ask(packet, path=R1, form={"do": "count"}, lists={"with": ["d1"]})
    assert isinstance(page, Page)
    assert page.shows["chosen"] == []


def test_whom_a_document_is_not_shown_to_puts_it_in_no_packet(it: Filled):
    restricted(it)
    permit(it)
    page = it.ask(packet, role="specialist", path=R1)
    assert isinstance(page, Page)
    assert (page.shows["chosen"], page.shows["papers"][0].fault[:31]) == (
        ["d2"], "This concerns a document that i",
    )  # fmt: skip
    assert "d1" not in it.page(packet, role="specialist", path=R1)


def test_of_a_restricted_referral_neither_letter_nor_packet_is_made_unpermitted(it: Filled):
    refer(it)
    keep(it, "d1", samples.pdf())
    it.record("R1", "owner-assigned", owner="lead")
    it.record("R1", "sensitivity-labelled", label="substance-use")
    letter, page, made = (
        it.ask(referral_letter, path=R1),
        it.ask(packet, path=R1),
        it.ask(packet, path=R1, form={"do": "make"}, lists={"with": ["d1"]}),
    )
    assert isinstance(letter, Page)
    assert isinstance(page, Page)
    assert isinstance(made, Page)
    assert (letter.status, page.status, made.status) == (403, 200, 422)
    assert [each.code for each in made.shows["against"]] == ["disclosure-not-permitted"]
    permit(it)
    assert "Notice on further disclosure 42 CFR part 2" in words_of(it.ask(referral_letter, path=R1))
    packed = words_of(it.ask(packet, path=R1, form={"do": "make"}, lists={"with": ["d1"]}))
    assert (packed.count("42 CFR part 2"), packed.endswith("Seen in clinic, page 1")) == (2, True)


def test_before_there_is_a_performer_nobody_could_be_permitted_to_have_it(it: Filled):
    it.receive("R1", "P7")
    it.record("R1", "owner-assigned", owner="lead")
    it.record("R1", "sensitivity-labelled", label="hiv")
    page = it.ask(packet, path=R1)
    assert isinstance(page, Page)
    assert [each.says for each in page.shows["against"]] == [
        "Restricted (hiv), and no performer was chosen whom the patient could permit to have it."
    ]
    assert 'href="/referrals/R1?do=performer-chosen#do">Choose performer' in it.page(packet, path=R1)
