"""Whoever changes the books behind our back is noticed, and the place is named."""

import pytest

from referloop.referral.entry import GENESIS, Draft, chained
from referloop.referral.facts.desk import NoteAdded
from referloop.referral.facts.intake import ReferralTriaged
from referloop.storage.board import rebuild
from referloop.storage.database import Query
from referloop.storage.due import look
from referloop.storage.verify import Verdict, verify
from tests.storage.cast import NINE, Place, later


@pytest.fixture
def sound(place: Place) -> Place:
    """Two referrals of three and one entries, messages in several states, and evidence."""
    place.receive("R1")
    place.append(
        "R1", Draft(NoteAdded(text="called"), later(1)), Draft(ReferralTriaged(), later(1)), at=later(1)
    )
    place.receive("R2", patient="P2")
    place.keep("M1", state="done", referrals=("R1",), owner="", due_at=None)
    place.keep("M2", state="kept", owner="", due_at=None)
    place.keep("M3")
    return place


def verdict(place: Place, hours: float = 2) -> Verdict:
    return verify(place.database, place.organization, place.policy, later(hours))


def named(place: Place) -> list[tuple[str, str]]:
    found = verdict(place).problems
    assert all(problem.says and problem.remedy for problem in found)
    return [(problem.code, problem.where) for problem in found]


def test_sound_books_hold_at_any_hour(sound):
    for hours in (0, 2, 48, 2000):
        assert verdict(sound, hours) == Verdict(2, 4, ())
    assert verdict(sound).holds


def test_books_hold_after_the_watcher_and_a_rebuild(sound):
    look(sound.database, sound.organization, sound.policy, later(30), sound.new_id)
    assert verdict(sound, 31).problems == ()
    rebuild(sound.database, sound.organization, sound.policy, later(50), sound.new_id)
    assert verdict(sound, 51).problems == ()


def test_an_organisation_without_anything_holds(place):
    assert verdict(place) == Verdict(0, 0, ())


STALE = ["board-differs", "obligations-differ"]
BEFORE, AFTER = "'2026-01-01T00:00:00.000000Z'", "'2027-01-01T00:00:00.000000Z'"
ALTERED = {  # of R1: the table, what is done to it, the entry it is done to if only one, and what is found
    "a line": ("entries", "line = replace(line, 'called', 'galled')", 2, ["chain-broken"]),
    "a hash": ("entries", "hash = '00'", 1, ["chain-broken"]),
    "a number": ("entries", "seq = 7", 3, ["chain-broken"]),
    "an entry gone": ("entries", "", 2, ["chain-broken", "head-differs"]),
    "the last entry gone": ("entries", "", 3, ["head-differs", *STALE]),
    "all entries gone": ("entries", "", 0, ["head-differs", *STALE]),
    "a word beside the line": ("entries", "word = 'x'", 2, ["columns-differ"]),
    "a time beside the line": ("entries", "occurred_at = '2026-01-01'", 2, ["columns-differ"]),
    "when it was recorded": ("entries", f"recorded_at = {BEFORE}", 2, ["columns-differ"]),
    "the version": ("referrals", "version = 9", 0, ["head-differs"]),
    "the head": ("referrals", f"head = '{GENESIS}'", 0, ["head-differs"]),
    "the patient": ("referrals", "patient_id = 'P2'", 0, ["board-differs"]),
    "the board's row gone": ("board", "", 0, ["not-on-the-board"]),
    "who owns it": ("board", "owner = 'lead'", 0, ["board-differs"]),
    "when it is due": ("board", "due_at = NULL", 0, ["board-differs"]),
    "the headline": ("board", "headline = 'Merged'", 0, ["board-differs"]),
    "whether it is open": ("board", "is_open = 0", 0, ["board-differs"]),
    "its flags": ("board", "flags = '[\"cancer\"]'", 0, ["board-differs"]),
    "its flags to no JSON": ("board", "flags = 'cancer'", 0, ["board-differs"]),
    "the board's version": ("board", "version = 1", 0, ["board-differs"]),
    "an obligation gone": ("obligations", "", 0, ["obligations-differ"]),
    "an obligation's time": ("obligations", f"due_at = {AFTER}", 0, ["obligations-differ"]),
}


