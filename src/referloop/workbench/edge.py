"""Before anything is read: a request that is too large, cut short or open to two readings goes no further."""

from collections.abc import Callable, Iterable
from typing import Any, Protocol

MOST_BYTES = 27_000_000  # a document of 25 MB and the form around it
MOST_TYPED = 2_500_000  # a form without a file
MOST_HEADER_LETTERS = 32_000
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_SAYS = {
    400: "This request cannot be read in one way only.",
    413: "This is larger than a form may be. A document may have 25 MB.",
    415: "A page is answered with its form.",
    416: "Nothing is given in several pieces.",
    431: "What the browser sends along is too large. Delete the cookies of this address.",
}
_WORDS = {
    400: "Bad Request",
    413: "Content Too Large",
    415: "Unsupported Media Type",
    416: "Range Not Satisfiable",
    431: "Request Header Fields Too Large",
}
_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Not taken · Referloop</title>
<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">
<main><h1>{says}</h1><p>Nothing was recorded. Go back with your browser: what you typed is still there.</p>
<p><a href="/">Back to your first page</a></p></main></html>
"""
Environ = dict[str, Any]
Wsgi = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


class _Readable(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...


def edged(inner: Wsgi) -> Wsgi:
    """The same application for requests that are in order."""

    def application(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        if status := refusal(environ):
            return _refused(status, environ, start_response)
        if length := int(environ.get("CONTENT_LENGTH") or 0):
            environ["wsgi.input"] = _Whole(environ["wsgi.input"], length)
        return inner(environ, start_response)

    return application


def refusal(environ: Environ) -> int:
    """The status of what is refused; 0 for what may go on.

    >>> refusal({"REQUEST_METHOD": "GET", "HTTP_RANGE": "bytes=0-1,2-3"})
    416
    """
    length = environ.get("CONTENT_LENGTH") or "0"
    if "HTTP_TRANSFER_ENCODING" in environ or not (length.isascii() and length.isdecimal()):
        return 400  # RFC 9112, 6.3: with both lengths somebody may want to smuggle; our pages need one
    if "," in environ.get("HTTP_RANGE", ""):
        return 416
    if sum(len(str(value)) for name, value in environ.items() if name.startswith("HTTP_")) > (
        MOST_HEADER_LETTERS
    ):
        return 431
    return _of_body(environ, int(length))


def _of_body(environ: Environ, length: int) -> int:
    kind = environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower()
    if length > (MOST_BYTES if kind == _FORMS[1] else MOST_TYPED):
        return 413
    return 415 if environ["REQUEST_METHOD"] == "POST" and length and kind not in _FORMS else 0


def _refused(status: int, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
    """A sentence for programs; for people a page that says how they get back to what they typed."""
    page = "text/html" in environ.get("HTTP_ACCEPT", "")
    headers = [
        ("Content-Type", "text/html; charset=utf-8" if page else "text/plain"),
        ("X-Content-Type-Options", "nosniff"), ("Content-Security-Policy", "default-src 'none'"),
        ("Cache-Control", "no-store"), ("Connection", "close"),
    ]  # fmt: skip
    start_response(f"{status} {_WORDS[status]}", headers)
    return [(_PAGE.format(says=_SAYS[status]) if page else f"{_SAYS[status]}\n").encode()]


class _Whole:
    """A body that was cut short is none: reading it fails, and nothing of it is stored."""

    def __init__(self, inner: _Readable, length: int) -> None:
        self._inner, self._left = inner, length

    def read(self, size: int = -1, /) -> bytes:
        wanted = self._left if size < 0 else min(size, self._left)
        found = self._inner.read(wanted)
        self._left -= len(found)
        if wanted and not found:
            raise OSError("the body ended early")
        return found

    def readline(self, size: int = -1, /) -> bytes:
        line = b""
        while not line.endswith(b"\n") and (size < 0 or len(line) < size) and (each := self.read(1)):
            line += each
        return line
