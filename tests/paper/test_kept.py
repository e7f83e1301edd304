"""What was drawn is kept up to a size, and made once."""

from threading import Thread

from referloop.paper.kept import Kept
from referloop.paper.signs import kind_of


def test_the_oldest_goes_first_and_what_is_too_large_is_not_kept():
    kept, made = Kept(10), []

    def page(key: str, size: int) -> str:
        return kept.get((key,), lambda: made.append(key) or key, lambda _: size)  # type: ignore[func-returns-value]

    assert [page("a", 5), page("b", 5), page("a", 5), page("c", 5), page("b", 5), page("d", 11)] == [
        *"abacbd"
    ]
    assert (made, kept.size) == ([*"abcbd"], 10)


def test_however_many_ask_at_once_it_is_made_once():
    kept, made = Kept(10), []
    asking = [
        Thread(target=lambda: kept.get(("a",), lambda: made.append(1) or "x", lambda _: 1))  # type: ignore[func-returns-value]
        for _ in range(9)
    ]
    for each in asking:
        each.start()
    for each in asking:
        each.join()
    assert made == [1]


def test_a_file_is_what_its_first_bytes_say():
    files = {
        b"%PDF-1.4": "application/pdf", b"MM\0*..": "image/tiff", b"II*\0": "image/tiff",
        b"\xff\xd8\xff\xe0": "image/jpeg", b"\xef\xbb\xbfSeen": "text/plain", b"GIF89a": "image/gif",
        b"MZ\x90\0": "application/octet-stream", b"<html>": "application/octet-stream",
        b"<?xml version='1.0'?><svg/>": "application/octet-stream", b"PK\3\4\0": "application/octet-stream",
        b"<?xml version='1.0'?><ClinicalDocument/>": "application/xml",
        b"MZ" + b"\0" * 126 + b"DICM": "application/octet-stream",
    }  # fmt: skip
    assert {start: kind_of(start) for start in files} == files
