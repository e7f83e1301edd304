"""Destinations and the outbox at the terminal."""

import json
from pathlib import Path

import pytest

from tests.cli.commands import Terminal
from tests.wiring.told import request


@pytest.fixture
def told(terminal: Terminal, tmp_path: Path) -> Terminal:
    """A terminal whose requester has one notice waiting."""
    assert terminal("destination", "add", "EHR/NORTH", "mllp://127.0.0.1:9").code == 0
    path = tmp_path / "referral.hl7"
    path.write_bytes(request())
    assert terminal("import", "--from", "EHR/NORTH", str(path)).code == 0
    return terminal


def test_a_destination_is_added_listed_and_removed(terminal):
    added = terminal("destination", "add", "EHR/NORTH", "mllp://ehr.example:2575")
    assert (added.code, added.err) == (0, "")
    listed = terminal("destination", "list", "--json").out
    assert json.loads(listed) == [{"sender": "EHR/NORTH", "address": "mllp://ehr.example:2575"}]
    assert [terminal("destination", "remove", "EHR/NORTH").code for _ in range(2)] == [0, 1]
    assert json.loads(terminal("destination", "list", "--json").out) == []


def test_a_wrong_destination_is_refused_with_the_remedy(terminal):
    said = terminal("destination", "add", "a", "http://ehr.example/hook")
    assert (said.code, said.out) == (2, "")
    assert said.err == (
        "  ADDRESS: Plain HTTP is only for receivers on this machine. Use https://. [destination-plain]\n"
    )


def test_a_fhir_destination_needs_our_own_address(terminal):
    said = terminal("destination", "add", "a", "https://ehr.example/hook")
    assert (said.code, said.err.rpartition("[")[2]) == (2, "public-url-missing]\n")


def test_what_waits_is_counted_and_listed(told):
    assert json.loads(told("outbox", "--json").out) == {
        "queued": 1, "done": 0, "unconfirmed": 0, "dead": 0, "withdrawn": 0,
    }  # fmt: skip
    (row,) = json.loads(told("outbox", "queued", "--json").out)
    assert (row["referral"], row["destination"]) == (told.referral(), "mllp://127.0.0.1:9")
    assert json.loads(told("outbox", "dead", "--json").out) == []


@pytest.mark.parametrize("what", ["replay", "confirm"])
def test_only_what_waits_for_a_person_is_decided(told, what):
    (row,) = json.loads(told("outbox", "queued", "--json").out)
    said = told("outbox", what, row["id"])
    assert (said.code, said.err.rpartition("[")[2]) == (1, "outbox-none]\n")


def test_nothing_is_withdrawn_without_a_reason_and_no_other_word_is_taken(terminal):
    ends = [terminal("outbox", word).err.rpartition("[")[2] for word in ("withdraw", "sideways")]
    assert ends == ["reason-missing]\n", "outbox-unknown]\n"]
