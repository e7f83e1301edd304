"""Where senders are told: one address each, and only addresses that a notice may go to."""

import pytest

from referloop.storage.destinations import (
    Destination,
    add_destination,
    destination,
    destinations,
    remove_destination,
)
from tests.desks import NOW, TestDesk, desk_over


@pytest.mark.parametrize(
    ("address", "channel"),
    [
        ("mllp://ehr.example:2575", "hl7v2"),
        ("mllp://[::1]:2575", "hl7v2"),
        ("https://ehr.example/hooks/referrals", "fhir"),
        ("http://localhost:8080/hook", "fhir"),
        ("http://127.0.0.1:8080/hook", "fhir"),
        ("http://[::1]/hook", "fhir"),
    ],
)
def test_an_address_that_a_notice_may_go_to_is_taken(address, channel):
    it = destination(" EHR/NORTH ", address)
    assert it == Destination("EHR/NORTH", address)
    assert it.channel == channel


@pytest.mark.parametrize(
    ("sender", "address", "codes"),
    [
        ("a", "ftp://ehr.example/", ["destination-address"]),
        ("a", "ehr.example:2575", ["destination-address"]),
        ("a", "https://", ["destination-address"]),
        ("a", "https://ehr.example:99999/", ["destination-address"]),
        ("a", "https://[ehr", ["destination-address"]),
        ("a", "https://ehr.example/a b", ["destination-address"]),
        ("a", "https://ehr.exämple/", ["destination-address"]),
        ("a", "mllp://ehr.example", ["destination-mllp"]),
        ("a", "mllp://ehr.example:2575/path", ["destination-mllp"]),
        ("a", "http://ehr.example/hook", ["destination-plain"]),
        ("a", "http://127.0.0.1.ehr.example/hook", ["destination-plain"]),
        (
            "",
            "http://u:p@ehr.example/?k=v",
            ["destination-sender", "destination-secret", "destination-plain"],
        ),
        ("a\x1b[2J", "https://ehr.example/#a", ["destination-sender", "destination-secret"]),
    ],
)
def test_every_fault_of_an_address_is_told_at_once_and_never_repeats_it(sender, address, codes):
    found = destination(sender, address)
    assert isinstance(found, tuple)
    assert [each.code for each in found] == codes
    assert [each for each in found if "exam" in each.says or not each.remedy] == []


def held(here: TestDesk) -> list[Destination]:
    with here.desk.database.reading(here.organization) as session:
        return destinations(session)


def test_a_sender_has_one_address_that_is_replaced_and_removed(here):
    with here.desk.database.transaction(here.organization) as session:
        for address in ("mllp://one.example:1", "mllp://two.example:2"):
            add_destination(session, Destination("b", address), NOW)
        add_destination(session, Destination("a", "https://a.example/"), NOW)
    both = [Destination("a", "https://a.example/"), Destination("b", "mllp://two.example:2")]
    assert (held(here), held(desk_over(here.desk.database))) == (both, [])
    with here.desk.database.transaction(here.organization) as session:
        assert [remove_destination(session, "b"), remove_destination(session, "b")] == [True, False]
    assert held(here) == both[:1]
