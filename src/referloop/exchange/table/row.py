"""One row under a mapping: its cells by our field, collecting what is wrong with them as they are read."""

import re
import unicodedata
from collections.abc import Mapping as Cells
from datetime import date, datetime, time
from typing import TypeVar
from zoneinfo import ZoneInfo

from referloop.exchange.table.cell import Cell, shown
from referloop.exchange.table.columns import Field
from referloop.exchange.table.dates import placed, read_birth_date, read_day, read_moment
from referloop.exchange.table.mapping import DateOrder
from referloop.referral.problems import Problem, Severity

T = TypeVar("T")

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_INVISIBLE = re.compile("[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_SHORTENED = re.compile(r"[-+]?\d(?:[.,]\d+)?[eE]\+\d+|#+", re.ASCII)
_FIRST_SURE_DAY = date(1900, 3, 1)  # spreadsheets count a 29 February 1900, so earlier days may be one off


class MappedRow:
    """Reading a field twice would report its problems twice."""

    __slots__ = ("_cells", "_order", "_zone", "number", "problems")

    def __init__(self, number: int, cells: Cells[Field, list[Cell]], order: DateOrder, zone: ZoneInfo | None):
        self.number = number
        self.problems: list[Problem] = []
        self._cells = cells
        self._order = order
        self._zone = zone

    def at(self, field: Field) -> str:
        return f"row {self.number}, column {field}"

    def texts(self, field: Field) -> list[str]:
        """The filled cells of a field, as typed; a number that stands where a text belongs is doubted."""
        return [text for cell in self._cells.get(field, ()) if (text := self._text(field, cell))]

    def text(self, field: Field) -> str:
        return next(iter(self.texts(field)), "")

    def exact(self, field: Field) -> str:
        """A number that identifies: refused where a spreadsheet may have changed its digits."""
        return next(iter(self.exacts(field)), "")

    def exacts(self, field: Field) -> list[str]:
        kept = []
        for cell in self._cells.get(field, ()):
            if not isinstance(cell, str) or _SHORTENED.fullmatch(cell.strip()):
                self.problems.append(
                    Problem(
                        "digits-lost",
                        self.at(field),
                        "This was stored as a number, so leading zeros or last digits may be lost.",
                        "Format the column as text and type the number again.",
                    )
                )
            elif text := self._text(field, cell).strip():
                kept.append(text)
        return kept

    def day(self, field: Field) -> date | None:
        cell = self._typed(field)
        if isinstance(cell, date):
            return cell
        return self._understood(field, read_day(cell, self._order)) if cell else None

    def birth_date(self) -> str:
        cell = self._typed("birth_date")
        if isinstance(cell, date):
            return cell.isoformat()
        found = read_birth_date(cell, self._order) or None
        return (self._understood("birth_date", found) if cell else None) or ""

    def moment(self, field: Field) -> datetime | None:
        """An aware time; one that cannot be placed is left out with a warning, the row still stands."""
        cell = self._filled(field)
        if isinstance(cell, date):
            local = cell if isinstance(cell, datetime) else datetime.combine(cell, time())
            return self._understood(field, placed(local, self._zone), "warning")
        text = self._typed(field)
        if not isinstance(text, str) or not text:
            return None
        return self._understood(field, read_moment(text, self._order, self._zone), "warning")

    def _filled(self, field: Field) -> Cell:
        return next((cell for cell in self._cells.get(field, ()) if cell != ""), "")

    def _typed(self, field: Field) -> date | str:
        cell = self._filled(field)
        day = cell.date() if isinstance(cell, datetime) else cell
        if isinstance(day, str):
            return self._text(field, day).strip()
        if isinstance(day, date) and day >= _FIRST_SURE_DAY:
            return day
        self.problems.append(
            Problem(
                "date-is-a-number",
                self.at(field),
                "This is not a sure date: a plain number, a time, or a day before March 1900.",
                "Type it as text, as in 1975-04-03.",
            )
        )
        return ""

    def _understood(self, field: Field, found: T | None, severity: Severity = "error") -> T | None:
        if found is None:
            self.problems.append(
                Problem(
                    "date-unreadable",
                    self.at(field),
                    "This is not a date that can be read in only one way.",
                    "Write it as in 1975-04-03.",
                    severity,
                )
            )
        return found

    def _text(self, field: Field, cell: Cell) -> str:
        if not isinstance(cell, str):
            self.problems.append(
                Problem(
                    "number-for-text",
                    self.at(field),
                    "This was stored as a number or date, so it may not look as it was typed.",
                    "Format the column as text.",
                    "warning",
                )
            )
            return shown(cell)
        if cell.isascii() and cell.isprintable():
            return cell if cell.strip() else ""
        if _CONTROL.search(cell):
            self.problems.append(
                Problem(
                    "control-character",
                    self.at(field),
                    "This has a control character.",
                    "Type it again instead of copying it.",
                )
            )
            return ""
        if _INVISIBLE.search(cell):
            self.problems.append(
                Problem(
                    "invisible-character",
                    self.at(field),
                    "This has characters that cannot be seen or that turn the direction of the text.",
                    "Check it against the original.",
                    "warning",
                )
            )
        return unicodedata.normalize("NFC", cell) if cell.strip() else ""
