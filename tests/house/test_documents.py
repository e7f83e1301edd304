"""The documentation is complete, current, and says nothing that does not belong in it."""

import dataclasses
import re
from pathlib import Path

import pytest

from tests.house.sources import ROOT, documents, text_files
from tools import reference_docs

LINK = re.compile(r"\[[^\]\n]*\]\(([^)\s]+)\)")
TARGET = re.compile(r"^([a-z]+):", re.MULTILINE)
MAKE = re.compile(r"^(?:\$ )?make ([a-z]+)", re.MULTILINE)
CODE_BLOCK = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)

# Each word is written in two halves, so that this file does not mention what it refuses.
REGISTRIES = re.compile(
    "|".join(["py" + r"pi\.org", "python" + "hosted", "npm" + r"js\.org", "crates" + r"\.io"])
)
PATHS = re.compile(r"(?<![\w.~])/(?:" + "wo" + "rk|ro" + "ot|ho" + r"me)/\w")
AUTHORS = re.compile(
    "|".join(
        [r"\bA" + r"I\b", r"\bL" + r"LMs?\b", "(?i:clau" + "de|anthro" + "pic|open" + "ai|chat" + "gpt)"]
    )
)


def test_the_reference_is_what_the_code_says():
    stale = [path for path, text in reference_docs.pages().items() if _text(ROOT / path) != text]
    assert stale == [], "run `make docs`"


def test_no_page_of_the_reference_is_left_over():
    written = {path.relative_to(ROOT).as_posix() for path in (ROOT / "docs/reference").glob("*.md")}
    assert written - reference_docs.pages().keys() == set()


def test_every_command_is_on_its_page():
    cli = pytest.importorskip("referloop.cli", reason="there are no commands yet")
    page = _text(ROOT / "docs/reference/commands.md")
    names = [command.name or command.callback.__name__ for command in cli.app.registered_commands]
    assert [name for name in names if f"## referloop {name.replace('_', '-')}\n" not in page] == []


def test_every_setting_is_on_its_page():
    settings = pytest.importorskip("referloop.settings", reason="there are no settings yet")
    page = _text(ROOT / "docs/reference/settings.md")
    names = [field.name for field in dataclasses.fields(settings.Settings)]
    assert [name for name in names if f"`{name}`" not in page] == []


def test_every_link_between_pages_resolves():
    broken = [
        f"{page.relative_to(ROOT)}: {link}"
        for page in documents()
        for link in LINK.findall(CODE_BLOCK.sub("", _text(page)))
        if not re.match(r"[a-z]+:|#", link) and not (page.parent / link.split("#")[0]).exists()
    ]
    assert broken == []


def test_every_page_of_the_documentation_can_be_reached():
    linked = {
        (page.parent / link.split("#")[0]).resolve()
        for page in documents()
        for link in LINK.findall(_text(page))
    }
    pages = {page for page in documents() if page.is_relative_to(ROOT / "docs")} - {ROOT / "docs/index.md"}
    assert sorted(str(page.relative_to(ROOT)) for page in pages if page.resolve() not in linked) == []


def test_the_commands_in_the_prose_exist():
    targets = set(TARGET.findall(_text(ROOT / "Makefile")))
    unknown = {
        page.name: named - targets
        for page in documents()
        if (named := set(MAKE.findall(_text(page)))) - targets
    }
    assert unknown == {}


def test_nothing_names_a_package_registry():
    assert _mentions(REGISTRIES) == []


def test_nothing_names_a_path_of_one_machine():
    assert _mentions(PATHS) == []


def test_nothing_speaks_of_who_typed_it():
    assert _mentions(AUTHORS) == []


def _mentions(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{number}: {found[0]}"
        for path in text_files()
        for number, line in enumerate(_text(path).splitlines(), 1)
        if (found := pattern.search(line))
    ]


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""
