"""Every module opens with one sentence that says what it is for."""

import ast
import re

from tests.house.sources import ROOT, Source, sources

ABBREVIATIONS = re.compile(r"\b(?:e\.g|i\.e|etc|vs|St|No)\.")
SENTENCE_ENDS = re.compile(r"[.?!](?=\s+[A-Z])")


def opening(source: Source) -> str:
    """The first paragraph of the module's docstring, on one line."""
    return " ".join((ast.get_docstring(source.tree) or "").split("\n\n")[0].split())


def test_every_module_opens_with_a_docstring():
    assert [source.path for source in sources() if not opening(source)] == []


def test_no_module_of_the_package_is_left_without_a_word():
    package = (ROOT / "src/referloop").rglob("*.py")
    assert sorted(path.relative_to(ROOT).as_posix() for path in package if not path.stat().st_size) == []


def test_every_opening_is_one_sentence():
    others = {
        source.path: said
        for source in sources()
        if (said := ABBREVIATIONS.sub("", opening(source)))
        and (not said.endswith((".", "?", ":")) or SENTENCE_ENDS.search(said))
    }
    assert others == {}
