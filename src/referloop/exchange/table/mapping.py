"""How one sender's spreadsheet is to be read, agreed once and kept: a value that goes to text and back."""

from dataclasses import asdict, dataclass, fields
from typing import Literal, get_type_hints
from zoneinfo import ZoneInfo

import msgspec

from referloop.exchange.table.columns import Field
from referloop.referral.problems import Problem

DateOrder = Literal["dmy", "mdy", "ymd", ""]
Encoding = Literal["utf-8", "utf-16", "cp1252", "latin-1", ""]
Delimiter = Literal[",", ";", "\t", "|", ""]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """`""` as encoding, date order or zone means nobody has answered yet.

    A column mapped to "" is left out on purpose. `authority` names who gave the numbers (referral, MRN)
    where no column says so. `ours` says this program wrote the file, so one `'` it put before a formula
    sign is taken off again.
    """

    columns: tuple[tuple[str, Field | Literal[""]], ...]
    delimiter: Delimiter = ","
    encoding: Encoding = "utf-8"
    date_order: DateOrder = ""
    header_row: int = 1
    zone: str = ""
    authority: str = ""
    ours: bool = False

    def to_text(self) -> str:
        return msgspec.json.format(msgspec.json.encode(asdict(self)), indent=2).decode()


def mapping_from_text(text: str) -> tuple[Mapping | None, tuple[Problem, ...]]:
    """The mapping that `to_text` wrote, or everything that is wrong with it."""
    try:
        found = msgspec.json.decode(text, type=dict[str, object])
    except (msgspec.DecodeError, UnicodeEncodeError):
        return None, (_wrong("", "This is not a saved mapping.", "Save the mapping again and load that."),)
    return _checked(found)


def _checked(found: dict[str, object]) -> tuple[Mapping | None, tuple[Problem, ...]]:
    problems: list[Problem] = []
    values: dict[str, object] = {}
    kinds = get_type_hints(Mapping)
    for name in [field.name for field in fields(Mapping) if field.name in found]:
        try:
            values[name] = msgspec.convert(found[name], kinds[name])
        except msgspec.ValidationError:
            problems.append(_wrong(name, "This setting has a value it cannot have.", "Choose it again."))
    if unknown := len(found.keys() - kinds.keys()):
        says = f"{unknown} settings of this mapping are not known here."
        problems.append(_wrong("", says, "Remove them, or use the program's version that saved them."))
    if "columns" not in found:
        problems.append(_wrong("columns", "No column is mapped.", "Map the columns again."))
    if problems:
        return None, tuple(problems)
    mapping = msgspec.convert(values, Mapping)
    problems = wrong_in(mapping)
    return (None if problems else mapping), tuple(problems)


def wrong_in(mapping: Mapping) -> list[Problem]:
    """What no file could be read with."""
    problems = []
    if mapping.header_row < 1:
        problems.append(_wrong("header_row", "Rows are counted from 1.", "Give the row the header is in."))
    if mapping.zone and zone_of(mapping.zone) is None:
        says = "This time zone is not known."
        problems.append(_wrong("zone", says, "Use a name such as America/Chicago."))
    return problems


def zone_of(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (OSError, ValueError):  # an unknown name, a folder's name, a path
        return None


def _wrong(where: str, says: str, remedy: str) -> Problem:
    return Problem("mapping-wrong", where, says, remedy)
