"""Lists, counts and searches hold no more than somebody may see: a condition, not a filter behind them."""

import pytest

from referloop.messages import Name, Person
from referloop.referral.entry import Draft
from referloop.referral.facts.desk import EntryWithdrawn
from referloop.referral.facts.intake import ReferralChanged
from referloop.referral.facts.routing import PerformerChosen, ReferralDeclined, ReferralSent
from referloop.storage import sight, worklist
from referloop.storage.access import User, add_user
from referloop.storage.board import rebuild
from referloop.storage.gate import faults
from referloop.storage.search import board_of, people_and_numbers
from referloop.storage.search_keys import beginning, exactly
from referloop.storage.sight import EVERYTHING, NOTHING, Between, Seen
from referloop.storage.verify import verify
from referloop.storage.worklist import Narrowed
from tests.storage.cast import NINE, PATIENT, Place
from tests.storage.test_plans import Explained, walks

OSEI, VACA = "Ruth Osei, Northside", "Teresa Vaca, Millbrook"
NORTHSIDE = Seen(asked=(("northside|", "northside|\U0010ffff"),))
HARBOR = Seen(sent=(("harborheart|", "harborheart|\U0010ffff"),))


@pytest.fixture
def desk(place: Place) -> Place:
    """Two referrals of one practice, one of another; one of them sent to an office."""
    with place.books() as books:
        books.add_person("P1", PATIENT, [])
        books.add_person("P2", Person(names=(Name("Okafor", "Ben"),), birth_date="1965-07-01"), [])
    for id, patient, requester in (("R1", "P1", OSEI), ("R2", "P1", VACA), ("R3", "P2", VACA)):
        place.receive(id, patient=patient, requester=requester)
    place.append("R2", sent("leg-1", "Ann Lee, Harbor Heart"))
    return place


def sent(leg: str, performer: str) -> Draft:
    return Draft(ReferralSent(leg=leg, performer=performer), NINE)


def listed(place: Place, seen: Seen) -> list[str]:
    with place.database.reading(place.organization) as session:
        return sorted(row.referral for row in worklist.lines(session, Narrowed(seen=seen)))


def test_a_list_holds_what_a_practice_asked_for_and_what_was_sent_to_an_office(desk):
    assert [listed(desk, seen) for seen in (EVERYTHING, NORTHSIDE, HARBOR, NOTHING)] == [
        ["R1", "R2", "R3"],
        ["R1"],
        ["R2"],
        [],
    ]


def test_counts_count_no_more_than_the_list_holds(desk):
    with desk.database.reading(desk.organization) as session:
        found = [worklist.matching(session, Narrowed(seen=seen)) for seen in (EVERYTHING, NORTHSIDE, NOTHING)]
        counted = [worklist.counted_of(session, seen) for seen in (NORTHSIDE, NOTHING)]
        assert worklist.counted_of(session, EVERYTHING) == worklist.counted(session)
    assert found == [3, 1, 0]
    assert [sum(each.values()) for each in counted] == [1, 0]


def test_a_search_finds_no_patient_of_another_practice(desk):
    def found(seen: Seen) -> tuple[set[str], list[str]]:
        with desk.database.reading(desk.organization) as session:
            names, numbers = [beginning("n|okafor")], [exactly("r|R1"), exactly("r|R3")]
            hits, referrals = people_and_numbers(session, names, numbers, 100, seen)
        return {hit.id for hit in hits}, sorted(referrals)

    assert [found(seen) for seen in (EVERYTHING, NORTHSIDE, HARBOR, NOTHING)] == [
        ({"P1", "P2"}, ["R1", "R3"]),
        ({"P1"}, ["R1"]),
        ({"P1"}, []),
        (set(), []),
    ]


def test_a_patient_s_referrals_are_those_that_may_be_seen(desk):
    with desk.database.reading(desk.organization) as session:
        found = [
            [row.referral for row in board_of(session, ["P1"], seen, open_only=False)]
            for seen in (EVERYTHING, NORTHSIDE, HARBOR, NOTHING)
        ]
        picked = [
            sorted(row.referral for row in worklist.picked(session, ["R1", "R2", "R3"], seen))
            for seen in (EVERYTHING, NORTHSIDE, NOTHING)
        ]
    assert found == [["R1", "R2"], ["R1"], ["R2"], []]
    assert picked == [["R1", "R2", "R3"], ["R1"], []]


