"""What leaves as a table: no formula for whoever opens it, and the typed value back for us."""

import json
import re
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referloop.exchange.table.codec import read
from referloop.exchange.table.export import as_typed, neutral, rejects, write_csv, write_xlsx
from referloop.exchange.table.proposal import propose
from tests.exchange.table.made import HEADER, MAPPING, opened, placed, read_csv

STARTS = ["=", "+", "-", "@", "\t", "\r", "\n", "\0", "\uff1d", "\uff0b", "\uff0d", "\uff20"]
BEFORE = ["", " ", "'", '"', " '", "\u00a0", "\ufeff"]

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
tricky = st.text(st.sampled_from("'\"=+-@ \t\r\n,;a\uff1d"), max_size=8) | texts


@pytest.mark.parametrize("start", STARTS)
def test_a_formula_sign_is_never_first_in_a_cell(start: str) -> None:
    typed = [f"{before}{start}1+1" for before in BEFORE]
    assert [neutral(text) for text in typed] == [f"'{text}" for text in typed]


@pytest.mark.parametrize("text", ["", "Smith", "O'Brien", "a=b", "'quoted' words", "1975-04-03", "(+1) 555"])
def test_an_ordinary_text_is_left_alone(text: str) -> None:
    assert neutral(text) == text


@given(tricky)
def test_our_own_quote_is_taken_off_again_and_no_other(text: str) -> None:
    assert as_typed(neutral(text)) == text


@given(st.lists(st.lists(tricky, min_size=3, max_size=3), max_size=6))
def test_rows_come_back_from_csv_as_they_went(rows: list[list[str]]) -> None:
    sheet = opened(write_csv(["MRN", "Last name", "Note"], rows))
    back = [[as_typed(str(cell)) for cell in row.cells] for row in sheet.rows()]
    assert back == [row for row in rows if any(row)]


@given(st.lists(st.lists(st.text("ab '=\u00e9\u4e2d", max_size=5), min_size=3, max_size=3), max_size=4))
def test_rows_come_back_from_a_workbook_as_they_went(rows: list[list[str]]) -> None:
    sheet = opened(write_xlsx(["MRN", "Last name", "Note"], rows), "a.xlsx")
    back = [[as_typed(str(cell)) for cell in row.cells] for row in sheet.rows()]
    assert back == [row for row in rows if any(row)]


def test_a_workbook_has_no_formula_and_no_number() -> None:
    content = write_xlsx(["MRN", "Note"], [["00123", '=HYPERLINK("http://x")'], ["1", "http://x"]])
    with zipfile.ZipFile(BytesIO(content)) as archive:
        part = archive.read("xl/worksheets/sheet1.xml")
    assert (re.findall(rb"<f[ >]", part), set(re.findall(rb'<c r="\w+" t="(\w+)"', part))) == ([], {b"s"})
    assert [row.cells for row in opened(content, "a.xlsx").rows()] == [
        ["00123", '\'=HYPERLINK("http://x")'],
        ["1", "http://x"],
    ]


def test_the_same_table_gives_the_same_bytes() -> None:
    assert write_xlsx(["MRN"], [["1"]]) == write_xlsx(["MRN"], [["1"]])


def test_a_text_too_long_for_a_workbook_cell_ends_in_a_sign_of_it() -> None:
    row = next(opened(write_xlsx(["MRN", "Note"], [["1", "x" * 40_000]]), "a.xlsx").rows())
    assert row.cells == ["1", "x" * 32_766 + "…"]


def test_half_of_a_character_pair_is_replaced() -> None:
    assert next(opened(write_csv(["MRN", "Note"], [["1", "a\ud800"]])).rows()).cells == ["1", "a\ufffd"]


def test_a_semicolon_in_a_cell_divides_nothing_where_semicolons_do() -> None:
    assert write_csv(["MRN"], [["a;=1"]]) == b'\xef\xbb\xbf"MRN"\r\n"a;=1"\r\n'


def test_known_formula_attacks_stay_texts(corpus: Path) -> None:
    attacks = (corpus / "nasty" / "csv-injection-a.txt").read_text().splitlines()
    rows = [[attack, attack] for attack in attacks if attack.strip()]
    cells = [str(cell) for row in opened(write_csv(["MRN", "Note"], rows)).rows() for cell in row.cells]
    assert [cell for cell in cells if cell.lstrip()[0] in "=+-@"] == []
    assert [as_typed(cell) for cell in cells] == [cell for row in rows for cell in row]


def test_naughty_strings_come_back_as_they_went(corpus: Path) -> None:
    found = json.loads((corpus / "nasty" / "blns-part-a.json").read_text())
    strings = [text for texts in found.values() for text in texts] if isinstance(found, dict) else found
    rows = [["1", text] for text in strings if isinstance(text, str)]
    back = [as_typed(str(row.cells[1])) for row in opened(write_csv(["MRN", "Note"], rows)).rows()]
    assert back == [text for _, text in rows]


def test_refused_rows_go_back_as_they_came_with_what_to_do() -> None:
    sheet = opened(f"{HEADER}R1,1,=a,x\nR2,2,Doe,1975-04-03\nR3,3\nR4,4,b,,c\n".encode())
    back = opened(rejects(sheet, read(sheet, MAPPING).whole().problems))
    assert back.header == ("Ref", "MRN", "Last name", "DOB", "row", "problem", "what to do")
    assert [row.cells[:5] for row in back.rows()] == [
        ["R1", "1", "'=a", "x", "2"],
        ["R3", "3", "", "", "4"],
        ["R4", "4", "b", ",c", "5"],
    ]


def test_a_mended_file_of_refused_rows_is_read_without_the_quote_we_added() -> None:
    sheet = opened(f"{HEADER}R1,1,=a,x\n".encode())
    refused = rejects(sheet, read(sheet, MAPPING).whole().problems)
    mended = opened(refused.replace(b'"x"', b'"1975-04-03"'))
    mapping, _ = propose(mended)
    reading = read(mended, replace(mapping, authority="clinic"))
    assert placed(reading.problems) == [("column-unknown", "row 1, column A")]
    assert [one.said.patient.names[0].family for one in reading.rows() if one.said] == ["=a"]


def test_a_quote_in_another_programs_file_is_kept() -> None:
    rows = list(read_csv(f"{HEADER}R1,1,'=a,\n").rows())
    assert [one.said.patient.names[0].family for one in rows if one.said] == ["'=a"]
