"""The tutorial's commands, run as they stand there, give the answers that stand there."""

import re
import shlex
from pathlib import Path

from tests.cli.commands import Terminal

ROOT = Path(__file__).parents[2]
# Ids and dates are each reader's own.
OWN = (
    (re.compile(r"\bR[0-9A-Z]{16}\b"), "ID"),
    (re.compile(r"\b[A-Z][a-z]{2} \d{1,2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}"), "DATE"),
    (re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2} [A-Z]{3}"), "TIME"),
    (re.compile(r"shown once\): \S+"), "SECRET"),
    (re.compile(r"sqlite:\S+"), "BOOKS"),
)


def test_every_command_gives_the_answer_that_stands_there(tmp_path: Path, monkeypatch):
    monkeypatch.chdir(ROOT)
    terminal = Terminal(tmp_path / "tutorial.sqlite3", user="dana")
    page = (ROOT / "docs/tutorial/index.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```console\n(.*?)```", page, re.DOTALL)
    steps = [step for block in blocks for step in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]]
    for command, _, answer in (step.partition("\n") for step in steps):
        if command.startswith("referloop "):
            said = terminal(*shlex.split(command)[1:])
            assert own(said.out + said.err) == own(answer), command


def own(text: str) -> list[str]:
    for pattern, name in OWN:
        text = pattern.sub(name, text)
    return [line.rstrip() for line in text.splitlines() if line.strip()]
