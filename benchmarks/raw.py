"""The raw limit: the same rows by a bare driver, one commit each, with the same durability."""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from multiprocessing import get_context
from typing import Any

import apsw
import psycopg

from benchmarks.measure import Load, timed
from benchmarks.rows import KEYS, ORGANIZATION, filled, referral_id, swaps, templates
from referloop.storage.tables import COLUMNS

Statement = tuple[str, list[Any]]
PROCESSES = 2


def intake(number: int) -> list[Statement]:
    """One multi-row INSERT for each table."""
    template = templates()[number % len(templates())]
    rows = filled(template.intake, swaps(template, number))
    return [_insert(table, those) for table, those in rows]


def decision(number: int) -> list[Statement]:
    """The rows that a decision on a seeded referral adds, changes and removes."""
    template = templates()[number % len(templates())]
    changes = swaps(template, number)
    found = [_update(table, row) for table, rows in filled(template.changed, changes) for row in rows]
    found += [_delete(table, row) for table, rows in filled(template.removed, changes) for row in rows]
    return found + [_insert(table, rows) for table, rows in filled(template.inserted, changes)]


def one_referral(number: int) -> list[Statement]:
    """The head of a referral and its lines."""
    values = [ORGANIZATION, referral_id(templates()[number % len(templates())], number)]
    return [
        ("SELECT id, patient_id FROM referrals WHERE organization_id = ? AND id = ?", values),
        (
            "SELECT referral_id, line, hash FROM entries"
            " WHERE organization_id = ? AND referral_id = ? ORDER BY seq",
            values,
        ),
    ]


Made = Callable[[int], list[Statement]]


def _insert(table: str, rows: Sequence[Sequence[Any]]) -> Statement:
    columns = COLUMNS[table]
    marks = ", ".join(["(" + ", ".join("?" * len(columns)) + ")"] * len(rows))
    keep = (
        " ON CONFLICT DO NOTHING" if table in ("parties", "party_names") else ""
    )  # the same requester, again and again
    sql = f"INSERT INTO {table} ({', '.join(columns)}) VALUES {marks}{keep}"
    return sql, [value for row in rows for value in row]


def _update(table: str, row: Sequence[Any]) -> Statement:
    columns, keys = COLUMNS[table], KEYS[table]
    sets = ", ".join(f"{name} = ?" for name in columns[keys:])
    where = " AND ".join(f"{name} = ?" for name in columns[:keys])
    return f"UPDATE {table} SET {sets} WHERE {where}", [*row[keys:], *row[:keys]]


def _delete(table: str, row: Sequence[Any]) -> Statement:
    keys = KEYS[table]
    where = " AND ".join(f"{name} = ?" for name in COLUMNS[table][:keys])
    return f"DELETE FROM {table} WHERE {where}", list(row[:keys])


def rate(kind: str, address: str, made: Made, numbers: range, clients: int) -> Load:
    """Everything is made ready first; only the database's own work is timed."""
    if kind == "sqlite":
        return _sqlite(address, made, numbers)
    parts = [numbers[at::PROCESSES] for at in range(PROCESSES)]
    with ProcessPoolExecutor(PROCESSES, get_context("spawn")) as pool:
        futures = [pool.submit(_postgres, address, made, part, clients // PROCESSES) for part in parts]
        return Load.together([future.result() for future in futures])


def _postgres(address: str, made: Made, numbers: range, connections: int) -> Load:
    work = [[(_placed(sql), values) for sql, values in made(number)] for number in numbers]
    with ExitStack() as stack:
        open_ones = [
            stack.enter_context(
                psycopg.connect(
                    address, autocommit=True, prepare_threshold=0, cursor_factory=psycopg.RawCursor
                )
            )
            for _ in range(connections)
        ]
        shares = [iter(work[at::connections]) for at in range(connections)]
        return timed([lambda c=c, s=s: _commits(c, s) for c, s in zip(open_ones, shares, strict=True)])  # type: ignore[misc]


def _commits(connection: psycopg.Connection[Any], share: Iterator[list[Statement]]) -> Iterator[float]:
    for statements in share:
        began = time.perf_counter()
        with connection.pipeline():
            reads = statements[0][0].startswith("SELECT")
            if not reads:
                connection.execute(b"BEGIN")
            cursors = [connection.execute(sql, values) for sql, values in statements]
            if not reads:
                connection.execute(b"COMMIT")
        if reads:
            for cursor in cursors:
                cursor.fetchall()
        yield time.perf_counter() - began


def _placed(sql: str) -> str:
    pieces = sql.split("?")
    return "".join(f"{piece}${place}" for place, piece in enumerate(pieces[:-1], start=1)) + pieces[-1]


def _sqlite(address: str, made: Made, numbers: range) -> Load:
    """One connection: SQLite has one writer at a time."""
    work = [made(number) for number in numbers]
    connection = apsw.Connection(address)
    connection.set_busy_timeout(10_000)  # the server runs beside
    for setting in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "cache_size = -16000"):
        connection.execute(f"PRAGMA {setting}")
    try:
        return timed([lambda: _sqlite_commits(connection, work)])
    finally:
        connection.close()


def _sqlite_commits(connection: apsw.Connection, work: list[list[Statement]]) -> Iterator[float]:
    for statements in work:
        began = time.perf_counter()
        connection.execute("BEGIN IMMEDIATE")
        for sql, values in statements:
            connection.execute(sql, values).fetchall()
        connection.execute("COMMIT")
        yield time.perf_counter() - began
