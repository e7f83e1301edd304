"""A first look at all rows, for what no single row shows: shared numbers, dates with two readings."""

from dataclasses import dataclass, field
from hashlib import blake2b

from referloop.exchange.table.cell import Row, shown
from referloop.exchange.table.columns import DATES
from referloop.exchange.table.dates import order_shown
from referloop.exchange.table.mapping import Mapping
from referloop.exchange.table.placing import Places
from referloop.exchange.table.sheet import Sheet
from referloop.referral.problems import Problem

NAMED_ROWS = 3  # a number shared by every row would otherwise name every row in every problem


@dataclass(frozen=True, slots=True)
class Survey:
    """`conflicts` and `repeats` have a row's number and the rows that share its referral number."""

    conflicts: dict[int, tuple[int, ...]] = field(default_factory=dict)
    repeats: dict[int, int] = field(default_factory=dict)

    def doubt(self, number: int) -> Problem | None:
        where = f"row {number}"
        if others := self.conflicts.get(number):
            rest = ", ".join(str(other) for other in others if other != number)
            return Problem(
                "key-doubled",
                f"{where}, column placer_number",
                f"The same referral number stands with other values in row {rest}.",
                "Keep the right row only.",
            )
        if first := self.repeats.get(number):
            return Problem(
                "row-repeated",
                where,
                f"The row says the same as row {first}, so it is read once.",
                "Nothing to do.",
                "warning",
            )
        return None


def survey(sheet: Sheet, mapping: Mapping, places: Places) -> Survey | Problem:
    """What was found, or the question that stops the file."""
    seen: dict[str, list[tuple[int, bytes]]] = {}
    dates = [] if mapping.date_order else [at for at, name in places if name in DATES]
    keys = [at for at, name in places if name == "placer_number"]
    for row in sheet.rows():
        if any(_ambiguous(row, at) for at in dates):
            return dates_ambiguous()
        for at in keys:
            if key := shown(row.cells[at]).strip() if at < len(row.cells) else "":
                seen.setdefault(key, []).append((row.number, _digest(row)))
    return _compared(list(seen.values()))


def dates_ambiguous() -> Problem:
    return Problem(
        "dates-ambiguous",
        "file",
        "Dates such as 03/04/2026 can mean 3 April or 4 March.",
        "Say whether the day or the month comes first.",
    )


def _compared(groups: list[list[tuple[int, bytes]]]) -> Survey:
    found = Survey()
    for rows in groups:
        numbers = tuple(number for number, _ in rows)
        if len({digest for _, digest in rows}) > 1:
            found.conflicts.update(dict.fromkeys(numbers, numbers[: NAMED_ROWS + 1]))
        else:
            found.repeats.update(dict.fromkeys(numbers[1:], numbers[0]))
    return found


def _digest(row: Row) -> bytes:
    return blake2b("\0".join(map(shown, row.cells)).encode("utf-8", "replace"), digest_size=16).digest()


def _ambiguous(row: Row, at: int) -> bool:
    cell = row.cells[at] if at < len(row.cells) else ""
    return isinstance(cell, str) and cell != "" and order_shown(cell.strip()) == ""
