"""The proof that the books hold: chains unbroken, the board is what the logs say, nothing lost from sight."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from referloop.referral.entry import GENESIS, Entry, chained, moment
from referloop.referral.log import entry_of
from referloop.referral.problems import Problem, ProgramFault
from referloop.referral.requirement import Policy
from referloop.storage.access_chain import access_faults
from referloop.storage.comparison import stale
from referloop.storage.conservation import evidence_faults, inbox_faults, stray_faults
from referloop.storage.counts import count_faults
from referloop.storage.database import Database, Query, Row, Session, as_instant
from referloop.storage.logs import page_of_referrals, revived
from referloop.storage.tables import COLUMNS

_PAGE = 200
_RESTORE = "Compare with the last good copy, and find out who wrote to the database."


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was looked at, and everything that was not as it must be."""

    referrals: int
    entries: int
    problems: tuple[Problem, ...]

    @property
    def holds(self) -> bool:
        return not self.problems


def verify(database: Database, organization: str, policy: Policy, at: datetime) -> Verdict:
    """Look at everything of one organisation, a page at a time, while others go on writing."""
    referrals = entries = 0
    problems: list[Problem] = []
    after = ""
    while True:
        with database.reading(organization) as session:
            ids = page_of_referrals(session, after, _PAGE)
            if not ids:
                break
            page = _read(session, after, ids[-1])
        referrals += len(ids)
        entries += sum(len(rows) for rows in page.entries.values())
        problems += [fault for id in ids for fault in _referral_faults(page, id, policy, at)]
        after = ids[-1]
    problems += stray_faults(database, organization)
    problems += inbox_faults(database, organization)
    problems += evidence_faults(database, organization)
    problems += access_faults(database, organization)
    if not problems:  # of a board that is wrong the counts prove nothing
        problems += count_faults(database, organization)
    return Verdict(referrals, entries, tuple(problems))


@dataclass(frozen=True, slots=True)
class _Page:
    """Some referrals with all that is stored of them, as of one moment."""

    heads: dict[str, Row]
    entries: dict[str, list[Row]]
    board: dict[str, Row]
    obligations: dict[str, list[Row]]
    sent: dict[str, list[Row]]


def _read(session: Session, after: str, upto: str) -> _Page:
    def rows(table: str, columns: str, key: str, order: str) -> Query:
        sql = f"SELECT {columns} FROM {table} WHERE organization_id = ? AND {key} > ? AND {key} <= ?"  # noqa: S608
        return f"{sql} ORDER BY {key}{order}", (session.organization, after, upto)

    board, obligations = (", ".join(COLUMNS[table][1:]) for table in ("board", "obligations"))
    heads, entries, shown, owed, sent = session.ask(
        rows("referrals", "id, patient_id, version, head", "id", ""),
        rows(
            "entries", "referral_id, line, hash, seq, word, occurred_at, recorded_at", "referral_id", ", seq"
        ),
        rows("board", board, "referral_id", ""),
        rows("obligations", obligations, "referral_id", ""),
        rows("sent_to", "party, referral_id", "referral_id", ", party"),
    )
    return _Page(
        heads={row[0]: row for row in heads},
        entries=_grouped(entries),
        board={row[0]: row for row in shown},
        obligations=_grouped(owed),
        sent=_grouped(sent, at=1),
    )


def _grouped(rows: list[Row], at: int = 0) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row[at]].append(row)
    return found


def _referral_faults(page: _Page, id: str, policy: Policy, at: datetime) -> Iterator[Problem]:
    _, patient, version, head = page.heads[id]
    entries = page.entries[id]
    broken = list(_chain_faults(id, entries))
    yield from broken
    if version != len(entries) or head != (entries[-1][2] if entries else GENESIS):
        says = f"The referral names {version} entries and a head, and its log is another."
        yield Problem("head-differs", f"referral {id}", says, _RESTORE)
    if broken:
        return  # what a broken log says proves nothing about the board
    log = next(revived([(id, patient)], [row[:3] for row in entries]))
    yield from stale(log, page.board.get(id), page.obligations[id], page.sent[id], policy, at)


def _chain_faults(id: str, entries: list[Row]) -> Iterator[Problem]:
    """The first entry that is not what the chain says, and every one whose columns say something else."""
    previous = GENESIS
    for expected, (_, line, hash, seq, *columns) in enumerate(entries, start=1):
        where = f"referral {id}, entry {expected}"
        if seq != expected or chained(previous, line) != hash:
            says = "The entry was changed, left out or moved after it was written."
            yield Problem("chain-broken", where, says, _RESTORE)
            return
        previous = hash
        entry = _entry(line)
        if entry is None:
            yield Problem("entry-unreadable", where, "Its line is no entry of this release.", _RESTORE)
            return
        word, occurred_at, recorded_at = columns
        shown = (seq, word, occurred_at, as_instant(recorded_at))
        if shown != (entry.seq, entry.word, moment(entry.occurred_at), entry.recorded_at):
            yield Problem("columns-differ", where, "Its columns say something else than its line.", _RESTORE)


def _entry(line: str) -> Entry | None:
    try:
        return entry_of(line)
    except (ValueError, KeyError, TypeError, AttributeError, ProgramFault):
        return None