@pytest.mark.parametrize("what", ALTERED)
def test_a_changed_referral_is_named(sound, what):
    table, change, seq, codes = ALTERED[what]
    key = "id" if table == "referrals" else "referral_id"
    done = f"UPDATE {table} SET {change}" if change else f"DELETE FROM {table}"
    only = f" AND seq = {seq}" if seq else ""
    sound.tamper((f"{done} WHERE organization_id = ? AND {key} = 'R1'{only}", (sound.organization,)))
    found = named(sound)
    assert [code for code, _ in found] == codes
    assert {where.partition(",")[0] for _, where in found} == {"referral R1"}


LOST = {
    "a state no list shows": ("state = 'limbo'", "M3", "state-unknown"),
    "nobody owns it": ("owner = ''", "M3", "nobody-owns"),
    "no timer": ("due_at = NULL", "M3", "no-timer"),
    "its referral is not there": ("referrals = '[\"R-nobody\"]'", "M1", "led-nowhere"),
    "it led nowhere": ("referrals = '[]'", "M1", "led-nowhere"),
    "it says no JSON": ("referrals = 'R1'", "M1", "led-nowhere"),
}


@pytest.mark.parametrize("what", LOST)
def test_a_message_lost_from_sight_is_named(sound, what):
    change, id, code = LOST[what]
    sound.tamper(
        (f"UPDATE inbox SET {change} WHERE organization_id = ? AND id = ?", (sound.organization, id))
    )
    assert named(sound) == [(code, f"inbox {id}")]


def test_changed_evidence_is_named(sound):
    digest = sound.ask(
        "SELECT digest FROM inbox WHERE organization_id = ? AND id = 'M1'", sound.organization
    )[0][0]
    sql = "UPDATE evidence SET body = ? WHERE organization_id = ? AND digest = ?"
    sound.tamper((sql, (b"MSH|forged", sound.organization, digest)))
    assert named(sound) == [("evidence-differs", f"evidence {digest}")]


def test_bytes_gone_from_a_message_that_waits_are_named(sound):
    sql = (
        "DELETE FROM evidence WHERE organization_id = ? AND digest IN"
        " (SELECT digest FROM inbox WHERE organization_id = ? AND id IN ('M1', 'M3'))"
    )
    sound.tamper((sql, (sound.organization, sound.organization)))
    assert named(sound) == [("bytes-gone", "inbox M3")]


def test_rows_of_no_referral_are_named(sound):
    sound.tamper(("DELETE FROM referrals WHERE organization_id = ? AND id = 'R2'", (sound.organization,)))
    assert named(sound) == [
        ("stray-row", "entries, referral R2"),
        ("stray-row", "board, referral R2"),
        ("stray-row", "obligations, referral R2"),
    ]


def test_a_whole_chain_rewritten_as_nonsense_is_no_traceback(sound):
    line = '{"seq":1,"word":"no-such-word"}'
    hash = chained(GENESIS, line)
    queries: list[Query] = [
        ("DELETE FROM entries WHERE organization_id = ? AND referral_id = 'R2'", (sound.organization,)),
        (
            "INSERT INTO entries"
            " (organization_id, referral_id, seq, word, occurred_at, recorded_at, line, hash)"
            " VALUES (?, 'R2', 1, 'no-such-word', '', '2026-01-01T00:00:00.000000Z', ?, ?)",
            (sound.organization, line, hash),
        ),
        ("UPDATE referrals SET head = ? WHERE organization_id = ? AND id = 'R2'", (hash, sound.organization)),
    ]
    sound.tamper(*queries)
    assert named(sound) == [("entry-unreadable", "referral R2, entry 1")]


def test_what_one_organisation_holds_is_not_anothers(sound):
    other = verify(sound.database, "somebody else", sound.policy, NINE)
    assert other == Verdict(0, 0, ())
