"""The benchmarks run from end to end; how fast anything is, no test asserts."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_a_quick_run_prints_a_ratio_for_everything_that_has_a_raw_limit():
    command = [sys.executable, "-m", "benchmarks", "--quick", "--only", "sqlite"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600)
    with_ratio = re.findall(r"^sqlite +500 +(.+?) {2,}.* 1/\d+\.\d", done.stdout, re.MULTILINE)
    assert (done.returncode, with_ratio, "errors" in done.stdout) == (
        0,
        [
            "page: my work",
            "page: referrals",
            "page: referrals, text that nothing has",
            "page: team board",
            "page: reports",
            "page: workspace",
            "page: search by name",
            "page: search by number",
            "FHIR intake, 1 client",
            "FHIR intake, 8 clients",
            "MLLP intake, 8 clients",
            "decision append, 8 clients",
            "one referral with its log, 8 clients",
        ],
        False,
    )
