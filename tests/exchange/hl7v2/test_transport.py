"""The MLLP listener over real sockets."""

import socket
import threading
import time
from collections.abc import Callable

import pytest

from referloop.exchange.hl7v2.acknowledgment import acknowledge, answer_to
from referloop.exchange.hl7v2.client import send
from referloop.exchange.hl7v2.codec import open_frame
from referloop.exchange.hl7v2.framing import Limits, framed
from referloop.exchange.hl7v2.transport import listening
from tests.exchange.hl7v2.samples import AT, SITE, frame

HOST = "127.0.0.1"
QUICK = Limits(frame_seconds=0.3, trailer_seconds=0.1, frame_bytes=100_000, connections=2, threads=2)


def receive(content: bytes, peer: str) -> bytes:
    return acknowledge(open_frame(content, SITE), at=AT, control_id="A-1")


def numbered(number: int) -> bytes:
    return frame(("MSG-1", f"MSG-{number}"))


class Line:
    """One connection whose bytes the test chooses."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection((HOST, port), 5)

    def __enter__(self) -> "Line":
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def say(self, *parts: bytes) -> "Line":
        for part in parts:
            self.socket.sendall(part)
        return self

    def control_ids(self, count: int) -> list[str]:
        """MSA-2 of the next answers, fewer when the listener hangs up."""
        came = b""
        while came.count(b"\x1c\r") < count:
            part = self.hear()
            if not part:
                break
            came += part
        return [answer.split(b"MSA|AA|")[1].split(b"\r")[0].decode() for answer in came.split(b"\x1c\r")[:-1]]

    def hear(self) -> bytes:
        try:
            return self.socket.recv(65536)
        except ConnectionResetError:
            return b""


class Kept:
    """What the listener says about frames it could not take."""

    def __init__(self) -> None:
        self.reasons: list[tuple[str, bytes]] = []

    def __call__(self, fragment: bytes, peer: str, reason: str) -> None:
        self.reasons.append((reason, fragment))


def listening_quickly(receive: Callable[[bytes, str], bytes | None] = receive, **more):
    return listening(HOST, 0, receive, clock=lambda: AT, limits=more.pop("limits", QUICK), **more)


def test_a_message_is_answered_with_what_the_receiver_gave():
    with listening_quickly() as port:
        assert send(HOST, port, frame(), 5) == receive(frame(), HOST)


def test_the_receiver_is_told_who_speaks():
    with listening_quickly(lambda content, peer: peer.encode()) as port:
        assert send(HOST, port, frame(), 5) == b"127.0.0.1"


def test_a_thousand_messages_in_one_breath_are_answered_in_order():
    with listening_quickly() as port, Line(port) as line:
        threading.Thread(target=line.say, args=[framed(numbered(n)) for n in range(1000)]).start()
        assert line.control_ids(1000) == [f"MSG-{n}" for n in range(1000)]


def test_a_message_in_many_small_pieces_is_one_message():
    with listening_quickly() as port, Line(port) as line:
        whole = framed(numbered(7))
        assert line.say(*(whole[n : n + 40] for n in range(0, len(whole), 40))).control_ids(1) == ["MSG-7"]


def test_a_little_junk_before_a_message_is_passed_over():
    with listening_quickly() as port, Line(port) as line:
        assert line.say(b"x" * 1024 + framed(numbered(1))).control_ids(1) == ["MSG-1"]


@pytest.mark.parametrize("ending", [b"", b"\n"], ids=["nothing", "LF"])
def test_an_end_without_its_return_is_an_end(ending: bytes):
    with listening_quickly() as port, Line(port) as line:
        assert line.say(b"\x0b" + numbered(1) + b"\x1c" + ending).control_ids(1) == ["MSG-1"]
        assert line.say(framed(numbered(2))).control_ids(1) == ["MSG-2"]


def test_the_start_of_the_next_message_ends_a_message_without_its_return():
    with listening_quickly() as port, Line(port) as line:
        assert line.say(b"\x0b" + numbered(1) + b"\x1c" + framed(numbered(2))).control_ids(2) == [
            "MSG-1",
            "MSG-2",
        ]


BROKEN = {
    "too much junk": (b"x" * 1025 + framed(b"MSH"), "junk", b"x" * 1025 + framed(b"MSH")),
    "no end": (b"\x0bMSH|never", "no-end-in-time", b"MSH|never"),
    "start inside": (b"\x0bMSH|\x0bMSH|\x1c\r", "start-inside", b"MSH|\x0bMSH|\x1c\r"),
    "text after the end": (b"\x0bMSH|\x1cmore", "end-inside", b"MSH|"),
}


@pytest.mark.parametrize(("said", "reason", "fragment"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_frame_is_kept_and_never_answered(said: bytes, reason: str, fragment: bytes):
    kept = Kept()
    with listening_quickly(dropped=kept) as port:
        with Line(port) as line:
            assert line.say(said).hear() == b""
        assert kept.reasons == [(reason, fragment)]


def test_a_frame_cut_off_by_its_sender_is_kept():
    kept = Kept()
    with listening_quickly(dropped=kept) as port, Line(port) as line:
        line.say(b"\x0bMSH|half").socket.shutdown(socket.SHUT_WR)
        assert (line.hear(), kept.reasons) == (b"", [("cut-off", b"MSH|half")])


def keep_saying(line: Line) -> None:
    """A byte now and then, for many times as long as the listener waits for the end of a frame."""
    for _ in range(1_000):
        line.say(b"x")
        time.sleep(0.02)


def test_a_slow_sender_is_hung_up_on_and_others_are_not():
    with listening_quickly() as port, Line(port) as slow, Line(port) as other:
        slow.say(b"\x0b")
        assert other.say(framed(numbered(1))).control_ids(1) == ["MSG-1"]
        with pytest.raises(OSError):  # noqa: PT011  reset or broken pipe, as the system likes
            keep_saying(slow)


def test_a_frame_over_the_limit_is_refused_from_its_header():
    with listening_quickly() as port:
        answer = send(HOST, port, frame(add=("NTE|1||" + "x" * 300_000,)), 5)
    assert answer.split(b"\r")[1] == b"MSA|AR|MSG-1"
    assert answer.split(b"\r")[2].startswith(b"ERR|||104^Value too long^HL70357|E|")


def test_one_connection_too_many_is_refused_and_the_others_stay():
    with listening_quickly() as port, Line(port) as one, Line(port) as two:
        one.say(framed(numbered(1))).control_ids(1)
        two.say(framed(numbered(1))).control_ids(1)
        with Line(port) as three:
            assert three.hear() == b""
        assert one.say(framed(numbered(2))).control_ids(1) == ["MSG-2"]
    assert answer_to(receive(numbered(3), HOST), "MSG-3") == "accepted"


def test_a_place_is_free_again_when_a_peer_leaves():
    with listening_quickly() as port:
        answers = [send(HOST, port, numbered(n), 5) for n in range(5)]
    assert [answer_to(answer, f"MSG-{n}") for n, answer in enumerate(answers)] == ["accepted"] * 5


def test_a_failing_receiver_is_answered_for_and_the_connection_goes_on(caplog: pytest.LogCaptureFixture):
    def fails(content: bytes, peer: str) -> bytes:
        raise LookupError("DOE JANE is not here")

    with listening_quickly(fails) as port, Line(port) as line:
        answers = [line.say(framed(numbered(n))).hear().split(b"\r")[1:3] for n in (1, 2)]
    fault = (
        b"ERR|||207^Application internal error^HL70357|E|hl7-unavailable|||"
        b"The message could not be processed. Send it again later, unchanged."
    )
    assert answers == [[b"MSA|AR|MSG-1", fault], [b"MSA|AR|MSG-2", fault]]
    assert [record.getMessage() for record in caplog.records] == [
        "receiving a message failed: LookupError"
    ] * 2


def test_nothing_is_sent_where_the_receiver_gives_nothing():
    with listening_quickly(lambda content, peer: None) as port, Line(port) as line:
        line.say(framed(frame())).socket.settimeout(0.2)
        with pytest.raises(TimeoutError):
            line.hear()


def test_a_port_in_use_is_told_to_the_caller():
    with (
        listening_quickly() as port,
        pytest.raises(OSError, match="in use"),
        listening(HOST, port, receive, clock=lambda: AT),
    ):
        pass


def test_the_client_gives_up_on_a_silent_peer():
    with socket.create_server((HOST, 0)) as silent, pytest.raises(TimeoutError):
        send(HOST, silent.getsockname()[1], frame(), 0.2)


def test_the_client_says_so_when_the_peer_hangs_up():
    with listening_quickly() as port, pytest.raises(ConnectionError):
        send(HOST, port, b"\x0b", 5)
