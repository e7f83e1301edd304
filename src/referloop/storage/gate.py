"""What must be true of a database and of this machine before the desk opens: better closed than unsafe."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import apsw

from referloop.referral.problems import Problem
from referloop.storage.database import Session
from referloop.storage.migrations import changes
from referloop.storage.postgres import PostgresDatabase
from referloop.storage.sight import unasked
from referloop.storage.sqlite import SqliteDatabase

_SQLITE = (3, 51, 3)
_BACKPORTS = ((3, 44, 6), (3, 50, 7))  # releases of older lines that carry the same repair
_FULL, _EXTRA = 2, 3

_SETTINGS = ("fsync", "full_page_writes", "synchronous_commit")
_ROLE = """SELECT rolsuper, rolbypassrls,
 EXISTS (SELECT 1 FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p')
         AND relowner = pg_roles.oid)
 FROM pg_roles WHERE rolname = current_user"""
_UNFORCED = """SELECT c.relname FROM pg_class c
 JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'organization_id' AND NOT a.attisdropped
 WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
 AND NOT (c.relrowsecurity AND c.relforcerowsecurity) ORDER BY c.relname"""


def faults(database: SqliteDatabase | PostgresDatabase) -> tuple[Problem, ...]:
    """Everything that forbids to start; () when all is well."""
    with database.reading("") as session:
        if isinstance(database, SqliteDatabase):
            found = (*sqlite_faults(session, apsw.sqlite_lib_version()), *zone_faults())
        else:
            found = (*postgres_faults(session), *zone_faults())
    return found or tuple(_board_faults(database))


def sqlite_faults(session: Session, version: str) -> Iterator[Problem]:
    if not sqlite_is_safe(version):
        says = f"SQLite {version} can lose committed work when two connections share a database."
        yield Problem("sqlite-too-old", "SQLite", says, "Install apsw 3.51.3 or later.")
    mode, level = session.ask(("PRAGMA journal_mode", ()), ("PRAGMA synchronous", ()))
    if mode[0][0] != "wal":
        says = f"The journal mode is {mode[0][0]}, not WAL."
        yield Problem("journal-mode", "SQLite", says, "Keep the books in a file on a local disk.")
    if level[0][0] not in (_FULL, _EXTRA):
        says = "Commits are not synchronised: a loss of power would lose accepted messages."
        yield Problem("not-durable", "SQLite, synchronous", says, "Set it to FULL or EXTRA.")
    yield from _schema_faults(
        session, "sqlite", "SELECT name FROM sqlite_schema WHERE name = 'schema_changes'"
    )


def sqlite_is_safe(version: str) -> bool:
    """Whether this SQLite carries the repair of the write-ahead log's reset."""
    numbers = tuple(int(part) for part in version.split("."))
    return numbers >= _SQLITE or any(numbers[:2] == line[:2] and numbers >= line for line in _BACKPORTS)


def postgres_faults(session: Session) -> Iterator[Problem]:
    settings = [(f"SELECT current_setting('{name}')", ()) for name in _SETTINGS]
    *values, role, unforced = session.ask(*settings, (_ROLE, ()), (_UNFORCED, ()))
    yield from setting_faults({name: rows[0][0] for name, rows in zip(_SETTINGS, values, strict=True)})
    yield from role_faults(*role[0])
    for (table,) in unforced:
        says = "Row-level security is not enabled and forced."
        remedy = f"Run ALTER TABLE {table} ENABLE, then FORCE ROW LEVEL SECURITY as its owner."
        yield Problem("rows-unprotected", f"table {table}", says, remedy)
    yield from _schema_faults(session, "postgres", "SELECT 1 WHERE to_regclass('schema_changes') IS NOT NULL")


def setting_faults(settings: Mapping[str, str]) -> Iterator[Problem]:
    """Settings of the server under which an acknowledged commit may be lost."""
    for name in ("fsync", "full_page_writes"):
        if settings[name] != "on":
            says = f"{name} is {settings[name]}: a crash could corrupt the books."
            yield Problem(
                "not-durable", f"PostgreSQL, {name}", says, f"Set {name} = on and restart the server."
            )
    if (value := settings["synchronous_commit"]) in ("off", "local"):
        says = f"synchronous_commit is {value}: an acknowledged message could be lost."
        remedy = "Set synchronous_commit = on for the server, the database and the role."
        yield Problem("not-durable", "PostgreSQL, synchronous_commit", says, remedy)


def role_faults(superuser: bool, bypasses: bool, owns: bool) -> Iterator[Problem]:
    """A role that row-level security does not bind, or that could lift it."""
    remedy = "Connect as a member of referloop_app, which migrations make."
    if superuser:
        yield Problem("role-too-strong", "PostgreSQL, role", "The role is a superuser.", remedy)
    if bypasses:
        yield Problem(
            "role-too-strong", "PostgreSQL, role", "The role may pass row-level security by.", remedy
        )
    if owns:
        yield Problem("role-too-strong", "PostgreSQL, role", "The role owns tables of the books.", remedy)


def _schema_faults(session: Session, dialect: str, there: str) -> Iterator[Problem]:
    known: set[str] = set()
    if session.ask((there, ()))[0]:
        known = {row[0] for row in session.ask(("SELECT name FROM schema_changes", ()))[0]}
    ours = [name for name, _ in changes(dialect)]
    for name in ours:
        if name not in known:
            says = f"The change {name} has not been made."
            yield Problem(
                "schema-behind", "schema", says, "Run `referloop migrate` as the owner of the schema."
            )
    for name in sorted(known - set(ours)):
        says = f"The change {name} was made by a later release."
        yield Problem("schema-ahead", "schema", says, "Run that release, or restore the copy from before it.")


def _board_faults(database: SqliteDatabase | PostgresDatabase) -> Iterator[Problem]:
    """Books from before sight was kept: whoever is not of the desk would find nothing of theirs."""
    for organization in database.organizations():
        with database.reading(organization) as session:
            if unasked(session):
                says = "The board does not say yet who asked for each referral."
                remedy = f"Run `REFERLOOP_ORGANIZATION={organization} referloop rebuild-board`."
                yield Problem("board-behind", f"organisation {organization}", says, remedy)


def zone_faults() -> Iterator[Problem]:
    """Whether the time-zone data in use knows the changes of 2026: Manitoba stays on daylight time."""
    winter = datetime(2026, 12, 1, 9, tzinfo=ZoneInfo.no_cache("America/Winnipeg"))
    if winter.utcoffset() != timedelta(hours=-5):
        says = "The time-zone data is older than 2026.1: appointments would be an hour off."
        remedy = "Install tzdata 2026.1 or later, and set PYTHONTZPATH to nothing so that it is the one used."
        yield Problem("zones-too-old", "time zones", says, remedy)
