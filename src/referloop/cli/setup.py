"""Beginning a desk: the database, the organisation, its first person and the tokens of its partners."""

import secrets
from datetime import timedelta
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import psycopg
import typer

from referloop.cli.app import app, settings
from referloop.cli.desk import at_desk
from referloop.cli.output import refuse, say
from referloop.cli.secret import keys_of, make_secret
from referloop.referral.problems import Problem
from referloop.settings import Settings
from referloop.storage.access import (
    SCOPES,
    Organization,
    User,
    add_organization,
    add_token,
    add_user,
    organization,
    revoke_tokens,
)
from referloop.storage.migrations import migrate_postgres, migrate_sqlite
from referloop.storage.sqlite import SqliteDatabase
from referloop.wiring.desk import now, open_database

token = typer.Typer(help="Access tokens of the systems that send referrals.", no_args_is_help=True)
app.add_typer(token, name="token")


@app.command()
def init(
    name: Annotated[str, typer.Option(help="The organisation's name, for people.")] = "Referral desk",
    zone: Annotated[str, typer.Option(help="Its time zone, by IANA name.")] = "America/New_York",
    holidays: Annotated[str, typer.Option(help="Whose holidays: US, US-CA, GB-ENG, or '' for none.")] = "US",
    user: Annotated[str, typer.Option(help="The administrator, who adds the others.")] = "admin",
) -> None:
    """Begin the books: database, organisation, administrator, token, root secret. Safe to run again."""
    if not _is_zone(zone):
        remedy = "Write it by its IANA name, such as America/New_York."
        refuse(Problem("zone-unknown", "--zone", "This time zone is not known.", remedy), code=2)
    chosen = settings()
    applied = migrate_all(chosen)
    make_secret(chosen)
    keys_of(chosen)
    secret = begin(chosen, Organization(chosen.organization, name, zone, holidays), user)
    say(f"Books: {chosen.database} ({len(applied)} changes applied).")
    if secret:
        say(f"Organisation: {chosen.organization}. Administrator: {user}.")
        say(f"Token (shown once): {secret}")
        say(f"Next: `referloop user password {user} --make`, then `referloop serve`.")
        say("The administrator adds people under Settings; here `referloop user add` does.")
    else:
        say(f"Organisation: {chosen.organization}.")
        say("It was there already; `referloop token create` makes another token.")


def migrate_all(chosen: Settings) -> list[str]:
    """Bring the schema up to date; returns what was applied."""
    if not chosen.database.startswith("sqlite:"):
        from referloop.wiring.signing import migrate_signins

        try:
            applied = migrate_postgres(chosen.admin_database or chosen.database)
            migrate_signins(chosen)  # SQLite's are made when they are first needed
            return applied
        except psycopg.errors.InsufficientPrivilege:
            remedy = "Set REFERLOOP_ADMIN_DATABASE to the address of the schema's owner."
            refuse(Problem("migrate-not-owner", "database", "This role may not change the schema.", remedy))
        except psycopg.OperationalError:
            remedy = "Look at the address, and whether the server runs and lets this user in."
            refuse(Problem("database-away", "database", "The database cannot be reached.", remedy))
    path = chosen.database.removeprefix("sqlite:")
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    database = SqliteDatabase(path)
    try:
        return migrate_sqlite(database)
    finally:
        database.close()


def begin(chosen: Settings, it: Organization, person: str) -> str:
    """The organisation with its first person; returns its first token, "" when it was there already."""
    database, at = open_database(chosen), now()
    try:
        with database.transaction(it.id) as session:
            if organization(session):
                return ""
            secret = secrets.token_urlsafe(32)
            add_organization(session, it, at)
            add_user(session, User(person, person, "administrator"), at)
            add_token(session, secret, "first", sorted(SCOPES), at, None)
        return secret
    finally:
        database.close()


@app.command()
def migrate() -> None:
    """Bring the database up to this version; on PostgreSQL as the owner, REFERLOOP_ADMIN_DATABASE."""
    applied = migrate_all(settings())
    say(f"Applied: {', '.join(applied)}." if applied else "The database is up to date.")


@token.command("create")
def token_create(
    client: Annotated[str, typer.Argument(help="The system that will use it, such as northside-ehr.")],
    scope: Annotated[list[str] | None, typer.Option(help="What it may do; several may be given.")] = None,
    days: Annotated[int, typer.Option(help="Days until it expires; 0 for never.", min=0)] = 365,
) -> None:
    """Make an access token. It is shown once and stored nowhere."""
    scopes = scope or sorted(SCOPES)
    if not set(scopes) <= SCOPES:
        remedy = f"Use: {', '.join(sorted(SCOPES))}."
        refuse(Problem("scope-unknown", "--scope", "There is no such scope.", remedy), code=2)
    secret = secrets.token_urlsafe(32)
    with at_desk() as at, at.desk.database.transaction(at.organization) as session:
        moment = now()
        add_token(session, secret, client, scopes, moment, moment + timedelta(days=days) if days else None)
    say(secret)


@token.command("revoke")
def token_revoke(
    client: Annotated[str, typer.Argument(help="The system whose tokens end now.")],
) -> None:
    """End all tokens of a system at once."""
    with at_desk() as at, at.desk.database.transaction(at.organization) as session:
        count = revoke_tokens(session, client, now())
    say(f"Revoked: {count}.")
    raise typer.Exit(0 if count else 1)


def _is_zone(name: str) -> bool:
    try:
        return bool(ZoneInfo(name))
    except (OSError, ValueError, KeyError):
        return False
