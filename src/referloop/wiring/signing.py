"""Sign-ins: their database, their passwords, and which of the desk's people each one stands for."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
from django.contrib.auth import get_user_model
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from psycopg.conninfo import conninfo_to_dict

from referloop.referral.problems import Problem
from referloop.settings import Settings
from referloop.storage.access import User, organization, user
from referloop.wiring.desk import Desk
from referloop.wiring.signed_in import renew
from referloop.workbench.signin.keys import PAGES, Keys
from referloop.workbench.signin.mounted import Member, Ready
from referloop.workbench.site import configure

_SCHEMA = "signin"
KNOWN_FOR = timedelta(seconds=10)  # who is sent away is out that soon
# The SQLite that Python links may be one whose WAL mode can lose commits; its few writes do without.
_PRAGMAS = "PRAGMA journal_mode=DELETE; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"


def place(chosen: Settings, *, owner: bool = False) -> dict[str, Any]:
    """Where the sign-ins are, as Django wants to know it; as the schema's owner or as the application."""
    where = chosen.signin_database or chosen.database
    if where.startswith("sqlite:"):
        path = Path(where.removeprefix("sqlite:"))
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(path if chosen.signin_database else path.with_name("signin.sqlite3")),
            "CONN_MAX_AGE": None,
            "OPTIONS": {"timeout": 10, "transaction_mode": "IMMEDIATE", "init_command": _PRAGMAS},
        }
    address = chosen.admin_database if owner and chosen.admin_database else where
    given = {name: value for name, value in conninfo_to_dict(address).items() if value is not None}
    named = {key: given.pop(name, "") for key, name in _NAMES.items()}
    given["options"] = f"{given.get('options', '')} -c search_path={_SCHEMA}".strip()
    return {
        "ENGINE": "django.db.backends.postgresql", "CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True,
        "OPTIONS": given, **named,
    }  # fmt: skip


_NAMES = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}


def page_secrets(keys: Keys) -> list[str]:
    """What sessions are signed with."""
    return [each.hex() for each in keys.derived(PAGES)]


def open_signins(chosen: Settings, keys: Keys | None = None) -> tuple[Problem, ...]:
    """Ready the database of sign-ins for use: SQLite's is brought up to date, PostgreSQL's must be.

    With keys, what is encrypted in it is brought under the newest of them.
    """
    configure(place(chosen), secrets=page_secrets(keys) if keys else ())
    try:
        if not _pending():
            call_command("clearsessions")
            if keys:
                renew(keys)
            return ()
    except DatabaseError:
        remedy = "Run `referloop migrate`, and see that the server runs and lets this user in."
        return (Problem("signin-away", "sign-ins", "The database of sign-ins cannot be used.", remedy),)
    if connection.vendor == "postgresql":
        says = "The database of sign-ins is not of this version."
        return (Problem("signin-old", "sign-ins", says, "Run `referloop migrate`."),)
    _bring_up()
    return ()


def migrate_signins(chosen: Settings) -> None:
    """Bring the database of sign-ins up to date; on PostgreSQL as the schema's owner."""
    configure(place(chosen, owner=True))
    if connection.vendor != "postgresql":
        _bring_up()
        return
    address = chosen.admin_database or chosen.signin_database or chosen.database
    with psycopg.connect(address, autocommit=True) as owner:
        owner.execute(f"CREATE SCHEMA IF NOT EXISTS {_SCHEMA}")
        _bring_up()
        owner.execute(f"GRANT USAGE ON SCHEMA {_SCHEMA} TO referloop_app")
        all_of = f"IN SCHEMA {_SCHEMA} TO referloop_app"
        owner.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES {all_of}")
        owner.execute(f"GRANT USAGE ON ALL SEQUENCES {all_of}")
    connection.close()
    configure(place(chosen))


def set_password(organization: str, id: str, password: str) -> tuple[Problem, ...]:
    """Make or change the sign-in of somebody at the desk, after `open_signins`; or say what is wrong with it.

    Whoever is signed in with the old one is signed out.
    """
    kind = get_user_model()
    login = login_of(organization, id)
    account = kind.objects.filter(username__iexact=login).first() or kind(username=login)
    try:
        validate_password(password, account)
    except ValidationError as wrong:
        remedy = "Choose another, of twelve characters or more."
        return tuple(Problem("password-weak", "password", says, remedy) for says in wrong.messages)
    account.set_password(password)
    account.save()
    return ()


def login_of(organization: str, id: str) -> str:
    return f"{id}@{organization}"


def members(desk: Desk) -> Callable[[str, str], Member | None]:
    """Who somebody is at an organisation, None when they do not work there now; remembered for seconds."""
    known: dict[tuple[str, str], tuple[datetime, Member | None]] = {}

    def member(name: str, id: str) -> Member | None:
        at = desk.clock()
        found = known.get((name, id))
        if found is None or at - found[0] >= KNOWN_FOR:
            found = known[name, id] = (at, _member(desk, name, id))
        return found[1]

    return member


def ready(desk: Desk, name: str) -> Sequence[Ready]:
    """Everybody of a demonstration."""
    with desk.database.reading(name) as session:
        sql = "SELECT id, name, role FROM users WHERE organization_id = ? AND active = 1 ORDER BY role, id"
        rows = session.ask((sql, (name,)))[0]
    return [Ready(login_of(name, id), person, role) for id, person, role in rows]


def change_user(desk: Desk, name: str, it: User) -> bool:
    """Write a person's name, role and whether they work here anew; whether there is such a person."""
    sql = "UPDATE users SET name = ?, role = ?, active = ? WHERE organization_id = ? AND id = ?"
    with desk.database.transaction(name) as session:
        return bool(session.write((sql, (it.name, it.role, int(it.active), name, it.id)))[0])


def _member(desk: Desk, name: str, id: str) -> Member | None:
    with desk.database.reading(name) as session:
        found, at = user(session, id), organization(session)
    if found is None or at is None or not found.active:
        return None
    return Member(at.name, found.name, found.role, ZoneInfo(at.zone))


def _pending() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _bring_up() -> None:
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
