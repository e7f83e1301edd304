"""Each figure with its raw limit and its target, for one database at one size."""

import os
import platform
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import psycopg

from benchmarks import importing, pages, raw, work
from benchmarks.clients import Target, drive
from benchmarks.measure import Load
from benchmarks.rows import NOW, ORGANIZATION, founded
from benchmarks.seeding import FIRST, seed
from benchmarks.server import Running, serving
from benchmarks.traffic import placer_name
from chaos.places import Place, places
from referloop.storage.counts import mend
from referloop.storage.database import Database

Say = Callable[[str], None]
MOST_MEMORY = 250 * 1024 * 1024


@dataclass(frozen=True)
class Figure:
    """`at_least` is the share of the raw limit that is the target, 0 for none."""

    database: str
    size: int
    name: str
    per_second: float
    p95_ms: float = 0.0
    raw: float = 0.0
    at_least: float = 0.0
    target: str = ""  # in words, where it is no share of a raw limit
    kept: bool = True
    says: str = ""

    @property
    def ratio(self) -> float:
        return self.per_second / self.raw if self.raw else 0.0


@dataclass(frozen=True)
class Effort:
    """How long each figure is looked at."""

    seconds: float = 5.0
    raw_rows: int = 3_000
    clients: tuple[int, ...] = (1, 8, 32)


def measured(
    kind: str, sizes: Sequence[int], effort: Effort, say: Say, *, pages_alone: bool = False
) -> Iterator[Figure]:
    """All figures of one database, with few and with many open referrals in it.

    Each figure is taken at all sizes before the next, so that what else the machine does meets them alike.
    """
    with tempfile.TemporaryDirectory(prefix="referloop-bench-") as name, places(kind, Path(name)) as found:
        benches = []
        for size, books in zip(sizes, found, strict=False):
            books.migrate()
            _founded(books)
            seed(kind, books.address, size, say)
            _counted(books)
            benches.append(_Bench(kind, size, books, Path(name), effort))
        others = (_Bench.intake, _Bench.decisions, _Bench.reading, _Bench.rebuilding)
        for figures in (_Bench.pages, *(() if pages_alone else others)):
            for bench in benches:
                yield from figures(bench)


def _founded(books: Place) -> None:
    database = books.open()
    founded(database)
    database.close()


def _counted(books: Place) -> None:
    """The rows were written past the product: they are left as its watcher leaves them, and counted.

    Copies of sixteen fall due in the same few minutes; what does so within hours is overdue at once.
    """
    database = books.open()
    with database.transaction(ORGANIZATION) as session:
        sql = "UPDATE board SET late = 1, look_at = ? WHERE organization_id = ? AND due_at <= ?"
        session.write((sql, (NOW + timedelta(days=1), ORGANIZATION, NOW + timedelta(hours=2))))
    mend(database, ORGANIZATION)
    database.close()
    if books.kind == "postgres":
        with psycopg.connect(books.address, autocommit=True) as server:
            server.execute("VACUUM ANALYZE board")


