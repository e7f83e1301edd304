"""Break-glass: one patient, with a reason, for an hour, to read; told to lead and compliance at once."""

from datetime import timedelta

import pytest

from referloop.storage import items
from referloop.workbench.asking import Answer, Go, Page
from referloop.workbench.pages import acting, find, glass, patient, referral, referral_documents, referrals
from referloop.workbench.routes import ROUTES
from tests.desks import NOW, TestDesk
from tests.workbench.filled import Filled, filled
from tests.workbench.sighted import SECRET, THEIRS, ours, say, theirs

WHY = {"why": "emergency", "words": "He is here with chest pain."}


@pytest.fixture
def it(here: TestDesk) -> Filled:
    found = filled(here)
    ours(found)
    theirs(found)
    return found


def opened(it: Filled, **form: str) -> Answer:
    return it.ask(glass.glass, role="clinician", form={"referral": THEIRS, **WHY, **form})


def status(answer: Answer) -> int:
    return answer.status if isinstance(answer, Page) else 303 if isinstance(answer, Go) else 200


def seen(it: Filled, id: str = THEIRS) -> int:
    return status(it.ask(referral.referral, role="clinician", path={"referral": id}))


def test_a_referral_that_is_not_theirs_offers_the_way_in_and_says_nothing_of_itself(it: Filled):
    answer = it.ask(referral.referral, role="clinician", path={"referral": THEIRS})
    assert isinstance(answer, Page)
    assert (answer.template, answer.status) == ("glass.html", 403)
    page = it.page(referral.referral, role="clinician", path={"referral": THEIRS})
    assert ("Open for 60 minutes" in page, SECRET in page) == (True, False)


def test_with_a_reason_it_is_open_to_be_read_with_the_time_that_is_left(it: Filled):
    assert opened(it) == Go(
        f"/referrals/{THEIRS}", "Open for an hour, to read. Your lead and compliance know of it."
    )
    page = it.page(referral.referral, role="clinician", path={"referral": THEIRS})
    assert (SECRET in page, "in 60 min" in page, "Close now" in page) == (True, True, True)
    assert ("/do/" in page, "?do=" in page) == (False, False)
    it.test.clock.forward(minutes=59)
    assert "in 1 min" in it.page(patient.patient, role="clinician", path={"id": "P1"})


@pytest.mark.parametrize(
    ("form", "codes"),
    [
        ({"why": ""}, ["glass-why"]),
        ({"why": "curious"}, ["glass-why"]),
        ({"words": ""}, ["glass-words"]),
        ({"words": " x        "}, ["glass-words"]),
        ({"why": "", "words": ""}, ["glass-why", "glass-words"]),
    ],
)
def test_without_a_reason_it_stays_shut(it: Filled, form: dict[str, str], codes: list[str]):
    answer = opened(it, **form)
    assert isinstance(answer, Page)
    assert ([each.code for each in answer.shows["against"]], answer.status) == (codes, 422)
    assert seen(it) == 403


def test_after_an_hour_it_is_shut_again(it: Filled):
    opened(it)
    it.test.clock.forward(minutes=59)
    assert seen(it) == 200
    it.test.clock.forward(minutes=1)
    assert seen(it) == 403


def test_a_second_patient_stays_behind_the_glass(it: Filled):
    opened(it)
    assert (seen(it), seen(it, "R8")) == (200, 403)
    assert status(it.ask(patient.patient, role="clinician", path={"id": "P2"})) == 403


def test_nobody_else_sees_through_it(it: Filled):
    opened(it)
    other = it.needs.workspace.open(it.here("receiving-office"), THEIRS)
    assert other is None


def test_nothing_is_written_through_it(it: Filled):
    opened(it)
    before = it.words(THEIRS)
    path = {"referral": THEIRS, "word": "note-added"}
    answer = it.ask(
        acting.act, role="clinician", path=path, form={"seen": "9", "text": "x", "audience": "desk"}
    )
    assert isinstance(answer, Page)
    assert [each.code for each in answer.shows["against"]] == ["glass-reads"]
    assert it.words(THEIRS) == before


