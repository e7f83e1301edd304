"""Notices on their way to real receivers: one key however often, in order, and never lost from sight."""

import json
import socket

import pytest

from referloop.referral.disclosures import disclosures
from referloop.referral.facts.intake import InformationRequested
from referloop.referral.facts.routing import ReferralAccepted, ReferralDeclined
from referloop.storage import outbox
from referloop.storage.outbox import ATTEMPTS
from tests.desks import TestDesk
from tests.fhir_http.made import referral
from tests.referral.policies import CALENDAR
from tests.wiring.receivers import mllp_peer, web_receiver
from tests.wiring.told import TRANSPORTS, Told, request

NORTH = "EHR/NORTH"


@pytest.fixture
def nowhere() -> str:
    """An address where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    return f"mllp://127.0.0.1:{port}"


def later(it: Told, rounds: int = 1) -> None:
    """Let the pauses pass, one round of the worker after each."""
    for _ in range(rounds):
        it.here.clock.forward(hours=2)
        it.deliver()


def by_fhir(here: TestDesk, address: str) -> Told:
    it = Told.at(here, "northside", address)
    assert it.fhir(referral())[0] == 200
    return it


def test_an_acknowledged_notice_is_done_and_in_the_log(here):
    with mllp_peer() as peer:
        it = Told.at(here, NORTH, peer.address)
        it.hl7(request())
        assert (it.deliver(), it.deliver(), it.states()) == (1, 0, {"done": 1})
        assert (peer.keys, [peer.frames[0].decode()]) == (it.keys(), it.queued())
    assert it.words()[-1] == ("message-sent", "machine:outbox")
    found = disclosures(it.log().entries, CALENDAR)
    assert [(each.what, each.to, each.channel, str(each.by)) for each in found] == [
        ("message", "requester", "hl7v2", "machine:outbox")
    ]  # once, and not as a receipt beside it


@pytest.mark.parametrize("code", ["AE", "AR", "CE", "CR"])
def test_a_refused_notice_goes_to_people_and_is_not_tried_again(here, code):
    with mllp_peer(code) as peer:
        it = Told.at(here, NORTH, peer.address)
        it.hl7(request())
        it.deliver()
        later(it)
        assert (it.states(), it.items(), peer.keys) == ({"dead": 1}, ["dead-letter"], it.keys())


@pytest.mark.parametrize("code", ["??", "other"])
def test_an_answer_to_something_else_is_no_answer_and_the_same_bytes_go_again(here, code):
    with mllp_peer(code, code) as peer:
        it = Told.at(here, NORTH, peer.address)
        it.hl7(request())
        it.deliver()
        assert it.states() == {"queued": 1}
        later(it, 2)
        assert (it.states(), peer.keys) == ({"done": 1}, it.keys() * 3)
        assert len(set(peer.frames)) == 1


def test_silence_is_shown_as_unconfirmed_until_a_person_decides(here):
    with mllp_peer("") as peer:
        it = Told.at(here, NORTH, peer.address)
        it.hl7(request())
        it.deliver()
        later(it)
        assert (it.states(), it.items(), len(peer.frames)) == ({"unconfirmed": 1}, ["unconfirmed"], 1)
        with it.desk.books(it.organization) as books:
            assert outbox.replay(books, peer.keys[0], "person:dana")
        it.deliver()
        assert (it.states(), it.items(), len(set(peer.keys))) == ({"done": 1}, [], 1)


def test_where_nobody_listens_is_tried_again_and_at_last_left_to_people(here, nowhere):
    it = Told.at(here, NORTH, nowhere)
    it.hl7(request())
    it.deliver()
    assert (it.states(), it.items()) == ({"queued": 1}, [])
    later(it, ATTEMPTS - 1)
    assert (it.states(), it.items()) == ({"dead": 1}, ["dead-letter"])


def test_what_comes_later_waits_behind_a_dead_one_and_goes_in_order_when_that_is_replayed(here):
    with mllp_peer("AE") as peer:
        it = Told.at(here, NORTH, peer.address)
        it.hl7(request())
        it.record(ReferralAccepted(), InformationRequested(request="q1", of="requester", what="The last ECG"))
        it.record(ReferralDeclined(reason="No"))
        it.deliver()
        later(it, 2)
        assert (it.states(), len(peer.keys)) == ({"dead": 1, "queued": 3}, 1)
        with it.desk.books(it.organization) as books:
            assert outbox.replay(books, peer.keys[0], "person:dana")
        later(it, 4)
        keys = it.keys()
        assert (it.states(), peer.keys) == ({"done": 4}, [keys[0], *keys])


def test_a_referral_whose_notice_is_stuck_does_not_hold_up_another(here):
    with mllp_peer("AE") as peer:
        it = Told.at(here, NORTH, peer.address)
        it.hl7(request())
        it.deliver()
        it.hl7(request(id="M2").replace(b"R-77", b"R-78"))
        it.deliver()
        assert (it.states(), peer.keys) == ({"done": 1, "dead": 1}, it.keys())


def test_a_worker_that_dies_after_sending_sends_the_same_bytes_again(here):
    with mllp_peer() as peer:
        it = Told.at(here, NORTH, peer.address)
        it.hl7(request())
        (claimed,) = outbox.claim(it.desk.database, it.organization, here.clock())
        TRANSPORTS["hl7v2"](claimed.outgoing)
        later(it)
        assert (it.states(), peer.keys, len(set(peer.frames))) == ({"done": 1}, it.keys() * 2, 1)


def test_a_web_receiver_gets_the_key_and_the_notification(here):
    with web_receiver(202) as web:
        it = by_fhir(here, web.address)
        it.deliver()
        ((key, media_type, body),) = web.came
    assert (it.states(), [key], media_type) == ({"done": 1}, it.keys(), "application/fhir+json")
    assert (json.loads(body)["id"], [body.decode()]) == (key, it.queued())


@pytest.mark.parametrize("code", [408, 429, 500, 503])
def test_a_busy_web_receiver_is_asked_again_under_the_same_key(here, code):
    with web_receiver(code, code) as web:
        it = by_fhir(here, web.address)
        it.deliver()
        assert it.states() == {"queued": 1}
        later(it, 2)
        assert (it.states(), web.keys, len(set(web.came))) == ({"done": 1}, it.keys() * 3, 1)


@pytest.mark.parametrize("code", [301, 400, 401, 404, 410, 422])
def test_a_web_receiver_that_refuses_is_not_asked_again(here, code):
    with web_receiver(code) as web:
        it = by_fhir(here, web.address)
        it.deliver()
        later(it)
        assert (it.states(), it.items(), web.keys) == ({"dead": 1}, ["dead-letter"], it.keys())


def test_a_web_receiver_that_says_nothing_is_shown_as_unconfirmed(here):
    with web_receiver(0) as web:
        it = by_fhir(here, web.address)
        it.deliver()
        assert (it.states(), it.items(), web.keys) == ({"unconfirmed": 1}, ["unconfirmed"], it.keys())


def test_a_web_receiver_that_is_not_there_is_asked_again(here, nowhere):
    it = by_fhir(here, nowhere.replace("mllp", "http"))
    it.deliver()
    assert (it.states(), it.items()) == ({"queued": 1}, [])
