"""The root of all commands, and how every one of them ends: with a reason and a remedy, never a traceback."""

import logging
import os
import sys
from dataclasses import dataclass, replace
from typing import Annotated

import typer

from referloop.cli.output import fail, refuse
from referloop.referral.problems import Problem, ProgramFault
from referloop.settings import Settings, from_environment
from referloop.storage.database import Away

app = typer.Typer(
    name="referloop",
    help="The desk of a healthcare referral department: what every referral still owes, and to whom.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@dataclass
class _Chosen:
    database: str = ""
    organization: str = ""


_chosen = _Chosen()


@app.callback()
def _root(
    database: Annotated[
        str, typer.Option(help="Where the books are; otherwise REFERLOOP_DATABASE says it.")
    ] = "",
    organization: Annotated[
        str, typer.Option(help="The organisation; otherwise REFERLOOP_ORGANIZATION says it.")
    ] = "",
) -> None:
    _chosen.database, _chosen.organization = database, organization


def settings() -> Settings:
    """The settings of this call: the environment's, with what was typed before the command."""
    try:
        found = from_environment(os.environ)
    except ValueError as wrong:
        refuse(Problem("setting-wrong", "environment", f"{wrong}.", "Correct the variable."), code=2)
    return replace(
        found,
        database=_chosen.database or found.database,
        organization=_chosen.organization or found.organization,
    )


def main() -> None:
    """Run a command; whatever happens, the person reads a sentence."""
    logging.getLogger("psycopg.pool").setLevel(logging.CRITICAL)  # it repeats what the sentence below says
    try:
        app()
    except Away:
        remedy = "See that it runs, and that its user is a member of the role referloop_app; then try again."
        fail(Problem("database-away", "database", "The books cannot be reached now.", remedy))
    except ProgramFault as fault:
        fail(Problem("program-fault", "", f"{str(fault).capitalize()}.", "See `referloop --help`."))
    except BrokenPipeError:  # whoever read our output has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as fault:
        # Only its type: the words of a failure may quote a message.
        says = f"The program failed ({type(fault).__name__}); nothing was half done."
        fail(Problem("program-fault", "", says, "Report it, with the command you typed."))
