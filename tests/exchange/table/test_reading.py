"""A good spreadsheet: every column ends where it belongs, and people see it before it is read."""

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referloop.exchange.table.codec import preview, read
from referloop.exchange.table.columns import FIELDS, SYNONYMS, Field, field_of, letters, plain
from referloop.exchange.table.dates import read_birth_date, read_day, read_moment
from referloop.exchange.table.mapping import DateOrder, Mapping, mapping_from_text
from referloop.exchange.table.proposal import propose
from referloop.exchange.table.sheet import open_sheet
from referloop.messages import Coded, Contact, Identifier, Name, Party, Person, Plan, ReferralSaid
from tests.exchange.table.made import HEADER, MAPPING, opened, placed, read_csv, rows_workbook

WHOLE = {
    "Referral No.": "R-1", "MRN": "00123", "Assigning Authority": "St. Mary", "Last Name": "Núñez",
    "First Name": "Ana  Maria", "D.O.B.": "4/23/1975", "Gender": "F", "Cell Phone": "555 0100",
    "E-mail": "a@example.org", "Address": "1 Main St", "ZIP": "02139", "Language": "es",
    "Specialty": "Cardiology", "ICD-10": "I20.9; R07.9", "Diagnosis": "Chest pain", "Reason": "Stress test?",
    "Priority": "ASAP", "Due date": "2026-05-01", "Referring Provider": "Dr. Roe",
    "Referring NPI": "1234567893", "Referring Clinic": "North Clinic", "Referred To": "Dr. Poe",
    "Specialist NPI": "1245319599", "Receiving Facility": "Heart Center", "Insurance": "Acme",
    "Subscriber ID": "M1", "Group Number": "G1", "Auth Number": "A1", "Date sent": "4/1/2026 2:30 PM",
    "Comments": "call first",
}  # fmt: skip
SAID = ReferralSaid(
    action="request",
    sent_at=datetime(2026, 4, 1, 14, 30, tzinfo=ZoneInfo("America/Chicago")),
    placer=Identifier("north", "R-1", "PLAC"),
    patient=Person(
        identifiers=(Identifier("St. Mary", "00123", "MR"),),
        names=(Name("Núñez", "Ana Maria"),),
        birth_date="1975-04-23",
        sex="female",
        contacts=(Contact("phone", "555 0100"), Contact("email", "a@example.org")),
        address="1 Main St",
        postal_code="02139",
        language="es",
    ),
    service=Coded(text="Cardiology"),
    reasons=(Coded(code="I20.9"), Coded(code="R07.9"), Coded(text="Chest pain")),
    question="Stress test?",
    urgency="urgent",
    see_by=date(2026, 5, 1),
    requester=Party(
        practitioner="Dr. Roe",
        organisation="North Clinic",
        identifiers=(Identifier("http://hl7.org/fhir/sid/us-npi", "1234567893", "NPI"),),
    ),
    performer=Party(
        practitioner="Dr. Poe",
        organisation="Heart Center",
        identifiers=(Identifier("http://hl7.org/fhir/sid/us-npi", "1245319599", "NPI"),),
    ),
    plans=(Plan(payer="Acme", member_id="M1", group="G1"),),
    authorizations=("A1",),
    notes=("call first",),
    source="row 3",
)


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx"])
def test_every_column_ends_where_it_belongs(name: str) -> None:
    lines = [["Referrals of April"], list(WHOLE), list(WHOLE.values())]
    text = "\n".join(";".join(f'"{cell}"' for cell in line) for line in lines)
    sheet = opened(text.encode() if name == "a.csv" else rows_workbook(*lines), name)
    mapping, questions = propose(sheet)
    reading = read(sheet, replace(mapping, zone="America/Chicago", authority="north"))
    assert [(one.said, one.problems) for one in reading.rows()] == [(SAID, ())]
    assert {field for _, field in mapping.columns} == set(FIELDS)
    expected = [("delimiter-detected", "file")] if name == "a.csv" else []
    assert placed(questions) == [*expected, ("dates-detected", "file"), ("zone-not-chosen", "file")]


