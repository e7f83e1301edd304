"""Writes docs/reference, the glossary's list of facts and the table of roles from the code they describe.

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
ROLES = "docs/explanation/who-may-do-what.md"


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
    facts = _from("referloop.referral.facts", lambda module: page.glossary_of_facts(module.WORDS))
    roles = _from("referloop.workbench.access", lambda module: page.roles(module.ROLES))
    return reference | {GLOSSARY: _within(GLOSSARY, "facts", facts), ROLES: _within(ROLES, "roles", roles)}


def _within(path: str, name: str, text: str) -> str:
    """A page written by hand, with this text in its place."""
    opens, closes = f"<!-- the {name}: written by `make docs` -->\n", f"<!-- end of the {name} -->\n"
    before, _, rest = (ROOT / path).read_text(encoding="utf-8").partition(opens)
    _, _, after = rest.partition(closes)
    return f"{before}{opens}\n{text}\n{closes}{after}"


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
