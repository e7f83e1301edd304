"""Every picture that a template or a page names is there, whichever branch it stands in."""

import re
from pathlib import Path

import pytest

from referloop.workbench.rendering import HOME, environment, icon
from referloop.workbench.routes import RAIL

_CALLED = re.compile(r'icon\("([a-z0-9-]+)"\)')


def named() -> set[str]:
    texts = [path.read_text() for path in sorted(Path(HOME).rglob("*.html"))]
    found = {name for text in texts for name in _CALLED.findall(text)}
    return found | {entry[2] for entry in RAIL}


@pytest.mark.parametrize("name", sorted(named()))
def test_the_picture_is_drawn(name: str):
    assert "<svg" in icon(name)


@pytest.mark.parametrize(
    "word", ["emergent", "stat", "urgent", "fast-track", "expedited", "routine", "elective", "unknown", ""]
)
def test_every_urgency_has_its_word_and_shape(word: str):
    shown = environment().get_template("tags.html").make_module({"icon": icon}).urgency(word)  # type: ignore[attr-defined]
    assert (word or "unknown") in shown
    assert "<svg" in shown
