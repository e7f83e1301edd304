"""Writes the pages of docs/reference, and the glossary's list of facts, from the code they describe.

A part of the program that does not exist yet has no page.
"""

import importlib
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

from tools import reference_pages as page

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src/referloop"
GLOSSARY = "docs/glossary.md"
OPENS = "<!-- the facts: written by `make docs` -->\n"
CLOSES = "<!-- end of the facts -->\n"


def pages() -> dict[str, str]:
    """Path from the root, and the text that should stand there."""
    written = {
        "facts": _from("referloop.referral.facts", lambda module: page.facts(module.WORDS)),
        "messages": _from("referloop.messages", page.messages),
        "commands": _from("referloop.cli", lambda module: page.commands(module.app)),
        "settings": _from("referloop.settings", lambda module: page.settings(module.Settings)),
        "policy": page.policy(sorted((PACKAGE / "policy/library").rglob("*.toml"))),
        "problems": page.problems(PACKAGE),
    }
    reference = {f"docs/reference/{name}.md": text for name, text in written.items() if text}
    return reference | {GLOSSARY: _glossary()}


def _glossary() -> str:
    standing = (ROOT / GLOSSARY).read_text(encoding="utf-8")
    before, _, rest = standing.partition(OPENS)
    _, _, after = rest.partition(CLOSES)
    lines = _from("referloop.referral.facts", lambda module: page.glossary_of_facts(module.WORDS))
    return f"{before}{OPENS}\n{lines}\n{CLOSES}{after}"


def _from(name: str, write: Callable[[ModuleType], str]) -> str:
    try:
        return write(importlib.import_module(name))
    except ModuleNotFoundError as missing:
        if missing.name != name:
            raise
        return ""


def main() -> None:
    for path, text in pages().items():
        target = ROOT / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.exists() or target.read_text(encoding="utf-8") != text:
            target.write_text(text, encoding="utf-8")
            print(f"wrote {path}")


if __name__ == "__main__":
    main()
