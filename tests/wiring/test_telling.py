"""What queues a notice to the requester, and what does not."""

from dataclasses import replace

import pytest

from referloop.referral.board import Standing
from referloop.referral.facts.desk import NoteAdded
from referloop.referral.facts.intake import InformationRequested, ReceiptAcknowledged
from referloop.referral.facts.routing import ReferralAccepted, ReferralDeclined
from referloop.storage.database import Contended
from referloop.storage.destinations import remove_destination
from tests.desks import TestDesk
from tests.fhir_http.made import Json, referral, task
from tests.wiring.told import DANA, Told, answered, request

NORTH, ADDRESS = "EHR/NORTH", "mllp://127.0.0.1:9"
RECEIVED = ("referral-received", "partner:EHR/NORTH")
ACKNOWLEDGED = ("receipt-acknowledged", "machine:desk")
ACCEPTED = ("referral-accepted", "person:dana/specialist")


def rri(it: Told, number: int) -> list[str]:
    """The segments of a notice, without its header's time."""
    return it.queued()[number].split("\r")[1:-1]


@pytest.fixture
def north(here: TestDesk) -> Told:
    return Told.at(here, NORTH, ADDRESS)


def test_a_referral_that_came_is_acknowledged_and_the_obligation_is_met(north):
    assert north.hl7(request()) == "MSA|AA|M1"
    assert north.words() == [RECEIVED, ACKNOWLEDGED]
    assert north.log().entries[1].fact == ReceiptAcknowledged(channel="hl7v2")
    assert ("receipt-acknowledge" in north.owed(), north.states()) == (False, {"queued": 1})


def test_the_reply_names_the_numbers_of_both_sides_and_the_message_it_answers(north):
    north.hl7(request())
    header = north.queued()[0].split("\r")[0].split("|")
    assert header[2:6] + header[8:12] == [
        "REF", "DESK", "EHR", "NORTH", "RRI^I12^RRI_I12", north.keys()[0], "P", "2.5.1",
    ]  # fmt: skip
    assert rri(north, 0) == [
        "MSA|AA|M1",
        f"RF1|P^Pending^HL70283|||||R-77^NORTH|||||{north.referral()}^REFERLOOP",
        "PRD|RP|Osei^Ruth",
        "PRD|RT|Amin^Lena",
        "PID|1||100^^^NORTH^MR||Reed^Ann||19610203|F",
    ]


def test_a_sender_without_a_destination_is_not_told(here):
    it = Told.at(here, "SOMEBODY/ELSE", ADDRESS)
    it.hl7(request())
    it.record(ReferralAccepted())
    assert (it.words(), it.states()) == ([RECEIVED, ACCEPTED], {})
    assert "referral-accept" not in it.owed()


def test_a_person_still_answers_a_stat_referral_although_its_sender_is_told(north):
    north.hl7(request(priority="S"))
    assert (north.words(), north.states()) == ([RECEIVED], {"queued": 1})
    assert "stat-acknowledge" in north.owed()


def test_the_same_message_again_tells_nothing_again(north):
    assert [north.hl7(request()), north.hl7(request())] == ["MSA|AA|M1"] * 2
    assert (north.words(), north.states()) == ([RECEIVED, ACKNOWLEDGED], {"queued": 1})


def test_each_change_that_the_requester_would_see_is_one_notice(north):
    north.hl7(request())
    facts = (
        ReferralAccepted(),
        InformationRequested(request="q1", of="requester", what="The last ECG"),
    )
    assert [type(each) for each in north.record(*facts)] == [Standing] * 2
    told = [segment for number in range(1, 3) for segment in rri(north, number)]
    assert [each for each in told if each.startswith(("RF1", "NTE"))] == [
        f"RF1|A^Accepted^HL70283|||||R-77^NORTH|||||{north.referral()}^REFERLOOP",
        f"RF1|P^Pending^HL70283|||||R-77^NORTH|||||{north.referral()}^REFERLOOP",
        "NTE|1||awaiting-information",
        "NTE|2||The last ECG",
    ]


def test_a_declined_referral_is_told_as_rejected_with_the_reason(north):
    north.hl7(request())
    north.record(ReferralDeclined(reason="No heart clinic | here"))
    assert rri(north, 1)[1:] == [
        f"RF1|R^Rejected^HL70283|||||R-77^NORTH|||||{north.referral()}^REFERLOOP",
        "PRD|RP|Osei^Ruth",
        "PRD|RT|Amin^Lena",
        "PID|1||100^^^NORTH^MR||Reed^Ann||19610203|F",
        "NTE|1||No heart clinic \\F\\ here",
    ]


def test_what_the_requester_does_not_see_is_not_told(north):
    north.hl7(request())
    north.record(
        NoteAdded(text="Called twice"),
        InformationRequested(request="q1", of="patient", what="A phone number"),
    )
    assert (len(north.words()), north.states()) == (4, {"queued": 1})


def test_what_a_sender_told_us_is_not_told_back_to_it(north):
    north.hl7(request())
    assert north.hl7(answered("A", id="M2", application="EHR")) == "MSA|AA|M2"
    assert north.words()[2:] == [("referral-accepted", "partner:EHR/NORTH")]
    assert north.states() == {"queued": 1}


