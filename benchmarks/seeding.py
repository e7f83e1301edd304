"""Many open referrals at once: the product's own rows, copied with new numbers, past the product."""

import time
from collections.abc import Callable, Iterator
from io import BytesIO

import apsw
import psycopg

from benchmarks.rows import Rows, filled, swaps, templates
from referloop.storage.database import Row
from referloop.storage.tables import COLUMNS

FIRST = 20_000_000  # seeded referrals have numbers from here
_AT_ONCE = 5_000
_SHARED = ("parties", "party_names")  # the same row in every referral
Say = Callable[[str], None]


def seed(kind: str, address: str, count: int, say: Say) -> None:
    """So many open referrals, with everything that belongs to them; indexes are made at the end."""
    began = time.monotonic()
    fill = _postgres if kind == "postgres" else _sqlite
    fill(address, count, say)
    say(f"{kind}: {count:,} referrals seeded in {time.monotonic() - began:.0f} s")


def _postgres(address: str, count: int, say: Say) -> None:
    blobs = [{table: _text(rows) for table, rows in each.intake.items() if rows} for each in templates()]
    with psycopg.connect(address, autocommit=True) as server:
        server.execute("SET session_replication_role = replica; SET maintenance_work_mem = '512MB'")
        server.execute("SET synchronous_commit = off")
        later = server.execute(
            "SELECT indexname, indexdef FROM pg_indexes i WHERE schemaname = current_schema()"
            " AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conname = i.indexname)"
        ).fetchall()
        for name, _ in later if count > 50_000 else ():
            server.execute(f"DROP INDEX {name}")
        for start in range(0, count, _AT_ONCE):
            _copy(server, blobs, range(start, min(start + _AT_ONCE, count)))
            if start and start % 100_000 == 0:
                say(f"postgres: {start:,} referrals in the books")
        for _, definition in later if count > 50_000 else ():
            server.execute(definition)
        server.execute("VACUUM ANALYZE")
        server.execute("CHECKPOINT")


def _copy(server: psycopg.Connection, blobs: list[dict[str, bytes]], page: range) -> None:
    parts: dict[str, list[bytes]] = {table: [] for table in COLUMNS}
    for number in page:
        kind = number % len(blobs)
        changes = [(old.encode(), new.encode()) for old, new in swaps(templates()[kind], FIRST + number)]
        for table, text in blobs[kind].items():
            if table in _SHARED and number:
                continue
            for old, new in (
                changes if table in ("evidence", "inbox", "referrals", "entries") else changes[:1]
            ):
                text = text.replace(old, new)
            parts[table].append(text)
    for table, texts in parts.items():
        if texts:
            with server.cursor().copy(f"COPY {table} ({', '.join(COLUMNS[table])}) FROM STDIN") as copy:
                copy.write(b"".join(texts))


def _text(rows: list[Row]) -> bytes:
    """Rows as COPY reads them."""
    out = BytesIO()
    for row in rows:
        out.write(b"\t".join(_field(value) for value in row) + b"\n")
    return out.getvalue()


def _field(value: object) -> bytes:
    if value is None:
        return b"\\N"
    if isinstance(value, bytes):
        # As escaped text, so that the number in it can still be found.
        return b"".join(
            b"\\\\%03o" % byte if byte > 126 or byte < 32 or byte == 92 else b"%c" % byte for byte in value
        )
    text = str(value).encode()
    for old, new in ((b"\\", b"\\\\"), (b"\t", b"\\t"), (b"\n", b"\\n"), (b"\r", b"\\r")):
        text = text.replace(old, new)
    return text


def _sqlite(address: str, count: int, say: Say) -> None:
    connection = apsw.Connection(address)
    for setting in (
        "journal_mode = MEMORY",
        "synchronous = OFF",
        "foreign_keys = OFF",
        "cache_size = -512000",
    ):
        connection.execute(f"PRAGMA {setting}")
    later = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    ).fetchall()
    for name, _ in later if count > 50_000 else ():
        connection.execute(f"DROP INDEX {name}")
    for start in range(0, count, _AT_ONCE):
        with connection:
            for table, rows in _pages(range(start, min(start + _AT_ONCE, count))):
                marks = ", ".join("?" * len(COLUMNS[table]))
                connection.executemany(
                    f"INSERT OR IGNORE INTO {table} ({', '.join(COLUMNS[table])}) VALUES ({marks})", rows
                )
        if start and start % 100_000 == 0:
            say(f"sqlite: {start:,} referrals in the books")
    for _, definition in later if count > 50_000 else ():
        connection.execute(str(definition))
    connection.execute("PRAGMA journal_mode = WAL")
    connection.close()


def _pages(page: range) -> Iterator[tuple[str, list[Row]]]:
    found: Rows = {table: [] for table in COLUMNS}
    for number in page:
        template = templates()[number % len(templates())]
        for table, rows in filled(template.intake, swaps(template, FIRST + number)):
            found[table] += rows
    yield from ((table, rows) for table, rows in found.items() if rows)
