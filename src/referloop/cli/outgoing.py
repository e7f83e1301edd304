"""What goes out: where each sender is told how its referrals go, and what became of every notice."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Annotated

import typer

from referloop.cli.app import app, settings
from referloop.cli.desk import At, at_desk
from referloop.cli.output import as_json, refuse, say, table
from referloop.referral.problems import Problem
from referloop.storage import outbox as effects
from referloop.storage.books import OpenBooks
from referloop.storage.destinations import (
    Destination,
    add_destination,
    destination,
    destinations,
    remove_destination,
)
from referloop.wiring.desk import now

destination_app = typer.Typer(help="Where senders are told how their referrals go.", no_args_is_help=True)
app.add_typer(destination_app, name="destination")

Sender = Annotated[
    str, typer.Argument(help="As the inbox names it: a token's client, or MSH-3/MSH-4 of HL7 v2.")
]
Json = Annotated[bool, typer.Option("--json", help="For a machine to read.")]
By = Annotated[str, typer.Option(help="Who you are; otherwise REFERLOOP_USER says it.")]
Decide = Callable[[OpenBooks, str, str], bool]


@destination_app.command("add")
def destination_add(
    sender: Sender,
    address: Annotated[str, typer.Argument(help="mllp://HOST:PORT or https://HOST/PATH.")],
) -> None:
    """Tell this sender there from now on; an address it had before is replaced."""
    it = destination(sender, address)
    if not isinstance(it, Destination):
        refuse(*it, code=2)
    if it.channel == "fhir" and not settings().public_url:
        says = "A FHIR client is told the address of a Task, and ours is not set."
        refuse(Problem("public-url-missing", "ADDRESS", says, "Set REFERLOOP_PUBLIC_URL."), code=2)
    with at_desk() as at, at.desk.database.transaction(at.organization) as session:
        add_destination(session, it, now())
    say(f"{it.sender} is told at {it.address}, within half a minute from now.")


@destination_app.command("list")
def destination_list(json: Json = False) -> None:
    """Every sender that is told, and where."""
    with at_desk() as at, at.desk.database.reading(at.organization) as session:
        found = destinations(session)
    if json:
        as_json([asdict(each) for each in found])
    else:
        table(("sender", "address"), [(each.sender, each.address) for each in found])


@destination_app.command("remove")
def destination_remove(sender: Sender) -> None:
    """Tell this sender nothing more; what is queued already still goes."""
    with at_desk() as at, at.desk.database.transaction(at.organization) as session:
        if not remove_destination(session, sender):
            remedy = "`referloop destination list` shows those there are."
            refuse(Problem("destination-unknown", "SENDER", "This sender has no destination.", remedy))
    say(f"{sender} is told nothing more.")


@app.command()
def outbox(
    what: Annotated[
        str,
        typer.Argument(
            metavar="STATE|replay|confirm|withdraw", help="A state to list, or what to do with one notice."
        ),
    ] = "",
    id: Annotated[str, typer.Argument(metavar="ID", help="The notice, for replay, confirm, withdraw.")] = "",
    reason: Annotated[str, typer.Option(help="Why it need not go, for withdraw.")] = "",
    by: By = "",
    limit: Annotated[int, typer.Option(help="How many lines.", min=1, max=10_000)] = 50,
    json: Json = False,
) -> None:
    """What others are told: how many in each state, those in one state, or a decision about one of them.

    replay sends a dead or unconfirmed one again, under the same key; confirm says that it arrived; withdraw
    lets what waits behind it go.
    """
    decisions: dict[str, Decide] = {
        "replay": effects.replay,
        "confirm": effects.confirm,
        "withdraw": lambda books, id, by: effects.withdraw(books, id, by, reason),
    }
    if what == "withdraw" and not reason:
        says = "Nothing is withdrawn without a reason."
        refuse(Problem("reason-missing", "--reason", says, "Add --reason."), code=2)
    if what not in ("", *effects.STATES, *decisions):
        remedy = f"Name one of {', '.join((*effects.STATES, *decisions))}."
        refuse(Problem("outbox-unknown", "STATE", "There is no such state.", remedy), code=2)
    with at_desk() as at:
        if what in decisions:
            _decide(at, decisions[what], id.removeprefix("outbox:"), by)
        else:
            _listed(at, what, limit, json)


def _decide(at: At, decide: Decide, id: str, by: str) -> None:
    author = str(at.author(by))
    with at.desk.books(at.organization) as books:
        found = decide(books, id, author)
    if not found:
        remedy = "`referloop outbox dead` and `referloop outbox unconfirmed` list those that do."
        refuse(Problem("outbox-none", "ID", "No such notice waits for a person.", remedy))
    say(f"{id}: done")


def _listed(at: At, state: str, limit: int, json: bool) -> None:
    with at.desk.database.reading(at.organization) as session:
        counts = effects.counts(session)
        rows = effects.listed(session, state, limit=limit) if state else []
    if not state:
        as_json(counts) if json else table(("state", "notices"), [(k, str(v)) for k, v in counts.items()])
    elif json:
        as_json([asdict(row) for row in rows])
    else:
        columns = ("id", "referral", "to", "attempts", "last attempt")
        table(columns, [(r.id, r.referral, r.destination, str(r.attempts), r.said) for r in rows])
