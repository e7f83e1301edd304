"""Files in: import, with what came of every message, and the mappings by which spreadsheets are read."""

import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from referloop.cli.app import app
from referloop.cli.desk import At, at_desk
from referloop.cli.output import LOOK, as_json, counted, refuse, say, tell
from referloop.referral.problems import Problem
from referloop.wiring.imports import Import, Summary, run
from referloop.wiring.table import TableSummary, import_table, saved_mapping

_SHOWN = 50  # problems on the terminal; --json has a thousand

Paths = Annotated[list[str], typer.Argument(help="Files, folders, or - for what is piped in.")]


@app.command("import")
def import_(
    paths: Paths,
    mapping: Annotated[str, typer.Option(help="The saved mapping by which CSV or XLSX is read.")] = "",
    all_rows: Annotated[
        bool, typer.Option("--all-or-nothing", help="One bad row keeps the whole table out.")
    ] = False,
    sender: Annotated[str, typer.Option("--from", help="Who the files are from.")] = "import",
    json: Annotated[bool, typer.Option("--json", help="The summary as JSON.")] = False,
) -> None:
    """Take referrals in from files: FHIR (JSON, Bundle, NDJSON), HL7 v2, CSV and XLSX.

    What a file is, is seen from its content. What is not a referral is kept and shown as such. The same file
    again has no second effect.
    """
    missing = [path for path in paths if path != "-" and not Path(path).exists()]
    if missing:
        refuse(*map(_missing, missing), code=2)
    with at_desk() as at:
        if mapping:
            _tables(at, paths, mapping, all_rows, sender, json)
        else:
            _messages(at, paths, sender, json)


def _missing(path: str) -> Problem:
    return Problem("file-missing", path, "There is no such file.", "Check the path.")


def _messages(at: At, paths: Sequence[str], sender: str, json: bool) -> None:
    bar = Progress(
        TextColumn("importing"), BarColumn(), DownloadColumn(), TimeRemainingColumn(),
        console=Console(stderr=True), disable=not sys.stderr.isatty(), transient=True,
    )  # fmt: skip
    with bar:
        task = bar.add_task("importing", total=None)
        it = Import(
            at.desk, at.organization, sender,
            on_total=lambda total: bar.update(task, total=total),
            on_bytes=lambda size: bar.advance(task, size),
        )  # fmt: skip
        summary = run(it, paths, sys.stdin.buffer)
    as_json(_plain(summary)) if json else _show(summary)
    raise typer.Exit(LOOK if summary.to_look_at else 0)


def _plain(summary: Summary) -> dict[str, Any]:
    found = asdict(summary)
    return found | {"problems": [{"file": each.name} | asdict(each.problem) for each in summary.problems]}


def _show(summary: Summary) -> None:
    say(f"{counted(summary.files, 'file')}, {counted(summary.messages, 'message')}")
    for count, says in (
        (summary.new, "new referrals"), (summary.changed, "changes to referrals"),
        (summary.progress, "news about referrals"), (summary.again, "had come before: no second effect"),
        (summary.held, "held until the referral they are about comes"),
    ):  # fmt: skip
        if count or says == "new referrals":
            say(f"  {count:>9,}  {says}")
    if summary.kept:
        kinds = sorted(summary.kept.items(), key=lambda each: (-each[1], each[0]))
        say("  kept, not a referral: " + ", ".join(f"{kind} {count:,}" for kind, count in kinds))
    if summary.stopped:
        tell([summary.stopped])
    if summary.problems:
        say(f"To look at: {counted(summary.faults, 'problem')}, {counted(summary.doubts, 'doubt')}")
        tell(summary.problems[:_SHOWN])
        more = summary.faults + summary.doubts - _SHOWN
        if more > 0:
            tell([f"... and {more} more; `referloop inbox problem` lists them"])


def _tables(at: At, paths: Sequence[str], name: str, all_rows: bool, sender: str, json: bool) -> None:
    with at.desk.database.reading(at.organization) as session:
        mapping, problems = saved_mapping(session, name)
    if mapping is None:
        refuse(*problems, code=2)
    look = False
    for path in _files(paths):
        summary = import_table(
            at.desk, at.organization, path, mapping, all_or_nothing=all_rows, sender=sender
        )
        rejects = Path(f"{path}.rejects.csv") if summary.rejected else None
        if rejects:
            rejects.write_bytes(summary.rejected)
        look |= summary.to_look_at
        as_json(_table_json(path, summary, rejects)) if json else _show_table(path, summary, rejects)
    raise typer.Exit(LOOK if look else 0)


def _files(paths: Sequence[str]) -> list[Path]:
    found: list[Path] = []
    for path in map(Path, paths):
        inside = sorted(each for each in path.rglob("*") if each.suffix.lower() in (".csv", ".tsv", ".xlsx"))
        found += inside if path.is_dir() else [path]
    return [each for each in found if not each.name.endswith(".rejects.csv") or str(each) in paths]


def _table_json(path: Path, summary: TableSummary, rejects: Path | None) -> dict[str, Any]:
    found = asdict(summary)
    del found["rejected"]
    return {"file": str(path), "rejects": str(rejects or "")} | found


def _show_table(path: Path, summary: TableSummary, rejects: Path | None) -> None:
    counts = f"{summary.new} new, {summary.changed} changed, {summary.again} had come before"
    went = "nothing went in" if summary.refused else counts
    say(f"{path}: {counted(summary.rows, 'row')}, {went}, {summary.bad_rows} bad")
    tell(f"{path}: {each}" for each in summary.problems[:_SHOWN])
    if rejects:
        say(f"Bad rows with their reasons: {rejects}")
