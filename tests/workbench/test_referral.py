"""The workspace of a referral: what each role sees, and that every form on it can be opened and read."""

import re
from dataclasses import replace

import pytest

from referloop.paper.signs import MOST_BYTES
from referloop.referral.entry import Author, Draft
from referloop.referral.facts.closure import ReportReceived
from referloop.referral.facts.intake import DocumentReceived, DuplicateSuspected
from referloop.referral.kinds import ReferralId
from referloop.wiring.workbench import WorkbenchNeeds
from referloop.workbench.asking import Download, Go, Page
from referloop.workbench.pages.referral import referral
from referloop.workbench.pages.referral_documents import document, file
from referloop.workbench.pages.referral_questions import merge, unmerge
from referloop.workbench.presenters.acts import ALL
from tests.desks import TestDesk
from tests.workbench.by_hand import opened, record
from tests.workbench.counting import Counting
from tests.workbench.filled import CLINIC, Filled, a_doubtful_patient, filled

R1 = {"referral": "R1"}


@pytest.fixture
def it(here: TestDesk) -> Filled:
    found = filled(here)
    found.receive("R1", "P1", patient="P1", question="Anticoagulate?", requester="Dr. Osei")
    return found


def add(it: Filled, content: bytes, media_type: str, digest: str = "d1") -> None:
    fact = ReportReceived(document=digest, title="Consult <note>")
    with it.test.desk.books(it.test.organization) as books:
        log = books.log(ReferralId("R1"))
        assert log is not None
        books.keep_evidence(digest, media_type, content)
        books.append(log, [Draft(fact, books.at, "inbox:M1")], CLINIC)


def shows(it: Filled, role: str = "specialist", **query: str) -> dict[str, object]:
    answer = it.ask(referral, role=role, path=R1, query=query)
    assert isinstance(answer, Page)
    return dict(answer.shows)


def test_the_head_says_who_it_is_what_is_asked_and_the_next_step(it: Filled):
    page = it.page(referral, role="specialist", path=R1)
    for words in ("Okafor, Ada", "46", "DOB 29 Feb 1980", "Cardiology", "Anticoagulate?", "from Dr. Osei",
                  'data-key="n"'):  # fmt: skip
        assert words in page, words
    step = shows(it)["standing"].step  # type: ignore[attr-defined]
    assert all(reason in page for reason in step.reasons)


def test_a_referral_of_nobody_here_is_not_here(it: Filled):
    answer = it.ask(referral, path={"referral": "R7"})
    assert isinstance(answer, Page)
    assert (answer.template, answer.status) == ("not_here.html", 404)


@pytest.mark.parametrize("role", ["junior", "specialist", "senior", "nurse", "clinician", "compliance"])
def test_every_act_that_is_offered_opens_as_a_form_with_a_label_on_each_field(it: Filled, role: str):
    add(it, b"Seen.", "text/plain")
    for word, typed in FILLED.items():
        record(it, "R1", word, "nurse", **typed)
    for one in ALL:
        page = it.page(referral, role=role, path=R1, query={"do": one.word})
        body = page.partition('id="do"')[2].partition("</section>")[0]
        assert bool(body) == one.allowed(role), one.word
        fields = re.findall(r'<(?:select|textarea|input) id="([^"]+)"', body)
        assert [each for each in fields if f'for="{each}"' not in body] == [], one.word
        assert len(re.findall(r' id="[^"]+"', page)) == len(set(re.findall(r' id="[^"]+"', page))), one.word


FILLED = {
    "performer-chosen": {"performer": "Dr. Amin"},
    "hold-placed": {
        "track": "scheduling",
        "waiting_for": "patient",
        "until_on": "2026-12-01",
        "reason": "away",
    },
    "clock-paused": {"reason": "patient-requested-delay", "until_on": "2026-12-01"},
    "recommendation-made": {"what": "repeat the echo"},
    "information-requested": {"of": "requester", "what": "the list of medicines"},
}


def test_what_is_owed_offers_the_act_that_meets_it_filled_with_what_is_known(it: Filled):
    add(it, b"Seen.", "text/plain")
    owed = {each.code: dict(each.acts) for each in shows(it)["ours"]}  # type: ignore[attr-defined]
    assert owed["report-match"]["/referrals/R1?do=report-matched&document=d1#do"] == "Report belongs here"


