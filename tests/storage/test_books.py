"""What the stages ask of the books is answered alike within a transaction and in the next one."""

from dataclasses import replace

import pytest

from referloop.messages import Identifier, Name, Party
from referloop.ports import KnownPerson, OpenReferral, Stored, Wanted
from referloop.referral.entry import Draft
from referloop.referral.facts.desk import NoteAdded
from referloop.referral.kinds import ReferralId
from referloop.storage import resources
from referloop.storage.access import (
    User,
    access_of,
    add_token,
    add_user,
    revoke_tokens,
    user,
)
from referloop.storage.people import joined, parted
from referloop.storage.resources import Sought
from referloop.storage.verify import verify
from tests.storage.cast import ANN, NINE, PATIENT, Place, later, message

NUMBER, NAME = "id|mrn|1", "name|okafor|ada|1980-02-29"
R1 = ReferralId("R1")


def test_a_message_is_known_at_once_and_ever_after(place):
    arrival, kept = message("M1"), place.keep("M0")[1]
    kept = replace(kept, id="M1", content_digest=arrival.content_digest)
    asked = (arrival.channel, arrival.sender, arrival.message_id)
    with place.books() as books:
        assert books.seen(*asked) is None
        books.keep(arrival, kept)
        books.read_ahead(Wanted(messages=[asked]))  # what waits to be written is not forgotten
        assert books.seen(*asked) == kept
    with place.books() as books:
        assert books.seen(*asked) == kept
        assert books.seen("hl7v2", "another clinic", arrival.message_id) is None


def test_many_messages_are_looked_up_at_once(place):
    for number in range(5):
        place.keep(f"M{number}")
    asked = [("hl7v2", "clinic", f"control M{number}") for number in range(7)]
    with place.books() as books:
        books.read_ahead(Wanted(messages=asked, whole=True))
        found = [books.seen(*each) for each in asked]
    assert [kept.id if kept else None for kept in found] == ["M0", "M1", "M2", "M3", "M4", None, None]


def test_a_person_is_found_by_every_key(place):
    with place.books() as books:
        assert books.people([NUMBER, NAME]) == []
        books.add_person("P1", PATIENT, [NUMBER, NAME])
        assert books.people([NUMBER, NAME]) == [KnownPerson("P1", PATIENT, (NUMBER, NAME))]
    with place.books() as books:
        assert books.people([NAME]) == [KnownPerson("P1", PATIENT, (NAME,))]
        books.add_person_keys("P1", PATIENT, [NAME, "id|mb|7"])
    with place.books() as books:
        assert books.people(["id|mb|7", "id|nobody|1"]) == [KnownPerson("P1", PATIENT, ("id|mb|7",))]


def test_who_was_found_to_be_another_is_found_as_that_one_until_it_is_taken_back(place):
    with place.books() as books:
        books.add_person("P1", PATIENT, [NAME])
        books.add_person("P2", PATIENT, [NUMBER])
    with place.books() as books:
        books.change(joined(books, "P2", "P1"))
    with place.books() as books:
        assert books.people([NUMBER]) == [KnownPerson("P1", PATIENT, (NUMBER,))]
        books.change(parted(books, "P2"))
    with place.books() as books:
        assert books.people([NUMBER]) == [KnownPerson("P2", PATIENT, (NUMBER,))]


def test_a_known_person_comes_with_their_open_referrals_once_each(place):
    with place.books() as books:
        books.add_person("P1", PATIENT, [NUMBER, NAME])
    place.receive("R1")
    with place.books(later(1)) as books:
        books.people([NUMBER, NAME])
        assert books.open_referrals_of("P1") == [OpenReferral(R1, "P1", "Cardiology", NINE)]
        assert books.open_referrals_of("P2") == []


def test_a_referral_is_found_by_its_numbers(place):
    place.receive("R1")
    with place.books() as books:
        assert books.referrals_named(["placer|clinic|7"]) == []
        books.name_referral(R1, ["placer|clinic|7", "filler|desk|9"])
        assert books.referrals_named(["placer|clinic|7"]) == [R1]
    with place.books() as books:
        assert books.referrals_named(["filler|desk|9", "placer|clinic|7", "placer|other|1"]) == [R1]
        books.name_referral(R1, ["filler|desk|9"])


