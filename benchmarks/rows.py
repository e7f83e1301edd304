"""The rows that one referral and one decision come to, taken from the product's own code and filled anew."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from itertools import count

from benchmarks.traffic import KINDS_OF_REFERRAL, MARK, bundle
from referloop.exchange.fhir.server import Call
from referloop.policy.in_force import PolicyInForce
from referloop.referral.entry import Author, Draft, chained
from referloop.referral.facts.intake import ReferralTriaged
from referloop.referral.kinds import ReferralId
from referloop.storage.access import Organization, add_organization, add_token
from referloop.storage.database import Database, Row
from referloop.storage.migrations import migrate_sqlite
from referloop.storage.sqlite import SqliteDatabase
from referloop.storage.tables import COLUMNS
from referloop.wiring.desk import Desk, shipped_policy
from referloop.wiring.fhir import Front, answer
from referloop.wiring.recording import Place, record

ORGANIZATION = "bench"
TOKEN = "bench-token"
DECIDER = Author("person", "bench", "specialist")
_STARTED = "REFERLOOP_BENCH_STARTED"  # the processes of a run agree on when it began
NOW = datetime.fromisoformat(os.environ.setdefault(_STARTED, datetime.now(UTC).isoformat()))
DECISION = ReferralTriaged(note="Seen by the desk")
KEYS = {"board": 2, "obligations": 4, "referrals": 2}  # how many of the first columns name a row
Rows = dict[str, list[Row]]


@dataclass(frozen=True)
class Template:
    """Rows with `MARK` in them: what intake inserts, and what a decision inserts, changes and removes."""

    intake: Rows
    inserted: Rows
    changed: Rows
    removed: Rows


def founded(database: Database, at: datetime = NOW) -> None:
    """The organisation of the run and its token."""
    with database.transaction(ORGANIZATION) as session:
        add_organization(session, Organization(ORGANIZATION, "The bench's desk", "America/New_York"), at)
        add_token(session, TOKEN, "client1", ("referral.write", "referral.read"), at, None)


def call(body: bytes) -> Call:
    headers = {"authorization": f"Bearer {TOKEN}", "content-type": "application/fhir+json"}
    return Call(method="POST", path="", headers=headers, body=body, base="http://bench/fhir")


@cache
def templates() -> list[Template]:
    """One of each kind, received one after the other in the last minutes."""
    requirements = shipped_policy()
    policies: dict[str, PolicyInForce] = {}  # the calendar is slow to make
    found = []
    for kind in range(KINDS_OF_REFERRAL):
        database = SqliteDatabase(":memory:")
        migrate_sqlite(database)
        founded(database)
        at = NOW - timedelta(minutes=kind)
        ids = count(1)
        desk = Desk(
            database,
            lambda at=at: at,  # type: ignore[misc]
            lambda ids=ids: f"{MARK}{next(ids):08}",  # type: ignore[misc]
            requirements,
            _policies=policies,
        )
        found.append(_template(desk, kind))
        database.close()
    return found


def _template(desk: Desk, kind: int) -> Template:
    reply = answer(Front(desk, b"bench"), call(bundle(kind)))
    if reply.status != 200:
        raise SystemExit(f"the bench's own message was refused: {reply.status} {reply.body.decode()[:2000]}")
    before = _all_rows(desk.database)
    referral = ReferralId(before["referrals"][0][1])
    outcome = record(desk, Place(ORGANIZATION, referral), Draft(DECISION, desk.clock()), DECIDER)
    if isinstance(outcome, tuple):
        raise SystemExit(f"the bench's own decision was refused: {outcome}")
    after = _all_rows(desk.database)
    inserted: Rows = {}
    changed: Rows = {}
    removed: Rows = {}
    for table, rows in after.items():
        keys = KEYS.get(table, len(COLUMNS[table]))
        old = {row[:keys]: row for row in before[table]}
        new = {row[:keys]: row for row in rows}
        inserted[table] = [row for key, row in new.items() if key not in old]
        changed[table] = [row for key, row in new.items() if key in old and old[key] != row]
        removed[table] = [row for key, row in old.items() if key not in new]
    return Template(before, inserted, changed, removed)


def _all_rows(database: Database) -> Rows:
    with database.reading(ORGANIZATION) as session:
        return {
            table: session.ask((f"SELECT {', '.join(columns)} FROM {table}", ()))[0]
            for table, columns in COLUMNS.items()
        }


def filled(rows: Rows, swaps: Iterable[tuple[str, str]]) -> Iterator[tuple[str, list[Row]]]:
    """The rows of each table that has any, with every `old` replaced by its `new`."""
    texts = list(swaps)
    as_bytes = [(old.encode(), new.encode()) for old, new in texts]
    for table, those in rows.items():
        if those:
            yield table, [tuple(_swapped(value, texts, as_bytes) for value in row) for row in those]


def _swapped(value: object, texts: list[tuple[str, str]], as_bytes: list[tuple[bytes, bytes]]) -> object:
    if isinstance(value, str):
        for old, new in texts:
            value = value.replace(old, new)
    elif isinstance(value, bytes):
        for before, after in as_bytes:
            value = value.replace(before, after)
    return value


def swaps(template: Template, number: int) -> list[tuple[str, str]]:
    """What makes a template a referral of its own: its number, and the digests that follow from it."""
    mark = f"{number:08}"
    found = [(MARK, mark)]
    for row in template.intake["evidence"]:
        found.append((row[1], sha256(bytes(row[3]).replace(MARK.encode(), mark.encode())).hexdigest()))
    previous = "0" * 64
    for row in template.intake["entries"] + template.inserted["entries"]:
        previous = chained(previous, row[6].replace(MARK, mark))
        found.append((row[7], previous))
    return found


def referral_id(template: Template, number: int) -> str:
    return str(template.intake["referrals"][0][1]).replace(MARK, f"{number:08}")