def test_what_a_list_asks_is_found_by_the_keys_of_the_parties():
    from referloop.storage.migrations import migrate_sqlite
    from referloop.storage.sqlite import SqliteDatabase

    database = SqliteDatabase(":memory:")
    migrate_sqlite(database)
    with database.transaction("org1") as session:
        explained = Explained(session)
        for seen in (NORTHSIDE, HARBOR):
            worklist.lines(explained, Narrowed(seen=seen))
            worklist.lines(explained, Narrowed(seen=seen, state="closed"))
            worklist.matching(explained, Narrowed(seen=seen))
            worklist.counted_of(explained, seen)
            explained.ask(worklist.top("org1", seen))
    database.close()
    tables = [each for each in explained.plans if "board" in each or "sent_to" in each]
    assert (len(tables) > 20, walks(tables)) == (True, [])


def test_between_whom_a_referral_goes_follows_the_log(desk):
    def between(id: str) -> Between | None:
        with desk.database.reading(desk.organization) as session:
            return sight.between(session, id)

    assert [between(id) for id in ("R1", "R2", "R9")] == [
        Between("P1", "northside|ruthosei", "", ()),
        Between("P1", "millbrook|teresavaca", "", ("harborheart|annlee",)),
        None,
    ]
    desk.append("R1", Draft(ReferralChanged(requester="Paul Lindgren, Northside"), NINE))
    desk.append(
        "R1", Draft(PerformerChosen(leg="leg-1", performer="Eastgate"), NINE), sent("leg-2", "Eastgate")
    )
    desk.append("R2", Draft(ReferralDeclined(leg="leg-1", reason="full"), NINE), sent("leg-2", "Lakeside"))
    assert [between(id) for id in ("R1", "R2")] == [
        Between("P1", "northside|paullindgren", "", ("eastgate|",)),
        Between("P1", "millbrook|teresavaca", "", ("lakeside|",)),
    ]
    desk.append("R1", Draft(EntryWithdrawn(reason="slip"), NINE, corrects=4))
    assert between("R1") == Between("P1", "northside|paullindgren", "", ())


def test_the_proof_notices_a_referral_that_is_shown_to_others(desk):
    assert verify(desk.database, desk.organization, desk.policy, NINE).holds
    org = desk.organization
    desk.tamper(
        ("UPDATE board SET requester = 'eastgate|' WHERE organization_id = ? AND referral_id = 'R1'", (org,)),
        ("INSERT INTO sent_to VALUES (?, 'eastgate|', 'R2')", (org,)),
        ("INSERT INTO sent_to VALUES (?, 'eastgate|', 'R9')", (org,)),
    )
    found = verify(desk.database, desk.organization, desk.policy, NINE).problems
    assert [(each.code, each.where) for each in found] == [
        ("board-differs", "referral R1"),
        ("sent-differs", "referral R2"),
        ("stray-row", "sent_to, referral R9"),
    ]
    rebuild(desk.database, desk.organization, desk.policy, NINE, desk.new_id)
    assert verify(desk.database, desk.organization, desk.policy, NINE).holds


def test_books_from_before_are_not_opened_until_the_board_is_made_anew(desk):
    desk.tamper(("UPDATE board SET requester = '-' WHERE organization_id = ?", (desk.organization,)))
    assert listed(desk, NORTHSIDE) == []
    with desk.database.reading(desk.organization) as session:
        assert sight.unasked(session)
    if desk.owner_url or "memory" not in str(desk.database.__dict__):
        here = [each for each in faults(desk.database) if each.where == f"organisation {desk.organization}"]
        assert [each.code for each in here] == ["board-behind"]
    rebuild(desk.database, desk.organization, desk.policy, NINE, desk.new_id)
    assert listed(desk, NORTHSIDE) == ["R1"]
    assert desk.organization not in str(faults(desk.database))


def test_somebody_stands_for_whom_they_were_last_said_to(desk):
    def stand(*names: str) -> tuple[str, ...]:
        with desk.database.transaction(desk.organization) as session:
            assert sight.stand_for(session, "ruth", names)
        with desk.database.reading(desk.organization) as session:
            return sight.stands_for(session, "ruth")

    with desk.database.transaction(desk.organization) as session:
        add_user(session, User("ruth", "Ruth Osei", "clinician"), NINE)
        assert sight.stands_for(session, "ruth") == sight.stands_for(session, "nobody") == ()
        assert not sight.stand_for(session, "nobody", [OSEI])
    assert [stand(OSEI, VACA, OSEI), stand(VACA), stand()] == [(OSEI, VACA), (VACA,), ()]
