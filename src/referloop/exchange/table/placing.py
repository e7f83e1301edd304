"""Which column of a sheet goes to which of our fields, and where header and mapping disagree."""

from referloop.exchange.table.columns import REPEATABLE, Field, plain
from referloop.exchange.table.mapping import Mapping
from referloop.exchange.table.sheet import Sheet
from referloop.referral.problems import Problem

Places = tuple[tuple[int, Field], ...]  # index of a cell in its row, and the field it fills


def places_in(sheet: Sheet, mapping: Mapping) -> tuple[Places, list[Problem]]:
    """Columns may stand in any order; one that is mapped and absent, or known to nobody, is told."""
    at = {plain(name): index for index, name in enumerate(sheet.header) if plain(name)}
    wanted = {plain(column): name for column, name in mapping.columns}
    places = tuple((index, name) for header, index in at.items() if (name := wanted.get(header)))
    problems = [_missing(name) for column, name in mapping.columns if name and plain(column) not in at]
    for index, header in enumerate(sheet.header):
        if plain(header) not in wanted:
            says = "This column is mapped to nothing, so it is not read."
            where = f"row {sheet.header_row}, column {sheet.column(index)}"
            problems.append(Problem("column-unknown", where, says, "Map it or leave it out.", "warning"))
    return places, problems + _wrong_fields([name for _, name in places], mapping)


def _wrong_fields(names: list[Field], mapping: Mapping) -> list[Problem]:
    problems = []
    for name in dict.fromkeys(names):
        if names.count(name) > 1 and name not in REPEATABLE:
            problems.append(
                Problem(
                    "field-doubled",
                    "mapping",
                    f"More than one column is mapped to {name}.",
                    "Keep the right one.",
                )
            )
    if "sent_at" in names and not mapping.zone:
        problems.append(
            Problem(
                "zone-not-chosen",
                "mapping",
                "Nobody has said in which time zone the file's times are.",
                "Choose the time zone of the sender.",
            )
        )
    if "mrn" not in names and "family_name" not in names:
        problems.append(
            Problem(
                "patient-column-missing",
                "mapping",
                "No column says who the patient is.",
                "Map mrn or family_name.",
            )
        )
    return problems


def _missing(name: Field) -> Problem:
    return Problem(
        "column-missing",
        "header",
        f"The column mapped to {name} is not in the file.",
        "Add the column, or change the mapping.",
    )
