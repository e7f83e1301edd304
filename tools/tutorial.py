"""Runs the tutorial's commands and writes their answers anew: run by developers only.

python -m tools.tutorial
"""

import os
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs/tutorial/index.md"
BOOKS = "sqlite:var/tutorial.sqlite3"


def answered(block: str, environment: dict[str, str]) -> str:
    """The block's commands, each followed by what it answers now."""
    lines = []
    for command in re.findall(r"^\$ (.*)$", block, re.MULTILINE):
        lines.append(f"$ {command}")
        if command.startswith("referloop "):
            words = [sys.executable, "-m", *shlex.split(command)]
            done = subprocess.run(
                words, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
            )
            said = re.sub(r"(shown once\): )\S+", r"\1…", done.stdout + done.stderr)
            lines += said.replace(environment["REFERLOOP_DATABASE"], BOOKS).splitlines()
    return "\n".join(lines)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {
            "REFERLOOP_DATABASE": f"sqlite:{folder}/books.sqlite3",
            "REFERLOOP_ORGANIZATION": "desk",
            "REFERLOOP_USER": "dana",
        }
        page = PAGE.read_text(encoding="utf-8")
        blocks = re.compile(r"(?<=```console\n)(.*?)(?=\n```)", re.DOTALL)
        PAGE.write_text(blocks.sub(lambda found: answered(found[1], environment), page), encoding="utf-8")


if __name__ == "__main__":
    main()
