"""Who looked is found again by day, person and patient, and a chain that was changed is noticed."""

from dataclasses import replace
from datetime import timedelta

import pytest

from referloop.referral.entry import Draft
from referloop.referral.facts.desk import NoteAdded
from referloop.storage.access_lists import (
    Narrowed,
    authors,
    exported,
    glass,
    glass_counts,
    looked,
    one,
    reviews,
)
from referloop.storage.accesses import Accessed, note
from referloop.storage.verify import verify
from tests.storage.cast import NINE, Place, later
from tests.storage.test_plans import Explained, explained, walks

__all__ = ["explained"]
OPENED = Accessed("ann", "specialist", "referral-opened", referral="R1", patient="P1")
EXPORTED = Accessed("kim", "lead", "list-exported", how_many=400, purpose="payer report")
GLASS = Accessed("osei", "clinician", "glass-opened", patient="P1", reason="emergency: on the ward")


@pytest.fixture
def seen(place: Place) -> Place:
    """An opening each hour, by two people, of two patients; a file; broken glass."""
    with place.database.transaction(place.organization) as session:
        for hour in range(4):
            user, patient = ("ann", "bob")[hour % 2], ("P1", "P2")[hour // 2]
            note(session, replace(OPENED, user=user, patient=patient), later(hour))
        note(session, EXPORTED, later(4))
        note(session, GLASS, later(5))
    return place


def found(place: Place, **narrowed: object) -> list[str]:
    with place.database.reading(place.organization) as session:
        return [each.key for each in looked(session, Narrowed(**narrowed), 50)]  # type: ignore[arg-type]


ALL = ["osei:1", "kim:1", "bob:2", "ann:2", "bob:1", "ann:1"]


@pytest.mark.parametrize(
    ("narrowed", "expected"),
    [
        ({}, ALL),
        ({"user": "ann"}, ["ann:2", "ann:1"]),
        ({"patients": ["P1"]}, ["osei:1", "bob:1", "ann:1"]),
        ({"patients": ["P1", "P2"], "user": "bob"}, ["bob:2", "bob:1"]),
        ({"since": later(3), "before": later(5)}, ["kim:1", "bob:2"]),
        ({"roles": ["lead"]}, ["kim:1"]),
        ({"acts": ["glass-opened", "list-exported"]}, ["osei:1", "kim:1"]),
        ({"after": (later(3), "bob", 2)}, ["ann:2", "bob:1", "ann:1"]),
        ({"user": "nobody"}, []),
        ({"patients": ["P1"], "referrals": ["R1"]}, ["bob:1", "ann:1"]),
    ],
)
def test_accesses_are_narrowed_by_what_is_asked(
    seen: Place, narrowed: dict[str, object], expected: list[str]
):
    assert found(seen, **narrowed) == expected


def test_pages_follow_each_other_without_a_gap(seen: Place):
    keys: list[str] = []
    after = None
    with seen.database.reading(seen.organization) as session:
        while page := looked(session, Narrowed(after=after), 2):
            keys += [each.key for each in page]
            after = page[-1].place
    assert keys == ALL


def test_an_access_comes_back_as_it_was_noted(seen: Place):
    with seen.database.reading(seen.organization) as session:
        it, none, nonsense = (one(session, key) for key in ("kim:1", "kim:9", "kim:x"))
    assert it is not None
    assert (it.it, it.at, it.seq, none, nonsense) == (EXPORTED, later(4), 1, None, None)


def test_files_and_broken_glass_have_lists_of_their_own(seen: Place):
    with seen.database.reading(seen.organization) as session:
        files, broken = exported(session, None, 9), glass(session, None, 9, waiting=True)
        since = [len(exported(session, None, 9, later(hour))) for hour in (4, 5)]
        counts = glass_counts(session, later(4))
    assert ([each.key for each in files], [each.key for each in broken]) == (["kim:1"], ["osei:1"])
    assert since == [1, 0]
    assert counts == {"osei": 1}


def test_glass_that_was_reviewed_waits_no_more(seen: Place):
    review = Accessed("ines", "compliance", "glass-reviewed", patient="P1", about="osei:1", reason="Needed")
    with seen.database.transaction(seen.organization) as session:
        note(session, review, later(6))
        waiting, every = (glass(session, None, 9, waiting=each) for each in (True, False))
        done = reviews(session, ["osei:1", "osei:2"])
    assert (waiting, [each.key for each in every]) == ([], ["osei:1"])
    assert {key: each.it for key, each in done.items()} == {"osei:1": review}


def test_who_wrote_into_a_referral_is_found(place: Place):
    place.receive("R1")
    place.append("R1", Draft(NoteAdded(text="called"), later(1)), at=later(1))
    place.append("R1", Draft(NoteAdded(text="again"), later(30)), at=later(30))
    with place.database.reading(place.organization) as session:
        known = authors(session, ["R1", "R2"], NINE, later(2))
    assert known == [("R1", "partner:clinic", NINE), ("R1", "person:ann/specialist", later(1))]


def verdict(place: Place) -> list[tuple[str, str]]:
    problems = verify(place.database, place.organization, place.policy, later(6)).problems
    return [(each.code, each.where) for each in problems]


def test_an_unchanged_record_of_who_looked_holds(seen: Place):
    assert verdict(seen) == []


CHANGED = {
    "who it was": ("UPDATE accesses SET role = 'lead'", 1, ("access-changed", "accesses of ann, 1")),
    "when it was": (
        "UPDATE accesses SET at = '2026-01-01T00:00:00Z'",
        2,
        ("access-changed", "accesses of ann, 2"),
    ),
    "whom it was about": (
        "UPDATE accesses SET patient_id = 'P9'",
        2,
        ("access-changed", "accesses of ann, 2"),
    ),
    "a line gone": ("DELETE FROM accesses", 1, ("access-changed", "accesses of ann, 1")),
    "the last line gone": ("DELETE FROM accesses", 2, ("accesses-cut", "accesses of ann")),
}


@pytest.mark.parametrize("what", CHANGED)
def test_a_changed_access_is_named(seen: Place, what: str):
    change, seq, fault = CHANGED[what]
    seen.tamper(
        (f"{change} WHERE organization_id = ? AND user_id = 'ann' AND seq = {seq}", (seen.organization,))
    )
    assert verdict(seen) == [fault]


def test_a_whole_chain_taken_out_is_named_by_its_end_or_by_the_lack_of_it(seen: Place):
    delete = "DELETE FROM {} WHERE organization_id = ? AND user_id = '{}'"
    org = (seen.organization,)
    seen.tamper((delete.format("accesses", "ann"), org), (delete.format("access_heads", "bob"), org))
    assert verdict(seen) == [("accesses-cut", "accesses of ann"), ("accesses-cut", "accesses of bob")]


def test_whoever_reads_the_record_finds_it_by_an_index(explained: Explained):
    narrowed = [
        Narrowed(),
        Narrowed(since=NINE, before=later(24)),
        Narrowed(user="ann"),
        Narrowed(user="ann", since=NINE, before=later(24), after=(NINE, "ann", 3)),
        Narrowed(patients=["P1"]),
        Narrowed(roles=["lead"], after=(NINE, "ann", 3)),
    ]
    for each in narrowed:
        looked(explained, each, 51)
    exported(explained, (NINE, "ann", 3), 51)
    exported(explained, None, 51, NINE)
    glass(explained, None, 51, waiting=True)
    sorted_after = [each for each in explained.plans if "TEMP B-TREE" in each]
    glass_counts(explained, NINE - timedelta(days=7))
    reviews(explained, ["ann:1"])
    authors(explained, ["R1", "R2"], NINE, later(1))
    note(explained, OPENED, NINE)
    # These are walked backwards and left after a page; the second holds only what is rare.
    left = [f"SEARCH a USING INDEX {name} (organization_id=?)" for name in ("accesses_day", "accesses_glass")]
    others = [each for each in walks(explained.plans) if each not in left]
    assert (len(explained.plans) > 12, others, sorted_after) == (True, [], [])
