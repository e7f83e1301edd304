"""The root secret of a desk: made once, and made anew when others may have seen it."""

import secrets

import typer

from referloop.cli.app import app, settings
from referloop.cli.output import refuse, say
from referloop.referral.problems import Problem
from referloop.settings import Settings
from referloop.wiring.root_secret import desk_keys, make, place
from referloop.wiring.root_secret import rotate as put_in_front
from referloop.workbench.signin.keys import Keys

secret = typer.Typer(
    help="The root secret: it signs sessions and encrypts second factors.", no_args_is_help=True
)
app.add_typer(secret, name="secret")


@secret.command("make")
def make_one() -> None:
    """Make the file of the root secret, readable by its owner alone; one that is there stays."""
    chosen = settings()
    if make_secret(chosen):
        say(f"The root secret is in {place(chosen)}. Keep a copy of it apart from the backups of the books.")
    else:
        keys_of(chosen)
        say("This desk has its root secret already; nothing was changed.")


@secret.command()
def rotate() -> None:
    """Put a new root secret before the old ones. Restart `serve`, and what is stored comes under it."""
    chosen = settings()
    keys_of(chosen)
    if chosen.secret:
        remedy = "Put a new one before it there, with a comma between them, and restart `serve`."
        refuse(Problem("secret-given", "REFERLOOP_SECRET", "The environment gives the root secret.", remedy))
    put_in_front(chosen, secrets.token_urlsafe(32))
    say(f"A new root secret stands first in {place(chosen)}. Restart `serve` now; nobody is signed out.")
    say("Afterwards the older lines may be deleted: that signs out whoever signed in before.")


def make_secret(chosen: Settings) -> bool:
    """Begin the file; False where a secret is given or lies there already."""
    return make(chosen, secrets.token_urlsafe(32))


def keys_of(chosen: Settings) -> Keys:
    """The keys of this desk; otherwise the command ends saying what is wrong with its secret."""
    found = desk_keys(chosen)
    if isinstance(found, Problem):
        refuse(found)
    return found
