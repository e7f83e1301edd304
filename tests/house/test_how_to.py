"""What the how-tos tell people to write and to type does what they say."""

import importlib
import re
import runpy
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

import referloop.exchange
import referloop.wiring
from referloop.referral.facts import RANK, WORDS, scheduling
from referloop.referral.facts.intake import ReferralReceived
from referloop.referral.kinds import ReferralId
from tests.cli.commands import Terminal
from tests.desks import TestDesk
from tests.house.sources import ROOT

NAMED = re.compile(r"^[^`\n]*`([^`\n]+)`:\n\n```\w+\n(.*?)^```", re.MULTILINE | re.DOTALL)
CONSOLE = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)
# Ids, days and widths of columns are each reader's own.
OWN = (
    (re.compile(r"\b[0-9A-Z]{16}\b"), "ID"),
    (re.compile(r"\b\d{4}-\d{2}-\d{2} \d{2}:\d{2}\b"), "TIME"),
    (re.compile(r" +"), " "),
)
TYPED = ("add-a-requirement", "map-a-spreadsheet", "read-what-could-not-be-read")


def page(name: str) -> str:
    return (ROOT / "docs/how-to" / f"{name}.md").read_text(encoding="utf-8")


def written(name: str, folder: Path) -> dict[str, Path]:
    """The files that a page shows, each at its own path under the folder."""
    files = {path: folder / path for path, _ in NAMED.findall(page(name))}
    for path, text in NAMED.findall(page(name)):
        files[path].parent.mkdir(parents=True, exist_ok=True)
        files[path].write_text(text, encoding="utf-8")
    return files


def own(text: str) -> list[str]:
    for pattern, name in OWN:
        text = pattern.sub(name, text)
    return [line.strip() for line in text.splitlines() if line.strip()]


@pytest.mark.parametrize("name", TYPED)
def test_every_command_gives_the_answer_that_stands_there(name: str, tmp_path: Path, monkeypatch):
    terminal = Terminal(tmp_path / "books.sqlite3")
    terminal("init")
    written(name, tmp_path)
    monkeypatch.chdir(tmp_path)
    blocks = CONSOLE.findall(page(name))
    steps = [step for block in blocks for step in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]]
    expected = {command: own(answer) for command, _, answer in (step.partition("\n") for step in steps)}
    assert {command: typed(terminal, command) for command in expected} == expected


def typed(terminal: Terminal, command: str) -> list[str]:
    said = terminal(*shlex.split(command)[1:])
    return own(said.out + said.err)


def test_the_fact_of_the_page_passes_the_test_of_the_page(tmp_path: Path, monkeypatch):
    files = written("add-a-fact", tmp_path)
    stage = files["src/referloop/referral/facts/scheduling.py"]
    stage.write_text(Path(scheduling.__file__).read_text() + "\n\n" + stage.read_text())
    fact = runpy.run_path(str(stage))["InterpreterArranged"]
    monkeypatch.setattr(scheduling, "InterpreterArranged", fact, raising=False)
    monkeypatch.setitem(WORDS, fact.word, fact)
    monkeypatch.setitem(RANK, fact.word, len(RANK))
    tests = runpy.run_path(str(files["tests/referral/test_interpreter.py"]))
    names = [name for name in tests if name.startswith("test_")]
    for name in names:
        tests[name]()
    assert names == ["test_people_read_the_language", "test_the_log_gives_back_what_it_was_given"]


@pytest.fixture
def slips(tmp_path: Path, monkeypatch) -> Iterator[ModuleType]:
    """The wiring of the page's channel, as if its files were in the package."""
    written("add-a-channel", tmp_path)
    for package in (referloop.exchange, referloop.wiring):
        folder = tmp_path / "src" / package.__name__.replace(".", "/")
        monkeypatch.setattr(package, "__path__", [*package.__path__, str(folder)])
    before = set(sys.modules)
    yield importlib.import_module("referloop.wiring.slips")
    for name in set(sys.modules) - before:
        if ".slips" in name:
            del sys.modules[name]


@pytest.fixture
def slip() -> bytes:
    return re.findall(r"^```\n(number: .*?)^```", page("add-a-channel"), re.MULTILINE | re.DOTALL)[0].encode()


def test_the_slip_of_the_page_becomes_a_referral(here: TestDesk, slips: ModuleType, slip: bytes):
    kept = slips.receiver(here.desk, here.organization)(slip, "1.slip")
    with here.desk.books(here.organization) as books:
        log = books.log(ReferralId(kept.referrals[0]))
    assert log is not None
    fact = log.entries[0].fact
    assert isinstance(fact, ReferralReceived)
    assert (kept.state, fact.service, fact.urgency) == ("done", "Cardiology consultation", "urgent")


def test_a_slip_that_comes_again_has_no_second_effect(here: TestDesk, slips: ModuleType, slip: bytes):
    receive = slips.receiver(here.desk, here.organization)
    assert receive(slip, "1.slip") == receive(slip, "1.slip")


def test_a_slip_that_says_too_little_is_kept_with_all_its_problems(here: TestDesk, slips: ModuleType):
    kept = slips.receiver(here.desk, here.organization)(b"number: 4711\nname: Alvarez, Maria\n", "1.slip")
    assert (kept.state, [each.where for each in kept.problems]) == ("problem", ["from", "mrn", "service"])


def test_slips_are_taken_away_once_they_are_in_the_books(
    here: TestDesk, slips: ModuleType, slip: bytes, tmp_path: Path
):
    transport = importlib.import_module("referloop.exchange.slips.transport")
    (tmp_path / "1.slip").write_bytes(slip)
    taken = transport.collect(tmp_path, slips.receiver(here.desk, here.organization))
    assert (taken, list(tmp_path.glob("*.slip"))) == (1, [])
