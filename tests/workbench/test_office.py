"""A receiving office sees what was sent to it and what was said since, and answers for itself alone."""

from dataclasses import replace

import pytest

from referloop.referral.entry import Author
from referloop.storage.access import User, add_user
from referloop.storage.sight import stand_for
from referloop.wiring.workbench import WorkbenchNeeds
from referloop.workbench.asking import Answer, Ask, Go, Page
from referloop.workbench.pages import acting, home, office, referral, referral_documents
from tests.desks import NOW, TestDesk
from tests.workbench.counting import Counting
from tests.workbench.filled import Filled, filled
from tests.workbench.sighted import DANA, OURS, SECRET, THEIRS, paper, say, theirs

OFFICE = "receiving-office"
LAKESIDE = Author("person", "lakeside", OFFICE)
QUARREL = "quarrel"  # in everything that stays at the desk


@pytest.fixture
def it(here: TestDesk) -> Filled:
    found = filled(here)
    with here.desk.database.transaction(here.organization) as session:
        add_user(session, User("lakeside", "Lakeside", OFFICE), NOW)
        stand_for(session, "lakeside", ["Lakeside"])
    return found


def page(it: Filled) -> str:
    return it.page(referral.referral, role=OFFICE, path={"referral": OURS})


def does(it: Filled, word: str, content: bytes = b"", **typed: str) -> Answer:
    """What the office's form sends."""
    shown = it.needs.workspace.open(it.here(OFFICE), OURS)
    assert shown is not None
    form = {"seen": str(shown.standing.log.version), **typed}
    files = {"file": ("a.pdf", content)} if content else {}
    asked = Ask("POST", it.here(OFFICE), {"referral": OURS, "word": word}, {}, form, {}, files)
    return acting.act(asked, it.needs)


def last(it: Filled) -> object:
    found = it.needs.workspace.open(it.here(), OURS)
    assert found is not None
    return found.standing.log.entries[-1].fact


def section(it: Filled) -> list[str]:
    answer = it.ask(home.home, role=OFFICE)
    assert isinstance(answer, Page)
    return [name for name, rows in answer.shows["rows"].items() if rows]


def desk_work(it: Filled) -> None:
    """All that the desk keeps to itself."""
    say(it, OURS, "eligibility-checked", result="inactive", payer=QUARREL)
    say(it, OURS, "permission-assessed", authorization="a", kind="prior-authorization", result="required",
        basis=QUARREL)  # fmt: skip
    say(it, OURS, "permission-requested", authorization="a")
    say(it, OURS, "permission-denied", authorization="a", reason=QUARREL)
    say(it, OURS, "appeal-filed", authorization="a", level="1")
    say(it, OURS, "contact-attempted", channel="phone", outcome="no-answer", note=QUARREL)
    say(it, OURS, "note-added", audience="desk", text=QUARREL)
    say(it, OURS, "note-added", audience="patient", text=QUARREL)
    say(it, OURS, "message-sent", to="payer", text=QUARREL)
    say(it, OURS, "information-requested", request="q", of="requester", what=QUARREL)
    say(it, OURS, "information-received", request="q", what=QUARREL)
    say(it, OURS, "risk-flagged", risk="other", note=QUARREL)
    say(it, OURS, "hold-placed", hold="h", track="coverage", waiting_for="payer", until_on="2026-12-01",
        reason=QUARREL)  # fmt: skip
    say(it, OURS, "report-received", document="d9", title=QUARREL)


def test_what_was_sent_is_there_and_nothing_of_the_desk_s(it: Filled):
    paper(it, OURS, f"A {QUARREL} with the payer.", title=QUARREL, kind="other")
    letter = ours_after(it)
    desk_work(it)
    late = paper(it, OURS, f"A later {QUARREL}.", title=QUARREL, kind="result")
    text = page(it)
    assert ("Anticoagulate?" in text, "Letter" in text, "1980" in text) == (True, True, True)
    assert (QUARREL in text, "denied" in text.lower(), "Dana" in text) == (False, False, False)
    got = [
        it.ask(referral_documents.file, role=OFFICE, path={"referral": OURS, "digest": each})
        for each in (letter, late)
    ]
    assert [getattr(each, "status", 200) for each in got] == [200, 404]


