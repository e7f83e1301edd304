"""A restricted document shows to whom its referral is given; to others only that it is here."""

import re

import pytest

from referloop.messages import Attachment, Coded, Identifier, Person, Reading, ReferralSaid
from referloop.ports import Answer as Told
from referloop.referral.entry import Draft
from referloop.referral.facts.closure import ReportReviewed
from referloop.referral.facts.desk import NoteAdded, OwnerAssigned
from referloop.referral.kinds import ReferralId
from referloop.storage.access import User, add_user
from referloop.wiring.door import Channel, accept, arrival
from referloop.workbench.asking import Answer, Download, Go, Page
from referloop.workbench.lines import Filter
from referloop.workbench.listing_needs import Wish
from referloop.workbench.pages import acting, glass, inbox, referral, referral_documents
from referloop.workbench.restricted import NOT_SHOWN, TITLE, guarding
from referloop.workbench.routes import ROUTES
from tests.desks import NOW, TestDesk
from tests.workbench.filled import Filled, filled
from tests.workbench.sighted import SECRET, answered, paper, say

DESK = ("junior", "specialist", "senior", "lead", "nurse", "compliance")
WHY = {"why": "privacy", "words": "A complaint came about this one."}
R1 = {"referral": "R1"}


@pytest.fixture
def it(here: TestDesk) -> Filled:
    """A referral that is no secret, with a letter that is, and words about it."""
    found = filled(here)
    with here.desk.database.transaction(here.organization) as session:
        for role in ("junior", "specialist", "senior", "nurse", "compliance"):
            add_user(session, User(role, f"A {role}", role), NOW)
    found.receive("R1", "P1", patient="P1", requester="Dr. Osei", question="Anticoagulate?")
    letter = paper(found, "R1", f"{SECRET}'s letter.", title=SECRET, kind="referral letter")
    say(found, "R1", "report-received", document=letter, title=f"{SECRET} report", critical="yes")
    say(found, "R1", "report-reviewed", document=letter, disposition="plan-agreed", note=SECRET)
    say(found, "R1", "performer-chosen", leg="leg-1", performer="Harbor Heart")
    say(found, "R1", "referral-sent", leg="leg-1", channel="portal")
    say(found, "R1", "document-labelled", document=letter, label="hiv", reason=SECRET)
    found.letter = letter  # type: ignore[attr-defined]
    return found


def letter_of(it: Filled) -> str:
    return it.letter  # type: ignore[attr-defined,no-any-return]


def asked(it: Filled, view: object, role: str, **more: str) -> Answer:
    path = {**R1, "digest": letter_of(it), "page": "1", **more}
    return it.ask(view, role=role, path=path)  # type: ignore[arg-type]


def did(it: Filled, role: str, word: str, **form: str) -> Answer:
    seen = str(len(it.words("R1")))
    return it.ask(acting.act, role=role, path={**R1, "word": word}, form={"seen": seen, **form})


def codes(answer: Answer) -> list[str]:
    assert isinstance(answer, Page), answer
    return [each.code for each in answer.shows["against"]]


@pytest.mark.parametrize("role", DESK)
def test_no_page_list_or_search_says_a_word_of_it(it: Filled, role: str):
    ids = {"referral": "R1", "patient": "P1", "digest": letter_of(it), "word": "note-added"}
    told = []
    for route in ROUTES:
        for method in route.methods if route.pattern.startswith(("referrals", "patients", "find")) else ():
            text = answered(it, role, route, method, ids)
            told += [(route.pattern, method)] if SECRET in text else []
    assert told == []
    assert it.needs.listing.lines(it.here(role), Filter(text=SECRET))[0].lines == []


def test_in_its_place_stands_that_it_is_here_and_that_it_is_critical(it: Filled):
    page = it.page(referral.referral, role="senior", path=R1)
    words = (TITLE, "critical", "Anticoagulate?", "hiv", f"documents/{letter_of(it)}")
    assert [each in page for each in words] == [True, True, True, False, False]
    offered = {int(each) for each in re.findall(r"corrects=(\d+)", page)}
    named = [seq for seq, word in enumerate(it.words("R1"), 1) if word.startswith(("document", "report"))]
    assert (bool(offered), offered & set(named)) == (True, set())


