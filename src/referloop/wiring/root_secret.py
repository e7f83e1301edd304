"""The root secret of a desk: given by the environment, or read from a file that its owner alone may read."""

import os
import stat
from pathlib import Path

from referloop.referral.problems import Problem
from referloop.settings import Settings
from referloop.workbench.signin.keys import Keys

_SHORTEST = 32
_MODE = 0o400
_MAKES_ONE = "`referloop secret make` makes one."


def desk_keys(chosen: Settings) -> Keys | Problem:
    """What everything of the desk is signed and encrypted with; or what is wrong with its secret."""
    if chosen.secret:
        return _keys("REFERLOOP_SECRET", [each.strip() for each in chosen.secret.split(",")])
    path = place(chosen)
    if found := _exposed(chosen, path):
        return found
    return _keys("REFERLOOP_SECRET_FILE", path.read_text(encoding="ascii", errors="replace").split())


def place(chosen: Settings) -> Path:
    return Path(chosen.secret_file).expanduser()


def make(chosen: Settings, secret: str) -> bool:
    """Begin the file with this secret; False where one is given or lies there already."""
    path = place(chosen)
    if chosen.secret or path.exists():
        return False
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    _write(path, [secret])
    return True


def rotate(chosen: Settings, secret: str) -> None:
    """Put a new secret in front of those that the file holds."""
    path = place(chosen)
    _write(path, [secret, *path.read_text(encoding="ascii").split()])


def _write(path: Path, secrets: list[str]) -> None:
    """Whole or not at all, and never readable by others, not for a moment."""
    beside = path.with_name(f"{path.name}.new")
    beside.unlink(missing_ok=True)
    with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _MODE), "w", encoding="ascii") as file:
        file.writelines(f"{each}\n" for each in secrets)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def _exposed(chosen: Settings, path: Path) -> Problem | None:
    if not path.is_file():
        return Problem("secret-missing", "REFERLOOP_SECRET_FILE", "This desk has no root secret.", _MAKES_ONE)
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        says = "Others than its owner may read the file of the root secret."
        remedy = f"Run: chmod 400 {path}. If others did read it, run `referloop secret rotate`."
        return Problem("secret-exposed", "REFERLOOP_SECRET_FILE", says, remedy)
    where = chosen.database.removeprefix("sqlite:")
    if where != chosen.database and path.resolve().parent == Path(where).resolve().parent:
        says = "The root secret lies beside the books, so a copy of the folder opens everything."
        remedy = "Move it to another folder, and set REFERLOOP_SECRET_FILE to it."
        return Problem("secret-beside-books", "REFERLOOP_SECRET_FILE", says, remedy)
    return None


def _keys(name: str, found: list[str]) -> Keys | Problem:
    if not found or any(len(each) < _SHORTEST for each in found):
        says = f"A root secret has {_SHORTEST} characters or more."
        return Problem("secret-short", name, says, _MAKES_ONE)
    return Keys(tuple(each.encode() for each in found))
