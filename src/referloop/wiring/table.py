"""Spreadsheets through the door: rows go in as referrals, or come back with their reasons."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from itertools import islice
from pathlib import Path

import msgspec

from referloop.exchange.table.codec import TableReading, read
from referloop.exchange.table.export import rejects
from referloop.exchange.table.mapping import Mapping, mapping_from_text
from referloop.exchange.table.plan import RowRead
from referloop.exchange.table.sheet import Sheet, open_sheet, read_as
from referloop.messages import NotAReferral, Reading, ReferralSaid
from referloop.ports import Answer, Arrival
from referloop.referral.problems import Problem
from referloop.storage.database import Session
from referloop.wiring.desk import Desk
from referloop.wiring.door import Channel, accept, accept_all, arrival
from referloop.wiring.issued import watching
from referloop.wiring.rereading import ROW, row_again

CHANNEL = "table"
_AT_ONCE = 400
_NOTHING = Answer(0, b"")


@dataclass
class TableSummary:
    """What came of a table; `rejected` are the bad rows as a CSV of their own, b"" when there are none."""

    rows: int = 0
    new: int = 0
    changed: int = 0
    again: int = 0
    problems: list[Problem] = field(default_factory=list)
    bad_rows: int = 0
    rejected: bytes = b""
    refused: bool = False  # nothing went in

    @property
    def to_look_at(self) -> bool:
        return self.refused or any(each.severity == "error" for each in self.problems)


def save_mapping(session: Session, name: str, mapping: Mapping, at: datetime) -> None:
    sql = (
        "INSERT INTO mappings (organization_id, name, body, saved_at) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (organization_id, name)"
        " DO UPDATE SET body = excluded.body, saved_at = excluded.saved_at"
    )
    session.write((sql, (session.organization, name, mapping.to_text(), at)))


def saved_mapping(session: Session, name: str) -> tuple[Mapping | None, tuple[Problem, ...]]:
    """The mapping of this name, or why there is none."""
    sql = "SELECT body FROM mappings WHERE organization_id = ? AND name = ?"
    rows = session.ask((sql, (session.organization, name)))[0]
    if rows:
        return mapping_from_text(rows[0][0])
    says = "No mapping is saved under this name."
    remedy = "Save one with `referloop mapping save NAME FILE`."
    return None, (Problem("mapping-unknown", "--mapping", says, remedy),)


def saved_names(session: Session) -> list[str]:
    sql = "SELECT name FROM mappings WHERE organization_id = ? ORDER BY name"
    return [row[0] for row in session.ask((sql, (session.organization,)))[0]]


def import_table(
    desk: Desk, organization: str, path: Path, mapping: Mapping, *, all_or_nothing: bool, sender: str
) -> TableSummary:
    """Rows that can be read go in; with `all_or_nothing` one bad row keeps all others out."""
    content = path.read_bytes()
    sheet, problems = open_sheet(content, path.name)
    sheet, problems = read_as(sheet, mapping) if sheet else (None, problems)
    if sheet is None:
        return TableSummary(problems=list(problems), refused=True)
    table = read(sheet, mapping)
    summary = TableSummary(problems=list(table.problems))
    _look(table, sheet, summary)
    stopped = any(each.severity == "error" for each in table.problems)
    if stopped or (all_or_nothing and summary.bad_rows):
        summary.refused = True
        return summary
    digest = sha256(content).hexdigest()[:16]
    channel = Channel(row_again, lambda told: _NOTHING)
    _keep_file(desk, organization, content, sender, digest, channel)
    _take(desk, organization, table, summary, f"{sender} {digest}", channel)
    return summary


def _look(table: TableReading, sheet: Sheet, summary: TableSummary) -> None:
    """A first reading: what is wrong with which row."""
    for one in table.rows():
        summary.rows += 1
        summary.problems.extend(one.problems)
        summary.bad_rows += any(each.severity == "error" for each in one.problems)
    if summary.bad_rows:
        summary.rejected = rejects(sheet, summary.problems)


def _keep_file(
    desk: Desk, organization: str, content: bytes, sender: str, digest: str, channel: Channel
) -> None:
    """The file itself, byte for byte: what every row of it can be compared with."""
    it = arrival(
        content, channel=CHANNEL, sender=sender, message_id=digest, media_type="application/octet-stream",
        at=desk.clock(), new_id=desk.new_id,
    )  # fmt: skip
    accept(desk, organization, it, Reading(said=(NotAReferral("table"),)), channel)


def _take(
    desk: Desk, organization: str, table: TableReading, summary: TableSummary, mark: str, channel: Channel
) -> None:
    """`mark` names the sender and the file."""
    watched, issued = watching(desk)
    for rows in _chunks(table.rows()):
        batch = [_message(desk, mark, one.row, one.said) for one in rows if one.said]
        issued.clear()
        for accepted in accept_all(watched, organization, batch, channel):
            new = len(issued.intersection(accepted.kept.referrals))
            issued.difference_update(accepted.kept.referrals)
            summary.again += accepted.again
            summary.new += new
            summary.changed += 0 if accepted.again else len(accepted.kept.referrals) - new


def _message(desk: Desk, mark: str, row: int, said: ReferralSaid) -> tuple[Arrival, Reading]:
    sender, _, digest = mark.rpartition(" ")
    said = replace(said, source=f"{digest}/row {row}")
    body = msgspec.json.encode(said)
    # Read differently, under another mapping, the same row is another message.
    id = f"{digest}:row {row}:{sha256(body).hexdigest()[:8]}"
    it = arrival(
        body, channel=CHANNEL, sender=sender, message_id=id, media_type=ROW, at=desk.clock(),
        new_id=desk.new_id,
    )  # fmt: skip
    return it, Reading(said=(said,))


def _chunks(rows: Iterator[RowRead]) -> Iterator[list[RowRead]]:
    while chunk := list(islice(rows, _AT_ONCE)):
        yield chunk