def test_what_waits_for_a_number_is_found_when_it_comes_and_settled_once(place):
    arrival, kept = place.keep("M1", state="held", waits_for="placer|clinic|7")
    place.receive("R1")
    with place.books() as books:
        books.referrals_named(["placer|clinic|7", "placer|clinic|8"])
        assert books.held_for(["placer|clinic|8"]) == []
        assert books.held_for(["placer|clinic|7"]) == [(arrival, kept)]
        books.settle(replace(kept, state="done", referrals=("R1",), waits_for="", owner="", due_at=None))
        assert books.held_for(["placer|clinic|7"]) == []
    with place.books() as books:
        books.referrals_named(["placer|clinic|7"])
        assert books.held_for(["placer|clinic|7"]) == []


def test_several_logs_come_in_the_order_asked_for_and_those_not_there_are_left_out(place):
    for id in ("R1", "R2", "R3"):
        place.receive(id)
    with place.books() as books:
        asked = [ReferralId(id) for id in ("R3", "R-nobody", "R1")]
        assert [log.referral for log in books.logs(asked)] == ["R3", "R1"]
        assert [log.version for log in books.logs([R1])] == [1]


def test_two_appends_in_one_transaction_stand_one_behind_the_other(place):
    place.receive("R1")
    with place.books(later(1)) as books:
        log = books.log(R1)
        assert log is not None
        log = books.append(log, [Draft(NoteAdded(text="one"), later(1))], ANN)
        books.flush()
        books.append(log, [Draft(NoteAdded(text="two"), later(1))], ANN)
    assert [entry.seq for entry in place.log("R1").entries] == [1, 2, 3]


def test_a_party_is_kept_as_it_was_first_named(place):
    with place.books() as books:
        books.know_party("npi|1", Party(practitioner="Dr Lee", organisation="Heart Clinic"))
    with place.books() as books:
        books.know_party("npi|1", Party(practitioner="Dr L."))
    assert [row[:3] for row in place.rows("parties")] == [("npi|1", "Dr Lee", "Heart Clinic")]


def test_every_name_that_came_with_a_number_is_kept_and_none_without_one(place):
    npi = (Identifier("npi", "1", "NPI"),)
    with place.books() as books:
        books.know_party("npi|1", Party(practitioner="Dr Lee", organisation="Heart Clinic", identifiers=npi))
        books.know_party("dr kim", Party(practitioner="Dr Kim"))
    with place.books() as books:
        books.know_party("npi|1", Party(practitioner="Dr L.", identifiers=npi))
        books.know_party("npi|1", Party(practitioner="Dr L.", identifiers=npi))
    assert sorted(row[:2] for row in place.rows("party_names")) == [
        ("npi|1", "Dr L."),
        ("npi|1", "Dr Lee, Heart Clinic"),
    ]


def resource(id: str, version: int, *names: str, referral: str = "") -> Stored:
    return Stored(
        kind="ServiceRequest", id=id, version=version, received_at=later(version), client="clinic",
        body=f"{id} {version}".encode(), referral=referral, names=names,
    )  # fmt: skip


@pytest.fixture
def with_resources(place: Place) -> Place:
    with place.books() as books:
        for each in (
            resource("a", 1, "clinic|7"),
            resource("a", 2),
            resource("b", 1, "clinic|8", "clinic|9"),
        ):
            books.store(each)
        books.keep_evidence("digest", "application/pdf", b"%PDF")
    return place


