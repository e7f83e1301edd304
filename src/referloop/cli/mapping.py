"""Mappings: how one sender's spreadsheet is read, proposed by us, decided by a person, and kept."""

from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from referloop.cli.app import app
from referloop.cli.desk import at_desk
from referloop.cli.output import LOOK, refuse, say, table, tell
from referloop.exchange.table.codec import preview as previewed
from referloop.exchange.table.mapping import mapping_from_text
from referloop.exchange.table.proposal import propose as proposed
from referloop.exchange.table.sheet import Sheet, open_sheet
from referloop.referral.problems import Problem
from referloop.wiring.desk import now
from referloop.wiring.table import save_mapping, saved_mapping, saved_names

mapping_app = typer.Typer(help="How spreadsheets of referrals are read.", no_args_is_help=True)
app.add_typer(mapping_app, name="mapping")

File = Annotated[Path, typer.Argument(help="The spreadsheet, CSV or XLSX.")]
Name = Annotated[str, typer.Argument(help="The name of the mapping, such as northside.")]


@mapping_app.command()
def propose(
    file: File,
    out: Annotated[Path | None, typer.Option(help="Write the proposal here, to be edited.")] = None,
    date_order: Annotated[str, typer.Option(help="dmy, mdy or ymd, where the dates do not say.")] = "",
    zone: Annotated[str, typer.Option(help="The time zone of the sender's times.")] = "",
    authority: Annotated[str, typer.Option(help="Who gave the numbers in it.")] = "",
) -> None:
    """Propose how a spreadsheet is to be read, with the questions only a person can answer."""
    found, questions = proposed(_sheet(file))
    given = {"date_order": date_order, "zone": zone, "authority": authority}
    text = found.to_text()
    mapping, wrong = mapping_from_text(_with(text, {key: value for key, value in given.items() if value}))
    if mapping is None:
        refuse(*wrong, code=2)
    answered = {"zone-not-chosen": zone, "authority-not-chosen": authority, "dates-ambiguous": date_order}
    open_ones = [each for each in questions if not answered.get(each.code)]
    if out:
        out.write_text(mapping.to_text() + "\n", encoding="utf-8")
        say(f"Written to {out}.")
    else:
        say(mapping.to_text())
    tell(open_ones)
    raise typer.Exit(LOOK if any(each.severity == "error" for each in open_ones) else 0)


@mapping_app.command()
def save(
    name: Name,
    file: Annotated[Path, typer.Argument(help="The mapping as `propose` wrote it, answered.")],
) -> None:
    """Keep a mapping under a name, for `referloop import --mapping NAME`."""
    mapping, problems = mapping_from_text(_text(file))
    if mapping is None:
        refuse(*problems)
    with at_desk() as at, at.desk.database.transaction(at.organization) as session:
        save_mapping(session, name, mapping, now())
    say(f"Saved as {name}.")


@mapping_app.command("list")
def list_() -> None:
    """The names of the mappings that were saved."""
    with at_desk() as at, at.desk.database.reading(at.organization) as session:
        names = saved_names(session)
    say("\n".join(names) or "None is saved yet.")


@mapping_app.command()
def preview(
    file: File,
    mapping: Annotated[str, typer.Option(help="The saved mapping.")],
    rows: Annotated[int, typer.Option(help="How many rows.", min=1)] = 10,
) -> None:
    """What the first rows would become. Nothing goes in."""
    with at_desk() as at, at.desk.database.reading(at.organization) as session:
        known, problems = saved_mapping(session, mapping)
    if known is None:
        refuse(*problems, code=2)
    shown = previewed(_sheet(file), known, rows)
    tell(shown.problems)
    for number, fields, wrong in shown.rows:
        say(f"row {number}")
        table(("", ""), [(f"  {field}", value) for field, value in fields.items() if value])
        tell(wrong)
    bad = any(each.severity == "error" for _, _, wrong in shown.rows for each in wrong)
    stopped = any(each.severity == "error" for each in shown.problems)
    raise typer.Exit(LOOK if bad or stopped else 0)


def _sheet(file: Path) -> Sheet:
    if not file.is_file():
        refuse(Problem("file-missing", str(file), "There is no such file.", "Check the path."), code=2)
    sheet, problems = open_sheet(file.read_bytes(), file.name)
    if sheet is None:
        refuse(*problems)
    return sheet


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        refuse(Problem("file-missing", str(file), "The mapping cannot be read.", "Check the path."), code=2)


def _with(text: str, given: dict[str, Any]) -> str:
    return msgspec.json.encode(msgspec.json.decode(text) | given).decode()
