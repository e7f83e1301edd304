"""What is restricted shows to whom it is given; to others only that it is here, and not what it is about."""

import pytest

from referloop.referral.entry import Draft
from referloop.referral.facts.desk import OwnerAssigned
from referloop.storage.access import User, add_user
from referloop.workbench.access import ROLES
from referloop.workbench.asking import Answer, Go, Page
from referloop.workbench.lines import ASK, RESTRICTED, Filter
from referloop.workbench.listing_needs import Wish
from referloop.workbench.pages import acting, glass, inbox, office, referral, referral_documents, referrals
from referloop.workbench.pages.my_work import my_work
from referloop.workbench.pages.patient import patient
from referloop.workbench.routes import ROUTES
from referloop.workbench.sight import SIGHTS, sight
from tests.desks import NOW, TestDesk
from tests.workbench.filled import Filled, filled
from tests.workbench.sighted import SECRET, THEIRS, answered, say, theirs

DESK = ("junior", "specialist", "senior", "lead", "nurse", "compliance")
VIEWS = (office.inbound, referral.referral)
WHY = {"why": "privacy", "words": "A complaint came about this one."}


@pytest.fixture
def it(here: TestDesk) -> Filled:
    """A referral in which every word of the request, its documents and its notes is a secret."""
    found = filled(here)
    with here.desk.database.transaction(here.organization) as session:
        for role in ("junior", "senior", "nurse", "compliance"):
            add_user(session, User(role, f"A {role}", role), NOW)
    found.digest = theirs(found)  # type: ignore[attr-defined]
    say(found, THEIRS, "note-added", text=SECRET, audience="desk")
    say(found, THEIRS, "sensitivity-labelled", label="hiv", reason=SECRET)
    return found


def opened(it: Filled, role: str) -> Answer:
    return it.ask(referral.referral, role=role, path={"referral": THEIRS})


def give(it: Filled, role: str, to: str) -> Answer:
    path = {"referral": THEIRS, "word": "owner-assigned"}
    head = it.needs.workspace.header(it.here(role), THEIRS)
    seen = str(head.version) if head else "0"
    return it.ask(acting.act, role=role, path=path, form={"owner": to, "seen": seen})


def test_how_much_each_role_sees_of_it_while_nobody_has_it():
    found = {
        role: sight(role, ("Northside",), "northside|osei", ("northside|",), glass=False, restricted_to="-")
        for role in ROLES
    }
    assert found == {
        **dict.fromkeys(DESK, "restricted"),
        "clinician": "own",
        "receiving-office": "nothing",
        "administrator": "nothing",
    }
    assert set(found.values()) <= set(SIGHTS)


def test_who_has_it_sees_all_of_it_but_no_junior_and_no_compliance_officer():
    found = {role: sight(role, (), "x|", (), glass=False, user="me", restricted_to="me") for role in DESK}
    assert found == {
        **dict.fromkeys(("specialist", "senior", "lead", "nurse"), "whole"),
        "junior": "restricted",
        "compliance": "restricted",
    }


@pytest.mark.parametrize("role", DESK)
def test_no_page_list_or_search_says_what_it_is_about(it: Filled, role: str):
    ids = {"referral": THEIRS, "patient": "P1", "digest": it.digest, "word": "note-added"}  # type: ignore[attr-defined]
    told = []
    for route in ROUTES:
        for method in route.methods if route.pattern.startswith(("referrals/<", "patients")) else ():
            text = answered(it, role, route, method, ids)
            told += [(route.pattern, method)] if SECRET in text else []
    assert told == []
    row = next(line for line in it.needs.work(it.here(role), Filter()).lines if line.referral == THEIRS)
    assert (row.service, row.says, row.reasons, row.hidden) == (RESTRICTED, ASK, (), True)


def test_a_search_for_its_service_or_its_risk_does_not_find_it(it: Filled):
    say(it, THEIRS, "risk-flagged", risk="behavioural-health")

    def found(role: str, **wanted: str) -> list[str]:
        return [line.referral for line in it.needs.listing.lines(it.here(role), Filter(**wanted))[0].lines]  # type: ignore[arg-type]

    asked: tuple[dict[str, str], ...] = ({"text": SECRET}, {"flag": "behavioural-health"})
    assert [found("senior", **each) for each in asked] == [["R8"], []]
    say(it, THEIRS, "owner-assigned", owner="senior")
    assert [sorted(found("senior", **each)) for each in asked] == [[THEIRS, "R8"], [THEIRS]]
    assert [found("junior", **each) for each in asked] == [["R8"], []]


def test_a_lead_gives_it_to_somebody_who_may_read_it_and_nobody_else_does(it: Filled):
    assert [
        answer.status
        for role in ("junior", "specialist")
        if isinstance(answer := give(it, role, "senior"), Page)
    ] == [403, 403]
    refused = give(it, "lead", "junior")
    assert isinstance(refused, Page)
    assert [each.code for each in refused.shows["against"]] == ["owner-unknown"]
    assert give(it, "lead", "senior") == Go(f"/referrals/{THEIRS}", "Given to A senior.")
    assert [opened(it, role).template for role in ("senior", "lead", "nurse")] == [  # type: ignore[union-attr]
        "referral.html", "header.html", "header.html",
    ]  # fmt: skip
    assert SECRET in it.page(referral.referral, role="senior", path={"referral": THEIRS})


