"""The lock files name everything that is installed, and nobody's server."""

import re
import tomllib

from tests.house.sources import ROOT

PINNED = re.compile(r"^([a-z0-9-]+)==(\S+)", re.MULTILINE)


def pins(name: str) -> dict[str, str]:
    return dict(PINNED.findall((ROOT / name).read_text(encoding="utf-8")))


def asked(wanted: list[str]) -> set[str]:
    names = (re.match(r"[A-Za-z0-9._-]+", line) for line in wanted)
    return {name[0].lower().replace("_", "-") for name in names if name}


def test_every_dependency_is_locked():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    runtime, dev = pins("requirements.lock"), pins("requirements-dev.lock")
    assert asked(project["project"]["dependencies"]) - runtime.keys() == set()
    assert asked(project["dependency-groups"]["dev"]) - dev.keys() == set()


def test_tests_run_on_the_versions_that_are_shipped():
    runtime, dev = pins("requirements.lock"), pins("requirements-dev.lock")
    assert {name: dev.get(name) for name in runtime} == runtime


def test_a_lock_file_names_no_server():
    locks = [
        (ROOT / name).read_text(encoding="utf-8") for name in ("requirements.lock", "requirements-dev.lock")
    ]
    assert [lock for lock in locks if "://" in lock or "index-url" in lock] == []
