"""`referloop import` of a file with one Bundle a line: how many a second, and whether memory stays flat."""

import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.rows import ORGANIZATION
from benchmarks.server import family, pss
from benchmarks.traffic import KINDS_OF_REFERRAL, bundle, marked

_EVERY = 0.5


@dataclass(frozen=True)
class Imported:
    """`early` is the most memory while the first fifth went in, `late` while the last did."""

    per_second: float
    peak: int
    early: int
    late: int
    status: int
    told: str


def made(path: Path, lines: int, first: int) -> None:
    with path.open("wb") as file:
        for number in range(first, first + lines):
            file.write(marked(bundle(number % KINDS_OF_REFERRAL), number) + b"\n")


def imported(database: str, path: Path, lines: int) -> Imported:
    environment = os.environ | {"REFERLOOP_DATABASE": database, "REFERLOOP_ORGANIZATION": ORGANIZATION}
    command = [sys.executable, "-m", "referloop", "import", str(path)]
    began = time.monotonic()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    samples: list[int] = []
    watcher = threading.Thread(target=_watch, args=(process, samples))
    watcher.start()
    told, _ = process.communicate()
    took = time.monotonic() - began
    watcher.join()
    fifth = max(len(samples) // 5, 1)
    return Imported(
        lines / took, max(samples, default=0), max(samples[:fifth], default=0),
        max(samples[-fifth:], default=0), process.returncode, told.decode(errors="replace"),
    )  # fmt: skip


def _watch(process: "subprocess.Popen[bytes]", samples: list[int]) -> None:
    while process.poll() is None:
        samples.append(sum(pss(each) for each in family(process.pid)))
        time.sleep(_EVERY)