def test_what_another_partner_told_us_is_told_to_the_requester(north):
    north.hl7(request())
    assert north.hl7(answered("A", id="M2", application="CLINIC")) == "MSA|AA|M2"
    assert north.words()[2:] == [("referral-accepted", "partner:CLINIC/NORTH")]
    assert (north.states(), rri(north, 1)[1][:6]) == ({"queued": 2}, "RF1|A^")


def test_several_facts_of_one_transaction_are_one_notice(north):
    north.hl7(answered("A", id="M0", application="CLINIC"))
    north.hl7(request())
    assert north.words() == [RECEIVED, ACKNOWLEDGED, ("referral-accepted", "partner:CLINIC/NORTH")]
    assert (north.states(), rri(north, 0)[1][:6]) == ({"queued": 1}, "RF1|A^")


def test_a_requester_that_calls_the_referral_by_our_number_alone_is_understood(north):
    north.hl7(request())
    ours = request("I14", id="M2").replace(b"R-77^NORTH", b"|||||" + f"{north.referral()}^REFERLOOP".encode())
    assert north.hl7(ours) == "MSA|AA|M2"
    assert north.words()[2:] == [("cancellation-requested", "partner:EHR/NORTH")]


def test_when_the_commit_fails_neither_the_fact_nor_the_notice_is_there(north):
    north.hl7(request())
    before, (key,) = (north.words(), north.states()), north.keys()
    stuck = replace(north.desk, new_id=lambda: key)
    with pytest.raises(Contended):
        Told(stuck, north.organization, north.here).record(ReferralAccepted())
    assert (north.words(), north.states()) == before


def test_when_a_new_referral_cannot_be_told_nothing_of_it_is_there(north):
    north.hl7(request())
    (key,) = north.keys()
    other = request(id="M2").replace(b"R-77", b"R-78")
    answer = Told(replace(north.desk, new_id=lambda: key), north.organization, north.here).hl7(other)
    assert answer[:6] != "MSA|AA"
    assert north.rows("SELECT COUNT(*) FROM referrals WHERE organization_id = ?") == [(1,)]
    assert north.keys() == [key]


def test_a_destination_is_noticed_within_half_a_minute_and_forgotten_as_fast(here):
    it = Told.at(here)
    it.hl7(request())
    it.destine(NORTH, ADDRESS)
    it.record(ReferralAccepted())
    assert it.states() == {}
    here.clock.forward(seconds=30)
    it.record(InformationRequested(request="q1", of="requester", what="The last ECG"))
    assert it.states() == {"queued": 1}
    with it.desk.database.transaction(it.organization) as session:
        assert remove_destination(session, NORTH)
    here.clock.forward(seconds=30)
    it.record(ReferralDeclined(reason="No"))
    assert it.states() == {"queued": 1}


def test_a_notification_names_the_task_and_nothing_of_the_patient(here):
    it = Told.at(here, "northside", "https://ehr.example/hook")
    status, came = it.fhir(referral())
    assert status == 200
    address = f"https://desk.example/fhir/Task/{_task(came)[0]}"
    assert it.words() == [
        ("referral-received", "partner:northside"),
        ("coverage-stated", "partner:northside"),
        ACKNOWLEDGED,
    ]
    (notice,) = it.queued()
    assert f'"reference":"{address}"' in notice.replace(" ", "")
    assert [word for word in ("Rivera", "Ana", "1980", "1001", "Cardiology", "A-1") if word in notice] == []


def test_the_version_a_client_was_given_is_the_one_it_may_change(here):
    it = Told.at(here, "northside", "https://ehr.example/hook")
    _, came = it.fhir(referral())
    id, etag = _task(came)
    again = task(focus=_focus(it)) | {"id": id, "status": "cancelled"}
    assert it.fhir(again, "PUT", f"Task/{id}", **{"if-match": etag})[0] == 200


def test_a_referral_without_a_task_of_its_own_is_told_by_the_one_we_made(here):
    it = Told.at(here, "northside", "https://ehr.example/hook")
    whole = referral()
    whole["entry"] = [each for each in whole["entry"] if each["resource"]["resourceType"] != "Task"]
    assert it.fhir(whole)[0] == 200
    assert f"https://desk.example/fhir/Task/{it.referral()}" in it.queued()[0]


def test_a_referral_that_came_another_way_than_its_destination_goes_is_left_to_people(here):
    it = Told.at(here, "northside", ADDRESS)
    assert it.fhir(referral())[0] == 200
    assert (it.states(), it.items()) == ({}, ["untold"])


def test_a_machine_author_is_never_taken_for_the_requester(north):
    north.hl7(request())
    north.record(ReferralAccepted(), by=replace(DANA, id="EHR/NORTH"))
    assert north.states() == {"queued": 2}


def _task(came: Json) -> tuple[str, str]:
    """The id and the ETag that the answer to a transaction gives the Task."""
    responses = [each["response"] for each in came["entry"]]
    found = next(each for each in responses if "Task/" in each["location"])
    return found["location"].partition("Task/")[2].partition("/")[0], found["etag"]


def _focus(it: Told) -> str:
    rows = it.rows("SELECT id FROM resources WHERE organization_id = ? AND kind = 'ServiceRequest'")
    return f"ServiceRequest/{rows[0][0]}"