def test_nothing_is_recorded_on_it_by_whom_it_was_not_given_to(it: Filled):
    fact = OwnerAssigned(owner="senior")
    wish = Wish(THEIRS, None, Draft(fact, NOW))
    [problem] = it.needs.listing.recorded(it.here("senior"), [wish])[THEIRS]  # type: ignore[misc]
    assert problem.code == "referral-restricted"
    path = {"referral": THEIRS, "word": "note-added"}
    answer = it.ask(acting.act, role="specialist", path=path, form={"text": "x", "seen": "9"})
    assert isinstance(answer, Page)
    assert (answer.template, answer.status) == ("header.html", 403)
    assert it.words(THEIRS)[-1] == "sensitivity-labelled"


def test_with_a_reason_it_is_read_for_an_hour_and_not_by_a_junior(it: Filled):
    path = {"referral": THEIRS, "digest": it.digest}  # type: ignore[attr-defined]
    before = it.ask(referral_documents.file, role="compliance", path=path)
    assert isinstance(before, Page)
    assert (before.template, before.status) == ("header.html", 403)
    assert isinstance(it.ask(glass.glass, role="compliance", form={"referral": THEIRS, **WHY}), Go)
    page = it.page(referral.referral, role="compliance", path={"referral": THEIRS})
    assert (SECRET in page, "in 60 min" in page, "/do/" in page) == (True, True, False)
    junior = it.ask(glass.glass, role="junior", form={"referral": THEIRS, **WHY})
    assert isinstance(junior, Page)
    assert junior.status == 404
    it.test.clock.forward(minutes=60)
    assert SECRET not in it.page(referral.referral, role="compliance", path={"referral": THEIRS}).replace(
        "Dr. ", ""
    )


def test_taken_back_it_is_ordinary_again(it: Filled):
    say(it, THEIRS, "sensitivity-lifted", label="hiv", reason="a mistake")
    assert SECRET in it.page(referral.referral, role="junior", path={"referral": THEIRS})


def test_an_office_to_which_it_was_sent_sees_it_no_more_without_consent(it: Filled):
    it.receive("R1", "P1", patient="P1", requester="Dr. Osei")
    say(it, "R1", "referral-sent", leg="leg-1", performer="Harbor Heart")
    path = {"referral": "R1"}

    def seen() -> tuple[bool, int]:
        listed, page = (it.ask(view, role="receiving-office", path=path) for view in VIEWS)
        assert isinstance(listed, Page)
        assert isinstance(page, Page)
        return "R1" in it.drawn(listed, "receiving-office"), page.status

    assert seen() == (True, 200)
    say(it, "R1", "sensitivity-labelled", label="violence")
    assert seen() == (False, 404)
    own = it.ask(referral.referral, role="clinician", path=path)
    assert isinstance(own, Page)
    assert own.status == 200


def test_compliance_reads_headers_and_no_clinical_word_without_a_reason(it: Filled):
    it.receive("R1", "P1", patient="P1", requester="Dr. Osei", question="Anticoagulate?")
    say(it, "R1", "note-added", text="Anticoagulate soon", audience="desk")
    page = it.page(referral.referral, role="compliance", path={"referral": "R1"})
    assert ("Anticoagulate" in page, "Note added" in page, "Dr. Osei" in page, "Cardiology" in page) == (
        False, True, True, True,
    )  # fmt: skip
    assert "Open with a reason" in page


def test_who_opened_whom_is_work_for_those_who_review_it_alone(it: Filled):
    it.ask(glass.glass, role="senior", form={"referral": THEIRS, **WHY})
    seen = {
        role: "opened a patient" in it.page(inbox.inbox, role=role)
        for role in ("specialist", "senior", "lead", "compliance")
    }
    counts = {role: it.needs.inbox.counts(it.here(role))["todo"] for role in ("senior", "lead")}
    assert seen == {"specialist": False, "senior": False, "lead": True, "compliance": True}
    assert counts == {"senior": 0, "lead": 2}


def test_more_than_three_openings_a_week_are_shown_to_compliance(it: Filled):
    for _ in range(3):
        it.ask(glass.glass, role="senior", form={"referral": THEIRS, **WHY})
    assert it.needs.accesses.often(it.here("compliance")) == []
    it.ask(glass.glass, role="senior", form={"referral": THEIRS, **WHY})
    assert it.needs.accesses.often(it.here("compliance")) == [("senior", "A senior", 4)]


def test_my_work_and_the_patient_s_page_show_it_as_restricted(it: Filled):
    for page in (it.page(my_work), it.page(patient, path={"id": "P1"}), it.page(referrals.referrals)):
        assert RESTRICTED in page
