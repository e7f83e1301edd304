"""The count at the end, from the stored rows: nothing acknowledged lost, nothing doubled, nothing stuck."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from chaos.ledger import Ledger
from chaos.places import Place
from chaos.traffic import SYSTEM
from chaos.victim import ORGANIZATION
from referloop.policy.in_force import PolicyInForce
from referloop.referral.log import entry_of
from referloop.storage.database import Database, Row
from referloop.storage.verify import verify


@dataclass(frozen=True, slots=True)
class Found:
    """How much of what was acknowledged is gone, how much is there twice, and everything else amiss."""

    lost: int
    doubled: int
    faults: tuple[str, ...]
    entries: int
    misses: int


def check(books: Place, schema: Place, ledger: Ledger, policy: PolicyInForce, at: datetime) -> Found:
    """Compare what the outside world was promised with what the books hold."""
    database = books.open()
    try:
        rows = _Rows(database)
        kept = Counter(rows.of("inbox", "digest"))
        lines = rows.of("entries", "line")
        marks = Counter(marks_in(lines))
        times = [kept[sha256(it.frame).hexdigest()] for it in ledger.messages.values()]
        times += [marks[it.mark] for it in ledger.messages.values()]
        times += [marks[mark] for mark in ledger.decided]
        faults = [*ledger.faults, *_unique(rows, ledger), *_outbox(rows, ledger)]
        misses = _misses(rows)
        faults += _doubled_misses(misses)
        faults += ["something was never acknowledged"] * len(ledger.owing)
        verdict = verify(database, ORGANIZATION, policy, at)
        faults += [f"{each.code} at {each.where}: {each.says}" for each in verdict.problems]
    finally:
        database.close()
    if schema.migrate():
        faults.append("a migration that was done is not recorded")
    lost = sum(count == 0 for count in times)
    return Found(lost, sum(count - 1 for count in times if count), tuple(faults), len(lines), len(misses))


class _Rows:
    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, table: str, column: str) -> list[str]:
        return [row[0] for row in self.rows(table, column)]

    def rows(self, table: str, columns: str, condition: str = "1 = 1") -> list[Row]:
        sql = f"SELECT {columns} FROM {table} WHERE organization_id = ? AND {condition}"
        with self._database.reading(ORGANIZATION) as session:
            return session.ask((sql, (ORGANIZATION,)))[0]


def marks_in(lines: list[str]) -> Iterator[str]:
    """Each mark has a fixed width: a word, six digits and an end."""
    for line in lines:
        for word in ("mark ", "note "):
            place = line.find(word)
            if place >= 0 and line[place + 11 : place + 16] == " ends":
                yield line[place : place + 16]


def _unique(rows: _Rows, ledger: Ledger) -> Iterator[str]:
    """One referral for each number of its placer, one person for each number of a patient."""
    named = Counter(name for name in rows.of("referral_names", "name") if name.startswith("placer|"))
    for placer in {it.placer for it in ledger.messages.values()}:
        if named[f"placer|{SYSTEM}|{placer}"] != 1:
            yield f"placer number {placer} has {named[f'placer|{SYSTEM}|{placer}']} referrals"
    wanted = (
        ("referrals", len({it.placer for it in ledger.messages.values()})),
        ("people", len({it.patient for it in ledger.messages.values()})),
    )
    for table, count in wanted:
        if (there := len(rows.of(table, "id"))) != count:
            yield f"{there} {table} instead of {count}"
    for state, count in Counter(rows.of("inbox", "state")).items():
        if state != "done":
            yield f"{count} messages are {state} in the inbox"


def _outbox(rows: _Rows, ledger: Ledger) -> Iterator[str]:
    """Every effect left at least once under one key with one payload, and none that nobody decided."""
    there = {
        id: (bytes(payload).decode(), state)
        for id, payload, state in rows.rows("outbox", "id, payload, state")
    }
    effects = Counter(payload for payload, _ in there.values())
    ordered = {it.mark for it in ledger.decided.values() if it.order == "order"}
    if set(effects) != ordered or any(count != 1 for count in effects.values()):
        yield "the outbox does not hold one effect for each decision that has one"
    for key, payloads in ledger.received.items():
        if {each.decode() for each in payloads} != {there[key][0] if key in there else None}:
            yield f"{key} was received with another payload, or without a decision"
    for key, (_, state) in there.items():
        if state != "done" or key not in ledger.received:
            yield f"{key} is {state} in the outbox"


def _misses(rows: _Rows) -> Counter[tuple[str, str, str]]:
    """How often each miss stands in the log of its referral."""
    found = rows.rows("entries", "referral_id, occurred_at, line", "word = 'deadline-missed'")
    return Counter((referral, str(at), _missed(line)) for referral, at, line in found)


def _doubled_misses(misses: Counter[tuple[str, str, str]]) -> Iterator[str]:
    if not misses:
        yield "no deadline was missed: the run proves nothing about the watcher"
    for (referral, _, _), count in misses.items():
        if count != 1:
            yield f"one miss stands {count} times in the log of {referral}"


def _missed(line: str) -> str:
    """What was missed, without when that was noticed."""
    fact = entry_of(line).fact
    return f"{getattr(fact, 'requirement', '')} {getattr(fact, 'about', '')}"