@pytest.mark.parametrize(
    "view",
    [
        referral_documents.document, referral_documents.file, referral_documents.picture,
        referral_documents.small,
    ],
)  # fmt: skip
def test_its_pages_and_its_download_are_refused_with_the_way_to_it(it: Filled, view: object):
    answer = asked(it, view, "senior")
    assert isinstance(answer, Page)
    assert (answer.status, answer.shows) == (403, {"says": NOT_SHOWN.says, "remedy": NOT_SHOWN.remedy})


def test_whom_the_referral_is_given_to_reads_it_and_no_junior_does(it: Filled):
    for role, status in (("senior", 200), ("junior", 403)):
        say(it, "R1", "owner-assigned", owner=role)
        page = asked(it, referral_documents.document, role)
        assert isinstance(page, Page)
        assert (role, page.status) == (role, status)


def test_the_clinician_who_asked_reads_it_and_can_let_it_go(it: Filled):
    assert isinstance(asked(it, referral_documents.file, "clinician"), Download)
    form = {"document": letter_of(it), "label": "hiv", "reason": "a slip"}
    assert isinstance(did(it, "clinician", "document-unlabelled", **form), Go)
    assert isinstance(asked(it, referral_documents.file, "junior"), Download)


def test_an_office_learns_of_it_when_the_patient_permits_it_and_no_more_when_it_is_taken_back(it: Filled):
    def seen() -> tuple[bool, bool, bool]:
        page = it.page(referral.referral, role="receiving-office", path=R1)
        file = asked(it, referral_documents.file, "receiving-office")
        return SECRET in page, TITLE in page, isinstance(file, Download)

    permit = {"consent": "c1", "label": "hiv", "to": "Harbor Heart", "until_on": f"{NOW:%Y-%m-%d}"}
    assert seen() == (False, False, False)
    say(it, "R1", "consent-recorded", **{**permit, "purpose": "payment"})
    assert seen() == (False, False, False)
    say(it, "R1", "consent-recorded", **{**permit, "purpose": "treatment"})
    assert seen() == (True, False, True)
    say(it, "R1", "consent-revoked", consent="c1")
    assert seen() == (False, False, False)
    say(it, "R1", "consent-recorded", **{**permit, "consent": "c2", "purpose": "treatment"})
    it.test.clock.forward(hours=24)
    assert seen() == (False, False, False)


def test_nobody_gives_the_referral_to_themselves_to_read_it_but_a_lead(it: Filled):
    wish = Wish("R1", None, Draft(OwnerAssigned(owner="senior"), NOW))
    assert codes(did(it, "senior", "owner-assigned", owner="senior")) == ["document-restricted"]
    assert it.needs.listing.recorded(it.here("senior"), [wish]) == {"R1": (NOT_SHOWN,)}
    assert it.needs.listing.foreseen(it.here("senior"), [wish]) == {"R1": (NOT_SHOWN,)}
    assert isinstance(did(it, "lead", "owner-assigned", owner="senior"), Go)


def test_nothing_is_recorded_about_it_by_whom_it_is_not_shown_to(it: Filled):
    label = it.words("R1").index("document-labelled") + 1
    refused = {
        "it is let go": did(
            it, "senior", "document-unlabelled", document=letter_of(it), label="hiv", reason="no"
        ),
        "its label is another": did(
            it, "specialist", "document-labelled", corrects=str(label), document=letter_of(it), label="other"
        ),
        "it was read": did(it, "senior", "report-reviewed", document=letter_of(it), disposition="no-action"),
    }  # fmt: skip
    assert {name: isinstance(each, Page) for name, each in refused.items()} == dict.fromkeys(refused, True)
    assert it.words("R1")[-1] == "document-labelled"
    assert isinstance(did(it, "senior", "note-added", text="x", audience="desk"), Go)


def test_who_restricts_it_chooses_why(it: Filled):
    other = paper(it, "R1", "Another.", title="Another")
    assert codes(did(it, "senior", "document-labelled", document=other, label="")) == ["field-missing"]
    page = it.page(referral.referral, role="senior", path=R1, query={"do": "document-labelled"})
    picker = page.partition('name="label"')[2].partition("</select>")[0]
    assert 'required><option value="" selected>choose one</option>' in picker
    assert isinstance(did(it, "senior", "document-labelled", document=other, label="hiv"), Go)


