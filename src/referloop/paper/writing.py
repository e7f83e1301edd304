"""Letters as PDF by Typst: values come in as JSON and are text, whatever stands in them."""

import json
import re
import unicodedata
from collections.abc import Callable
from functools import partial
from importlib.resources import as_file, files
from io import BytesIO
from typing import Any

import typst
from pypdf import PdfReader

from referloop.paper.asked import Made, Write
from referloop.paper.drawing import Faulty

_MISSING = re.compile(r'the text `"(.*?)"` could not be displayed', re.DOTALL)
_MOST_TRIES = 40
_UNSEEN = frozenset({"Cc", "Cf", "Co", "Cn", "Cs"})


def write(asked: Write) -> Made:
    """With the fonts that come along; then with those of this machine; then without the words none has."""
    values: dict[str, Any] = _mapped(dict(asked.values), _seen)
    unprintable: set[str] = set()
    for attempt in range(_MOST_TRIES):
        said = _mapped(values, partial(spelled, scripts=frozenset(unprintable)))
        said["unprintable"] = bool(unprintable)
        try:
            content = _compiled(asked.template, said, system_fonts=attempt > 0)
        except typst.TypstError as error:
            missing = _MISSING.search(str(error))
            if not missing:
                raise Faulty("unreadable") from None
            unprintable |= {script(each) for each in missing[1]} if attempt > 0 else set()
            continue
        return Made(content, len(PdfReader(BytesIO(content)).pages), sorted(unprintable))
    raise Faulty("unreadable")


def _compiled(template: str, values: dict[str, Any], *, system_fonts: bool) -> bytes:
    with as_file(files("referloop.paper") / "templates") as folder:
        found: bytes = typst.compile(
            str(folder / f"{template}.typ"),
            root=str(folder),
            sys_inputs={"values": json.dumps(values)},
            ignore_system_fonts=not system_fonts,
            pdf_standards=["ua-1"],  # fails where a letter has no glyph, rather than print a box
        )
        return found


def spelled(text: str, scripts: frozenset[str]) -> str:
    """Words in these scripts by the numbers of their letters, which the reader can look up.

    >>> spelled("Dr \u738b of Northside", frozenset({"CJK"}))
    'Dr [CJK: U+738B] of Northside'
    """
    if not any(script(each) in scripts for each in text):
        return text
    return " ".join(_spelled_word(word, scripts) for word in text.split(" "))


def _spelled_word(word: str, scripts: frozenset[str]) -> str:
    named = sorted({script(each) for each in word if script(each) in scripts})
    if not named:
        return word
    return f"[{', '.join(named)}: {' '.join(f'U+{ord(each):04X}' for each in word)}]"


def script(letter: str) -> str:
    """What family a letter belongs to, by the first word of its name.

    >>> script("\u738b"), script("\u0e01"), script("a")
    ('CJK', 'THAI', 'LATIN')
    """
    return unicodedata.name(letter, f"U+{ord(letter):04X}").split(" ")[0]


def _seen(text: str) -> str:
    """Without letters that print nothing; they hide what a name says."""
    return "".join(
        each
        for each in unicodedata.normalize("NFC", text)
        if unicodedata.category(each) not in _UNSEEN or each == "\n"
    )


def _mapped(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {name: _mapped(each, change) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_mapped(each, change) for each in value]
    return value
