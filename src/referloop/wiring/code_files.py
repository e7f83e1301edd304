"""Files of public code sets, as their publishers give them: lists, tables and the tabular index."""

import csv
import gzip
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from xml.etree import ElementTree

from referloop.referral.problems import Problem

SETS = ("icd-10-cm", "nucc")
Codes = dict[str, str]
_ICD = re.compile(r"^([A-Z][0-9][0-9A-Z])\.?([0-9A-Z]{0,4})(?:\s+(\S.*))?$")
_LARGEST = 200_000_000


def read_files(code_set: str, paths: Sequence[Path]) -> Codes | tuple[Problem, ...]:
    """All codes of these files; one that comes without words takes those of the code it refines."""
    found: Codes = {}
    problems: list[Problem] = []
    for path in paths:
        read = _read(code_set, path)
        if isinstance(read, Problem):
            problems.append(read)
            continue
        for code, words in read.items():
            found[code] = words or found.get(code, "")
    if problems:
        return tuple(problems)
    return {code: words or _inherited(code, found) for code, words in found.items()}


def _read(code_set: str, path: Path) -> Codes | Problem:
    try:
        with (gzip.open if path.suffix == ".gz" else open)(path, "rb") as file:
            content = file.read(_LARGEST + 1)
        text = content.decode("utf-8-sig")
    except (OSError, EOFError, UnicodeDecodeError):
        return _problem(
            path,
            "codes-unreadable",
            "The file cannot be read.",
            "Give a text, CSV or XML file, or one of these with .gz.",
        )
    if len(content) > _LARGEST:
        return _problem(
            path, "codes-large", "The file is too large for a code set.", "Give the publisher's own file."
        )
    if code_set == "nucc":
        found = _table(text.splitlines())
    else:
        found = _tabular(text) if text.lstrip().startswith("<") else _list(text.splitlines())
    if found:
        return found
    return _problem(
        path, "codes-none", f"There are no {code_set} codes in it.", "Look whether it is the right file."
    )


def _problem(path: Path, code: str, says: str, remedy: str) -> Problem:
    return Problem(code, path.name, says, remedy)


def _list(lines: Iterable[str]) -> Codes:
    """One code a line, with or without its dot, perhaps with its words; anything else is passed over."""
    found = {}
    for line in lines:
        if match := _ICD.match(line.strip()):
            found[f"{match[1]}.{match[2]}" if match[2] else match[1]] = (match[3] or "").strip()
    return found


def _tabular(text: str) -> Codes:
    """The tabular index: each `diag` has its name and its description."""
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        return {}
    try:
        root = ElementTree.fromstring(text)  # noqa: S314  without entities nothing can grow in it
    except (ElementTree.ParseError, ValueError):
        return {}
    named = ((each.findtext("name", ""), each.findtext("desc", "")) for each in root.iter("diag"))
    return {name.strip(): " ".join(words.split()) for name, words in named if _ICD.match(name.strip())}


def _table(lines: Sequence[str]) -> Codes:
    """A CSV whose columns are called code and display, or as the publisher calls them."""
    try:
        rows = [
            {(key or "").casefold(): each or "" for key, each in row.items() if isinstance(each, str | None)}
            for row in csv.DictReader(lines)
        ]
    except csv.Error:
        return {}
    pairs = ((row.get("code", "").strip(), row.get("display") or row.get("display name", "")) for row in rows)
    return {code: words.strip() for code, words in pairs if code}


def _inherited(code: str, known: Codes) -> str:
    for end in range(len(code) - 1, 2, -1):
        if words := known.get(code[:end].rstrip("."), ""):
            return words
    return ""
