"""Fields of facts as they come from texts and JSON, and what is said about those that cannot be read."""

from datetime import date

import pytest

from referloop.referral.facts.closure import ReportReceived
from referloop.referral.facts.coverage import PermissionGranted, PermissionRequested
from referloop.referral.facts.desk import ClockPaused
from referloop.referral.facts.scheduling import AppointmentBooked
from referloop.referral.fields import declared, fact_from, required
from referloop.referral.problems import Problem

KINDS = "Write a day as 2026-04-02, a number as 7, yes or no, words in quotes."
WALL = "Write the wall-clock time as 2026-12-01T09:00."
ZONE = "Write the zone by its IANA name, such as America/New_York."


def remedies(word, **said):
    found = fact_from(word, said)
    assert isinstance(found, tuple)
    return [each.remedy for each in found]


def test_texts_become_the_values_that_the_fact_declares():
    said = {"authorization": "a1", "units": "3", "until_on": "2026-04-02", "codes": "73721|73722"}
    granted = PermissionGranted(
        authorization="a1", units=3, until_on=date(2026, 4, 2), codes=("73721", "73722")
    )
    assert fact_from("permission-granted", said) == granted


def test_json_values_become_the_same():
    said = {"authorization": "a1", "units": 3, "until_on": "2026-04-02", "codes": ["73721"]}
    granted = PermissionGranted(authorization="a1", units=3, until_on=date(2026, 4, 2), codes=("73721",))
    assert fact_from("permission-granted", said) == granted


@pytest.mark.parametrize("said", [True, "yes", "true"])
def test_yes_is_written_in_three_ways(said):
    assert fact_from("report-received", {"document": "d", "critical": said}) == ReportReceived(
        document="d", critical=True
    )


@pytest.mark.parametrize("empty", ["", None])
def test_a_day_that_may_be_left_out_may_be_empty(empty):
    said = {"authorization": "a", "until_on": empty}
    assert fact_from("permission-granted", said) == PermissionGranted(authorization="a")


def test_a_choice_that_may_be_left_out_may_be_empty():
    said = {"authorization": "a", "pace": "", "codes": ""}
    assert fact_from("permission-requested", said) == PermissionRequested(authorization="a")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("units", "many"), ("units", True), ("units", 1.5), ("units", float("inf")), ("units", None),
        ("number", 7), ("number", "half \ud800"), ("codes", 7), ("codes", [7]), ("until_on", "soon"),
        ("until_on", 20260402),
    ],
)  # fmt: skip
def test_a_value_of_another_kind_is_refused(name, value):
    assert remedies("permission-granted", authorization="a", **{name: value}) == [KINDS]


@pytest.mark.parametrize("value", ["maybe", 2, [], None])
def test_neither_yes_nor_no_is_refused(value):
    assert remedies("report-received", document="d", critical=value) == [KINDS]


@pytest.mark.parametrize("starts", ["", "noon", "2026-12-01T09:00Z", "2026-13-01T09:00"])
def test_a_time_that_no_wall_clock_shows_is_refused(starts):
    assert remedies("appointment-booked", appointment="a", starts=starts) == [WALL]


@pytest.mark.parametrize("zone", ["Mars", "America", "../etc/passwd", "a\x00b"])
def test_a_zone_that_is_nowhere_is_refused(zone):
    assert remedies("appointment-booked", appointment="a", starts="2026-12-01T09:00", zone=zone) == [ZONE]


def test_a_zone_by_its_name_is_taken():
    said = {"appointment": "a", "starts": "2026-12-01T09:00", "zone": "Asia/Tokyo"}
    assert fact_from("appointment-booked", said) == AppointmentBooked(**said)


@pytest.mark.parametrize("reason", ["", "busy", "staff-shortage"])
def test_clocks_pause_only_for_the_listed_reasons(reason):
    listed = "patient-requested-delay, clinician-requested-interval, payer-awaits-patient"
    said = {"pause": "p", "until_on": "2026-12-01", "reason": reason}
    assert remedies("clock-paused", **said) == [f"Use one of: {listed}."]


@pytest.mark.parametrize("until_on", ["", None])
def test_nothing_waits_without_a_day(until_on):
    said = {"pause": "p", "reason": "patient-requested-delay", "until_on": until_on}
    assert remedies("clock-paused", **said) == [KINDS]


def test_a_pause_with_reason_and_day_is_taken():
    said = {"pause": "p", "reason": "patient-requested-delay", "until_on": "2026-12-01"}
    paused = ClockPaused(pause="p", reason="patient-requested-delay", until_on=date(2026, 12, 1))
    assert fact_from("clock-paused", said) == paused


def test_everything_wrong_is_told_at_once_and_no_value_is_repeated():
    found = fact_from("report-received", {"kind": "Smith", "colour": "Smith"}, "line 3")
    kinds = "final, interim, procedure, pathology, note-to-follow, unrelated"
    fields = "document, kind, title, critical, answers_question"
    assert found == (
        Problem("field-unknown", "line 3", "report-received has no field colour.", f"Its fields: {fields}."),
        Problem("field-missing", "line 3", "report-received needs document.", "Add document=... to it."),
        Problem("field-value", "line 3", "report-received: kind cannot be read.", f"Use one of: {kinds}."),
    )


def test_a_word_nearly_right_gets_a_hint():
    assert remedies("appointment-boked") == [
        "Did you mean appointment-booked or appointment-moved or appointment-confirmed?"
    ]


def test_a_word_far_from_any_is_sent_to_the_list():
    assert remedies("zzz") == ["`referloop facts` lists the words."]


def test_what_a_fact_declares_and_what_it_needs_can_be_asked():
    assert (list(declared("clock-resumed")), required("clock-resumed")) == (["pause"], frozenset({"pause"}))
