"""The inbox: every message in exactly one state, readable, and read again when somebody asks."""

from dataclasses import replace
from datetime import timedelta

import pytest

from referloop.ports import Item
from referloop.storage.inbox import STATES, counts, listed, read, taken_up
from referloop.storage.items import close_item, items_about, open_items
from tests.storage.cast import NINE, Place, later, message


def test_the_states_add_up_to_what_was_accepted(place):
    for number, state in enumerate([*STATES, "done", "held"]):
        place.keep(f"M{number}", state=state)
    with place.database.reading(place.organization) as session:
        found = counts(session)
    assert found == {"done": 2, "kept": 1, "held": 2, "problem": 1, "refused": 1, "dead": 1}
    assert sum(found.values()) == len(place.rows("inbox"))


def test_a_state_that_no_list_knows_is_counted_all_the_same(place):
    place.keep("M1", state="limbo")
    with place.database.reading(place.organization) as session:
        assert counts(session) == {**dict.fromkeys(STATES, 0), "limbo": 1}


def test_a_message_is_read_with_its_bytes(place):
    arrival, kept = place.keep("M1")
    with place.database.reading(place.organization) as session:
        assert read(session, "M1") == (arrival, kept)
        assert read(session, "M2") is None


def test_lists_go_on_behind_the_last_one_seen(place):
    for number in range(7):
        place.keep(f"M{number}")
    place.keep("other", state="done")
    with place.database.reading(place.organization) as session:
        whole = listed(session, "problem")
        pages, after = [], None
        while page := listed(session, "problem", after=after, limit=3):
            pages += page
            after = page[-1].place
    assert [row.kept.id for row in whole] == [f"M{number}" for number in range(7)]
    assert pages == whole
    assert (whole[0].channel, whole[0].sender, whole[0].message_id) == ("hl7v2", "clinic", "control M0")


@pytest.mark.parametrize("state", ["problem", "dead"])
def test_what_nobody_could_read_is_taken_up_and_settled_in_one_transaction(place, state):
    arrival, kept = place.keep("M1", state=state)
    place.receive("R1")
    with place.books() as books:
        assert taken_up(books.session, "M1") == (arrival, kept)
        books.settle(replace(kept, state="done", referrals=("R1",), owner="", due_at=None))
    with place.database.reading(place.organization) as session:
        (row,) = listed(session, "done")
        assert (row.kept.id, row.attempts) == ("M1", 1)
    with place.books() as books:
        assert taken_up(books.session, "M1") is None


def test_a_message_that_fails_again_stays_where_it_was(place):
    place.keep("M1", state="dead")
    before = place.rows("inbox")

    def read_and_fail() -> None:
        with place.books() as books:
            taken_up(books.session, "M1")
            raise LookupError

    with pytest.raises(LookupError):
        read_and_fail()
    assert place.rows("inbox") == before


@pytest.mark.parametrize("state", ["done", "kept", "held", "refused"])
def test_what_was_read_is_not_read_again(place, state):
    place.keep("M1", state=state)
    with place.books() as books:
        assert taken_up(books.session, "M1") is None


def test_the_same_bytes_twice_are_kept_once(place):
    place.keep("M1")
    with place.books() as books:
        books.keep_evidence(message("M1").digest, "x-application/hl7-v2", message("M1").body)
    assert len(place.rows("evidence")) == 1


def item(id: str, hours: float, owner: str = "specialist") -> Item:
    return Item(
        id=id, kind="unclear", about=f"inbox:{id}", says="Unclear.", remedy="Ask.", owner=owner,
        created_at=NINE, due_at=later(hours),
    )  # fmt: skip


def items_in(place: Place) -> None:
    with place.books() as books:
        for id, hours in (("I1", 3), ("I2", 1), ("I3", 2), ("I4", 2)):
            books.open_item(item(id, hours))
        books.open_item(item("I5", 9, "lead"))


def test_open_items_come_soonest_first_and_page_by_page(place):
    items_in(place)
    with place.database.reading(place.organization) as session:
        assert [each.id for each in open_items(session)] == ["I2", "I3", "I4", "I1", "I5"]
        assert [each.id for each in open_items(session, owner="lead")] == ["I5"]
        first = open_items(session, limit=2)
        behind = (first[-1].due_at or NINE, first[-1].id)
        assert [each.id for each in open_items(session, after=behind)] == ["I4", "I1", "I5"]


def test_an_item_is_closed_once_with_who_and_how(place):
    items_in(place)
    with place.database.transaction(place.organization) as session:
        assert close_item(session, "I1", "ann", "asked the clinic", later(1))
        assert not close_item(session, "I1", "bob", "again", later(1) + timedelta(hours=1))
        assert not close_item(session, "I-nobody", "ann", "", later(1))
        (closed,) = items_about(session, "inbox:I1")
        assert "I1" not in [each.id for each in open_items(session)]
    assert (closed.closed_at, closed.closed_by, closed.outcome) == (later(1), "ann", "asked the clinic")