def test_a_therapists_notes_open_to_nobody_at_the_desk(it: Filled):
    say(it, "R1", "document-labelled", document=letter_of(it), label="psychotherapy-notes")
    say(it, "R1", "owner-assigned", owner="senior")
    assert isinstance(it.ask(glass.glass, role="compliance", form={"referral": "R1", **WHY}), Go)
    found = {
        role: isinstance(asked(it, referral_documents.file, role), Download)
        for role in ("senior", "lead", "compliance", "clinician")
    }
    assert found == {"senior": False, "lead": False, "compliance": False, "clinician": True}


def test_with_a_reason_compliance_reads_what_is_no_therapists_note(it: Filled):
    it.ask(glass.glass, role="compliance", form={"referral": "R1", **WHY})
    assert isinstance(asked(it, referral_documents.file, "compliance"), Download)


def test_an_ordinary_referral_is_recorded_on_as_before(it: Filled):
    it.receive("R2", "P1", patient="P1")
    wish = Wish("R2", None, Draft(NoteAdded(text="x", audience="desk"), NOW))
    assert it.needs.listing.foreseen(it.here("junior"), [wish]) == {"R2": ()}


def test_the_message_that_brought_it_is_closed_to_whom_it_is_not_shown_to(it: Filled):
    desk, organization = it.test.desk, it.test.organization
    came = arrival(
        SECRET.encode(), channel="fhir", sender="northside", message_id="m1", media_type="text/plain",
        at=it.test.clock.now, new_id=desk.new_id,
    )  # fmt: skip
    notes = Attachment(id="a", title="Notes", content=SECRET.encode(), labels=("hiv",))
    said = ReferralSaid(
        action="request", sent_at=None, placer=Identifier("urn:x", "7", "PLAC"), patient=Person(),
        service=Coded(text="Cardiology"), urgency="routine", attachments=(notes,),
    )  # fmt: skip
    channel = Channel(lambda held: Reading(), lambda told: Told(200, b""))
    kept = accept(desk, organization, came, Reading(said=(said,)), channel).kept

    def shown(role: str) -> tuple[bool, bool]:
        page = it.page(inbox.message, role=role, path={"id": kept.id})
        return SECRET in page, "brought a restricted document" in page

    assert shown("senior") == (False, True)
    say(it, kept.referrals[0], "owner-assigned", owner="senior")
    assert (shown("senior"), shown("specialist")) == ((True, False), (False, True))


def test_it_is_no_proof_for_whom_it_is_not_shown_to(it: Filled):
    with it.test.desk.books(it.test.organization) as books:
        log = books.log(ReferralId("R1"))
        assert log is not None
        now = books.standing(log).now
    said = NoteAdded(text="x", audience="desk")
    drafts = [
        Draft(said, NOW, letter_of(it)),
        Draft(said, NOW),
        Draft(ReportReviewed(disposition="no-action"), NOW),
    ]
    guard = guarding("senior", "senior")
    assert [guard(log, now, each) for each in drafts] == [(NOT_SHOWN,), (), ()]
    assert guarding("clinician", "clinician")(log, now, drafts[0]) == ()


def test_a_report_is_not_read_by_whom_it_is_not_shown_to_without_naming_it(it: Filled):
    it.test.clock.forward(minutes=1)
    say(it, "R1", "report-received", document=letter_of(it), title="again")
    answer = did(it, "nurse", "report-reviewed", disposition="no-action")
    assert codes(answer) == ["document-restricted"]


def test_what_the_patient_permits_is_corrected_by_whom_the_document_is_shown_to(it: Filled):
    form = {"label": "hiv", "to": "Harbor Heart", "purpose": "treatment"}
    seq = say(it, "R1", "consent-recorded", consent="c1", **form)
    page = it.page(referral.referral, role="senior", path=R1)
    assert ("Patient permits to disclose to Harbor Heart" in page, "hiv" in page) == (True, False)
    refused = did(it, "senior", "consent-recorded", corrects=str(seq), **{**form, "purpose": "payment"})
    assert codes(refused) == ["document-restricted"]
    assert isinstance(did(it, "senior", "consent-recorded", **form), Go)
