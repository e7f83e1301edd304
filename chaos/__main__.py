"""`python -m chaos`: kills and power losses, then a table of what was lost; exit code 1 on any fault."""

import argparse
import secrets
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from chaos.power import Images, power_run
from chaos.rig import Run, kill_run

_FAULTS_SHOWN = 10
_SELF_TEST_KILLS, _SELF_TEST_IMAGES = 60, 60


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line says."""

    seed: int
    kills: int
    images: int
    databases: tuple[str, ...]
    self_test: bool


def main(arguments: list[str]) -> int:
    asked = _asked(arguments)
    print(f"seed {asked.seed}", flush=True)
    passed = _self_test(asked) if asked.self_test else _all(asked)
    if not passed:
        print(f"FAILED. To see it again: python -m chaos --seed {asked.seed} and the same options.")
    return 0 if passed else 1


def _asked(arguments: list[str]) -> Asked:
    parser = argparse.ArgumentParser(prog="python -m chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6), help="replays a run")
    parser.add_argument("--kills", type=int, default=1000, help="processes to kill, per database")
    parser.add_argument("--images", type=int, default=1000, help="power losses under SQLite")
    parser.add_argument("--database", choices=("sqlite", "postgres", "both"), default="both")
    parser.add_argument("--self-test", action="store_true", help="plant bugs; each must be found")
    found = parser.parse_args(arguments)
    databases = ("sqlite", "postgres") if found.database == "both" else (found.database,)
    return Asked(found.seed, found.kills, found.images, databases, found.self_test)


def _all(asked: Asked) -> bool:
    runs = {kind: _kill(kind, asked.seed, asked.kills) for kind in asked.databases if asked.kills}
    for kind, run in runs.items():
        _tell_run(kind, run)
    images = None
    if "sqlite" in asked.databases and asked.images:
        images = power_run(seed=asked.seed, images=asked.images)
        _tell_images("synchronous FULL", images)
    return not any(run.failed for run in runs.values()) and not (images and (images.lost or images.corrupt))


def _self_test(asked: Asked) -> bool:
    """Whether every planted bug is seen by what is there to see it."""
    caught = {}
    for kind in asked.databases:
        early = _kill(kind, asked.seed, _SELF_TEST_KILLS, "early-ack")
        caught[f"acknowledged before commit, {kind}"] = early.found.lost if early.failed else 0
        double = _kill(kind, asked.seed, _SELF_TEST_KILLS, "no-key")
        caught[f"no key to know a resend by, {kind}"] = double.found.doubled if double.failed else 0
    for setting in ("OFF", "NORMAL"):
        power = power_run(seed=asked.seed, images=_SELF_TEST_IMAGES, synchronous=setting)
        caught[f"synchronous={setting}, power loss"] = power.lost
    for bug, count in caught.items():
        print(f"{'caught' if count else 'MISSED'}  {bug}: {count} lost or doubled")
    return all(caught.values())


def _kill(kind: str, seed: int, kills: int, bug: str = "") -> Run:
    with TemporaryDirectory() as folder:
        return kill_run(kind, Path(folder), seed=seed, kills=kills, bug=bug)


def _tell_run(kind: str, run: Run) -> None:
    ledger, found = run.ledger, run.found
    figures = {
        "kills": ledger.kills.total(),
        "at a random instant": ledger.kills[""],
        "acknowledged": ledger.acknowledged,
        "log entries": found.entries,
        "lost": found.lost,
        "doubled": found.doubled,
        "resends answered as duplicates": ledger.again,
        "effects received": len(ledger.received),
        "times they were received": sum(map(len, ledger.received.values())),
        "deadlines missed, each once": found.misses,
        "faults": len(found.faults),
        "seconds": round(run.seconds),
    }
    _tell(kind, figures)
    for fault in found.faults[:_FAULTS_SHOWN]:
        print(f"  {fault}")
    places = sorted((place, count) for place, count in ledger.kills.items() if place)
    print("  kills by place: " + ", ".join(f"{place} {count}" for place, count in places), flush=True)


def _tell_images(name: str, images: Images) -> None:
    figures = {
        "power losses": images.images,
        "promises compared": images.promises,
        "lost": images.lost,
        "corrupt": images.corrupt,
        "seconds": round(images.seconds),
    }
    _tell(name, figures)


def _tell(title: str, figures: dict[str, int]) -> None:
    print(title)
    for name, figure in figures.items():
        print(f"  {name:<32}{figure:>8}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