def test_who_may_not_ask_the_payer_gives_it_to_somebody_who_may(it: Filled):
    record(it, "R1", "eligibility-checked", result="active", valid_until_on="2027-06-30")
    record(it, "R1", "permission-assessed", kind="prior-authorization", result="required")
    found = {
        role: next(each.acts[0][1] for each in shows(it, role)["ours"] if each.code == "permission-request")  # type: ignore[attr-defined]
        for role in ("junior", "specialist")
    }
    assert found == {"junior": "Give to a specialist", "specialist": "Permission requested"}


def test_an_attempt_takes_two_keys_and_enter_sends_nothing_by_itself(it: Filled):
    assert 'data-key="c"' in it.page(referral, role="junior", path=R1)
    page = it.page(referral, role="junior", path=R1, query={"do": "contact-attempted"})
    assert re.findall(r'name="outcome" value="([a-z-]+)" data-key="(\d)"', page) == [
        ("reached", "1"), ("no-answer", "2"), ("voicemail", "3"), ("mailbox-full", "4"),
        ("wrong-number", "5"), ("sent", "6"), ("refused", "7"),
    ]  # fmt: skip
    assert page.index("<button disabled hidden>") < page.index('data-key="1"')


def test_no_word_about_the_patient_is_in_an_address(it: Filled):
    record(it, "R1", "note-added", text="Okafor prefers evenings", audience="desk")
    page = it.page(referral, role="specialist", path=R1)
    addresses = " ".join(re.findall(r'(?:href|action)="([^"]*)"', page))
    assert [
        word for word in ("Okafor", "Ada", "1980", "Anticoagulate", "evenings") if word in addresses
    ] == []


def test_a_browser_knows_how_large_a_document_may_be(it: Filled):
    page = it.page(referral, role="junior", path=R1, query={"do": "document-received"})
    assert f'data-most="{MOST_BYTES}"' in page


def test_what_others_write_is_shown_as_text(it: Filled):
    record(it, "R1", "note-added", text="<script>alert(1)</script>", audience="desk")
    page = it.page(referral, role="specialist", path=R1)
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_corrected_entry_stays_readable_struck_through(it: Filled):
    record(it, "R1", "note-added", text="for somebody else", audience="desk")
    record(it, "R1", "entry-withdrawn", reason="the wrong referral", corrects="2")
    page = it.page(referral, role="specialist", path=R1)
    assert "<del>Note for desk: for somebody else</del>" in page
    assert ("taken back by entry 3" in page, "it was entry 2" in page) == (True, True)
    assert shows(it)["notes"] == []


def test_the_timeline_says_the_words_of_our_lists_as_people_do(it: Filled):
    record(it, "R1", "contact-attempted", channel="mobile", outcome="no-answer", band="morning")
    assert shows(it)["events"][0].says == "Tried to reach the patient by mobile: no answer, morning"  # type: ignore[index]


def test_the_key_for_undo_takes_back_ones_own_last_entry_alone(it: Filled):
    assert shows(it)["undo"] is None
    record(it, "R1", "note-added", text="mine", audience="desk")
    record(it, "R1", "note-added", "junior", text="another's", audience="desk")
    assert shows(it)["undo"].seq == 2  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("all", ["eligibility-checked", "letter-sent", "referral-received"]),
        ("payer", ["eligibility-checked"]),
        ("contact", ["letter-sent"]),
        ("clinical", ["referral-received"]),
        ("documents", []),
        ("nonsense", ["eligibility-checked", "letter-sent", "referral-received"]),
    ],
)
def test_the_timeline_shows_what_is_asked_for_the_latest_first(it: Filled, kind: str, expected: list[str]):
    record(it, "R1", "letter-sent")
    record(it, "R1", "eligibility-checked", result="active")
    assert [each.word for each in shows(it, show=kind)["events"]] == expected  # type: ignore[attr-defined]


def test_a_clinician_reads_the_report_beside_the_question_and_answers_in_two_clicks(it: Filled):
    add(it, b"<p>Fibrillation <b>confirmed</b>.</p><script>x</script>", "text/html")
    page = it.page(referral, role="clinician", path=R1)
    assert "Anticoagulate?" in page
    assert "Fibrillation confirmed." in page
    assert re.findall(r'name="disposition" value="([a-z-]+)"', page) == [
        "no-action", "plan-agreed", "tasks-created", "question-open"
    ]  # fmt: skip
    assert "Timeline" not in page


