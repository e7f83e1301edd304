"""The time zone of an organisation, changed with a warning: every deadline hangs on it."""

from typing import Annotated
from zoneinfo import ZoneInfo, available_timezones

import typer

from referloop.cli.app import app
from referloop.cli.desk import at_desk
from referloop.cli.output import refuse, say
from referloop.referral.problems import Problem
from referloop.storage.access import change_zone, organization
from referloop.storage.rule_changes import RuleChange, note_change
from referloop.wiring.desk import new_id, now


@app.command()
def zone(
    name: Annotated[str, typer.Argument(help="The new zone, by IANA name; none to see it.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="You have read what it changes.")] = False,
    why: Annotated[str, typer.Option(help="Why; kept with the change.")] = "",
    by: Annotated[str, typer.Option(help="Who does it; otherwise REFERLOOP_USER says it.")] = "",
) -> None:
    """Show the time zone, or change it: past deadlines and days of past entries are then told anew too."""
    if name and name not in available_timezones():
        remedy = "Write it by its IANA name, such as America/New_York."
        refuse(Problem("zone-unknown", "NAME", "This time zone is not known.", remedy), code=2)
    with at_desk() as at:
        with at.desk.database.reading(at.organization) as session:
            known = organization(session)
        if known and not name:
            say(known.zone)
            return
        if not yes or not why:
            says = "It moves deadlines, past ones too, and the day of entries near midnight."
            remedy = "Back up the books first; then add --yes and --why."
            refuse(Problem("zone-unread", "--yes", says, remedy), code=2)
        author = at.author(by)
        with at.desk.database.transaction(at.organization) as session:
            change_zone(session, ZoneInfo(name).key)
            note_change(session, RuleChange(new_id(), "zone", name, author.id, why, now()))
    say(f"The time zone is {name}. The watcher looks at every open referral anew.")
