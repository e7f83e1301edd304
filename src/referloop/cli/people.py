"""The people who work at the desk: who they are, what they may do, and how they sign in."""

import secrets
from collections.abc import Sequence
from typing import Annotated

import typer

from referloop.cli.app import app, settings
from referloop.cli.desk import At, at_desk
from referloop.cli.output import refuse, say
from referloop.cli.secret import keys_of
from referloop.referral.problems import Problem
from referloop.storage import parties, sight
from referloop.storage.access import User, add_user, user
from referloop.wiring.desk import now
from referloop.workbench.access import ROLES
from referloop.workbench.sight import OUTSIDE

people = typer.Typer(help="The people who work at the desk.", no_args_is_help=True)
app.add_typer(people, name="user")

Id = Annotated[str, typer.Argument(help="The short name this person acts under.")]
Role = Annotated[str, typer.Option(help=f"What this person may do: {', '.join(ROLES)}.")]


@people.command()
def add(
    id: Id,
    role: Role = "",
    name: Annotated[str, typer.Option(help="The full name.")] = "",
    stands_for: Annotated[
        list[str] | None,
        typer.Option(help="The requester or performer, by name, whom they are or work for; several, or ''."),
    ] = None,
) -> None:
    """Add somebody who may record facts, or change their name, their role and for whom they stand."""
    if not id or "@" in id or (role and role not in ROLES):
        remedy = f"A name has no @. Roles are: {', '.join(ROLES)}."
        refuse(Problem("user-wrong", "user", "This person cannot be added so.", remedy), code=2)
    with at_desk() as at:
        before = _known(at, id)
        was = before or User(id, id, "specialist")
        it = User(id, name or was.name, role or was.role)
        _write(at, it, known=before is not None)
        names = _stand_for(at, it, stands_for)
        others = _others(at, names)
    say(f"{id} works at the desk as {it.role}.")
    if names or it.role in OUTSIDE:
        say(f"Stands for: {'; '.join(names) or 'nobody yet, and so sees no referral'}.")
    if others:
        say(f"Referrals name them so too, with the same number: {'; '.join(others)}.")
        say("None of that counts before it is given with --stands-for as well.")


@people.command()
def end(id: Id) -> None:
    """Somebody no longer works here: within seconds nothing is open to them. `add` takes them back."""
    with at_desk() as at:
        it = _known(at, id) or _nobody()
        _write(at, User(it.id, it.name, it.role, active=False), known=True)
    say(f"{id} no longer works at the desk.")


@people.command()
def password(
    id: Id,
    make: Annotated[bool, typer.Option("--make", help="Make one by chance and show it once.")] = False,
) -> None:
    """Let somebody sign in to the workbench with a new password. Whoever used the old one is signed out."""
    from referloop.wiring.signing import login_of, open_signins, set_password

    with at_desk() as at:
        _known(at, id) or _nobody()
    if found := open_signins(settings()):
        refuse(*found)
    chosen = secrets.token_urlsafe(15) if make else _typed()
    if wrong := set_password(at.organization, id, chosen):
        refuse(*wrong)
    say(f"{id} signs in as {login_of(at.organization, id)}.")
    if make:
        say(f"Password (shown once): {chosen}")


@people.command()
def reset(id: Id) -> None:
    """Take all second factors from somebody who lost theirs, and sign them out everywhere."""
    from referloop.wiring.signed_in import reset_factors
    from referloop.wiring.signing import login_of, open_signins

    chosen = settings()
    with at_desk() as at:
        _known(at, id) or _nobody()
    if found := open_signins(chosen, keys_of(chosen)):
        refuse(*found)
    count = reset_factors(login_of(at.organization, id))
    if count is None:
        remedy = f"`referloop user password {id}` makes a sign-in."
        refuse(Problem("signin-missing", "user", "This person has no sign-in yet.", remedy))
    say(f"{id} is signed out everywhere; second factors taken away: {count}.")
    say("If the password may be known to others, set a new one: `referloop user password`.")


def _stand_for(at: At, it: User, names: list[str] | None) -> Sequence[str]:
    """For whom they stand now; one '' takes back all that was said before."""
    with at.desk.database.transaction(at.organization) as session:
        if names is not None:
            sight.stand_for(session, it.id, [each for each in names if each.strip()])
        return sight.stands_for(session, it.id)


def _others(at: At, names: Sequence[str]) -> list[str]:
    with at.desk.database.reading(at.organization) as session:
        return sorted(set().union(*parties.also(session, names).values()) - set(names))


def _typed() -> str:
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))


def _known(at: At, id: str) -> User | None:
    with at.desk.database.reading(at.organization) as session:
        return user(session, id)


def _nobody() -> User:
    remedy = "`referloop user add NAME --role ROLE` adds somebody."
    refuse(Problem("user-unknown", "user", "Nobody of this name works at this desk.", remedy))


def _write(at: At, it: User, *, known: bool) -> None:
    if known:
        from referloop.wiring.signing import change_user

        change_user(at.desk, at.organization, it)
        return
    with at.desk.database.transaction(at.organization) as session:
        add_user(session, it, now())