@dataclass
class _Bench:
    kind: str
    size: int
    books: Place
    folder: Path
    effort: Effort
    next_number: int = 30_000_000

    def fresh(self, count: int) -> range:
        first, self.next_number = self.next_number, self.next_number + count
        return range(first, self.next_number)

    def pages(self) -> Iterator[Figure]:
        found, memory = pages.opened(
            self.kind, self.books.address, self.folder, self.size, self.effort.seconds
        )
        for it in found:
            says = (
                f"p50 {it.p50_ms:.1f} ms, {it.statements} statements, {it.bytes / 1024:.0f} KiB,"
                f" {it.server_ms:.1f} ms of a core in the server, {it.client_ms:.2f} in the client"
            )
            if it.errors:
                says = f"{len(it.errors)} errors ({it.errors[0][:80]})"
            yield Figure(
                self.kind, self.size, f"page: {it.page}", it.per_second, it.p95_ms, it.raw,
                target=pages.target_of(it.page), kept=it.kept, says=says,
            )  # fmt: skip
        yield self._memory_figure(memory)

    def intake(self) -> Iterator[Figure]:
        """The mean of raw limits before, between and after: what else a machine does varies."""
        limits = [self.raw_intake()]
        loads: dict[str, Load] = {}
        address = self.books.address if self.kind == "postgres" else f"sqlite:{self.books.address}"
        workers, threads = (2, 4) if self.kind == "postgres" else (1, 4)
        with serving(address, self.folder, workers=workers, threads=threads) as server:
            self._drive(server, "fhir", 8)
            for clients in self.effort.clients:
                name = f"FHIR intake, {clients} client{'s' * (clients > 1)}"
                loads[name] = self._drive(server, "fhir", clients)
                limits.append(self.raw_intake())
            if server.mllp_port:
                loads["MLLP intake, 8 clients"] = self._drive(server, "mllp", 8)
            memory = server.memory()
        limit = sum(limits) / len(limits)
        for name, load in loads.items():
            yield self._intake_figure(name, load, limit)
        yield self._memory_figure(memory)

    def raw_intake(self) -> float:
        numbers = self.fresh(self.effort.raw_rows)
        return self._raw(raw.intake, numbers).per_second

    def _raw(self, made: raw.Made, numbers: range) -> Load:
        load = raw.rate(self.kind, self.books.address, made, numbers, 8)
        if load.errors:
            raise SystemExit(f"the raw limit could not be measured: {load.errors[0]}")
        return load

    def _drive(self, server: Running, says: str, clients: int) -> Load:
        first = self.fresh(1_000_000)[0]
        port = server.mllp_port if says == "mllp" else server.port
        load = drive(Target(port, says), clients, self.effort.seconds, first)
        absent = set(load.answered) - self._on_board(first, says)
        load.errors += [f"answered, and not on the board: {number}" for number in absent]
        return load

    def _on_board(self, first: int, says: str) -> set[int]:
        sql = (
            "SELECT n.name FROM referral_names n JOIN board b ON b.organization_id = n.organization_id"
            " AND b.referral_id = n.referral_id WHERE n.organization_id = ? AND n.name >= ? AND n.name < ?"
        )
        database: Database = self.books.open()
        try:
            with database.reading(ORGANIZATION) as session:
                between = (ORGANIZATION, placer_name(first, says), placer_name(first + 1_000_000, says))
                return {int(row[0][-8:]) for row in session.ask((sql, between))[0]}
        finally:
            database.close()

    def _intake_figure(self, name: str, load: Load, limit: float) -> Figure:
        eight = ", 8 clients" in name and name.startswith("FHIR")
        target = (1 / 8 if self.kind == "postgres" else 1 / 4) if eight else 0.0
        says = f"{len(load.errors)} errors ({load.errors[0][:80]})" if load.errors else ""
        kept = not load.errors and load.per_second >= target * limit
        return Figure(self.kind, self.size, name, load.per_second, load.p95_ms, limit, target, "", kept, says)

    def _memory_figure(self, memory: dict[int, int]) -> Figure:
        most = max(memory.values())
        says = " + ".join(f"{each / 2**20:.0f}" for each in memory.values()) + " MiB in its processes"
        return Figure(
            self.kind,
            self.size,
            "memory of a process",
            0,
            target="250 MiB",
            kept=most <= MOST_MEMORY,
            says=says,
        )

    def decisions(self) -> Iterator[Figure]:
        """One half of the seeded referrals for the product, the other for the bare driver."""
        half = self.size // 2
        load = work.rate(
            self.kind, self.books.address, work.decide, range(FIRST, FIRST + half), self.effort.seconds
        )
        theirs = range(FIRST + half, FIRST + half + min(half, self.effort.raw_rows))
        limit = self._raw(raw.decision, theirs).per_second
        yield self._figure("decision append, 8 clients", load, limit, 1 / 8)

    def reading(self) -> Iterator[Figure]:
        numbers = range(FIRST, FIRST + self.size)
        load = work.rate(self.kind, self.books.address, work.look_at, numbers, self.effort.seconds)
        spread = numbers[:: max(self.size // (3 * self.effort.raw_rows), 1)]
        limit = self._raw(raw.one_referral, spread).per_second
        yield self._figure("one referral with its log, 8 clients", load, limit, 1 / 12)

    def _figure(self, name: str, load: Load, limit: float, share: float) -> Figure:
        target = share if self.kind == "postgres" else 0.0
        says = f"{len(load.errors)} errors ({load.errors[0][:80]})" if load.errors else ""
        kept = not load.errors and load.per_second >= target * limit
        return Figure(self.kind, self.size, name, load.per_second, load.p95_ms, limit, target, "", kept, says)

    def rebuilding(self) -> Iterator[Figure]:
        load = work.rebuilding(self.kind, self.books.address, 3 * self.effort.seconds)
        yield Figure(self.kind, self.size, "board rebuilt, referrals", load.per_second)


def unstored(effort: Effort) -> Iterator[Figure]:
    """What needs no database."""
    load = work.obligations(work.policy_of_templates(), effort.seconds)
    yield Figure("none", 0, "obligations, one core", load.per_second)


def imports(kind: str, lines: int, say: Say) -> Iterator[Figure]:
    """A file of so many Bundles into empty books."""
    with (
        tempfile.TemporaryDirectory(prefix="referloop-bench-") as name,
        places(kind, Path(name)) as (books, _),
    ):
        books.migrate()
        _founded(books)
        path = Path(name) / "referrals.ndjson"
        importing.made(path, lines, 40_000_000)
        say(f"{kind}: importing {lines:,} lines")
        address = books.address if kind == "postgres" else f"sqlite:{books.address}"
        found = importing.imported(address, path, lines)
        peak, early, late = (f"{each / 2**20:.0f}" for each in (found.peak, found.early, found.late))
        says = f"peak {peak} MiB of all processes, first fifth {early}, last fifth {late}"
        if found.status:
            says = f"ended with {found.status}: {found.told[-200:]}"
        kept = not found.status and found.per_second >= 2_000
        yield Figure(
            kind, 0, f"import of {lines:,} lines", found.per_second, target="2,000/s", kept=kept, says=says
        )


def machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores, {memory:.0f} GiB, Python {platform.python_version()}, {sys.platform}"
