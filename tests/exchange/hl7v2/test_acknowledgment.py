"""What goes back over the wire, to the byte."""

import pytest

from referloop.exchange.hl7v2.acknowledgment import acknowledge, answer_to, refuse, reply
from referloop.exchange.hl7v2.codec import open_frame, semantic_digest
from referloop.exchange.hl7v2.grammar import Message, parse
from referloop.referral.problems import Problem
from tests.exchange.hl7v2.samples import AT, SITE, frame

HEADER = "MSH|^~\\&|DESK|HUB|EHR|CLINIC|20260302093000+0000||ACK^I12^ACK|A-1|P|2.5.1"


def answered(content: bytes, **more) -> list[str]:
    return acknowledge(open_frame(content, SITE), at=AT, control_id="A-1", **more).decode().split("\r")


def test_a_good_message_is_accepted():
    assert answered(frame()) == [HEADER, "MSA|AA|MSG-1", ""]


def test_a_wrong_birth_date_is_told_with_its_place():
    place = "ERR||PID^1^7|102^Data type error^HL70357|E|hl7-birth-date|||"
    says = "The birth date is not a date. Write it as YYYYMMDD."
    assert answered(frame(("19800101", "soon"))) == [HEADER, "MSA|AE|MSG-1", place + says, ""]


def test_before_version_2_5_the_error_is_in_its_old_place():
    assert answered(frame(("19800101", "soon"), version="2.3"))[1:] == [
        "MSA|AE|MSG-1|The birth date is not a date.",
        "ERR|PID^1^7^102&Data type error&HL70357",
        "",
    ]


def test_a_message_before_2_3_1_gets_an_ack_without_an_event():
    assert answered(frame(version="2.3"))[0] == HEADER.replace("ACK^I12^ACK", "ACK").replace("2.5.1", "2.3")


def test_the_control_id_comes_back_as_it_was():
    assert answered(frame(("MSG-1", "a\\F\\b é ^1"), ("2.5.1", "2.5.1||||||UNICODE UTF-8")))[1] == (
        "MSA|AA|a\\F\\b é ^1"
    )


def test_the_answer_speaks_with_the_marks_of_the_sender():
    text = frame().decode().translate(str.maketrans("|^~", "#*%"))
    assert answered(text.encode())[:2] == [HEADER.translate(str.maketrans("|^~", "#*%")), "MSA#AA#MSG-1"]


def test_a_message_without_a_header_gets_an_answer_without_a_control_id():
    assert answered(b"junk")[:2] == ["MSH|^~\\&|||||20260302093000+0000||ACK|A-1|P|2.5.1", "MSA|AR|"]


def test_unusable_marks_do_not_hide_the_control_id():
    assert answered(frame(("^~\\&", "^~")))[1] == "MSA|AR|MSG-1"


def test_the_front_door_may_refuse_what_the_gate_let_in():
    problem = Problem("hl7-record-locked", "", "The referral is being changed.", "Send it again.")
    assert answered(frame(), code="AR", problems=(problem,))[1:3] == [
        "MSA|AR|MSG-1",
        "ERR|||206^Application record locked^HL70357|E|hl7-record-locked|||"
        "The referral is being changed. Send it again.",
    ]


@pytest.mark.parametrize(
    ("asked", "birth_date", "code"),
    [
        ("AL|NE", "19800101", "CA"), ("AL|AL", "soon", "CE"), ("NE|AL", "19800101", "AA"),
        ("|AL", "soon", "AE"), ("ER|NE", "soon", "CE"), ("SU|", "19800101", "CA"),
    ],
)  # fmt: skip
def test_the_enhanced_mode_is_kept(asked: str, birth_date: str, code: str):
    content = frame(("2.5.1", f"2.5.1|||{asked}"), ("19800101", birth_date))
    assert answered(content)[1] == f"MSA|{code}|MSG-1"


@pytest.mark.parametrize("asked", ["NE|NE", "ER|NE", "ER|ER"])
def test_no_answer_is_given_where_none_was_asked_for(asked: str):
    assert answered(frame(("2.5.1", f"2.5.1|||{asked}"))) == [""]


def test_an_acknowledgment_is_never_acknowledged():
    assert answered(frame(("REF^I12^REF_I12", "ACK"))) == [""]


def test_a_reply_carries_the_numbers_of_both_sides():
    opened = open_frame(frame(), SITE)
    text = reply(opened, at=AT, control_id="A-1", status="pending", filler="9|1", namespace="HUB").decode()
    assert text.split("\r") == [
        HEADER.replace("ACK^I12^ACK", "RRI^I12^RRI_I12"),
        "MSA|AA|MSG-1",
        "RF1|P^Pending^HL70283|||||R-77^CLINIC|||||9\\F\\1^HUB",
        "PRD|RP|STONE^ANNA|||^WPN^PH^^1^555^0100||1234567893^NPI",
        "PRD|RT|REED^TOM",
        "PID|1||4711^^^CLINIC^MR||DOE^JANE||19800101|F",
        "",
    ]


def test_a_frame_nobody_opened_is_refused_from_its_first_bytes():
    problem = Problem("hl7-unavailable", "", "Not now.", "Send it again.")
    answer = refuse(frame()[:90], problem, at=AT, control_id="A-1").decode().split("\r")
    assert answer[1:] == [
        "MSA|AR|MSG-1",
        "ERR|||207^Application internal error^HL70357|E|hl7-unavailable|||Not now. Send it again.",
        "",
    ]


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (b"MSH|^~\\&|\rMSA|AA|7\r", "accepted"), (b"MSH|^~\\&|\rMSA|CA|7\r", "accepted"),
        (b"MSH|^~\\&|\rMSA|AE|7\r", "content-error"), (b"MSH|^~\\&|\rMSA|AR|7\r", "rejected"),
        (b"MSH|^~\\&|\rMSA|AA|8\r", "another-message"), (b"MSH|^~\\&|\rMSA|OK|7\r", "garbled"),
        (b"MSH|^~\\&|\r", "garbled"), (b"HTTP/1.1 400", "garbled"), (b"", "garbled"),
    ],
)  # fmt: skip
def test_the_answer_of_a_peer_is_understood(answer: bytes, verdict: str):
    assert answer_to(answer, "7") == verdict


def test_our_own_answers_are_understood():
    answers = [acknowledge(open_frame(frame(), SITE), at=AT, control_id="A-1", code=c) for c in ("AA", "AE")]
    assert [answer_to(one, "MSG-1") for one in answers] == ["accepted", "content-error"]
    assert [isinstance(parse(one), Message) for one in answers] == [True, True]


def test_the_digest_passes_over_the_time_of_sending_and_line_ends():
    later = frame(("20260302091500-0500", "20260302091501-0500")).replace(b"\r", b"\r\n")
    other = frame(("JANE", "JOAN"))
    digests = [semantic_digest(one) for one in (frame(), later, other)]
    assert (digests[0] == digests[1], digests[0] == digests[2]) == (True, False)
