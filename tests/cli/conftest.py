"""A terminal at a desk that has just begun."""

from pathlib import Path

import pytest

from tests.cli.commands import Terminal


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    typed = Terminal(tmp_path / "books.sqlite3")
    assert typed("init").code == 0
    assert typed("user", "add", "lead", "--role", "lead").code == 0
    return typed
