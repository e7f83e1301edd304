"""What of a referral, and of a patient, went to whom: gathered from what is written down already."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given

from referloop.ports import ExchangeError, Outgoing, Sent
from referloop.referral.disclosures import disclosures
from referloop.storage import outbox
from referloop.storage.accesses import Accessed, note
from referloop.wiring.workbench import WorkbenchNeeds
from referloop.workbench.asking import NOT_HERE, Go, Noted, Page
from referloop.workbench.noting import noted
from referloop.workbench.pages.disclosures import of_patient, of_referral
from referloop.workbench.pages.patient import patient
from referloop.workbench.pages.referral import referral
from referloop.workbench.presenters.disclosed import GROUND, PROOF, WHAT
from tests.desks import NOW, TestDesk
from tests.referral.policies import CALENDAR
from tests.referral.strategies import LOGS
from tests.workbench.counting import Counting
from tests.workbench.filled import Filled, filled
from tests.workbench.sighted import OURS, SECRET, ours, say, theirs

HOUR = timedelta(hours=1)
R1, P1 = {"referral": OURS}, {"id": "P1"}


@pytest.fixture
def it(here: TestDesk) -> Filled:
    found = filled(here)
    ours(found)
    return found


def saw(it: Filled, *those: Accessed) -> None:
    for number, each in enumerate(those):
        with it.test.desk.database.transaction(it.test.organization) as session:
            note(session, each, NOW + number * HOUR)


def rows(it: Filled, view=of_referral, path=R1, role="compliance", **query: str) -> list[tuple[str, ...]]:
    """What, to whom, on what ground, by whom and how it went."""
    answer = it.ask(view, role=role, path=path, query=query)
    assert isinstance(answer, Page)
    return [
        (each.what, each.to, each.ground, each.by, f"{each.channel} {each.proof}".strip())
        for each in answer.shows["rows"]
    ]


SENT = ("The referral", "Harbor Heart (performer)", "treatment", "Dana Reyes", "portal")


def test_what_was_sent_and_told_is_listed_the_newest_first(it: Filled):
    it.test.clock.forward(hours=1)
    say(it, OURS, "eligibility-checked", result="active", payer="Harbor HMO")
    it.test.clock.forward(hours=1)
    say(it, OURS, "letter-sent")
    assert rows(it) == [
        ("A letter", "patient", "to the patient", "Dana Reyes", ""),
        ("A question about coverage", "Harbor HMO (payer)", "payment", "Dana Reyes", ""),
        SENT,
    ]


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (Sent(confirmed=False), "HL7 v2 nobody answered"),
        (ExchangeError("AR", permanent=True), "HL7 v2 refused, or not delivered"),
    ],
)
def test_a_message_that_nobody_confirmed_is_named_and_told_apart(it: Filled, outcome, words):
    with it.test.desk.books(it.test.organization) as books:
        books.send(
            Outgoing(
                id="E1", referral=OURS, channel="hl7v2", destination="mllp://ehr.example", media_type="x",
                payload=b"", created_at=NOW + HOUR,
            )
        )  # fmt: skip
    at = NOW + 2 * HOUR
    [claimed] = outbox.claim(it.test.desk.database, it.test.organization, at)
    with it.test.desk.books(it.test.organization) as books:
        assert outbox.settle(books, claimed, outcome) in ("unconfirmed", "dead")
    sent = ("A message", "mllp://ehr.example (requester)", "treatment", "Referloop", words)
    assert rows(it) == [sent, SENT]


def test_what_others_opened_is_one_row_a_thing_and_for_compliance_alone(it: Filled):
    saw(
        it,
        Accessed("receiving-office", "receiving-office", "referral-opened", referral=OURS),
        Accessed("receiving-office", "receiving-office", "referral-opened", referral=OURS),
        Accessed("receiving-office", "receiving-office", "document-taken", referral=OURS, about="d1"),
        Accessed("dana", "specialist", "referral-opened", referral=OURS),
        Accessed("client:clinic", "client", "referral-opened", "P1", OURS, "Task/1"),
        Accessed("client:other", "client", "document-opened", "P1", OURS, "Binary/1"),
    )
    answer = it.ask(of_referral, role="compliance", path=R1)
    assert isinstance(answer, Page)
    found = [(each.what, each.to, each.ground, each.times) for each in answer.shows["rows"]]
    assert found == [
        ("Read a document", "other (system)", "not stated", 1),
        ("Opened the referral", "clinic (system)", "treatment", 1),
        ("Took a document", "A receiving-office (receiving office)", "treatment", 1),
        ("Opened the referral", "A receiving-office (receiving office)", "treatment", 2),
        ("The referral", "Harbor Heart (performer)", "treatment", 1),
    ]
    assert rows(it, role="lead") == [SENT]


def test_the_account_for_the_patient_names_what_has_no_known_ground_in_six_years(it: Filled):
    say(it, OURS, "message-sent", to="lawyer", channel="fax")
    lawyer = ("A message", "lawyer", "not stated", "Dana Reyes", "fax")
    assert (rows(it)[0], rows(it, show="law")) == (lawyer, [lawyer])
    it.test.clock.forward(days=6 * 366)
    assert (rows(it)[0], rows(it, show="law")) == (lawyer, [])
    page = it.page(of_referral, role="compliance", path=R1, query={"show": "law"})
    assert ("Nothing has to be named" in page, "45 CFR 164.528" in page) == (True, True)


def test_the_account_of_a_patient_holds_all_their_referrals_and_those_of_whoever_they_were(it: Filled):
    theirs(it)
    with it.test.desk.database.transaction(it.test.organization) as session:
        sql = "UPDATE people SET same_as = 'P1' WHERE organization_id = ? AND id = 'P2'"
        session.write((sql, (it.test.organization,)))
    say(it, "R8", "letter-sent")
    saw(it, Accessed("clinician", "clinician", "patient-opened", patient="P2"))
    found = sorted((each[0], each[1]) for each in rows(it, of_patient, P1))
    assert found == [
        ("A letter", "patient"),
        ("A question", f"Dr. {SECRET} (requester)"),
        ("Opened the patient", "A clinician (clinician)"),
        ("The referral", "Harbor Heart (performer)"),
        ("The referral", f"{SECRET} Heart (performer)"),
    ]
    gone = it.ask(of_patient, role="compliance", path={"id": "P2"})
    assert gone == Go("/patients/P1/disclosures", "This patient was found to be the one shown here.")


def test_what_the_patient_permitted_stands_with_what_was_told_meanwhile(it: Filled):
    it.test.clock.forward(hours=1)
    given = {"consent": "c", "label": "hiv", "purpose": "treatment"}
    number = say(it, OURS, "consent-recorded", to="Harbor Heart", **given)
    say(it, OURS, "referral-sent", leg="leg-1", channel="fax")
    it.test.clock.forward(hours=1)
    say(it, OURS, "consent-revoked", consent="c")
    it.test.clock.forward(hours=1)
    say(it, OURS, "report-requested", of="Harbor Heart")
    permitted = f"treatment, with the patient's permission (entry {number})"
    assert [each[2] for each in rows(it)] == ["treatment", permitted, "treatment"]


def test_files_that_may_hold_it_are_those_taken_since_it_came(it: Filled):
    taken = Accessed("lead", "lead", "list-exported", how_many=40, purpose="monthly report")
    with it.test.desk.database.transaction(it.test.organization) as session:
        note(session, taken, NOW - HOUR)
        note(session, taken, NOW + HOUR)
    answer = it.ask(of_referral, role="lead", path=R1)
    assert isinstance(answer, Page)
    files = [(each.name, each.at, each.how_many, each.purpose) for each in answer.shows["it"].files]
    assert files == [("Kim Sato", NOW + HOUR, 40, "monthly report")]
    assert "monthly report" in it.page(of_referral, role="lead", path=R1)


def test_of_a_restricted_referral_it_names_no_recipient_to_those_who_may_not_know(it: Filled):
    say(it, OURS, "sensitivity-labelled", label="hiv")
    say(it, OURS, "owner-assigned", owner="dana")
    saw(it, Accessed("receiving-office", "receiving-office", "referral-opened", referral=OURS))
    found = rows(it)
    assert found == [
        ("Opened the referral", "receiving office", "treatment", "themselves", "on our pages"),
        ("The referral", "performer", "treatment", "Dana Reyes", "portal"),
    ]
    page = it.page(of_referral, role="compliance", path=R1)
    assert ("Harbor" in page, "Cardiology" in page, "Restricted item" in page) == (False, False, True)


@given(LOGS)
def test_there_are_words_for_whatever_a_log_tells(log):
    for each in disclosures(log, CALENDAR):
        assert (each.what in WHAT, each.ground in GROUND, each.proof in PROOF) == (True, True, True)


def test_of_what_is_not_here_there_is_no_account(it: Filled):
    assert it.ask(of_referral, path={"referral": "R0"}) == NOT_HERE
    assert it.ask(of_patient, path={"id": "P0"}) == NOT_HERE


def test_reading_it_is_written_down_with_its_patient():
    of_the_patient = noted("patients/<str:id>/disclosures", "GET", P1, {}, Page("disclosures.html", {}))
    of_the_referral = noted("referrals/<str:referral>/disclosures", "GET", R1, {}, Page("x", {}))
    assert (of_the_patient, of_the_referral) == (
        Noted("audit-opened", patient="P1"),
        Noted("audit-opened", referral=OURS),
    )


def test_more_than_a_page_goes_on_behind_it(it: Filled):
    for _ in range(110):
        say(it, OURS, "letter-sent")
    [first, second] = [rows(it, **query) for query in ({}, {"older": "100"})]
    assert (len(first), len(second), second[-1]) == (100, 11, SENT)
    page = it.page(of_referral, role="compliance", path=R1)
    assert (f"/referrals/{OURS}/disclosures?older=100" in page, len(page) < 150 * 1024) == (True, True)
    assert len(rows(it, older="nonsense")) == 100


@pytest.mark.parametrize(("view", "path"), [(of_referral, R1), (of_patient, P1)])
def test_it_takes_as_many_statements_whatever_there_is(it: Filled, view, path):
    def statements() -> int:
        counting = Counting(it.test.desk.database)
        needs = WorkbenchNeeds(replace(it.test.desk, database=counting))  # type: ignore[arg-type]
        answer = Filled(it.test, needs).ask(view, role="compliance", path=path)
        assert isinstance(answer, Page)
        return counting.statements

    first = statements()
    for number in range(10):
        it.receive(f"S{number}", "P1")
        say(it, OURS, "letter-sent")
    assert (first <= 20, statements()) == (True, first)


def test_those_who_watch_over_it_are_led_there_and_others_are_not(it: Filled):
    led = {
        role: (
            "/referrals/R1/disclosures" in it.page(referral, role=role, path=R1),
            "/patients/P1/disclosures" in it.page(patient, role=role, path=P1),
        )
        for role in ("lead", "compliance", "specialist")
    }
    assert led == {"lead": (True, True), "compliance": (True, True), "specialist": (False, False)}
