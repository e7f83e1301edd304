"""Documents on their page: looked at page by page, matched as reports, refused when they cannot be taken."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from referloop.referral.entry import Draft
from referloop.referral.facts.closure import ReportReceived
from referloop.referral.facts.intake import DocumentReceived
from referloop.referral.kinds import ReferralId
from referloop.workbench.asking import NOT_HERE, Download, Go, Page
from referloop.workbench.pages import referral_documents as pages
from tests.desks import books_of, desk_over
from tests.paper import samples
from tests.workbench.by_hand import form_of, record
from tests.workbench.filled import CLINIC, Filled, filled

pytestmark = pytest.mark.slow


@pytest.fixture
def it(tmp_path: Path) -> Iterator[Filled]:
    with books_of("memory", tmp_path, "") as database:
        found = filled(desk_over(database))
        found.receive("R1", question="Is it atrial fibrillation?", requester="Ruth Osei, Northside")
        found.receive("R2", "P2")
        yield found


def keep(
    it: Filled, digest: str, content: bytes, media_type: str = "application/pdf", id: str = "R1"
) -> None:
    """As a channel keeps what came with a message."""
    fact = DocumentReceived(document=digest, title="Stress test", kind="result", media_type=media_type)
    with it.test.desk.books(it.test.organization) as books:
        log = books.log(ReferralId(id))
        assert log is not None
        books.keep_evidence(digest, media_type, content)
        books.append(log, [Draft(fact, books.at)], CLINIC)


def at(digest: str, page: str = "1", id: str = "R1") -> dict[str, str]:
    return {"referral": id, "digest": digest, "page": page}


def test_a_document_is_looked_at_page_by_page_beside_the_question(it: Filled):
    keep(it, "d1", samples.pdf(3))
    page = it.page(pages.document, role="specialist", path=at("d1"), query={"page": "2"})
    assert [words for words in (
        "Page 2 of 3", "Seen in clinic, page 2", "Is it atrial fibrillation?", "clinic (partner)",
        'src="/referrals/R1/documents/d1/pages/2"', 'href="/referrals/R1/documents/d1?page=3#page"',
        'href="/referrals/R1/documents/d1?page=1#page"', 'src="/referrals/R1/documents/d1/small/3"',
        "Match this report",
    ) if words not in page] == []  # fmt: skip
    assert "documents/d1/pages/3" not in page


def test_a_page_is_handed_out_as_our_picture_and_the_file_only_as_a_download(it: Filled):
    content = samples.acting_pdf()
    keep(it, "d1", content)
    picture = it.ask(pages.picture, role="junior", path=at("d1"))
    small = it.ask(pages.small, role="junior", path=at("d1"))
    whole = it.ask(pages.file, role="junior", path=at("d1"))
    assert isinstance(picture, Download)
    assert isinstance(small, Download)
    assert (picture.media_type, picture.inline, picture.name, picture.content[:4]) == (
        "image/png", True, "page-1.png", b"\x89PNG",
    )  # fmt: skip
    assert (small.media_type, len(small.content) < len(picture.content)) == ("image/png", True)
    assert whole == Download("document-d1.pdf", "application/pdf", content)


@pytest.mark.parametrize("path", [at("d1", "4"), at("d1", "0"), at("d1", "x"), at("d9"), at("d1", id="R2")])
def test_a_page_that_is_not_there_is_not_there(it: Filled, path: dict[str, str]):
    keep(it, "d1", samples.pdf(3))
    assert it.ask(pages.picture, role="lead", path=path) == NOT_HERE
    assert it.ask(pages.small, role="lead", path=path) == NOT_HERE


def test_what_was_drawn_is_shown_to_nobody_who_may_not_see_the_referral(it: Filled):
    keep(it, "d1", samples.pdf())
    assert isinstance(it.ask(pages.picture, role="lead", path=at("d1")), Download)
    assert it.ask(pages.picture, role="receiving-office", path=at("d1")) == NOT_HERE


def test_a_file_that_cannot_be_read_says_so_is_kept_and_can_be_taken(it: Filled):
    content = samples.pdf(5)[:300]
    keep(it, "d1", content)
    page = it.page(pages.document, role="specialist", path=at("d1"))
    assert "It cannot be read: the file is damaged" in page
    assert 'href="/referrals/R1/documents/d1/file"' in page
    answer = it.ask(pages.file, role="specialist", path=at("d1"))
    assert isinstance(answer, Download)
    assert answer.content == content


def test_a_document_that_is_here_already_is_matched_as_the_report(it: Filled):
    keep(it, "d1", samples.pdf())
    answer = it.ask(
        pages.match, role="specialist", path=at("d1"),
        form={"seen": "2", "kind": "final", "answers_question": "yes", "critical": "yes"},
    )  # fmt: skip
    assert answer == Go("/referrals/R1/documents/d1", "Recorded as a report.")
    found = it.needs.workspace.open(it.here(), "R1")
    assert found is not None
    last = found.standing.log.entries[-1]
    assert (last.fact, last.evidence) == (
        ReportReceived(document="d1", title="Stress test", critical=True, answers_question="yes"), "d1",
    )  # fmt: skip
    again = it.ask(pages.match, role="specialist", path=at("d1"), form={"seen": "3", "kind": "final"})
    assert (again, len(it.words("R1"))) == (Go("/referrals/R1/documents/d1"), 3)


def test_a_report_matched_on_an_old_page_is_refused_and_nothing_is_written(it: Filled):
    keep(it, "d1", samples.pdf())
    answer = it.ask(pages.match, role="specialist", path=at("d1"), form={"seen": "1", "kind": "final"})
    assert isinstance(answer, Page)
    assert [each.code for each in answer.shows["against"]] == ["referral-changed"]
    assert it.words("R1") == ["referral-received", "document-received"]


@pytest.mark.parametrize(
    ("content", "code", "status"),
    [
        (b"MZ\x90\0 a program", "file-kind", 415),
        (b"<html><script>alert(1)</script>", "file-kind", 415),
        (b"<svg xmlns='x' onload='y'/>", "file-kind", 415),
        (b"GIF89a", "file-kind", 415),
        (b"x" * 25_000_001, "file-size", 413),
        (samples.pdf(5)[:300], "file-unreadable", 422),
        (samples.pdf(301), "file-pages", 422),
        (samples.huge_picture(), "file-pixels", 422),
    ],
    ids=["program", "web page", "drawing", "animation", "large", "cut", "301 pages", "60,000 dots"],
)
def test_what_is_not_taken_is_refused_with_a_remedy_and_what_was_typed_is_kept(
    it: Filled, content: bytes, code: str, status: int
):
    page = record(it, "R1", "document-received", title="The ECG", kind="result", content=content)
    assert isinstance(page, Page)
    form = form_of(page)
    assert ([each.code for each in form.problems], page.status) == ([code], status)
    assert all(each.remedy for each in form.problems)
    assert {each.name: each.value for each in form.inputs if each.name in ("title", "kind")} == {
        "title": "The ECG", "kind": "result",
    }  # fmt: skip
    assert it.words("R1") == ["referral-received"]


def test_the_form_says_beforehand_what_it_takes(it: Filled):
    page = record(it, "R1", "document-received", title="The ECG")
    assert isinstance(page, Page)
    [file] = [each for each in form_of(page).inputs if each.kind == "file"]
    assert file.hint == "PDF, TIFF, JPEG, PNG, C-CDA or other XML, plain text; at most 25 MB and 300 pages."


@pytest.mark.parametrize("content", [samples.pdf(), samples.fax(), samples.photograph(), b"Seen, and well."])
def test_what_is_taken_is_kept_byte_for_byte(it: Filled, content: bytes):
    answer = record(it, "R1", "document-received", title="The ECG", kind="result", content=content)
    assert isinstance(answer, Go)
    found = it.needs.workspace.open(it.here(), "R1")
    assert found is not None
    [digest] = found.kept
    assert it.needs.workspace.contents(it.here(), "R1", [digest])[digest][1] == content
