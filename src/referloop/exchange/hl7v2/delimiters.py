"""The five marks a message declares for itself, and the escapes that keep them out of its values."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

_MOST_BLANKS = 200  # of one `\.sp9999\`; more is an attack on memory, and is kept as it stands


@dataclass(frozen=True, slots=True)
class Delimiters:
    """MSH-1 and MSH-2, and the charset in which `\\X..\\` bytes are to be read."""

    field: str = "|"
    component: str = "^"
    repetition: str = "~"
    escape: str = "\\"
    subcomponent: str = "&"
    truncation: str = ""  # since 2.7
    charset: str = "utf-8"

    @property
    def declared(self) -> str:
        """MSH-2 as it is written."""
        return self.component + self.repetition + self.escape + self.subcomponent + self.truncation


STANDARD = Delimiters()


def read_delimiters(header: str, charset: str = "utf-8") -> Delimiters | None:
    """The marks of a header line, or None where they cannot be told apart from each other or from text."""
    if len(header) < 8:
        return None
    declared = header[4:].split(header[3], 1)[0]
    marks = header[3] + declared
    usable = len(set(marks)) == len(marks) and all("!" <= m <= "~" and not m.isalnum() for m in marks)
    if len(declared) not in (4, 5) or not usable:
        return None
    component, repetition, mark, subcomponent = list(declared[:4])
    return Delimiters(header[3], component, repetition, mark, subcomponent, declared[4:], charset)


def escape(text: str, delimiters: Delimiters = STANDARD) -> str:
    """Make any text safe inside one component: it can never end a component, a field or a segment."""
    if text == '""':
        return f"{delimiters.escape}X2222{delimiters.escape}"  # else it would read as "delete this value"
    pattern, table = _writing(delimiters)
    return pattern.sub(lambda found: table[found[0]], text)


def unescape(text: str, delimiters: Delimiters) -> str:
    """Decode once; what is not a known escape stays as it was written."""
    mark = delimiters.escape
    if mark not in text:
        return text
    return _reading(mark).sub(lambda found: _meaning(found[1], delimiters, found[0]), text)


def has_odd_escape(text: str, delimiters: Delimiters) -> bool:
    """Whether an escape is unclosed or unknown, so that it is kept literally."""
    mark = delimiters.escape
    if mark not in text:
        return False
    odd: list[str] = []

    def note(found: re.Match[str]) -> str:
        if _meaning(found[1], delimiters, "\0") == "\0":
            odd.append(found[1])
        return ""

    rest = _reading(mark).sub(note, text)
    return bool(odd) or mark in rest


@lru_cache(maxsize=64)
def _writing(delimiters: Delimiters) -> tuple[re.Pattern[str], dict[str, str]]:
    mark = delimiters.escape
    letters = {
        delimiters.field: "F",
        delimiters.component: "S",
        delimiters.subcomponent: "T",
        delimiters.repetition: "R",
        mark: "E",
    }
    table = {sign: f"{mark}{letter}{mark}" for sign, letter in letters.items()}
    table |= {chr(code): f"{mark}X{code:02X}{mark}" for code in (*range(32), 127)}
    if "." not in table:
        table["\n"] = f"{mark}.br{mark}"
    return re.compile("[" + "".join(map(re.escape, table)) + "]"), table


@lru_cache(maxsize=64)
def _reading(mark: str) -> re.Pattern[str]:
    sign = re.escape(mark)
    return re.compile(f"{sign}([^{sign}\r]*){sign}")


def _meaning(body: str, delimiters: Delimiters, otherwise: str) -> str:
    fixed = {
        "F": delimiters.field,
        "S": delimiters.component,
        "T": delimiters.subcomponent,
        "R": delimiters.repetition,
        "E": delimiters.escape,
        "H": "",
        "N": "",
        "P": delimiters.truncation or "#",
    }
    if body in fixed:
        return fixed[body]
    if body[:1] == "X":
        return _bytes(body[1:], delimiters.charset, otherwise)
    return _layout(body, otherwise)


def _bytes(digits: str, charset: str, otherwise: str) -> str:
    try:
        return bytes.fromhex(digits).decode(charset) if digits and " " not in digits else otherwise
    except (ValueError, UnicodeDecodeError):
        return otherwise


_LAYOUT = re.compile(r"\.(br|sp|sk|in|ti|fi|nf|ce)([+-]?\d{0,4})")

_DRAWN: dict[str, Callable[[int], str]] = {
    "br": lambda count: "\n",
    "ce": lambda count: "\n",
    "sp": lambda count: "\n" * count,
    "sk": lambda count: " " * count,
}


def _layout(body: str, otherwise: str) -> str:
    found = _LAYOUT.fullmatch(body)
    if found is None:
        return otherwise
    count = int(found[2] or "1") if found[2] not in ("+", "-") else 1
    if count > _MOST_BLANKS:
        return otherwise
    draw = _DRAWN.get(found[1])
    return draw(count) if draw else ""
