"""The whole loop by hand: what is owed, the journal, recording, closing and merging."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

import typer

from referloop.cli.app import app
from referloop.cli.desk import At, at_desk
from referloop.cli.output import LOOK, as_json, counted, refuse, say, table, tell
from referloop.policy.explain import shown
from referloop.referral.board import Standing
from referloop.referral.entry import Draft, When, canonical, parse_moment
from referloop.referral.facts import WORDS
from referloop.referral.facts.fact import in_words
from referloop.referral.fields import declared, fact_from, required
from referloop.referral.journal import write
from referloop.referral.log import Log
from referloop.referral.priority import spoken
from referloop.referral.problems import Problem
from referloop.storage.board import BoardRow, page
from referloop.wiring.recording import Place, merge, record_for_all, unmerge
from referloop.wiring.recording import unknown as unknown_referral

Id = Annotated[str, typer.Argument(help="The referral's id, or its unique beginning or ending.")]
By = Annotated[str, typer.Option(help="Who you are; otherwise REFERLOOP_USER says it.")]
Json = Annotated[bool, typer.Option("--json", help="For a machine to read.")]
When_ = Annotated[
    str, typer.Option("--at", help="When it happened: 2026-04-02T09:00, with or without offset, or the day.")
]
Evidence = Annotated[str, typer.Option(help="What proves it: a document or a message, such as inbox:ID.")]


@app.command()
def owing(
    id: Annotated[str, typer.Argument(help="A referral; without one, the desk's list.")] = "",
    owner: Annotated[str, typer.Option(help="Only what this person or role owes.")] = "",
    limit: Annotated[int, typer.Option(help="How many lines.", min=1, max=1000)] = 20,
    json: Json = False,
) -> None:
    """What is owed now: the desk's list, what matters most first, or what one referral owes and why."""
    with at_desk() as at:
        if id:
            _owed_on(at, id, json)
            return
        with at.desk.database.reading(at.organization) as session:
            rows = page(session, owner=owner or None, limit=limit)
    if json:
        as_json([_row_json(row) for row in rows])
    else:
        table(("referral", "service", "next step", "owner", "why"), [_row(row) for row in rows])


def _row(row: BoardRow) -> tuple[str, ...]:
    return row.referral, row.service, row.says, row.owner, "; ".join(row.reasons)


def _row_json(row: BoardRow) -> dict[str, Any]:
    return {
        "referral": row.referral, "service": row.service, "urgency": row.urgency, "headline": row.headline,
        "step": row.step, "about": row.about, "says": row.says, "owner": row.owner, "due_at": row.due_at,
        "score": row.score, "reasons": row.reasons, "flags": row.flags,
    }  # fmt: skip


def standing_of(at: At, id: str) -> Standing:
    """The referral that was meant, as it stands now."""
    referral = at.referral(id)
    with at.desk.books(at.organization) as books:
        log = books.log(referral)
        if log is None:
            refuse(unknown_referral(referral))
        return books.standing(log)


def _owed_on(at: At, id: str, json: bool) -> None:
    it = standing_of(at, id)
    zone = at.desk.policy(at.organization).calendar.zone
    owed = [
        {
            "code": each.requirement.code, "about": each.about, "says": each.requirement.says,
            "owner": each.requirement.owner, "due_at": each.due, "because": in_words(each.opener.fact),
            "since": shown(each.opener.occurred_at, zone), "citation": each.requirement.citation,
        }
        for each in it.owed
    ]  # fmt: skip
    if json:
        as_json({"referral": it.log.referral, "headline": it.headline, "owed": owed})
        return
    say(f"{it.log.referral}: {it.headline}, {counted(len(it.log.entries), 'entry')}")
    if it.step:
        say(f"Next: {it.step.says} ({it.step.owner})")
        for reason in it.step.reasons:
            say(f"  - {reason}")
    for each, line in zip(it.owed, owed, strict=True):
        about = f" [{each.about}]" if each.about else ""
        say(f"{line['code']}{about}: due {spoken(each.due, zone)}, owed by {line['owner']}")
        say(f"  {line['says']}")
        say(f"  because {line['since']}: {line['because']}")
        say(f"  source  {line['citation']}")
    if not it.owed:
        say("Nothing is owed.")


@app.command()
def show(
    id: Id,
    sentences: Annotated[bool, typer.Option("--sentences", help="As sentences, for people.")] = False,
    json: Json = False,
) -> None:
    """A referral's journal: every fact, when it happened, who said so, and the proof."""
    with at_desk() as at:
        log = standing_of(at, id).log
        zone = at.desk.policy(at.organization).calendar.zone
    if json:
        say("[" + ",\n ".join(canonical(entry) for entry in log.entries) + "]")
    elif sentences:
        for entry in log.entries:
            say(f"{entry.seq:>3}  {shown(entry.occurred_at, zone)}  {in_words(entry.fact)}  ({entry.author})")
    else:
        print(write(log.entries), end="")