def ours_after(it: Filled) -> str:
    """As `ours`, on a referral that is there already."""
    letter = paper(it, OURS, "The letter.", title="Letter", kind="referral letter")
    say(it, OURS, "referral-sent", leg="leg-1", performer="Harbor Heart")
    return letter


@pytest.fixture(autouse=True)
def request_of_dr_osei(it: Filled) -> None:
    it.receive(OURS, "P1", patient="P1", requester="Dr. Osei", question="Anticoagulate?", plan="Harbor PPO")


def test_what_is_sent_later_is_there_from_then_on(it: Filled):
    ours_after(it)
    paper(it, OURS, "The echo.", title="Echo", kind="result")
    assert "Echo" not in page(it)
    say(it, OURS, "referral-sent", leg="leg-1")
    assert "Echo" in page(it)


def test_a_permission_shows_its_number_and_how_long_it_holds(it: Filled):
    ours_after(it)
    say(it, OURS, "permission-granted", authorization="a", number="AUTH-77", units="2", until_on="2027-03-01")
    say(it, OURS, "permission-granted", authorization="b", number="OTHER-1", performer="Lakeside")
    text = page(it)
    assert "AUTH-77" in text
    assert "2 units, until 1 Mar 2027" in text
    assert "OTHER-1" not in text
    say(it, OURS, "permission-denied", authorization="a", reason=QUARREL)
    assert ("AUTH-77" in page(it), QUARREL in page(it)) == (False, False)


def test_what_the_desk_says_to_performers_is_said_to_them(it: Filled):
    say(it, OURS, "note-added", audience="performer", text="before you had it")
    ours_after(it)
    say(it, OURS, "note-added", audience="performer", text="she needs a ramp")
    say(it, OURS, "information-requested", request="p", of="performer", what="which drug")
    text = page(it)
    assert ("she needs a ramp" in text, "which drug" in text, "before you" in text) == (True, True, False)


def test_of_two_offices_that_have_it_each_sees_its_own_leg(it: Filled):
    ours_after(it)
    say(it, OURS, "referral-sent", leg="leg-2", performer="Lakeside")
    say(it, OURS, "referral-accepted", LAKESIDE, leg="leg-2", note=QUARREL)
    say(it, OURS, "appointment-booked", LAKESIDE, appointment="v2", starts="2026-12-04T09:00", leg="leg-2",
        location=QUARREL)  # fmt: skip
    say(it, OURS, "message-received", from_="performer", text=QUARREL)
    say(it, OURS, "information-requested", LAKESIDE, request="l", of="requester", what=QUARREL)
    paper(it, OURS, f"Their {QUARREL}.", LAKESIDE, title=QUARREL, kind="result")
    assert QUARREL not in page(it)
    assert section(it) == ["new"]


def test_what_was_taken_back_is_not_there_any_more(it: Filled):
    ours_after(it)
    assert it.needs.workspace.open(it.here(OFFICE), OURS) is not None
    say(it, OURS, "leg-ended", leg="leg-1", how="withdrawn", reason=QUARREL)
    answer = it.ask(referral.referral, role=OFFICE, path={"referral": OURS})
    assert isinstance(answer, Page)
    assert answer.status == 404
    assert section(it) == []


def test_a_referral_goes_its_way_through_the_office_by_forms_alone(it: Filled):
    ours_after(it)
    seen = [section(it)]
    for word, typed in (
        ("receipt-confirmed", {}),
        ("referral-accepted", {"note": "gladly"}),
        ("appointment-booked", {"starts": "2026-11-24T16:00"}),
        ("encounter-finished", {}),
    ):
        answer = does(it, word, **typed)
        assert answer == Go(f"/referrals/{OURS}", "Recorded."), word
        seen.append(section(it))
    report = {"kind": "final", "title": "Report", "answers_question": "unknown"}
    assert isinstance(does(it, "report-received", b"Seen, and well.", **report), Go)
    seen.append(section(it))
    assert seen == [["new"], ["answer"], ["book"], ["booked"], ["report"], ["done"]]
    whole = it.needs.workspace.open(it.here(), OURS)
    assert whole is not None
    assert whole.standing.headline == "Report to review"
    [visit] = whole.standing.now.appointments.values()
    assert (visit.fact.leg, visit.fact.performer) == ("leg-1", "Harbor Heart")  # type: ignore[attr-defined]


