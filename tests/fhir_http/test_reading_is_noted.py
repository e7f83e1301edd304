"""What a system reads with its token is written down under its name; what it sends is not noted twice."""

import pytest

from referloop.storage.access_lists import Narrowed, looked
from tests.fhir_http.client import Site
from tests.fhir_http.made import bundle, referral


def lines(site: Site) -> list[tuple[str, str, str, int]]:
    """(reader, act, about, how many), the oldest first."""
    with site.database.reading("desk") as session:
        rows = looked(session, Narrowed(), 100)
    return [(each.it.user, each.it.act, each.it.about, each.it.how_many) for each in reversed(rows)]


@pytest.fixture
def places(either: Site) -> list[str]:
    """Patient, two parties, the request and its Task."""
    came = either.post("", referral())
    return [each["response"]["location"].partition("/_history")[0] for each in came.json["entry"]]


def test_what_a_system_sends_is_in_the_inbox_and_noted_nowhere_else(either: Site, places: list[str]):
    assert lines(either) == []


def test_what_a_system_reads_is_noted_under_its_name_and_patient(either: Site, places: list[str]):
    patient, *_, asked, followed = places
    for place in (patient, asked, followed, followed):
        assert either.get(place, "reader").status == 200
    assert lines(either) == [
        ("client:reader", "patient-opened", patient, 0),
        ("client:reader", "referral-opened", asked, 0),
        ("client:reader", "referral-opened", followed, 0),
    ]
    with either.database.reading("desk") as session:
        people = session.ask(("SELECT id FROM people WHERE organization_id = 'desk'", ()))[0]
        told = looked(session, Narrowed(patients=[people[0][0]]), 9)
    assert [each.it.about for each in reversed(told)] == [patient, asked, followed]


def test_a_search_is_noted_with_how_many_it_found_and_one_that_found_nobody_is_not(
    either: Site, places: list[str]
):
    asked = places[-2]
    assert either.get(f"Task?focus={asked}").json["total"] == 1
    assert either.get("Task?focus=ServiceRequest/none").json["total"] == 0
    assert lines(either) == [("client:placer", "found", "Task", 1)]


def test_a_read_within_a_batch_is_noted_too(either: Site, places: list[str]):
    ask = {"request": {"method": "GET", "url": places[0]}}
    assert either.post("", bundle(ask, kind="batch")).status == 200
    assert lines(either) == [("client:placer", "patient-opened", places[0], 0)]


def test_what_is_not_here_speaks_of_nobody_or_has_not_changed_is_not_noted(either: Site, places: list[str]):
    asked = places[-2]
    tag = either.get(asked, "reader").headers["ETag"]
    answers = [
        either.get("Patient/none"),
        either.get(places[1]),
        either.get(asked, "performer", if_none_match=tag),
    ]
    assert [each.status for each in answers] == [404, 200, 304]
    assert lines(either) == [("client:reader", "referral-opened", asked, 0)]


def test_a_token_that_may_not_read_is_noted_as_refused(either: Site, places: list[str]):
    assert either.get(places[0], "writer").status == 403
    assert lines(either) == [("client:writer", "refused", "Patient", 0)]


def test_another_organisation_s_reading_is_in_its_own_record(either: Site, places: list[str]):
    assert either.get(places[0], "stranger").status == 404
    assert lines(either) == []
