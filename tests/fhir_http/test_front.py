"""The front door itself: what it says of itself, how long it trusts a token, what befalls its failures."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from referloop.exchange.fhir.parameters import INCLUDES, parameters_of
from referloop.exchange.fhir.server import KINDS, ROUTES, Interaction, route
from referloop.exchange.fhir.validate import faults
from referloop.storage.access import revoke_tokens
from referloop.storage.database import Away
from referloop.storage.sqlite import SqliteDatabase, SqliteSession
from referloop.wiring.web import application
from tests.fhir_http.client import START, Site
from tests.fhir_http.made import bundle, patient

# FHIR's word for an interaction -> a request that asks for it
ASKS = {
    "create": ("POST", "Patient"),
    "read": ("GET", "Patient/1"),
    "update": ("PUT", "Patient/1"),
    "vread": ("GET", "Patient/1/_history/1"),
    "history-instance": ("GET", "Patient/1/_history"),
    "search-type": ("GET", "Patient"),
}


def test_the_capability_statement_needs_no_token_and_is_valid(site: Site):
    came = site.get("metadata", client="")
    assert (came.status, faults(came.json)) == (200, ())


def test_it_tells_exactly_what_the_router_takes(site: Site):
    told = site.get("metadata").json["rest"][0]
    assert {one["type"] for one in told["resource"]} == KINDS
    words = {word for (_, shape), word in ROUTES.items() if shape.startswith("{kind}")}
    routed = {word for word, ask in ASKS.items() if isinstance(route(*ask), Interaction)}
    for one in told["resource"]:
        assert {each["code"] for each in one["interaction"]} == routed
        assert len(routed) == len(words)
        assert {each["name"] for each in one["searchParam"]} == set(parameters_of(one["type"]))
        assert set(one.get("searchInclude", ())) == {
            each for each in INCLUDES if each.startswith(one["type"] + ":")
        }
    assert {each["code"] for each in told["interaction"]} == {"transaction", "batch"}
    assert [each["name"] for each in told["operation"]] == ["process-message"]


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_search_parameter_it_tells_of_is_searched_by(site: Site, kind: str):
    values = {"date": "2026", "reference": "Patient/1", "token": "x", "string": "x", "id": "1"}
    for name, parameter in parameters_of(kind).items():
        assert site.get(f"{kind}?{name}={values[parameter.compared]}").json["total"] == 0


def test_a_revoked_token_ends_within_half_a_minute(site: Site):
    assert site.get("Patient?family=x", client="reader").status == 200
    with site.database.transaction("desk") as session:
        revoke_tokens(session, "reader", START)
    site.clock.at += timedelta(seconds=29)
    assert site.get("Patient?family=x", client="reader").status == 200
    site.clock.at += timedelta(seconds=2)
    assert site.get("Patient?family=x", client="reader").status == 401


def test_the_process_tells_whether_it_is_well(site: Site):
    assert site.call("GET", "", path_info="/healthz").body == b"ok\n"
    assert site.call("GET", "", path_info="/readyz").body == b"ok\n"
    assert site.call("GET", "", path_info="/elsewhere").status == 404


def test_head_is_get_without_a_body(site: Site):
    place = site.post("Patient", patient()).place
    came = site.call("HEAD", place)
    assert (came.status, came.body, came.headers["ETag"]) == (200, b"", 'W/"1"')


def test_what_has_not_changed_is_not_sent_again(site: Site):
    place = site.post("Patient", patient()).place
    assert site.get(place, if_none_match='W/"1"').status == 304


def test_a_client_may_ask_for_no_body(site: Site):
    came = site.post("Patient", patient(), prefer="return=minimal")
    assert (came.status, came.body, came.place) == (201, b"", "Patient/000001")


class Failing(SqliteDatabase):
    """The books of a test, which fail as often as they are told to."""

    failures: list[Exception]

    @contextmanager
    def transaction(self, organization: str) -> Iterator[SqliteSession]:
        if self.failures:
            raise self.failures.pop()
        with super().transaction(organization) as session:
            yield session


def failing(site: Site, *failures: Exception) -> Site:
    """The same site, whose next transactions fail."""
    books = Failing(":memory:")
    books.__dict__.update(vars(site.database), failures=list(failures))
    desk = replace(site.desk, database=books)
    return replace(site, desk=desk, app=application(desk))


def test_a_fault_of_ours_is_never_the_senders_loss(site: Site, caplog: pytest.LogCaptureFixture):
    came = failing(site, RuntimeError("Rivera")).post("Patient", patient())
    assert (came.status, came.issues) == (202, ["exception"])
    assert (site.count("inbox"), site.count("items"), site.count("resources")) == (1, 1, 0)
    assert "RuntimeError" in caplog.text
    assert "Rivera" not in caplog.text + came.body.decode()


def test_a_database_that_is_away_says_so(site: Site):
    came = failing(site, Away("gone")).post("Patient", patient())
    assert (came.status, came.issues, came.headers["Retry-After"]) == (503, ["transient"], "2")
    assert site.post("Patient", patient()).status == 201


def test_no_request_is_answered_with_a_traceback(site: Site):
    odd: list[tuple[str, str, Any]] = [
        ("GET", "Patient/%00", b""), ("GET", "Patient?a=%ff&%ff=1", b""), ("PATCH", "Patient/1", b"{}"),
        ("POST", "Patient?x=%", b"{}"), ("POST", "", {"resourceType": "Bundle", "type": "transaction"}),
        ("POST", "", {"resourceType": "Bundle", "type": "batch", "entry": [{"fullUrl": "urn:uuid:1"}]}),
        ("POST", "", bundle({"request": {"method": "GET", "url": "Patient/1"}})),
        ("POST", "", {"resourceType": "Bundle", "type": "message"}), ("POST", "metadata", b"{}"),
        ("POST", "", {"resourceType": "Patient"}), ("OPTIONS", "Patient", b""),
        ("GET", "Task/R1/_history/1.x", b""),
        ("PUT", "Patient/" + "a" * 65, patient(id="a")), ("GET", "Patient?_id=" + "1," * 2000, b""),
    ]  # fmt: skip
    came = [site.call(method, path, body) for method, path, body in odd]
    assert [each.status for each in came if each.status >= 500 or b"Traceback" in each.body] == []
    assert all(json.loads(each.body)["resourceType"] in ("OperationOutcome", "Bundle") for each in came)