@app.command()
def record(
    id: Id,
    fact: Annotated[str, typer.Argument(help="The fact's word; `referloop facts` lists them.")],
    values: Annotated[list[str] | None, typer.Argument(help="Its fields, as name=value.")] = None,
    at: When_ = "",
    by: By = "",
    evidence: Evidence = "",
    corrects: Annotated[int, typer.Option(help="The number of the entry this one replaces.", min=0)] = 0,
    also: Annotated[list[str] | None, typer.Option(help="Other referrals on which it counts too.")] = None,
) -> None:
    """Record what happened. What policy or evidence forbids is refused, with the reason and what to do."""
    found = fact_from(fact, _fields(values or []), fact)
    if isinstance(found, tuple):
        refuse(*found, code=2)
    with at_desk() as desk:
        draft = Draft(found, _moment(desk, at), evidence, corrects or None)
        author = desk.author(by)
        places = [Place(desk.organization, desk.referral(each)) for each in (id, *(also or []))]
        _ended(desk, places, record_for_all(desk.desk, places, draft, author))


@app.command()
def close(
    id: Id,
    reason: Annotated[str, typer.Option(help="Why; `referloop facts referral-closed` lists the reasons.")],
    note: Annotated[str, typer.Option(help="A sentence that explains it.")] = "",
    at: When_ = "",
    by: By = "",
    evidence: Evidence = "",
) -> None:
    """Close the loop. Nothing closes while something is owed that the reason needs."""
    said = {"reason": reason, "note": note} if note else {"reason": reason}
    found = fact_from("referral-closed", said, "--reason")
    if isinstance(found, tuple):
        refuse(*found, code=2)
    with at_desk() as desk:
        draft = Draft(found, _moment(desk, at), evidence)
        places = [Place(desk.organization, desk.referral(id))]
        _ended(desk, places, record_for_all(desk.desk, places, draft, desk.author(by)))


@app.command("merge")
def merge_(
    id: Annotated[str, typer.Argument(help="The referral that goes on.")],
    double: Annotated[str, typer.Argument(help="The referral that rests in it.")],
    reason: Annotated[str, typer.Option(help="Why they are the same request.")],
    by: By = "",
) -> None:
    """Let one of two referrals rest in the other. Both histories stay; `unmerge` undoes it."""
    with at_desk() as at:
        place = Place(at.organization, at.referral(id))
        outcome = merge(at.desk, place, at.referral(double), reason, at.author(by))
        _ended(at, [place], [outcome])


@app.command("unmerge")
def unmerge_(
    id: Annotated[str, typer.Argument(help="The referral that rests in another.")],
    reason: Annotated[str, typer.Option(help="Why they are two requests after all.")],
    by: By = "",
) -> None:
    """Let a merged referral go on by itself again."""
    with at_desk() as at:
        place = Place(at.organization, at.referral(id))
        _ended(at, [place], [unmerge(at.desk, place, reason, at.author(by))])


@app.command()
def facts(word: Annotated[str, typer.Argument(help="One of them, with its fields.")] = "") -> None:
    """The words a log can hold, or the fields of one of them."""
    if not word:
        for each, kind in WORDS.items():
            say(f"{each:<28} {kind.sentence}")
        return
    if word not in WORDS:
        problem = fact_from(word, {}, word)
        refuse(*(problem if isinstance(problem, tuple) else ()), code=2)
    say(WORDS[word].sentence)
    for name, hint in declared(word).items():
        choice = next((each for each in hint.__metadata__ if hasattr(each, "words")), None)
        needed = "needed" if name in required(word) else ""
        say(f"  {name:<18} {needed:<7} {' | '.join(choice.words) if choice else ''}".rstrip())


def _fields(values: Sequence[str]) -> dict[str, Any]:
    bare = [each for each in values if "=" not in each]
    if bare:
        remedy = "Write each field as name=value, in quotes where it has spaces."
        refuse(Problem("field-form", f"word {len(bare)}", "This is no field.", remedy), code=2)
    return {name: value for name, _, value in (each.partition("=") for each in values)}


def _moment(at: At, text: str) -> When:
    """An instant, a day, or wall-clock time at the desk; now when nothing was said."""
    if not text:
        return at.desk.clock()
    try:
        moment = datetime.fromisoformat(text) if len(text) > 10 else None
        if moment and moment.tzinfo is None:
            zone = at.desk.policy(at.organization).calendar.zone
            return parse_moment(moment.replace(tzinfo=zone).isoformat())
        return parse_moment(text)
    except ValueError:
        remedy = "Write it as 2026-04-02T09:00, or the day alone as 2026-04-02."
        refuse(Problem("time-form", "--at", "The time cannot be read.", remedy), code=2)


def _ended(at: At, places: Sequence[Place], outcomes: Sequence[Standing | tuple[Problem, ...]]) -> None:
    """Say what came of it: the new step, or everything that stands against it."""
    zone = at.desk.policy(at.organization).calendar.zone
    refused = False
    for place, outcome in zip(places, outcomes, strict=True):
        if isinstance(outcome, tuple):
            refused = True
            say(f"{place.referral}: refused")
            tell(outcome)
            continue
        last: Log = outcome.log
        say(f"{place.referral}: {in_words(last.entries[-1].fact)} (entry {last.version}, {outcome.headline})")
        if outcome.step:
            say(f"  next: {outcome.step.says} ({outcome.step.owner}, due {spoken(outcome.step.due, zone)})")
    raise typer.Exit(LOOK if refused else 0)