def test_a_document_is_read_as_words_and_handed_out_as_what_it_safely_is(it: Filled):
    add(it, b"<p>Seen</p><script>alert(1)</script>", "text/html")
    add(it, b"\x89PNG\r\n", "image/png", "d2")
    add(it, b"<svg onload='x'/>", "image/svg+xml", "d3")
    at = {"referral": "R1", "digest": "d1"}
    page = it.page(document, role="junior", path=at)
    assert ">Seen</pre>" in page
    assert "alert" not in page
    handed = [it.ask(file, path={**at, "digest": digest}) for digest in ("d1", "d2", "d3")]
    assert [(each.media_type, each.inline, each.name) for each in handed if isinstance(each, Download)] == [
        ("application/octet-stream", False, "document-d1.html"),
        ("image/png", False, "document-d2.png"),
        ("application/octet-stream", False, "document-d3.bin"),
    ]


def test_a_document_of_another_referral_is_not_here(it: Filled):
    add(it, b"Seen.", "text/plain")
    it.receive("R2", "P2")
    for view in (document, file):
        answer = it.ask(view, path={"referral": "R2", "digest": "d1"})
        assert isinstance(answer, Page)
        assert answer.status == 404


def test_a_document_that_was_only_named_says_so(it: Filled):
    with it.test.desk.books(it.test.organization) as books:
        log = books.log(ReferralId("R1"))
        assert log is not None
        fact = DocumentReceived(document="d9", title="ECG", link="https://example.org/ecg")
        books.append(log, [Draft(fact, books.at)], CLINIC)
    assert "only named, not here" in it.page(referral, role="specialist", path=R1)
    assert "we do not fetch it" in it.page(document, path={"referral": "R1", "digest": "d9"})


def doubled(it: Filled) -> None:
    it.receive("R2", "P1", patient="P1")
    with it.test.desk.books(it.test.organization) as books:
        log = books.log(ReferralId("R1"))
        assert log is not None
        fact = DuplicateSuspected(other="R2", why="same-patient-and-service")
        books.append(log, [Draft(fact, books.at)], Author("machine", "desk"))


def test_a_likely_duplicate_is_compared_merged_and_parted_again(it: Filled):
    doubled(it)
    [question] = shows(it)["questions"]  # type: ignore[misc]
    assert question.rows[0] == ("Service", "Cardiology", "Cardiology", True)
    said = {"other": "R2", "rests": "other", "seen": "2", "reason": "sent twice"}
    assert isinstance(it.ask(merge, role="senior", path=R1, form=said), Go)
    assert shows(it)["doubles"] == ["R2"]
    assert "rests in another" in it.page(referral, role="senior", path={"referral": "R2"})
    back = it.ask(
        unmerge, role="senior", path=R1, form={"resting": "R2", "reason": "two questions", "seen": "3"}
    )
    assert isinstance(back, Go)
    assert shows(it)["doubles"] == []


def test_a_merge_without_a_reason_or_on_an_old_page_is_refused(it: Filled):
    doubled(it)
    for said, code in (
        ({"reason": " "}, "reason-missing"),
        ({"reason": "twice", "seen": "1"}, "referral-changed"),
    ):
        answer = it.ask(merge, role="senior", path=R1, form={"other": "R2", "rests": "other", **said})
        assert isinstance(answer, Page)
        assert [each.code for each in answer.shows["against"]] == [code]


def test_a_duplicate_that_is_none_is_dismissed(it: Filled):
    doubled(it)
    assert isinstance(record(it, "R1", "duplicate-dismissed", other="R2", reason="another knee"), Go)
    assert shows(it)["questions"] == []


def test_a_question_of_identity_is_compared_settled_and_leaves_the_list_of_work(it: Filled):
    a_doubtful_patient(it)
    [question] = opened(it, "R3", "note-added").shows["questions"]
    assert question.rows[0] == ("Name", "Okafor, Ada", "Okafor, Ada", True)
    answer = record(it, "R3", "identity-settled", question="P3-P1", answer="same")
    assert isinstance(answer, Go)
    found = it.needs.workspace.open(it.here(), "R3")
    assert found is not None
    assert found.person_id == "P1"
    assert it.needs.inbox.counts(it.here())["todo"] == 0


def test_a_page_asks_the_books_the_same_few_times_however_long_the_log_is(it: Filled):
    doubled(it)
    first = statements(it)
    for _ in range(10):
        record(it, "R1", "note-added", text="again", audience="desk")
    assert (first <= 30, statements(it)) == (True, first)


def statements(it: Filled) -> int:
    """Of somebody who was there a moment ago already."""
    counted = Counting(it.test.desk.database)
    again = Filled(it.test, WorkbenchNeeds(replace(it.test.desk, database=counted)))  # type: ignore[arg-type]
    again.ask(referral, path=R1)
    counted.statements = 0
    assert isinstance(again.ask(referral, path=R1), Page)
    return counted.statements
