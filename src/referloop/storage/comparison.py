"""Whether the board's row of a referral is what its log says, as far as that does not depend on the hour.

Compared whole: the patient, whether it is open, service, urgency, version, arrival, who asked, to whom it
was sent, the flags except `overdue`, and every open obligation. The headline may differ where only the clock
tells a visit to come from one that was. The step must be one of those that are owed, with its words, owner
and time. Not compared, for they change with the hour: which of them comes first, score, reasons, `overdue`,
`late`, and when to look again.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

import msgspec

from referloop.referral.board import Standing, standing
from referloop.referral.log import Log
from referloop.referral.priority import next_step, ranked
from referloop.referral.problems import Problem
from referloop.referral.requirement import Policy
from referloop.storage.board import BoardRow, Owed, board_row, owed
from referloop.storage.database import Row, storable
from referloop.storage.tables import board_row as row_for
from referloop.storage.tables import obligation_rows, sent_rows

_OF_THE_LOG = (
    *("patient", "is_open", "service", "urgency", "version", "received_at", "requester", "arrived", "closed"),
)
_AROUND_THE_VISIT = {"Scheduled", "Visit outcome unknown"}
_REBUILD = "Run `referloop rebuild-board`; if it comes back, report it."


def stale(
    log: Log, shown: Row | None, obligations: Sequence[Row], sent: Sequence[Row], policy: Policy, at: datetime
) -> Iterator[Problem]:
    """What the board says of this referral that its log does not."""
    where = f"referral {log.referral}"
    if shown is None:
        yield Problem("not-on-the-board", where, "No list shows this referral.", _REBUILD)
        return
    it = standing(log, policy, at)
    if names := list(_differing(shown, it, policy, at)):
        says = f"The board differs from the log: {', '.join(names)}."
        yield Problem("board-differs", where, says, _REBUILD)
    if _sorted(obligations) != _sorted([_stored(row) for row in obligation_rows("", it)]):
        says = "The open obligations stored are not those that the log opens."
        yield Problem("obligations-differ", where, says, _REBUILD)
    if sorted(sent) != [row[1:] for row in sent_rows("", it)]:
        says = "It is shown to other performers than those to whom the log sent it."
        yield Problem("sent-differs", where, says, _REBUILD)


def _differing(shown: Row, it: Standing, policy: Policy, at: datetime) -> Iterator[str]:
    try:
        row, expected = board_row(shown), board_row(_stored(row_for("", it, at, policy.calendar.zone)))
    except msgspec.DecodeError:
        yield "reasons or flags cannot be read"
        return
    yield from _differing_columns(row, expected)
    if not _step_stands(row, it, policy, at):
        yield "step"


def _differing_columns(row: BoardRow, expected: BoardRow) -> Iterator[str]:
    for name in _OF_THE_LOG:
        if getattr(row, name) != getattr(expected, name):
            yield name
    if row.headline != expected.headline and {row.headline, expected.headline} != _AROUND_THE_VISIT:
        yield "headline"
    if {*row.flags} - {"overdue"} != {*expected.flags} - {"overdue"}:
        yield "flags"


def _step_stands(row: BoardRow, it: Standing, policy: Policy, at: datetime) -> bool:
    alone = next_step(it.owed, it.now, at, policy.calendar)
    steps = ranked(it.owed, it.now, at, policy.calendar) or ([alone] if alone else [])
    if not steps:
        return (row.step, row.owner, row.due_at) == ("", "", None)
    # Where no entry stands, somebody looks again a week from the hour in which the row was computed.
    timed = it.owed or it.now.last_progress_at
    shown = (row.step, row.about, row.says, row.owner, row.due_at if timed else None)
    return shown in [
        (step.code, storable(step.about), step.says, step.owner, step.due if timed else None)
        for step in steps
    ]


def _stored(row: Row) -> Row:
    """The row as a database hands it back, without its organisation."""
    return tuple(storable(value) for value in row[1:])


def _sorted(rows: Sequence[Row]) -> list[Owed]:
    return sorted((owed(row) for row in rows), key=lambda each: (each.code, each.about))
