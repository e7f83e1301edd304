"""Public code sets, from which people choose diagnoses and services."""

from pathlib import Path
from typing import Annotated

import typer

from referloop.cli.app import app
from referloop.cli.desk import at_desk
from referloop.cli.output import counted, refuse, say
from referloop.referral.problems import Problem
from referloop.storage.codes import replace_set
from referloop.wiring.code_files import SETS, read_files

codes_app = typer.Typer(help="Public code sets for diagnoses and services.", no_args_is_help=True)
app.add_typer(codes_app, name="codes")


@codes_app.command("load")
def load(
    code_set: Annotated[str, typer.Argument(metavar="SET", help="icd-10-cm or nucc.")],
    files: Annotated[list[Path], typer.Argument(help="The publisher's files; .gz is read as it is.")],
) -> None:
    """Load a code set; what was loaded of it before is replaced.

    For icd-10-cm give the list of codes and, for their words, the tabular index. For nucc give the CSV.
    """
    if code_set not in SETS:
        remedy = f"Use one of: {', '.join(SETS)}."
        refuse(Problem("code-set-unknown", "SET", "This code set is not known.", remedy), code=2)
    found = read_files(code_set, files)
    if isinstance(found, tuple):
        refuse(*found)
    with at_desk() as at, at.desk.database.transaction(at.organization) as session:
        replace_set(session, code_set, list(found.items()))
    silent = sum(not words for words in found.values())
    say(f"{code_set}: {counted(len(found), 'code')}.")
    if silent:
        say(f"{counted(silent, 'code')} came without words: load the list together with the tabular index.")