def test_people_see_the_first_rows_as_they_would_be_read() -> None:
    sheet = opened(f"{HEADER}R1,1,Smith,4/3/1975\nR2,,,\nR3,3,Doe,\n".encode())
    shown = preview(sheet, MAPPING, limit=2)
    assert [(row, cells, placed(problems)) for row, cells, problems in shown.rows] == [
        (2, {"placer_number": "R1", "mrn": "1", "family_name": "Smith", "birth_date": "1975-04-03",
             "urgency": "unknown"}, []),
        (3, {}, [("patient-missing", "row 3, column family_name")]),
    ]  # fmt: skip


def test_an_urgency_or_sex_in_other_words_is_kept_or_left_out_never_guessed() -> None:
    mapping = Mapping(columns=(("MRN", "mrn"), ("Urgency", "urgency"), ("Sex", "sex")))
    row = next(read_csv("MRN,Urgency,Sex\n1,Code 3,?7\n", mapping).rows())
    assert row.said is not None
    assert (row.said.urgency, row.said.urgency_raw, row.said.patient.sex) == ("unknown", "Code 3", "")
    assert placed(row.problems) == [("sex-unknown-word", "row 2, column sex")]


def test_an_npi_that_fails_its_check_digit_is_pointed_out() -> None:
    mapping = Mapping(columns=(("MRN", "mrn"), ("NPI", "requester_npi")))
    reading = read_csv("MRN,NPI\n1,1234567890\n2,1234567893\n", mapping)
    assert placed(reading.whole().problems) == [("npi-wrong", "row 2, column requester_npi")]


def test_a_deliberately_unmapped_column_is_no_warning() -> None:
    mapping = Mapping(columns=(("MRN", "mrn"), ("Shoe", "")))
    assert read_csv("MRN,Shoe\n1,9\n", mapping).problems == ()


def test_two_columns_for_one_field_stop_the_file_unless_it_can_repeat() -> None:
    columns: tuple[tuple[str, Field], ...]
    columns = (("MRN", "mrn"), ("N1", "note"), ("N2", "note"), ("S1", "sex"), ("S2", "sex"))
    reading = read_csv("MRN,N1,N2,S1,S2\n1,a,b,f,m\n", Mapping(columns=columns))
    assert placed(reading.problems) == [("field-doubled", "mapping")]


def test_a_reading_can_be_asked_for_its_rows_twice() -> None:
    reading = read_csv(f"{HEADER}R1,1,Smith,\n")
    assert list(reading.rows()) == list(reading.rows())


DAYS: list[tuple[str, DateOrder, date | None]] = [
    ("2026-04-03", "", date(2026, 4, 3)), ("2026/4/3", "", date(2026, 4, 3)),
    ("20260403", "", date(2026, 4, 3)), ("03/04/2026", "", None),
    ("3 Apr 2026", "", date(2026, 4, 3)), ("03-APR-2026", "", date(2026, 4, 3)),
    ("April 3, 2026", "", date(2026, 4, 3)), ("4.4.2026", "", date(2026, 4, 4)),
    ("03/04/2026", "dmy", date(2026, 4, 3)), ("03/04/2026", "mdy", date(2026, 3, 4)),
    ("03/04/2026", "ymd", None), ("25/12/2026", "mdy", None), ("3/4/26", "dmy", None), ("45000", "dmy", None),
    ("2026-02-29", "", None), ("3 Ju 2026", "", None), ("3 J 2026", "", None), ("yesterday", "dmy", None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "order", "expected"), DAYS)
def test_a_day_is_read_only_when_one_reading_is_possible(
    text: str, order: DateOrder, expected: date | None
) -> None:
    assert read_day(text, order) == expected


@pytest.mark.parametrize(("text", "expected"), [("1975", "1975"), ("1975-04", "1975-04"), ("1975-13", "")])
def test_a_birth_date_may_be_a_year_or_a_month(text: str, expected: str) -> None:
    assert read_birth_date(text, "") == expected


