"""Policy for people: whether files are right, whether their cases hold, and why something is owed."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer

from referloop.cli.app import app
from referloop.cli.desk import At, at_desk, has_books
from referloop.cli.output import LOOK, refuse, say, tell
from referloop.cli.working import standing_of
from referloop.policy import cases as case_files
from referloop.policy.calendar import BusinessCalendar
from referloop.policy.explain import explain as explained
from referloop.policy.explain import explain_requirement
from referloop.policy.in_force import PolicyInForce
from referloop.policy.packs import library
from referloop.policy.reading import code_of
from referloop.referral.problems import Problem
from referloop.referral.requirement import Requirement
from referloop.storage.access import Organization
from referloop.storage.packs import packs
from referloop.wiring.desk import calendar, now, shipped_policy

policy_app = typer.Typer(help="What is owed, by when, and on whose authority.", no_args_is_help=True)
app.add_typer(policy_app, name="policy")

Pack = Annotated[Path | None, typer.Argument(help="A folder of policy files; without it, those that ship.")]


@policy_app.command()
def check(path: Pack = None) -> None:
    """Read policy files and say everything that is wrong with them, with file, line and remedy."""
    texts = _texts(path)
    found = library(texts)
    problems = [each for each in found if isinstance(each, Problem)]
    tell(problems)
    say(f"{len(texts)} files, {len(problems)} problems.")
    raise typer.Exit(LOOK if problems else 0)


@policy_app.command()
def cases(path: Pack = None) -> None:
    """Run the cases beside the policy files: what was to be owed against what is."""
    texts = _texts(path)
    found = library(texts)
    problems = [each for each in found if isinstance(each, Problem)]
    requirements = [each for each in found if isinstance(each, Requirement)]
    names = [name for name in texts if name.endswith(".cases.toml")]
    for name in names if not problems else []:
        problems += case_files.check(name, texts[name], requirements, _calendar())
    tell(problems)
    say(f"{len(names)} files of cases, {len(problems)} problems.")
    raise typer.Exit(LOOK if problems else 0)


@policy_app.command("explain")
def explain(
    what: Annotated[str, typer.Argument(metavar="ID|CODE", help="A requirement's code, or a referral.")],
    shipped: Annotated[
        bool, typer.Option("--shipped", help="What ships, whatever the organisation's own packs say.")
    ] = False,
) -> None:
    """What a requirement asks today, or everything that came to be owed on a referral, and why.

    With books, the packs of the organisation count that are in force; without books, what ships.
    """
    if shipped or not has_books():
        _explain_requirement(what, _latest(), "")
    with at_desk() as at:
        policy = at.desk.policy(at.organization)
        today = now().astimezone(policy.calendar.zone).date()
        _explain_requirement(what, policy.on(today), _own_pack(at, what, today))
        say(explained(standing_of(at, what).log.entries, policy, now()))


def _explain_requirement(what: str, known: Sequence[Requirement], pack: str) -> None:
    """Ends the command, unless a referral is meant."""
    for each in known:
        if each.code == what:
            say(explain_requirement(each) + (f"  pack        {pack}\n" if pack else ""))
            raise typer.Exit
    if any(letter.islower() for letter in what):
        remedy = f"Use one of: {', '.join(each.code for each in known)}."
        refuse(Problem("requirement-unknown", "CODE", "No requirement has this code.", remedy), code=2)


def _own_pack(at: At, code: str, day: date) -> str:
    """The pack of the organisation that says so on this day, if it is not what ships."""
    with at.desk.database.reading(at.organization) as session:
        found = packs(session)
    says = [
        f"{each.name}, from {each.valid_from.isoformat()}"
        for each in found
        if each.valid_from <= day
        and (not each.valid_until or day < each.valid_until)
        and code in {code_of(name) for name in each.files}
    ]
    return says[-1] if says else ""


def _latest() -> tuple[Requirement, ...]:
    return PolicyInForce(shipped_policy(), _calendar()).on(now().date())


def _calendar() -> BusinessCalendar:
    """The calendar in which cases are written: the United States' east, with its federal holidays."""
    return calendar(Organization("cases", "", "America/New_York"))


def _texts(path: Path | None) -> Mapping[str, str]:
    if path is None:
        folder = files("referloop.policy") / "library"
        return {each.name: each.read_text() for each in folder.iterdir() if each.name.endswith(".toml")}
    if not path.exists():
        refuse(Problem("file-missing", "PATH", "There is no such file or folder.", "Check the path."), code=2)
    return {str(each): text for each in _toml(path) for text in _text(each)}


def _toml(path: Path) -> list[Path]:
    return sorted(path.rglob("*.toml")) if path.is_dir() else [path]


def _text(path: Path) -> Iterator[str]:
    try:
        yield path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        refuse(Problem("file-broken", str(path), "The file is not UTF-8 text.", "Save it as UTF-8."))
