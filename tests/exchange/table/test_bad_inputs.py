"""The catalogue of bad spreadsheets, rows S01 to S22, as far as a codec can decide them."""

from dataclasses import replace

import pytest

from referloop.exchange.table.codec import TableReading, read
from referloop.exchange.table.proposal import propose
from referloop.exchange.table.sheet import Limits, open_sheet
from tests.exchange.table.made import (
    HEADER,
    MAPPING,
    opened,
    placed,
    proposed_questions,
    read_csv,
    refusal,
    rows_workbook,
    with_part,
    workbook,
)

SHEET_PART = "xl/worksheets/sheet1.xml"
GOOD = rows_workbook(["Ref", "MRN", "Last name", "DOB"], ["R1", "001", "Smith", "1975-04-03"])


def cell_moved(to: bytes) -> bytes:
    return with_part(GOOD, SHEET_PART, lambda part: part.replace(b'r="D2"', b'r="' + to + b'"'))


def added(name: str, content: bytes) -> bytes:
    return with_part(GOOD, name, lambda _: content)


def shared_texts_bomb(value: bytes = b"<v>0</v>") -> bytes:
    cells = b"".join(b'<c r="A%d" t="s">%s</c>' % (row, value) for row in range(1, 1000))
    big = with_part(
        GOOD, "xl/sharedStrings.xml", lambda _: b"<sst><si><t>" + noise(500_000) + b"</t></si></sst>"
    )
    return with_part(
        big, SHEET_PART, lambda _: b"<worksheet><sheetData>" + cells + b"</sheetData></worksheet>"
    )


