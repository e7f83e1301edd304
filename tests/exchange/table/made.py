"""Spreadsheets made for the tests of the table channel."""

import io
import zipfile
from collections.abc import Callable, Sequence

import xlsxwriter  # type: ignore[import-untyped]

from referloop.exchange.table.codec import TableReading, read
from referloop.exchange.table.mapping import Mapping
from referloop.exchange.table.proposal import propose
from referloop.exchange.table.sheet import Sheet, open_sheet
from referloop.referral.problems import Problem

MAPPING = Mapping(
    columns=(("Ref", "placer_number"), ("MRN", "mrn"), ("Last name", "family_name"), ("DOB", "birth_date")),
    date_order="mdy",
)
HEADER = "Ref,MRN,Last name,DOB\n"


def opened(content: bytes, name: str = "list.csv") -> Sheet:
    sheet, problems = open_sheet(content, name)
    assert problems == ()
    assert sheet is not None
    return sheet


def refusal(content: bytes, name: str = "list.csv") -> list[tuple[str, str]]:
    """Code and place of each reason why a file is not opened."""
    sheet, problems = open_sheet(content, name)
    assert sheet is None
    return placed(problems)


def placed(problems: tuple[Problem, ...]) -> list[tuple[str, str]]:
    return [(problem.code, problem.where) for problem in problems]


def read_csv(text: str, mapping: Mapping = MAPPING) -> TableReading:
    return read(opened(text.encode()), mapping)


def proposed_questions(content: bytes, name: str = "list.csv") -> list[tuple[str, str, str]]:
    _, questions = propose(opened(content, name))
    return [(question.code, question.where, question.severity) for question in questions]


def workbook(fill: Callable[[xlsxwriter.Workbook], None], options: dict[str, bool] | None = None) -> bytes:
    whole = io.BytesIO()
    book = xlsxwriter.Workbook(whole, {"in_memory": True, **(options or {})})
    fill(book)
    book.close()
    return whole.getvalue()


def rows_workbook(*rows: Sequence[object], options: dict[str, bool] | None = None) -> bytes:
    """A workbook of one sheet; a tuple (number, format) is a formatted number."""

    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                if isinstance(cell, tuple):
                    sheet.write_number(at, column, cell[0], book.add_format({"num_format": cell[1]}))
                else:
                    sheet.write(at, column, cell)

    return workbook(fill, options)


def with_part(content: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """The workbook with one part replaced or added."""
    whole = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as before,
        zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        parts = {member: before.read(member) for member in before.namelist()}
        parts[name] = change(parts.get(name, b""))
        for member, part in parts.items():
            after.writestr(zipfile.ZipInfo(member), part, zipfile.ZIP_DEFLATED)
    return whole.getvalue()
