"""What is refused before anything is read: a sentence for programs, a page with the way back for people."""

from typing import Any

import pytest

from referloop.workbench.edge import MOST_BYTES, edged


def refused(**more: str) -> tuple[str, str, str]:
    """Status, kind and body of the answer to an upload that is too large."""
    said: list[Any] = []
    environ = {
        "REQUEST_METHOD": "POST", "CONTENT_TYPE": "multipart/form-data; boundary=x",
        "CONTENT_LENGTH": str(MOST_BYTES + 1), **more,
    }  # fmt: skip
    body = edged(lambda *_: [b"read"])(environ, lambda *answer: said.extend(answer))
    return said[0], dict(said[1])["Content-Type"], b"".join(body).decode()


def test_a_program_reads_one_sentence():
    assert refused(HTTP_ACCEPT="application/json") == (
        "413 Content Too Large",
        "text/plain",
        "This is larger than a form may be. A document may have 25 MB.\n",
    )


@pytest.mark.parametrize(
    "words",
    ["A document may have 25 MB.", "what you typed is still there", '<a href="/">', "Nothing was recorded."],
)
def test_a_person_is_told_how_to_get_back(words: str):
    status, kind, page = refused(HTTP_ACCEPT="text/html,application/xhtml+xml")
    assert (status, kind, words in page) == ("413 Content Too Large", "text/html; charset=utf-8", True)
