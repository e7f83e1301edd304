"""A first guess at how to read a sheet, with the questions only a person can answer."""

from itertools import islice

from referloop.exchange.table.cell import Row
from referloop.exchange.table.columns import DATES, REPEATABLE, Field, field_of
from referloop.exchange.table.dates import order_shown
from referloop.exchange.table.export import REJECT_COLUMNS
from referloop.exchange.table.mapping import DateOrder, Mapping
from referloop.exchange.table.sheet import Sheet
from referloop.exchange.table.survey import dates_ambiguous
from referloop.referral.problems import Problem

_NAMED = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}


def propose(sheet: Sheet) -> tuple[Mapping, tuple[Problem, ...]]:
    """Questions with severity `error` must be answered before the file is read; the others are to confirm."""
    columns, questions = _columns(sheet)
    fields = {field for _, field in columns if field}
    order, asked = _date_order(sheet, columns)
    ours = sheet.header[-len(REJECT_COLUMNS) :] == REJECT_COLUMNS
    mapping = Mapping(
        columns=(*columns, *((name, "") for name in REJECT_COLUMNS)) if ours else columns,
        delimiter=sheet.delimiter,
        encoding=sheet.encoding if sheet.encoding_certain else "",
        date_order=order,
        header_row=sheet.header_row,
        ours=ours,
    )
    return mapping, (*sheet.notes, *_about_text(sheet), *questions, *asked, *_about_fields(fields))


def _columns(sheet: Sheet) -> tuple[tuple[tuple[str, Field], ...], list[Problem]]:
    found: list[tuple[str, Field]] = []
    questions, taken = [], set[Field]()
    for index, header in enumerate(sheet.header):
        field, where = field_of(header), f"row {sheet.header_row}, column {sheet.column(index)}"
        if field is None and header not in REJECT_COLUMNS:
            questions.append(
                Problem(
                    "column-unknown",
                    where,
                    "It is not clear what this column holds.",
                    "Map it or leave it out.",
                    "warning",
                )
            )
        elif field and field in taken - REPEATABLE:
            questions.append(
                Problem(
                    "field-doubled",
                    where,
                    f"This column looks like {field}, as an earlier one does.",
                    "Choose one of them.",
                    "warning",
                )
            )
        elif field:
            taken.add(field)
            found.append((header, field))
    return tuple(found), questions


def _about_text(sheet: Sheet) -> list[Problem]:
    questions = []
    if not sheet.encoding_certain:
        questions.append(
            Problem(
                "encoding-not-chosen",
                "file",
                "The file is not written in UTF-8, so accented letters may be shown wrong.",
                "Compare the preview with the original and choose the encoding.",
            )
        )
    if sheet.delimiter and sheet.delimiter != ",":
        questions.append(
            Problem(
                "delimiter-detected",
                "file",
                f"The columns look divided by {_NAMED[sheet.delimiter]}.",
                "Confirm it, or choose another.",
                "warning",
            )
        )
    return questions


def _about_fields(fields: set[Field]) -> list[Problem]:
    questions = []
    if not fields & {"mrn", "family_name"}:
        questions.append(
            Problem(
                "patient-column-missing",
                "file",
                "No column says who the patient is.",
                "Map a column to mrn or family_name, or give the row the header is in.",
            )
        )
    if "sent_at" in fields:
        questions.append(
            Problem(
                "zone-not-chosen",
                "file",
                "The file does not say in which time zone its times are.",
                "Choose the time zone of the sender.",
            )
        )
    if fields & {"mrn", "placer_number"} and "mrn_authority" not in fields:
        questions.append(
            Problem(
                "authority-not-chosen",
                "file",
                "The file does not say who gave its numbers.",
                "Name the sender's system.",
                "warning",
            )
        )
    return questions


def _date_order(sheet: Sheet, columns: tuple[tuple[str, Field], ...]) -> tuple[DateOrder, list[Problem]]:
    wanted = {header for header, field in columns if field in DATES}
    places = [at for at, header in enumerate(sheet.header) if header in wanted]
    seen = {order for row in islice(sheet.rows(), sheet.row_count) for order in _orders(row, places)}
    if {"dmy", "mdy"} <= seen:
        return "", [
            Problem(
                "dates-mixed",
                "file",
                "Some dates have the day first and others the month.",
                "Ask the sender to write dates as in 2026-04-03.",
            )
        ]
    if found := seen - {""}:
        order: DateOrder = "dmy" if "dmy" in found else "mdy"
        return order, [
            Problem(
                "dates-detected",
                "file",
                f"The dates look as if the {'day' if order == 'dmy' else 'month'} came first.",
                "Confirm it, or choose another.",
                "warning",
            )
        ]
    return "", [dates_ambiguous()] if seen else []


def _orders(row: Row, places: list[int]) -> set[DateOrder]:
    cells = [row.cells[at] for at in places if at < len(row.cells)]
    found = {order_shown(cell.strip()) for cell in cells if isinstance(cell, str) and cell}
    return {order for order in found if order is not None}
