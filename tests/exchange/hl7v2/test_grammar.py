"""The grammar keeps every byte of a message and gives its parts."""

from referloop.exchange.hl7v2.grammar import Message, parse
from tests.exchange.hl7v2.samples import frame


def read(content: bytes) -> Message:
    message = parse(content)
    assert isinstance(message, Message)
    return message


def test_the_segments_joined_again_are_the_message():
    message = read(frame())
    assert "".join(f"{segment.raw}\r" for segment in message.segments).encode() == frame()


def test_fields_are_counted_as_the_standard_counts_them():
    message = read(frame())
    assert (message.field("MSH", 1).raw, message.field("MSH", 2).raw) == ("|", "^")
    assert message.first("MSH").field(10) == "MSG-1"
    assert message.field("PID", 3).part(5) == "MR"


def test_repetitions_components_and_subcomponents_are_told_apart():
    message = read(frame(("4711^^^CLINIC^MR", "1^^^A&1.2&ISO^MR~~2^^^B")))
    first, second = message.first("PID").values(3)
    assert (first.sub(4, 2), first.part(4), second.part(1), second.part(9)) == ("1.2", "A&1.2&ISO", "2", "")


def test_a_value_to_delete_is_not_an_unsaid_value():
    message = read(frame(("DOE^JANE", '""')))
    assert (message.field("PID", 5).deleted, message.field("PID", 5).part(1)) == (True, "")
    assert message.field("PID", 6).deleted is False


def test_a_line_feed_inside_a_value_starts_no_segment():
    message = read(frame(add=("NTE|1||first\nsecond",)))
    assert message.field("NTE", 3).whole() == "first\nsecond"


def test_what_is_not_there_is_empty():
    message = read(frame())
    assert (message.field("ZZZ", 4).raw, message.first("PID").place(7)) == ("", "PID-7")


def test_a_byte_order_mark_and_leading_line_ends_are_passed_over():
    assert read(b"\xef\xbb\xbf\r\n" + frame()).segments == read(frame()).segments
