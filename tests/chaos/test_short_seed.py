"""A short run of the crash rig, and the proof that it would notice."""

import os
import re
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from chaos.checks import Found
from chaos.deaths import WAYS
from chaos.ledger import Ledger
from chaos.rig import Run
from referloop.failpoints import POINTS

ROOT = Path(__file__).parents[2]


def python(*arguments: str, failpoint: str = "") -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "REFERLOOP_FAILPOINT": failpoint}
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300
    )


@pytest.mark.slow
def test_killed_at_every_place_and_without_power_sqlite_loses_and_doubles_nothing():
    run = python(
        "-m", "chaos", "--seed", "11", "--kills", "80", "--images", "80", "--database", "sqlite"
    )  # fmt: skip
    assert (run.returncode, run.stderr) == (0, ""), run.stdout


@pytest.mark.slow
@pytest.mark.postgres
def test_killed_at_every_place_the_desk_on_postgresql_loses_and_doubles_nothing():
    run = python("-m", "chaos", "--seed", "11", "--kills", "80", "--database", "postgres")
    assert (run.returncode, run.stderr) == (0, ""), run.stdout


@pytest.mark.slow
def test_each_planted_bug_is_caught():
    run = python("-m", "chaos", "--seed", "11", "--self-test", "--database", "sqlite")
    assert (run.returncode, re.findall("^(caught|MISSED)", run.stdout, re.MULTILINE)) == (0, ["caught"] * 4)


def test_every_place_is_documented_and_reached_by_the_code_and_by_a_way_to_die():
    sources = "".join(path.read_text() for path in (ROOT / "src" / "referloop").rglob("*.py"))
    in_the_code = set(re.findall(r'reached\("([^"]+)"\)', sources))
    assert (in_the_code, {place for place, _ in WAYS}) == (set(POINTS), set(POINTS))


def test_a_process_dies_at_the_place_and_the_time_it_was_given():
    reaches = "from referloop.failpoints import reached\nfor n in '12': print(n); reached('intake-read')"
    run = python("-u", "-c", reaches, failpoint="intake-read:2")
    assert (run.returncode, run.stdout) == (-signal.SIGKILL, "1\n2\n")


@pytest.mark.parametrize("setting", ["nowhere:1", "intake-read", "intake-read:0", "intake-read:x"])
def test_a_setting_that_names_no_place_and_time_ends_the_process_with_the_names_there_are(setting: str):
    run = python("-c", "import referloop.failpoints", failpoint=setting)
    names = ", ".join(POINTS)
    says = f"REFERLOOP_FAILPOINT wants name:n, with n from 1 and one of these names: {names}\n"
    assert (run.returncode, run.stderr) == (1, says)


def test_every_place_is_in_the_documentation():
    page = (ROOT / "docs" / "explanation" / "durability.md").read_text()
    assert dict(re.findall(r"^\| `([a-z-]+)` \| (.+) \|$", page, re.MULTILINE)) == POINTS


def test_a_run_with_anything_lost_doubled_or_amiss_has_failed():
    whole = Found(lost=0, doubled=0, faults=(), entries=1, misses=1)
    found = (whole, replace(whole, lost=1), replace(whole, doubled=1), replace(whole, faults=("one",)))
    assert [Run(Ledger(), each, 0.0).failed for each in found] == [False, True, True, True]