def noise(size: int) -> bytes:
    """Text that does not pack too well."""
    return b"".join(b"%x" % (at * at * 2654435761) for at in range(size // 14))[:size]


REFUSED_CSV: list[tuple[str, bytes, str, list[tuple[str, str]]]] = [
    ("S01-header-empty", b"", "a.csv", [("header-missing", "file")]),
    ("S01-header-blank", b"\n\n , \n", "a.csv", [("header-missing", "row 3")]),
    ("S01-header-doubled", b"MRN,dob,mrn,D.O.B.\n", "a.csv", [("column-doubled", "row 1, column C")]),
    ("S04-quote-to-the-end", b'MRN,Note\n1,a\n2,"b\n3,c\n', "a.csv", [("quote-not-closed", "row 3")]),
    ("S04-quote-inside", b'MRN,Note\n1,a\n2,"b" c\n3,c\n', "a.csv", [("quote-not-closed", "row 3")]),
    ("S04-cell-without-end", b'MRN,Note\n1,"' + b"x\n" * 99_000, "a.csv", [("quote-not-closed", "row 2")]),
    ("S05-control-in-header", b"MRN,Na\0me\n", "a.csv", [("header-control-character", "row 1, column B")]),
    ("S12-columns", b"MRN" + b",x" * 1000, "a.csv", [("too-many-columns", "row 1")]),
    ("S20-csv-that-is-a-zip", GOOD, "a.csv", [("file-not-what-it-says", "file")]),
    ("S20-csv-that-is-html", b"<html><table>", "a.csv", [("file-not-what-it-says", "file")]),
    ("S20-xlsx-that-is-csv", b"MRN,Name\n", "a.xlsx", [("file-not-what-it-says", "file")]),
    ("S20-xlsx-that-is-html", b"\n <!DOCTYPE html>", "a.XLSX", [("file-not-what-it-says", "file")]),
    ("S20-old-excel", b"\xd0\xcf\x11\xe0\xa1\xb1", "a.xlsx", [("file-not-what-it-says", "file")]),
    ("S20-other-ending", b"MRN,Name\n", "a.ods", [("file-kind-unknown", "file")]),
]
REFUSED_XLSX: list[tuple[str, bytes, str, list[tuple[str, str]]]] = [
    ("S16-ratio", added("xl/x.xml", b"0" * 1_000_000), "a.xlsx", [("workbook-too-large", "file")]),
    ("S16-last-cell", cell_moved(b"XFD1048576"), "a.xlsx", [("workbook-too-large", "file")]),
    ("S16-rectangle", cell_moved(b"ZZZ190000"), "a.xlsx", [("workbook-too-large", "file")]),
    ("S16-shared-texts", shared_texts_bomb(), "a.xlsx", [("workbook-too-large", "file")]),
    ("S16-comment", shared_texts_bomb(b"<v><!---->0</v>"), "a.xlsx", [("workbook-too-large", "file")]),
    ("S16-reference", shared_texts_bomb(b"<v>&#48;</v>"), "a.xlsx", [("workbook-too-large", "file")]),
    ("S16-attribute", shared_texts_bomb(b'<v a=">">0</v>'), "a.xlsx", [("workbook-too-large", "file")]),
    ("S17-macro-ending", GOOD, "a.xlsm", [("workbook-has-macros", "file")]),
    ("S17-macro-part", added("xl/vbaProject.bin", b"x"), "a.xlsx", [("workbook-has-macros", "file")]),
    ("S18-doctype", added("docProps/app.xml", b"<!DOCTYPE a><a/>"), "a.xlsx", [("workbook-unsafe", "file")]),
    ("S18-utf-16", added("xl/a.xml", "<a/>".encode("utf-16")), "a.xlsx", [("workbook-unsafe", "file")]),
    ("S18-truncated", GOOD[:-40], "a.xlsx", [("workbook-unreadable", "file")]),
    ("S18-no-book", added("xl/workbook.xml", b"<a/>"), "a.xlsx", [("workbook-unreadable", "file")]),
    ("S18-bad-xml", added("xl/workbook.xml", b"<workbook><<"), "a.xlsx", [("workbook-unreadable", "file")]),
]  # fmt: skip
REFUSED = REFUSED_CSV + REFUSED_XLSX


@pytest.mark.parametrize(
    ("content", "name", "expected"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED]
)
def test_a_file_is_refused_as_a_whole(content: bytes, name: str, expected: list[tuple[str, str]]) -> None:
    assert refusal(content, name) == expected


ROWS: list[tuple[str, str, list[tuple[str, str]]]] = [
    ("S05-nul", "R1,1,Sm\0ith,1975-04-03\n", [("control-character", "row 2, column family_name")]),
    ("S05-bell", "R1,\x071,Smith,\n", [("control-character", "row 2, column mrn")]),
    ("S06-short", "R1,1,Smith\n", [("row-short", "row 2")]),
    ("S06-long", "R1,1,Smith,1975-04-03,x\n", [("row-long", "row 2")]),
    ("S09-two-digit-year", "R1,1,Smith,03/04/75\n", [("date-unreadable", "row 2, column birth_date")]),
    ("S09-no-such-day", "R1,1,Smith,1975-02-30\n", [("date-unreadable", "row 2, column birth_date")]),
    ("S10-serial-as-text", "R1,1,Smith,45000\n", [("date-unreadable", "row 2, column birth_date")]),
    ("S11-shortened-mrn", "R1,1.23E+09,Smith,\n", [("digits-lost", "row 2, column mrn")]),
    ("S11-column-too-narrow", "#####,1,Smith,\n", [("digits-lost", "row 2, column placer_number")]),
    ("S14-other-values", "R1,1,Smith,\nR2,2,Doe,\nR1,1,Smyth,\n",
     [("key-doubled", "row 2, column placer_number"), ("key-doubled", "row 4, column placer_number")]),
    ("S14-same-values", "R1,1,Smith,\n\nR1,1,Smith,\n", [("row-repeated", "row 4")]),
    ("no-patient", "R1, ,,\n", [("patient-missing", "row 2, column family_name")]),
    ("S22-right-to-left", "R1,1,Sm\u202eith,\n", [("invisible-character", "row 2, column family_name")]),
    ("S22-zero-width", "R1,1,Sm\u200bith,\n", [("invisible-character", "row 2, column family_name")]),
    ("every-problem-of-a-row", "1E+09,2E+09,Smith,x\n",
     [("digits-lost", "row 2, column placer_number"), ("digits-lost", "row 2, column mrn"),
      ("date-unreadable", "row 2, column birth_date")]),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "expected"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_a_row_tells_what_is_wrong_with_it(rows: str, expected: list[tuple[str, str]]) -> None:
    assert placed(read_csv(HEADER + rows).whole().problems) == expected


def test_a_good_row_beside_a_bad_one_is_read() -> None:
    reading = read_csv(f"{HEADER}R1,1,Smith\nR2,2,Doe,1975-04-03\n")
    assert [(one.row, one.said is not None) for one in reading.rows()] == [(2, False), (3, True)]


def test_a_problem_never_repeats_what_was_wrong() -> None:
    reading = read_csv(HEADER + "".join(rows for _, rows, _ in ROWS).replace("Smith", "Xyzzy"))
    said = " ".join(map(str, reading.whole().problems))
    assert [word for word in ("Xyzzy", "45000", "1.23E", "#####", "R1", "03/04/75") if word in said] == []


FILE_PROBLEMS: list[tuple[str, str, list[tuple[str, str]]]] = [
    ("S01-column-missing", "MRN,Last name\n1,Smith\n", [("column-missing", "header")] * 2),
    ("S01-other-order", "DOB,Last name,MRN,Ref\n1975-04-03,Smith,1,R1\n", []),
    ("S01-unknown-column", HEADER[:-1] + ",Shoe\nR1,1,Smith,,9\n", [("column-unknown", "row 1, column E")]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"), [row[1:] for row in FILE_PROBLEMS], ids=[row[0] for row in FILE_PROBLEMS]
)
def test_the_header_is_compared_with_the_mapping(text: str, expected: list[tuple[str, str]]) -> None:
    reading = read_csv(text)
    stopped = any(problem.severity == "error" for problem in reading.problems)
    assert (placed(reading.problems), len(list(reading.rows()))) == (expected, 0 if stopped else 1)


def test_s09_a_date_with_two_readings_is_a_question_about_the_file() -> None:
    reading = read_csv(f"{HEADER}R1,1,Smith,03/04/2026\n", replace(MAPPING, date_order=""))
    assert (placed(reading.problems), list(reading.rows())) == ([("dates-ambiguous", "file")], [])


DETECTED: list[tuple[str, bytes, tuple[str, str]]] = [
    ("S02-byte-order-mark", "\ufeffMRN,Last name\n1,Ö\n".encode(), (",", "utf-8")),
    ("S02-mixed-line-ends", b"MRN,Last name\r\n1,a\n2,b\r3,c", (",", "utf-8")),
    ("S02-semicolon", b"MRN;Last name;Note\n1;a;x, y, z\n", (";", "utf-8")),
    ("S02-tab", b"MRN\tLast name\n1\ta\n", ("\t", "utf-8")),
    ("S02-bar", b"MRN|Last name\n1|a, b\n", ("|", "utf-8")),
    ("S02-utf-16", "MRN;Last name\n1;Ö\n".encode("utf-16"), (";", "utf-16")),
]


@pytest.mark.parametrize(
    ("content", "expected"), [row[1:] for row in DETECTED], ids=[row[0] for row in DETECTED]
)
def test_encoding_and_delimiter_are_detected_and_shown(content: bytes, expected: tuple[str, str]) -> None:
    sheet = opened(content)
    mapping, _ = propose(sheet)
    assert (mapping.delimiter, mapping.encoding, sheet.header[:2]) == (*expected, ("MRN", "Last name"))


def test_s03_bytes_that_are_not_utf_8_are_asked_about_and_read_only_when_answered() -> None:
    sheet = opened("MRN,Last name\n1,Müller\n".encode("cp1252"))
    mapping, questions = propose(sheet)
    assert placed(questions)[0] == ("encoding-not-chosen", "file")
    assert placed(read(sheet, mapping).problems) == [("encoding-not-chosen", "file")]
    assert family_names(read(sheet, replace(mapping, encoding="latin-1"))) == ["Müller"]
    assert placed(read(sheet, replace(mapping, encoding="utf-8")).problems) == [("encoding-differs", "file")]


@pytest.mark.parametrize(
    "typed", ["=1+1", "+1", "-1", "@a", "\tx", "\rx", "\uff1d1", "'=1", " =1", '=HYPERLINK("x")']
)
def test_s07_a_formula_in_a_text_is_kept_as_typed(typed: str) -> None:
    quoted = typed.replace('"', '""')
    assert family_names(read_csv(f'{HEADER}R1,1,"{quoted}",\n')) == [typed]


@pytest.mark.parametrize(
    ("cell", "dates_1904", "expected"),
    [
        ((45000, "yyyy-mm-dd"), False, ["2023-03-15"]),
        ((45000, "yyyy-mm-dd"), True, ["2027-03-16"]),
        ((61, "yyyy-mm-dd"), False, ["1900-03-01"]),
        ((60, "yyyy-mm-dd"), False, ["date-is-a-number"]),
        ((45000, "0"), False, ["date-is-a-number"]),
        ((0.5, "hh:mm"), False, ["date-is-a-number"]),
        ("1975-04-03", False, ["1975-04-03"]),
    ],
)
def test_s10_a_workbook_date_is_right_or_the_row_is_refused(
    cell: object, dates_1904: bool, expected: list[str]
) -> None:
    content = rows_workbook(
        ["Ref", "MRN", "Last name", "DOB"], ["R1", "01", "Doe", cell], options={"date_1904": dates_1904}
    )
    row = next(read(opened(content, "a.xlsx"), MAPPING).rows())
    assert [row.said.patient.birth_date] if row.said else [p.code for p in row.problems] == expected


def test_s11_a_record_number_stored_as_a_number_is_refused() -> None:
    content = rows_workbook(["Ref", "MRN", "Last name", "DOB"], ["R1", 123, "Doe", "1975"])
    reading = read(opened(content, "a.xlsx"), MAPPING)
    assert placed(reading.whole().problems) == [("digits-lost", "row 2, column mrn")]


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx"])
def test_s12_the_limits_hold_to_the_row_and_the_byte(name: str) -> None:
    content = (
        b"MRN,Last name\n1,a\n2,b\n3,c\n" if name == "a.csv" else rows_workbook(["MRN"], ["1"], ["2"], ["3"])
    )
    results = [
        open_sheet(content, name, Limits(content=len(content), rows=3))[1],
        open_sheet(content, name, Limits(content=len(content), rows=2))[1],
        open_sheet(content, name, Limits(content=len(content) - 1, rows=3))[1],
    ]
    assert [placed(found) for found in results] == [
        [],
        [("too-many-rows", "file")],
        [("file-too-large", "file")],
    ]


def test_s17_links_and_embedded_objects_are_ignored() -> None:
    content = with_part(GOOD, "xl/externalLinks/externalLink1.xml", lambda _: b"<!DOCTYPE a><externalLink/>")
    content = with_part(content, "xl/embeddings/oleObject1.bin", lambda _: b"MZ")
    assert family_names(read(opened(content, "a.xlsx"), MAPPING)) == ["Smith"]


def test_s19_only_the_first_visible_sheet_is_read_with_its_cached_values() -> None:
    def fill(book) -> None:  # type: ignore[no-untyped-def]
        hidden, shown, later = (book.add_worksheet(name) for name in ("a", "b", "c"))
        hidden.hide()
        shown.activate()
        for sheet, name in ((hidden, "Hidden"), (shown, "Smith"), (later, "Later")):
            sheet.write_row(0, 0, ["Ref", "MRN", "Last name", "DOB"])
            sheet.write_row(1, 0, ["R1", "01", name, "1975"])
        shown.write_formula(2, 2, '="Do"&"e"', None, "Doe")
        shown.set_row(2, None, None, {"hidden": True})

    reading = read(opened(workbook(fill), "a.xlsx"), MAPPING)
    assert family_names(reading) == ["Smith", "Doe"]
    assert placed(reading.problems) == [("formulas-present", "file"), ("hidden-rows-present", "file")]


def test_s19_merged_cells_in_the_header_stop_the_file() -> None:
    def fill(book) -> None:  # type: ignore[no-untyped-def]
        sheet = book.add_worksheet()
        sheet.merge_range(0, 0, 0, 1, "MRN")
        sheet.write(0, 2, "Last name")
        sheet.write_row(1, 0, ["1", "2", "Smith"])

    assert refusal(workbook(fill), "a.xlsx") == [("header-merged", "row 1")]


def test_s22_a_name_is_kept_in_composed_form() -> None:
    assert family_names(read_csv(f"{HEADER}R1,1,Mu\u0308ller,\n")) == ["Müller"]


def family_names(reading: TableReading) -> list[str]:
    return [one.said.patient.names[0].family for one in reading.rows() if one.said]


def test_questions_that_must_be_answered_are_errors_and_the_rest_are_to_confirm() -> None:
    content = b"MRN;Surname;Date of birth;Sent\n1;Doe;03/04/1975;2026-04-03\n"
    assert proposed_questions(content) == [
        ("delimiter-detected", "file", "warning"),
        ("dates-ambiguous", "file", "error"),
        ("zone-not-chosen", "file", "error"),
        ("authority-not-chosen", "file", "warning"),
    ]


def test_dates_that_contradict_each_other_are_asked_about() -> None:
    content = b"Surname,Date of birth\nDoe,25/12/1975\nPoe,12/25/1975\n"
    assert proposed_questions(content) == [("dates-mixed", "file", "error")]


def test_a_workbook_cut_anywhere_is_answered_with_a_problem() -> None:
    answers = [open_sheet(GOOD[:at], "a.xlsx") for at in range(4, len(GOOD), 97)]
    assert [(sheet, len(problems)) for sheet, problems in answers] == [(None, 1)] * len(answers)
