"""JSON read strictly and written exactly: what two parsers could read differently is refused."""

import json
import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec

from referloop.referral.problems import Problem

DEEPEST = 64
LONGEST_NUMBER = 400
# A number beyond this power of ten is not a finite double, so most receivers would read infinity.
LARGEST_EXPONENT = 308

# A string without its end goes to the end of the body, so that no search ever starts twice.
_STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?\Z)', re.DOTALL)
_NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_SUSPECT_ESCAPE = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_encoder = msgspec.json.Encoder(decimal_format="number")

_ENCODING = Problem("json-encoding", "", "The body is not UTF-8 text.", "Send JSON encoded as UTF-8.")
_EMPTY = Problem("json-empty", "", "The body is empty.", "Send one JSON object.")
_DEPTH = Problem(
    "json-depth", "", f"The body is nested more than {DEEPEST} levels deep.", "Send a flatter structure."
)
_DUPLICATE = Problem(
    "json-duplicate-key", "", "An object has the same key more than once.", "Send every key once."
)
_NUMBER = Problem(
    "json-number",
    "",
    "A number is not finite or has far too many digits.",
    "Send finite numbers in ordinary length.",
)
_TEXT = Problem(
    "json-text",
    "",
    "A text holds a NUL character or half of a surrogate pair.",
    "Send only whole Unicode characters, without NUL.",
)


class _Faults:
    """What the parser's hooks noticed while it went on reading."""

    def __init__(self) -> None:
        self.has_duplicates = False
        self.numbers = False

    def members(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            self.has_duplicates = True
        return found

    def integer(self, text: str) -> int:
        if len(text) > LONGEST_NUMBER:
            self.numbers = True
            return 0
        return int(text)

    def fraction(self, text: str) -> Decimal:
        try:
            number = Decimal(text) if len(text) <= LONGEST_NUMBER else Decimal("Infinity")
        except InvalidOperation:  # an exponent that not even Decimal can hold
            number = Decimal("Infinity")
        if number.is_finite() and abs(number.adjusted()) <= LARGEST_EXPONENT:
            return number
        self.numbers = True
        return Decimal(0)

    def constant(self, _: str) -> int:
        self.numbers = True
        return 0

    def problems(self) -> Iterator[Problem]:
        if self.numbers:
            yield _NUMBER
        if self.has_duplicates:
            yield _DUPLICATE


def decode(body: bytes) -> tuple[Any, tuple[Problem, ...]]:
    """The value of a body with its decimals exact, or None and everything that is wrong with it.

    A problem here means that nothing of the body may be used.
    """
    text, fault = _text(body)
    if text is None:
        return None, (fault,)
    if _depth(body) > DEEPEST:
        return None, (_DEPTH,)
    faults = _Faults()
    try:
        value = json.loads(
            text,
            object_pairs_hook=faults.members,
            parse_int=faults.integer,
            parse_float=faults.fraction,
            parse_constant=faults.constant,
        )
    except json.JSONDecodeError as error:
        return None, (_syntax(error),)
    except RecursionError:
        return None, (_DEPTH,)
    found = tuple(faults.problems())
    if _SUSPECT_ESCAPE.search(body) and any(_UNSTORABLE.search(part) for part in _texts(value)):
        found += (_TEXT,)
    return (None, found) if found else (value, ())


def encode(value: Any) -> bytes:
    """Compact JSON; a Decimal is written as the number it was read from."""
    return _encoder.encode(value)


def _text(body: bytes) -> tuple[str | None, Problem]:
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None, _ENCODING
    return (text, _EMPTY) if text.strip() else (None, _EMPTY)


def _depth(body: bytes) -> int:
    """How deep the brackets outside of strings go, without recursion."""
    if body.count(b"{") + body.count(b"[") <= DEEPEST:
        return 0
    deepest = depth = 0
    for bracket in _STRING.sub(b"", body).translate(None, _NOT_BRACKETS):
        if bracket in b"{[":
            depth += 1
            deepest = max(deepest, depth)
        else:
            depth -= 1
    return deepest


def _texts(value: Any) -> Iterator[str]:
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            yield from one
            waiting.extend(one.values())
        elif isinstance(one, list):
            waiting.extend(one)


def _syntax(error: json.JSONDecodeError) -> Problem:
    place = f"line {error.lineno}, column {error.colno}"
    return Problem(
        "json-syntax", place, "The body is not valid JSON from here on.", "Send one whole JSON value."
    )