def test_an_office_says_of_its_own_leg_what_it_says(it: Filled):
    ours_after(it)
    say(it, OURS, "referral-sent", leg="leg-2", performer="Lakeside")
    assert isinstance(does(it, "referral-accepted"), Go)
    assert last(it).leg == "leg-1"  # type: ignore[attr-defined]
    answer = does(it, "referral-accepted", leg="leg-2")
    assert isinstance(answer, Page)
    assert [each.code for each in answer.shows["against"]] == ["field-choice"]


def test_who_declines_goes_back_to_the_list_and_has_it_no_more(it: Filled):
    ours_after(it)
    assert does(it, "referral-declined", reason="We take no such plan.") == Go("/", "Recorded.")
    assert section(it) == []


def test_a_question_goes_to_whoever_asked_for_the_referral(it: Filled):
    ours_after(it)
    assert isinstance(does(it, "information-requested", of="requester", what="Which drugs?"), Go)
    whole = it.needs.workspace.open(it.here("clinician"), OURS)
    assert whole is not None
    assert [leaf.fact.what for leaf in whole.standing.now.questions.values()] == ["Which drugs?"]  # type: ignore[attr-defined]
    say(it, OURS, "information-received", request=last(it).request, what="Metoprolol.")  # type: ignore[attr-defined]
    assert "Metoprolol." in page(it)


def test_what_the_desk_still_owes_does_not_stop_the_office_and_is_not_told_to_it(it: Filled):
    ours_after(it)
    say(it, OURS, "permission-assessed", authorization="a", kind="prior-authorization", result="required")
    assert does(it, "appointment-booked", starts="2026-12-01T09:00") == Go(f"/referrals/{OURS}", "Recorded.")


@pytest.mark.parametrize(
    "word", ["note-added", "eligibility-checked", "permission-granted", "referral-closed", "owner-assigned",
             "urgency-lowered", "referral-sent", "performer-chosen", "report-reviewed", "entry-withdrawn"],
)  # fmt: skip
def test_what_is_the_desk_s_to_record_is_refused(it: Filled, word: str):
    ours_after(it)
    answer = does(it, word, text="x")
    assert isinstance(answer, Page)
    assert answer.status == 403
    assert it.words(OURS)[-1] == "referral-sent"


def test_an_office_corrects_only_what_it_said_itself(it: Filled):
    ours_after(it)
    say(it, OURS, "referral-accepted", DANA, leg="leg-1")
    desk_s = len(it.words(OURS))
    answer = does(it, "referral-accepted", corrects=str(desk_s))
    assert isinstance(answer, Page)
    assert [each.code for each in answer.shows["against"]] == ["correction-own"]


def test_a_form_on_what_they_saw_is_stale_only_by_what_they_can_see(it: Filled):
    ours_after(it)
    shown = it.needs.workspace.open(it.here(OFFICE), OURS)
    assert shown is not None
    seen = str(shown.standing.log.version)
    desk_work(it)
    assert isinstance(does(it, "receipt-confirmed", seen=seen), Go)
    answer = does(it, "referral-accepted", seen=seen)
    assert isinstance(answer, Page)
    assert [each.code for each in answer.shows["against"]] == ["referral-changed"]


def test_an_office_that_stands_for_nobody_is_told_whom_to_ask(it: Filled):
    ours_after(it)
    with it.test.desk.database.transaction(it.test.organization) as session:
        stand_for(session, OFFICE, [])
    text = it.page(home.home, role=OFFICE)
    assert ("Nobody said yet which office you are" in text, "Okafor" in text) == (True, False)


def test_the_list_takes_as_many_statements_for_many_as_for_one(it: Filled):
    ours_after(it)

    def statements() -> int:
        counted = Counting(it.test.desk.database)
        needs = WorkbenchNeeds(replace(it.test.desk, database=counted))  # type: ignore[arg-type]
        assert isinstance(Filled(it.test, needs).ask(office.inbound, role=OFFICE), Page)
        return counted.statements

    one = statements()
    assert one < 12
    for number in range(20):
        it.receive(f"S{number}", "P2", patient="P2", requester="Dr. Osei")
        say(it, f"S{number}", "referral-sent", leg="leg-1", performer="Harbor Heart")
    assert statements() == one


def test_what_is_sent_to_others_is_not_on_the_list(it: Filled):
    ours_after(it)
    theirs(it)
    text = it.page(home.home, role=OFFICE)
    assert ("Okafor" in text, SECRET in text, f"/referrals/{THEIRS}" in text) == (True, False, False)