def test_lists_searches_and_files_hold_no_more_than_before(it: Filled):
    def lists() -> list[object]:
        found = it.ask(find.find, role="clinician", form={"text": SECRET})
        listed = it.ask(referrals.referrals, role="clinician", query={"state": "all"})
        assert isinstance(found, Page)
        assert isinstance(listed, Page)
        return [found.shows["people"], found.shows["referrals"], listed.shows["lines"], listed.shows["count"]]

    before = lists()
    opened(it)
    assert lists() == before
    export = next(each for each in ROUTES if each.pattern == "referrals/export")
    assert export.permission not in ("lists", "read-referral", "work", "own-account", "clinical", "request")


def test_a_document_is_read_through_it(it: Filled):
    page = it.needs.workspace.open(it.here(), THEIRS)
    assert page is not None
    path = {"referral": THEIRS, "digest": page.standing.now.documents[0]}
    assert status(it.ask(referral_documents.file, role="clinician", path=path)) == 403
    opened(it)
    assert status(it.ask(referral_documents.file, role="clinician", path=path)) == 200


def test_closed_by_hand_it_is_shut_at_once(it: Filled):
    opened(it)
    it.test.clock.forward(minutes=1)
    assert it.ask(glass.close, role="clinician", form={"patient": "P1"}) == Go("/", "Closed.")
    assert seen(it) == 403


def test_lead_and_compliance_have_it_to_review_within_three_working_days(it: Filled):
    opened(it)
    with it.test.desk.database.reading(it.test.organization) as session:
        found = [each for each in items.open_items(session) if each.kind == "glass"]
    assert sorted(each.owner for each in found) == ["compliance", "lead"]
    assert {each.about for each in found} == {"person:P1"}
    due = {each.due_at for each in found}
    assert due == {NOW + timedelta(days=6, hours=7)}  # Thursday is Thanksgiving: the close of Monday
    assert [each for each in found if WHY["words"] in each.says] == []


@pytest.mark.parametrize("typed", ["Chen, Ben 1965-07-01", "ben chen 7/1/1965"])
def test_somebody_is_opened_by_the_whole_name_and_the_date_of_birth(it: Filled, typed: str):
    answer = it.ask(glass.glass, role="clinician", form={"who": typed, **WHY})
    assert isinstance(answer, Go)
    assert answer.to == "/patients/P2"
    assert status(it.ask(patient.patient, role="clinician", path={"id": "P2"})) == 200


@pytest.mark.parametrize(
    "typed", ["", "Chen", "Chen, Ben", "1965-07-01", "Chan, Ben 1965-07-01", "Chen, Ben 1965-07-02"]
)
def test_by_less_nobody_is_opened(it: Filled, typed: str):
    answer = it.ask(glass.glass, role="clinician", form={"who": typed, **WHY})
    assert isinstance(answer, Page)
    assert [each.code for each in answer.shows["against"]] == ["glass-nobody"]


def test_what_is_not_here_cannot_be_opened(it: Filled):
    answers = [
        it.ask(glass.glass, role="clinician", form={**named, **WHY})
        for named in ({"referral": "R404"}, {"patient": "P404"}, {})
    ]
    assert [status(answer) for answer in answers] == [404] * 3
    assert seen(it, "R404") == 404


def test_opening_wants_a_sign_in_that_is_fresh_and_is_for_clinicians():
    [route] = [each for each in ROUTES if each.pattern == "glass"]
    assert (route.permission, route.fresh) == ("break-glass", True)


def test_what_is_their_own_is_not_read_only(it: Filled):
    say(it, "R1", "information-requested", request="a", of="requester", what="the list")
    page = it.page(referral.referral, role="clinician", path={"referral": "R1"})
    assert ("Close now" in page, "do/information-received" in page) == (False, True)
