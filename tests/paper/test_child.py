"""Documents drawn in a child process: what can be seen comes back, and whatever a file does ends there."""

import subprocess
import sys
from io import BytesIO

import pytest
from PIL import Image

from referloop.paper.asked import Count, Counted, Fault, Join, Made, Page, Pictures, Read, Strip
from referloop.paper.child import ask
from referloop.paper.signs import JPEG, PDF, PNG, TIFF
from tests.paper import samples

pytestmark = pytest.mark.slow


def seen(answer: object) -> tuple[str, int, int, int, str]:
    assert isinstance(answer, Page)
    picture = Image.open(BytesIO(answer.picture))
    assert picture.size == (answer.wide, answer.high)
    assert picture.info == {}
    return str(picture.format), answer.wide, answer.high, answer.pages, answer.words


def test_a_page_of_a_pdf_is_a_picture_with_its_words():
    answer = ask(Read(PDF, samples.pdf(3), 2, 306))
    assert seen(answer) == ("PNG", 306, 396, 3, "Seen in clinic, page 2")


def test_a_fax_has_pages_and_no_words():
    assert seen(ask(Read(TIFF, samples.fax(), 3, 1_000))) == ("PNG", 170, 220, 3, "")


def test_a_photograph_stands_upright_and_says_nothing_of_where_it_was_taken():
    answer = ask(Read(JPEG, samples.photograph(), 1, 1_000))
    assert seen(answer) == ("PNG", 220, 170, 1, "")
    assert isinstance(answer, Page)
    assert b"home" not in answer.picture


def test_what_is_transparent_is_drawn_on_white():
    answer = ask(Read(PNG, samples.picture(), 1, 1_000))
    assert isinstance(answer, Page)
    assert Image.open(BytesIO(answer.picture)).getpixel((0, 0)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("kind", "content", "code"),
    [
        (PDF, b"", "unreadable"),
        (PDF, b"%PDF-1.7 and then nothing of the kind", "unreadable"),
        (PDF, samples.pdf(5)[:300], "unreadable"),
        (PDF, samples.circular_pdf(), "unreadable"),
        (PDF, samples.pdf(301), "pages"),
        (PNG, samples.huge_picture(), "pixels"),
        (PNG, b"\x89PNG\r\n\x1a\n", "unreadable"),
        (JPEG, samples.photograph()[:200], "unreadable"),
        (TIFF, samples.fax()[:60], "unreadable"),
        ("text/html", b"<p>x", "unreadable"),
    ],
    ids=["empty", "nothing", "cut", "circular", "301 pages", "60,000 dots", "no header", "cut photograph",
         "cut fax", "a page of the web"],
)  # fmt: skip
def test_what_cannot_be_shown_says_why(kind: str, content: bytes, code: str):
    assert ask(Read(kind, content, 1, 500)) == Fault(code)


def test_a_page_that_is_not_there_is_no_fault_of_the_file():
    assert ask(Read(PDF, samples.pdf(), 2, 500)) == Fault("page-missing")


def test_a_bomb_takes_nothing_but_its_own_process():
    answer = ask(Read(PDF, samples.bomb_pdf(), 1, 500))
    assert isinstance(answer, Page | Fault)
    assert len(answer.picture) < 1_000_000 if isinstance(answer, Page) else answer.code == "too-slow"


def test_a_child_that_takes_too_long_is_stopped():
    assert ask(Read(PDF, samples.pdf(), 1, 500), seconds=0.01) == Fault("too-slow")


def test_small_pictures_come_several_at_once_and_end_with_the_document():
    answer = ask(Strip(PDF, samples.pdf(3), 2, 12, 60))
    assert isinstance(answer, Pictures)
    assert [Image.open(BytesIO(each)).width for each in answer.found] == [60, 60]


def test_one_bad_document_does_not_hide_the_pages_of_the_others():
    answer = ask(Count([(PDF, samples.pdf(2)), (PDF, b"%PDF-"), (TIFF, samples.fax()), ("text/plain", b"x")]))
    assert answer == Counted([2, 0, 3, 0], ["", "unreadable", "", "unreadable"])


def test_joined_documents_keep_their_order_and_nothing_that_acts():
    papers = [
        (PDF, samples.pdf(2)),
        (TIFF, samples.fax()),
        (PDF, samples.acting_pdf()),
        (JPEG, samples.photograph()),
    ]
    answer = ask(Join("A packet", papers))
    assert isinstance(answer, Made)
    assert (answer.pages, samples.text_of(answer.content)) == (
        7,
        "Seen in clinic, page 1 Seen in clinic, page 2",
    )
    assert [
        word
        for word in (b"JavaScript", b"OpenAction", b"/AA", b"Launch", b"calc", b"home")
        if word in answer.content
    ] == []


CONFINED = """
import resource, socket
from referloop.paper import worker
worker._confine()
limits = (resource.RLIMIT_CPU, resource.RLIMIT_AS, resource.RLIMIT_FSIZE)
print([resource.getrlimit(each)[1] for each in limits])
try:
    socket.create_connection(("127.0.0.1", 9))
except PermissionError as refused:
    print("refused", refused)
try:
    bytearray(600 * 1024 * 1024)
except MemoryError:
    print("no memory")
"""


def test_the_child_has_no_network_and_little_of_anything_else():
    done = subprocess.run([sys.executable, "-c", CONFINED], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [
        f"[20, {512 * 1024 * 1024}, 0]", "refused socket.getaddrinfo", "no memory",
    ]  # fmt: skip
