"""Looking after the desk: what came in, what waits for a person, and the proof that the books hold."""

from dataclasses import asdict
from typing import Annotated, Any

import typer

from referloop.cli.app import app
from referloop.cli.desk import At, at_desk
from referloop.cli.output import LOOK, as_json, counted, refuse, say, table, tell
from referloop.referral.problems import Problem
from referloop.storage import inbox as messages
from referloop.storage import search
from referloop.storage.board import rebuild
from referloop.storage.inbox import Listed
from referloop.storage.items import ItemRow, close_item, open_items
from referloop.storage.verify import verify as look_at_everything
from referloop.wiring.desk import now
from referloop.wiring.replaying import replay as read_again

Json = Annotated[bool, typer.Option("--json", help="For a machine to read.")]
By = Annotated[str, typer.Option(help="Who you are; otherwise REFERLOOP_USER says it.")]
Limit = Annotated[int, typer.Option(help="How many lines.", min=1, max=10_000)]


@app.command()
def inbox(
    which: Annotated[
        str, typer.Argument(metavar="STATE|ID", help="A state, or one message's id; without it, the counts.")
    ] = "",
    limit: Limit = 50,
    json: Json = False,
) -> None:
    """Every message that came in: how many in each state, those in one state, or one of them."""
    with at_desk() as at:
        if which in ("", *messages.STATES):
            _states(at, which, limit, json)
        else:
            _message(at, which, json)


def _states(at: At, state: str, limit: int, json: bool) -> None:
    with at.desk.database.reading(at.organization) as session:
        counts = messages.counts(session)
        rows = messages.listed(session, state, limit=limit) if state else []
    if not state:
        as_json(counts) if json else table(("state", "messages"), [(k, str(v)) for k, v in counts.items()])
    elif json:
        as_json([_listed_json(row) for row in rows])
    else:
        table(("id", "came", "from", "kind", "owner", "waits for or says"), [_listed(row) for row in rows])


def _listed(row: Listed) -> tuple[str, ...]:
    kept = row.kept
    says = kept.waits_for or "; ".join(each.says for each in kept.problems[:2])
    came = row.received_at.strftime("%Y-%m-%d %H:%M") if row.received_at else ""
    return kept.id, came, f"{row.channel} {row.sender}", kept.kind, kept.owner, says


def _listed_json(row: Listed) -> dict[str, Any]:
    kept = row.kept
    return {
        "id": kept.id, "state": kept.state, "kind": kept.kind, "channel": row.channel, "sender": row.sender,
        "message_id": row.message_id, "received_at": row.received_at, "owner": kept.owner,
        "due_at": kept.due_at, "referrals": kept.referrals,
        "problems": [asdict(each) for each in kept.problems],
    }  # fmt: skip


def _message(at: At, id: str, json: bool) -> None:
    with at.desk.database.reading(at.organization) as session:
        found = messages.read(session, id.removeprefix("inbox:"))
    if found is None:
        remedy = f"Name one of {', '.join(messages.STATES)}, or a message's id."
        refuse(Problem("inbox-unknown", "STATE|ID", "There is no such state or message.", remedy))
    arrival, kept = found
    head = {
        "id": kept.id, "state": kept.state, "kind": kept.kind, "channel": arrival.channel,
        "sender": arrival.sender, "message_id": arrival.message_id, "media_type": arrival.media_type,
        "received_at": arrival.received_at, "digest": arrival.digest, "bytes": len(arrival.body),
        "referrals": list(kept.referrals), "waits_for": kept.waits_for, "owner": kept.owner,
        "due_at": kept.due_at, "problems": [str(each) for each in kept.problems],
    }  # fmt: skip
    if json:
        as_json(head)
        return
    for name, value in head.items():
        if value not in ("", [], None):
            say(f"{name:<12} {value}")
    say()
    say(arrival.body.decode("utf-8", "replace").replace("\r", "\n")[:4000])


@app.command()
def items(
    done: Annotated[str, typer.Option(help="Close this item.")] = "",
    outcome: Annotated[str, typer.Option(help="What came of it.")] = "",
    by: By = "",
    limit: Limit = 50,
    json: Json = False,
) -> None:
    """Work that belongs to no referral yet, or to several: unread messages, identity, dead letters."""
    with at_desk() as at:
        if done:
            _close(at, done, outcome, by)
            return
        with at.desk.database.reading(at.organization) as session:
            rows = open_items(session, limit=limit)
    if json:
        as_json([asdict(row) for row in rows])
        return
    table(("id", "kind", "about", "owner", "what to do"), [_item(row) for row in rows])


def _item(row: ItemRow) -> tuple[str, ...]:
    return row.id, row.kind, row.about, row.owner, f"{row.says} {row.remedy}"


def _close(at: At, id: str, outcome: str, by: str) -> None:
    if not outcome:
        says = "Nothing is closed without saying what came of it."
        refuse(Problem("outcome-missing", "--outcome", says, "Add --outcome."), code=2)
    author = at.author(by)
    with at.desk.database.transaction(at.organization) as session:
        if not close_item(session, id, str(author), outcome, now()):
            remedy = "`referloop items` lists those that are."
            refuse(Problem("item-unknown", "--done", "No such item is open.", remedy))
    say(f"{id}: closed")


@app.command()
def replay(
    id: Annotated[str, typer.Argument(help="A message that nobody could read, or on which we failed.")],
    by: By = "",
) -> None:
    """Read a message again after its cause was mended."""
    with at_desk() as at:
        found = read_again(at.desk, at.organization, id.removeprefix("inbox:"), str(at.author(by)))
    if isinstance(found, Problem):
        refuse(found)
    say(", ".join([f"{found.id}: {found.state}", *found.referrals]))
    tell(found.problems)
    raise typer.Exit(LOOK if found.owner else 0)


@app.command()
def verify() -> None:
    """Prove the books: chains unbroken, the board is what the logs say, nothing lost from sight."""
    with at_desk() as at:
        policy = at.desk.policy(at.organization)
        verdict = look_at_everything(at.desk.database, at.organization, policy, now())
    tell(verdict.problems)
    holds = "everything holds" if verdict.holds else f"{len(verdict.problems)} things do not hold"
    say(f"{counted(verdict.referrals, 'referral')}, {counted(verdict.entries, 'entry')}: {holds}.")
    raise typer.Exit(0 if verdict.holds else LOOK)


@app.command("rebuild-board")
def rebuild_board() -> None:
    """Compute the board anew from the logs, and the keys by which people are found."""
    with at_desk() as at:
        policy = at.desk.policy(at.organization)
        count = rebuild(at.desk.database, at.organization, policy, now(), at.desk.new_id)
        search.rebuild(at.desk.database, at.organization)
    say(f"{counted(count, 'referral')}.")
