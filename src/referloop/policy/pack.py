"""A site's own pack as it is handed in: its files in one text, and everything that is wrong with it."""

import re
from collections.abc import Collection, Mapping, Sequence

from referloop.policy import cases as case_files
from referloop.policy.calendar import BusinessCalendar
from referloop.policy.packs import library
from referloop.policy.reading import code_of
from referloop.referral.problems import Problem
from referloop.referral.requirement import Requirement

MOST_FILES = 200
MOST_LETTERS = 500_000
_HEADING = re.compile(r"^=== *([A-Za-z0-9_.-]{1,80}\.toml) *===$", re.MULTILINE)
_CODE = re.compile(r"[a-z][a-z0-9-]{1,59}")
_CASES = ".cases.toml"


def files_of(text: str) -> dict[str, str] | Problem:
    """The files of a pasted pack: each begins with a line `=== name.toml ===`."""
    pieces = _HEADING.split(text.replace("\r\n", "\n"))
    names, texts = pieces[1::2], pieces[2::2]
    if pieces[0].strip() or not names:
        says = "It does not say which file this is."
        return Problem("pack-form", "text", says, "Begin each file with a line === its-code.toml ===.")
    if twice := next((name for name in names if names.count(name) > 1), ""):
        return Problem("pack-twice", "text", f"{twice} stands there twice.", "Give each file its own name.")
    return {name: each.lstrip("\n") for name, each in zip(names, texts, strict=True)}


def text_of(files: Mapping[str, str]) -> str:
    """The files as one text, each requirement with its cases behind it."""
    order = sorted(files, key=lambda name: (code_of(name), name.endswith(_CASES)))
    return "\n".join(f"=== {name} ===\n{files[name].rstrip()}\n" for name in order)


def problems_of(
    files: Mapping[str, str], known: Collection[str], calendar: BusinessCalendar
) -> list[Problem]:
    """All that is wrong with the files, and with what their cases come to."""
    if found := _sizes(files):
        return found
    problems = list(_names(files))
    read = library(files, known)
    problems += [each for each in read if isinstance(each, Problem)]
    requirements = [each for each in read if isinstance(each, Requirement)]
    for name in sorted(files) if requirements and not problems else ():
        if name.endswith(_CASES):
            problems += case_files.check(name, files[name], requirements, calendar)
    return problems


def _sizes(files: Mapping[str, str]) -> list[Problem]:
    if not any(not name.endswith(_CASES) for name in files):
        says = "There is no requirement in it."
        return [Problem("pack-empty", "text", says, "Add a file of policy, such as report-review.toml.")]
    if len(files) > MOST_FILES or sum(map(len, files.values())) > MOST_LETTERS:
        says = f"A pack has at most {MOST_FILES} files and {MOST_LETTERS:,} letters."
        return [Problem("pack-large", "text", says, "Make two packs of it.")]
    return []


def _names(files: Mapping[str, str]) -> Sequence[Problem]:
    """Each requirement has a code and cases, and no cases stand alone."""
    found = []
    for name in sorted(files):
        code = code_of(name)
        if not _CODE.fullmatch(code):
            remedy = "Name it after its code, such as report-review.toml."
            found.append(Problem("pack-name", name, "This is no name of a policy file.", remedy))
        elif name.endswith(_CASES) and f"{code}.toml" not in files:
            remedy = f"Add {code}.toml, or leave the cases out."
            found.append(Problem("pack-cases-alone", name, "These cases have no requirement.", remedy))
        elif not name.endswith(_CASES) and f"{code}{_CASES}" not in files:
            remedy = f"Add {code}{_CASES}: a log, and what it must come to."
            found.append(
                Problem("pack-cases-missing", name, "Without cases nobody can tell if it is right.", remedy)
            )
    return found
