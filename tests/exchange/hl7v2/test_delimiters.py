"""No text of ours can break a message, and no text of theirs is decoded twice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referloop.exchange.hl7v2.delimiters import STANDARD, Delimiters, escape, has_odd_escape, unescape
from referloop.exchange.hl7v2.grammar import Message, parse

UNUSUAL = Delimiters("#", "*", "%", "!", ".")


def read_back(text: str, marks: Delimiters) -> tuple[str, list[str]]:
    """PID-5.2 and the names of all segments, after the text went out there."""
    name = marks.component.join(("X", escape(text, marks), "Y"))
    header = marks.field.join(("MSH", marks.declared, *[""] * 15, "UTF-8"))
    pid = marks.field.join(("PID", "", "", "", "", name, "Z"))
    message = parse(f"{header}\r{pid}\r".encode())
    assert isinstance(message, Message)
    return message.field("PID", 5).part(2), [segment.name for segment in message.segments]


@given(st.text(), st.sampled_from([STANDARD, UNUSUAL]))
def test_any_text_comes_back_as_it_went(text: str, marks: Delimiters):
    assert read_back(text, marks) == (text, ["MSH", "PID"])


@pytest.mark.parametrize(
    "text", ["O^Neil\\|MSH&\r", "\rMSH|^~\\&|", '""', "\\X0D\\", "\x0b\x1c\r", "a\nb", "\x85"]
)
def test_hostile_text_never_makes_a_segment(text: str):
    assert read_back(text, STANDARD) == (text, ["MSH", "PID"])


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (r"\F\\S\\T\\R\\E\ ", "|^&~\\ "),
        (r"a\.br\b", "a\nb"),
        (r"\E\F\E\ ", "\\F\\ "),
        (r"\X0D\ ", "\r "),
        (r"\XC3A9\ ", "é "),
        (r"\H\bold\N\ ", "bold "),
        (r"a\.sp2\b\.sk3\c", "a\n\nb   c"),
    ],
)
def test_escapes_are_decoded_once(written: str, read: str):
    assert (unescape(written, STANDARD), has_odd_escape(written, STANDARD)) == (read, False)


@pytest.mark.parametrize("written", [r"C:\temp", r"\Xzz\ ", r"\XFF\ ", r"\C2842\ ", r"\Z1\ ", r"\.sp9999\ "])
def test_what_is_no_known_escape_is_kept_and_told(written: str):
    assert (unescape(written, STANDARD), has_odd_escape(written, STANDARD)) == (written, True)
