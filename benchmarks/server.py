"""The server under measurement, started the way an operator starts it."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex

from benchmarks.rows import ORGANIZATION

_PATIENCE = 30
_STARTS_WITHIN = 180  # seconds: other work may keep the cores
_DIED = "Unexpected exit from worker"


@dataclass(frozen=True)
class Running:
    """A server, its ports, and what it takes of memory."""

    process: "subprocess.Popen[bytes]"
    port: int
    mllp_port: int

    def memory(self) -> dict[int, int]:
        """The proportional share of each of its processes, in bytes."""
        return {pid: pss(pid) for pid in family(self.process.pid)}


@contextmanager
def serving(database: str, folder: Path, *, workers: int, threads: int) -> Iterator[Running]:
    port, mllp_port = _free(), _free()
    environment = os.environ | {
        "REFERLOOP_DATABASE": database,
        "REFERLOOP_ORGANIZATION": ORGANIZATION,
        "REFERLOOP_PORT": str(port),
        "REFERLOOP_MLLP_PORT": str(mllp_port),
        "REFERLOOP_WORKERS": str(workers),
        "REFERLOOP_THREADS": str(threads),
        "REFERLOOP_SECOND_FACTOR": "offered",
        "REFERLOOP_SECRET": token_hex(32),
    }
    command = [sys.executable, "-m", "referloop"]
    subprocess.run([*command, "migrate"], env=environment, check=True, capture_output=True)
    with (folder / "server.log").open("wb") as told:
        process = subprocess.Popen([*command, "serve"], env=environment, stdout=told, stderr=told)
        try:
            _await(process, port, folder)
            yield Running(process, port, mllp_port)
        finally:
            process.terminate()
            try:
                process.wait(_PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()


def _await(process: "subprocess.Popen[bytes]", port: int, folder: Path) -> None:
    told = folder / "server.log"
    end = time.monotonic() + _STARTS_WITHIN
    while time.monotonic() < end and process.poll() is None and _DIED not in told.read_text():
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
                connection.sendall(b"GET /readyz HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n")
                if b" 200 " in connection.recv(100):
                    return
        except OSError:
            pass
        time.sleep(0.1)
    raise SystemExit("the server did not start:\n" + told.read_text()[-2000:])


def _free() -> int:
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        return int(place.getsockname()[1])


def family(pid: int) -> list[int]:
    """A process and all that it started."""
    found = [pid]
    for each in found:
        try:
            children = Path(f"/proc/{each}/task/{each}/children").read_text().split()
        except OSError:
            continue
        found += map(int, children)
    return found


def worked(pid: int) -> float:
    """Seconds of a core that a process and all that it started have used so far."""
    return sum(map(_used, family(pid)))


def _used(pid: int) -> float:
    """Seconds of a core that a process used, in the kernel and outside; 0 for one that is gone."""
    try:
        numbers = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(numbers[11]) + int(numbers[12])) / os.sysconf("SC_CLK_TCK")


def pss(pid: int) -> int:
    """The memory of a process, with its share of what it shares; 0 for one that is gone."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)