def test_the_newest_version_of_a_resource_is_found_by_place_and_by_name(with_resources):
    newest_a, b = resource("a", 2), replace(resource("b", 1), names=())
    with with_resources.database.transaction(with_resources.organization) as session:
        found = resources.find(
            session,
            Sought(
                places=[("ServiceRequest", "a"), ("Task", "a")],
                named=[("ServiceRequest", "clinic|7"), ("ServiceRequest", "clinic|8"), ("Task", "clinic|7")],
                digests=["digest", "another"],
            ),
        )
        assert found.places == {("ServiceRequest", "a"): newest_a}
        assert found.named == {
            ("ServiceRequest", "clinic|7"): [newest_a],
            ("ServiceRequest", "clinic|8"): [b],
            ("Task", "clinic|7"): [],
        }
        assert found.digests == {"digest"}
        assert resources.newest(session, [("ServiceRequest", "b")]) == {("ServiceRequest", "b"): b}


def test_every_version_of_a_resource_stays(with_resources):
    first, second = replace(resource("a", 1), names=()), resource("a", 2)
    with with_resources.database.reading(with_resources.organization) as session:
        assert resources.versions(session, "ServiceRequest", "a", 9) == [second, first]
        assert resources.versions(session, "ServiceRequest", "a", 1) == [second]
        assert resources.version(session, "ServiceRequest", "a", 1) == first
        assert resources.version(session, "ServiceRequest", "a", 3) is None


def test_resources_are_searched_by_names_and_ids_page_by_page(with_resources):
    def ids(names: list[list[str]], among: list[str], after: str = "", most: int = 9) -> list[str]:
        with with_resources.database.reading(with_resources.organization) as session:
            found = resources.matching(session, "ServiceRequest", names, among, after, most)
        return [each.id for each in found]

    assert ids([], []) == ["a", "b"]
    assert ids([], [], most=1) == ["a"]
    assert ids([], [], after="a") == ["b"]
    assert ids([["clinic|7", "clinic|8"]], []) == ["a", "b"]
    assert ids([["clinic|8"], ["clinic|9"]], []) == ["b"]
    assert ids([["clinic|8"], ["clinic|7"]], []) == []
    assert ids([], ["b", "c"]) == ["b"]


def test_evidence_and_logs_are_read_without_a_lock(with_resources):
    log = with_resources.receive("R1")
    with with_resources.database.reading(with_resources.organization) as session:
        assert resources.evidence(session, "digest") == ("application/pdf", b"%PDF")
        assert resources.evidence(session, "another") is None
        assert resources.logs(session, ["R1", "", "R1", "R-nobody"]) == {"R1": log}
        assert resources.logs(session, [""]) == {}


def test_a_user_is_added_once(place):
    ann = User("ann", "Ann Lee", "specialist")
    with place.database.transaction(place.organization) as session:
        add_user(session, ann, NINE)
        add_user(session, User("ann", "Somebody Else", "lead"), NINE)
        assert (user(session, "ann"), user(session, "bob")) == (ann, None)


def test_a_revoked_token_opens_nothing(place):
    secret = f"secret of {place.organization}"
    with place.database.transaction(place.organization) as session:
        add_token(session, secret, "clinic", ["referral.read"], NINE, None)
    assert access_of(place.database, secret, later(1000)) is not None
    with place.database.transaction(place.organization) as session:
        assert revoke_tokens(session, "clinic", later(1)) == 1
        assert revoke_tokens(session, "clinic", later(2)) == 0
    assert access_of(place.database, secret, later(1)) is None


def test_a_character_that_one_database_cannot_hold_stops_no_referral(place):
    with place.books() as books:
        books.add_person("P1", replace(PATIENT, names=(Name("Oka\0for", "Ada"),)), ["id|m\0rn|1"])
        books.name_referral(R1, ["placer|cli\0nic|7"])
    log = place.receive("R1", service="Cardio\0logy")
    assert place.log("R1") == log  # the log keeps what was said
    assert [row[4] for row in place.rows("board")] == ["Cardio\ufffdlogy"]
    assert [row[1] for row in place.rows("people")] == ["Oka\ufffdfor"]
    assert [row[0] for row in place.rows("referral_names")] == ["placer|cli\ufffdnic|7"]
    verdict = verify(place.database, place.organization, place.policy, NINE)
    assert verdict.problems == ()
