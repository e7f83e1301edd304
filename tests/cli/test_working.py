"""The whole loop by hand, and every refusal with its reason and remedy."""

import json
from pathlib import Path

import pytest

from tests.cli.commands import Terminal

BUNDLE = {
    "resourceType": "Bundle",
    "type": "collection",
    "entry": [
        {
            "fullUrl": "urn:uuid:p",
            "resource": {"resourceType": "Patient", "name": [{"family": "Reed", "given": ["Ann"]}]},
        },
        {
            "fullUrl": "urn:uuid:s",
            "resource": {
                "resourceType": "ServiceRequest",
                "status": "active",
                "intent": "order",
                "priority": "routine",
                "code": {"text": "Cardiology consultation"},
                "subject": {"reference": "urn:uuid:p"},
                "authoredOn": "2026-11-02T09:00:00Z",
            },
        },
    ],
}
LOOP = (
    ("receipt-acknowledged",),
    ("referral-triaged", "urgency=routine"),
    ("eligibility-checked", "result=active"),
    ("permission-assessed", "authorization=a", "kind=prior-authorization", "result=not-required"),
    ("referral-accepted",),
    ("contact-attempted", "channel=phone", "outcome=reached"),
    ("appointment-booked", "appointment=v", "starts=2026-11-20T09:00"),
    ("patient-told", "what=appointment"),
    ("encounter-finished", "appointment=v"),
    ("report-received", "document=d", "kind=final"),
    ("report-matched", "document=d"),
    ("report-reviewed", "document=d", "disposition=plan-agreed"),
    ("patient-told", "what=plan"),
)


@pytest.fixture
def desk(terminal: Terminal, tmp_path: Path) -> Terminal:
    """A desk with one referral."""
    (tmp_path / "request.json").write_text(json.dumps(BUNDLE))
    assert terminal("import", str(tmp_path / "request.json")).code == 0
    return terminal


def test_the_whole_loop_by_hand(desk: Terminal):
    id = desk.referral()
    codes = [desk("record", id, *words).code for words in LOOP]
    said = desk("close", id, "--reason", "completed", "--evidence", "document:d")
    assert codes == [0] * len(LOOP)
    assert (said.code, said.out) == (0, f"{id}: Closed: completed (entry 15, Closed, loop complete)\n")
    assert desk("owing", "--json").out == "[]\n"
    assert desk("owing", id).out.splitlines()[-1] == "Nothing is owed."
    assert desk("verify").out == "1 referral, 15 entries: everything holds.\n"


def test_a_booking_too_early_is_refused_with_reason_and_remedy(desk: Terminal):
    id = desk.referral()
    said = desk("record", id, "appointment-booked", "appointment=v", "starts=2026-12-01T09:00")
    assert (said.code, said.out) == (1, f"{id}: refused\n")
    assert "Still owed before this: eligibility is checked before sending and booking." in said.err
    assert "then record eligibility-checked. [still-owed]" in said.err


def test_a_referral_closes_only_when_nothing_is_owed(desk: Terminal):
    said = desk("close", desk.referral(), "--reason", "completed")
    assert (said.code, "[still-owed]" in said.err) == (1, True)


def test_nothing_is_recorded_without_a_known_name(desk: Terminal):
    said = desk("record", desk.referral(), "receipt-acknowledged", "--by", "stranger")
    assert (said.code, said.err) == (
        1,
        "  --by: Nobody of this name works at this desk."
        " `referloop user add NAME --role ROLE` adds somebody. [user-unknown]\n",
    )


def test_a_correction_names_the_entry_it_replaces(desk: Terminal):
    id = desk.referral()
    desk("record", id, "referral-triaged", "urgency=urgent")
    desk("record", id, "referral-triaged", "urgency=routine", "--corrects", "2")
    assert desk("show", id).out.splitlines()[-1].endswith("corrects 2")


def test_an_ending_of_the_id_is_enough(desk: Terminal):
    id = desk.referral()
    assert desk("show", id[-5:].lower()).out == desk("show", id).out


def test_a_wrong_id_is_told(desk: Terminal):
    said = desk("show", "RZZZ")
    assert (said.code, said.err) == (
        1,
        "  ID: There is no such referral here. `referloop owing` lists the referrals there are."
        " [referral-unknown]\n",
    )


def test_a_wrong_word_is_told_with_the_nearest(desk: Terminal):
    said = desk("record", desk.referral(), "appointment-boked")
    assert (said.code, "Did you mean appointment-booked" in said.err) == (2, True)


def test_all_that_is_wrong_with_the_fields_is_told_at_once(desk: Terminal):
    said = desk("record", desk.referral(), "contact-attempted", "channel=pigeon", "colour=red")
    codes = [line.rpartition("[")[2] for line in said.err.splitlines()]
    assert (said.code, codes) == (2, ["field-unknown]", "field-missing]", "field-value]"])


@pytest.mark.parametrize("typed", ["yesterday", "2026-13-01", "2026-11-02T25:00"])
def test_a_time_that_cannot_be_read_is_told(desk: Terminal, typed: str):
    said = desk("record", desk.referral(), "receipt-acknowledged", "--at", typed)
    assert (said.code, "[time-form]" in said.err) == (2, True)


def test_wall_clock_time_is_the_desk_s(desk: Terminal):
    id = desk.referral()
    desk("record", id, "receipt-acknowledged", "--at", "2026-11-03T09:00")
    assert desk("show", id).out.splitlines()[-1].startswith("2026-11-03T14:00:00Z  receipt-acknowledged")


def test_why_something_is_owed_is_told_with_its_source(desk: Terminal):
    said = desk("owing", desk.referral())
    assert "eligibility-check: due " in said.out
    assert said.out.count("  source  ") == len(
        json.loads(desk("owing", desk.referral(), "--json").out)["owed"]
    )


def test_books_that_were_never_begun_are_told(tmp_path: Path):
    said = Terminal(tmp_path / "none.sqlite3")("owing")
    assert (said.code, "[books-missing]" in said.err) == (1, True)


def test_the_inbox_counts_and_shows(desk: Terminal):
    states = json.loads(desk("inbox", "--json").out)
    one = json.loads(desk("inbox", "done", "--json").out)[0]
    shown = json.loads(desk("inbox", one["id"], "--json").out)
    assert states == {"done": 1, "kept": 0, "held": 0, "problem": 0, "refused": 0, "dead": 0}
    assert (shown["state"], shown["referrals"]) == ("done", [desk.referral()])


def test_the_shipped_policy_and_its_cases_hold(terminal: Terminal):
    assert terminal("policy", "check").code == 0
    assert terminal("policy", "cases").code == 0
    assert terminal("policy", "explain", "report-owed").out.startswith("report-owed: ")


def test_a_token_is_made_and_revoked(terminal: Terminal):
    assert len(terminal("token", "create", "northside").out.strip()) == 43
    assert terminal("token", "revoke", "northside").out == "Revoked: 1.\n"


def test_beginning_again_changes_nothing(terminal: Terminal):
    said = terminal("init")
    assert (said.code, "was there already" in said.out) == (0, True)


def test_the_board_is_made_anew(desk: Terminal):
    assert desk("rebuild-board").out == "1 referral.\n"
    assert desk("verify").code == 0
