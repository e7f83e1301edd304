"""A clinician's own screen: what needs them, what is stuck, what is on its way, and what closed lately."""

import re

import pytest

from referloop.workbench.asking import Go, Page
from referloop.workbench.pages import acting, home, new_referral, referral
from tests.desks import TestDesk
from tests.workbench.filled import Filled, filled
from tests.workbench.sighted import OURS, SECRET, ours, paper, say, theirs

ROLE = "clinician"


@pytest.fixture
def it(here: TestDesk) -> Filled:
    found = filled(here)
    ours(found)
    theirs(found)
    return found


def shows(it: Filled) -> dict[str, list[str]]:
    """The referrals in each section."""
    answer = it.ask(home.home, role=ROLE)
    assert isinstance(answer, Page)
    it.page(home.home, role=ROLE)
    found = {
        name: [line.referral for line in answer.shows[name]] for name in ("stuck", "on_its_way", "closed")
    }
    return {"asked": [line.referral for line, _, _ in answer.shows["asked"]], **found}


def test_what_nobody_asks_of_them_is_on_its_way_in_plain_words(it: Filled):
    assert shows(it) == {"asked": [], "stuck": [], "on_its_way": [OURS], "closed": []}
    text = it.page(home.home, role=ROLE)
    assert ("Sent, waits for an answer" in text, "Nothing waits for you now." in text) == (True, True)
    assert SECRET not in text


def test_what_is_late_is_stuck(it: Filled):
    it.test.clock.forward(days=9)
    with it.test.desk.books(it.test.organization) as books:
        for log in books.logs([OURS]):  # type: ignore[list-item]
            books.refresh(log)
    assert shows(it) == {"asked": [], "stuck": [OURS], "on_its_way": [], "closed": []}


def test_a_question_of_the_desk_is_answered_where_it_stands(it: Filled):
    say(it, OURS, "information-requested", request="a", of="requester", what="Which drugs does she take?")
    text = it.page(home.home, role=ROLE)
    assert "The desk asks: Which drugs does she take?" in text
    form = {"seen": str(len(it.words(OURS))), "request": "a", "what": "Metoprolol."}
    path = {"referral": OURS, "word": "information-received"}
    answer = it.ask(acting.act, role=ROLE, path=path, form=form)
    assert isinstance(answer, Go)
    assert answer.said.startswith("Recorded. Next, the re")  # not as if it were theirs
    assert shows(it)["asked"] == []
    assert it.words(OURS)[-1] == "information-received"


def test_a_report_is_read_in_two_clicks(it: Filled):
    say(it, OURS, "encounter-finished")
    digest = paper(it, OURS, "Fibrillation confirmed.", title="x")
    say(it, OURS, "report-received", document=digest, kind="final")
    say(it, OURS, "report-routed", to="Dr. Osei")
    text = it.page(home.home, role=ROLE)
    assert f'href="/referrals/{OURS}#report-1"' in text
    read = it.page(referral.referral, role=ROLE, path={"referral": OURS})
    assert ("Fibrillation confirmed." in read, 'value="plan-agreed"' in read) == (True, True)


def test_after_the_ladder_closing_is_approved_from_the_list(it: Filled):
    for band in ("morning", "afternoon", "evening"):
        it.test.clock.forward(days=1)
        say(it, OURS, "contact-attempted", channel="phone", outcome="no-answer", band=band)
    assert "Approve closing" in it.page(home.home, role=ROLE)
    page = it.ask(referral.referral, role=ROLE, path={"referral": OURS}, query={"do": "closure-approved"})
    assert isinstance(page, Page)
    assert page.shows["form"].act.word == "closure-approved"


def test_what_was_closed_stays_in_sight_for_a_while(it: Filled):
    say(it, OURS, "referral-closed", reason="patient-declined")
    assert shows(it)["closed"] == [OURS]


def test_the_short_view_says_what_is_next_and_lets_them_change_it(it: Filled):
    text = it.page(referral.referral, role=ROLE, path={"referral": OURS})
    offered = [words for words in ("Add information", "Raise urgency", "Withdraw") if f">{words}</a>" in text]
    assert ("What happens next" in text, offered) == (
        True,
        ["Add information", "Raise urgency", "Withdraw"],
    )


def test_a_clinician_withdraws_and_the_desk_has_it(it: Filled):
    form = {"seen": str(len(it.words(OURS))), "by": "requester", "reason": "she recovered"}
    path = {"referral": OURS, "word": "cancellation-requested"}
    assert isinstance(it.ask(acting.act, role=ROLE, path=path, form=form), Go)
    assert it.words(OURS)[-1] == "cancellation-requested"


NEW = {
    "family": "Diaz", "given": "Eva", "born": "1990-01-01", "service": "Neurology", "question": "Migraine?",
    "urgency": "routine", "form": "f1",
}  # fmt: skip


def test_a_new_referral_is_filled_in_with_themselves_and_is_theirs(it: Filled):
    page = it.page(new_referral.new_referral, role=ROLE)
    assert 'value="Dr. Osei"' in page
    answer = it.ask(new_referral.new_referral, role=ROLE, form={**NEW, "requester": "Dr. Osei"})
    assert isinstance(answer, Go)
    assert answer.to.removeprefix("/referrals/") in shows(it)["on_its_way"]


def test_nobody_refers_in_the_name_of_another(it: Filled):
    answer = it.ask(new_referral.new_referral, role=ROLE, form={**NEW, "requester": "Dr. Roth"})
    assert isinstance(answer, Page)
    assert ([each.code for each in answer.shows["found"]], answer.status) == (["request-requester"], 422)


def test_a_clinician_who_stands_for_nobody_is_told_whom_to_ask(it: Filled):
    from referloop.storage.sight import stand_for

    with it.test.desk.database.transaction(it.test.organization) as session:
        stand_for(session, ROLE, [])
    text = it.page(home.home, role=ROLE)
    assert ("Nobody said yet whom you refer for" in text, "Okafor" in text) == (True, False)


def test_each_way_to_decide_has_its_own_button(it: Filled):
    it.test.clock.forward(hours=1)
    say(it, OURS, "patient-declined", reason="afraid of the test", informed="yes")
    text = it.page(home.home, role=ROLE)
    found = re.findall(r'\?do=([^"]*)#do">([^<]*)<', text)
    assert found == [
        ("performer-chosen", "Choose performer"), ("patient-reached", "Spoke with the patient"),
        ("patient-called-in", "Patient called"), ("referral-closed", "Close"),
    ]  # fmt: skip
