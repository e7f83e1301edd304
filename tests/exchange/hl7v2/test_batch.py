"""Files of many messages."""

import pytest

from referloop.exchange.hl7v2.batch import Frame, split
from tests.exchange.hl7v2.samples import frame

ONE, TWO = frame(), frame(("MSG-1", "MSG-2"))


def told(file: bytes) -> list[tuple[str, str]]:
    return [(problem.code, problem.where) for problem in split(file).problems]


def test_messages_one_after_the_other_are_cut_apart():
    assert split(ONE + TWO).frames == (Frame(1, ONE), Frame(8, TWO))


def test_marks_around_messages_are_dropped():
    assert [one.content.strip() for one in split(b"\x0b" + ONE + b"\x1c\r\x0b" + TWO + b"\x1c\r").frames] == [
        ONE.strip(),
        TWO.strip(),
    ]


def test_a_right_envelope_is_no_problem():
    file = b"FHS|^~\\&\rBHS|^~\\&\r" + ONE + TWO + b"BTS|2\rFTS|1\r"
    assert (split(file).frames, told(file)) == ((Frame(3, ONE), Frame(10, TWO)), [])


@pytest.mark.parametrize(
    ("before", "after", "problems"),
    [
        (b"FHS|^~\\&\rBHS|^~\\&\r", b"BTS|3\rFTS|1\r", [("hl7-batch-count", "line 17")]),
        (b"FHS|^~\\&\rBHS|^~\\&\r", b"BTS|2\rFTS|7\r", [("hl7-batch-count", "line 18")]),
        (b"FHS|^~\\&\rBHS|^~\\&\r", b"BTS|two\rFTS|1\r", [("hl7-batch-count", "line 17")]),
        (b"BHS|^~\\&\r", b"", [("hl7-batch-envelope", "line 1")]),
        (b"FHS|^~\\&\rBHS|^~\\&\r", b"FTS|1\r", [("hl7-batch-envelope", "line 2")]),
        (b"FHS|^~\\&\rBHS|^~\\&\r", b"BTS|2\r", [("hl7-batch-envelope", "line 1")]),
        (b"", b"BTS|2\r", [("hl7-batch-envelope", "line 15")]),
    ],
    ids=[
        "BTS wrong",
        "FTS wrong",
        "BTS no number",
        "BTS missing",
        "BTS between missing",
        "FTS missing",
        "no BHS",
    ],
)
def test_a_wrong_envelope_is_told_and_its_messages_are_kept(before: bytes, after: bytes, problems: list):
    file = before + ONE + TWO + after
    assert ([one.content for one in split(file).frames], told(file)) == ([ONE, TWO], problems)


def test_text_that_is_no_message_is_not_lost():
    assert split(b"hello\r\n" + ONE).frames == (Frame(1, b"hello\r\n"), Frame(2, ONE))


def test_an_empty_file_holds_nothing():
    assert (split(b"").frames, split(b"\r\n\r\n").frames) == ((), ())
