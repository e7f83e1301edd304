"""The demonstration: the same department and story for the same seed and moment."""

from pathlib import Path

import pytest

from tests.cli.commands import Said, Terminal

pytestmark = pytest.mark.slow  # each fills a department

MOMENT = "2026-11-24T15:00:00Z"


def told(folder: Path) -> Said:
    return Terminal(folder / "unused")(
        "demo", "--folder", str(folder), "--small", "--no-serve", "--now", MOMENT
    )


def test_the_story_ends_with_the_closed_loop(tmp_path: Path):
    said = told(tmp_path)
    assert (said.code, said.err) == (0, "")
    assert "88 referrals are here, some of patients you can find by name:" in said.out
    assert said.out.count("  refused    ") == 3
    assert "  Closed, loop complete: nothing is owed any more." in said.out


def test_the_same_seed_and_moment_tell_the_same(tmp_path: Path):
    one, other = told(tmp_path / "one").out, told(tmp_path / "other").out
    kept = [
        [" ".join(line.split()[:0] or line.split()) for line in text.splitlines() if "referral R" not in line]
        for text in (one, other)
    ]
    story = [lines[: lines.index("What the desk owes now, what matters most first:")] for lines in kept]
    assert story[0] == story[1]


def test_the_demonstration_s_books_hold(tmp_path: Path):
    told(tmp_path)
    terminal = Terminal(tmp_path / "referloop.sqlite3")
    inbox = terminal("--organization", "riverbend", "inbox").out
    assert terminal("--organization", "riverbend", "verify").code == 0
    assert [line.split() for line in inbox.splitlines()[1:]] == [
        ["done", "102"],
        ["kept", "5"],
        ["held", "1"],
        ["problem", "0"],
        ["refused", "1"],
        ["dead", "0"],
    ]