MOMENTS = [
    ("2026-04-01T14:30:00Z", datetime(2026, 4, 1, 14, 30, tzinfo=UTC)),
    ("2026-04-01 14:30 -05:00", datetime(2026, 4, 1, 19, 30, tzinfo=UTC)),
    ("4/1/2026 12:05 am", datetime(2026, 4, 1, 5, 5, tzinfo=UTC)),
    ("2026-04-01", datetime(2026, 4, 1, 5, tzinfo=UTC)),
    ("2026-03-08 02:30", None),  # skipped when clocks went forward
    ("2026-11-01 01:30", None),  # happened twice
    ("2026-04-01 25:00", None),
    ("2026-04-01 13:00 pm", None),
]


@pytest.mark.parametrize(("text", "expected"), MOMENTS)
def test_a_time_is_placed_in_the_senders_zone(text: str, expected: datetime | None) -> None:
    assert read_moment(text, "mdy", ZoneInfo("America/Chicago")) == expected


@given(st.dates())
def test_every_day_is_read_back_from_every_way_of_writing_it(day: date) -> None:
    first, second = f"{day.day}/{day.month}/{day.year:04}", f"{day.month:02}-{day.day:02}-{day.year:04}"
    assert [read_day(day.isoformat(), ""), read_day(first, "dmy"), read_day(second, "mdy")] == [day] * 3


@given(st.text(max_size=30))
def test_any_text_is_a_date_or_is_not(text: str) -> None:
    found = read_day(text, "dmy")
    assert found is None or str(found.year) in text or f"{found.year:04}" in text
    assert (read_moment(text, "dmy", ZoneInfo("UTC")) is None) == (found is None) or ":" in text


def test_a_text_far_too_long_for_a_time_is_refused_at_once() -> None:
    assert read_moment("1" + " " * 100_000 + "1", "dmy", ZoneInfo("UTC")) is None


def test_no_two_fields_share_a_word() -> None:
    words = [plain(word) for field in FIELDS for word in (field, *SYNONYMS[field].split("|"))]
    assert sorted({word for word in words if words.count(word) > 1}) == []


def test_headers_are_known_whatever_their_case_and_punctuation() -> None:
    assert [field_of(name) for name in ("D.O.B.", " e-MAIL ", "patient_id", "Shoe")] == [
        "birth_date", "email", "mrn", None,
    ]  # fmt: skip


def test_columns_are_named_as_spreadsheet_programs_do() -> None:
    assert [letters(at) for at in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


def test_a_mapping_is_saved_and_loaded_unchanged() -> None:
    mapping = replace(MAPPING, delimiter="\t", encoding="", zone="Europe/Paris", authority="Ärzte", ours=True)
    assert mapping_from_text(mapping.to_text()) == (mapping, ())


WRONG: list[tuple[str, list[str]]] = [
    ("{", [""]),
    ("[]", [""]),
    ("{}", ["columns"]),
    ('{"columns": [["A", "shoe"]], "delimiter": "x", "date_order": 1, "new": 1}',
     ["columns", "delimiter", "date_order", ""]),
    ('{"columns": [], "header_row": 0, "zone": "../x"}', ["header_row", "zone"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), WRONG)
def test_everything_wrong_with_a_saved_mapping_is_told_at_once(text: str, expected: list[str]) -> None:
    mapping, problems = mapping_from_text(text)
    assert (mapping, [problem.where for problem in problems]) == (None, expected)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_sheet_or_a_problem(content: bytes) -> None:
    sheet, problems = open_sheet(content, "a.csv")
    assert (sheet is None) == bool(problems)
    if sheet:
        mapping, _ = propose(sheet)
        assert read(sheet, mapping).whole().said == ()


@pytest.mark.parametrize(
    "content", [b"MRN" + b"," * 3_000_000, b"MRN\n" + b"," * 3_000_000, b"MRN\n" * 200_000]
)
def test_an_odd_csv_is_looked_through(content: bytes) -> None:
    assert placed(propose(opened(content))[1]) == [("authority-not-chosen", "file")]
