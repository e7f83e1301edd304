"""Two databases, one behaviour: the same work leaves equal rows in both."""

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from referloop.ports import ExchangeError, Item, Sent
from referloop.referral.entry import Draft
from referloop.storage import outbox
from referloop.storage.board import page, rebuild
from referloop.storage.due import look
from referloop.storage.tables import COLUMNS
from referloop.storage.verify import verify
from tests.referral.strategies import LIVELY
from tests.storage.cast import ANN, PATIENT, Place, later
from tests.storage.conftest import of_its_own

pytestmark = pytest.mark.postgres

REFERRALS = st.sampled_from(["R1", "R2", "R3"])
STEPS = st.one_of(
    st.tuples(st.just("append"), REFERRALS, st.lists(LIVELY, min_size=1, max_size=3)),
    st.tuples(st.just("person"), st.sampled_from(["id|mrn|1", "id|mrn|2"])),
    st.tuples(st.just("message"), st.sampled_from(["held", "problem", "dead", "kept"])),
    st.tuples(st.just("send"), REFERRALS),
    st.tuples(st.just("deliver"), st.booleans()),
    st.tuples(st.just("look"), st.integers(0, 60)),
    st.tuples(st.just("rebuild")),
)


class Told:
    """One place with its own clock and ids, so that two of them go the same way."""

    def __init__(self, shared: Place) -> None:
        self.number = 0
        self.place = dataclasses.replace(of_its_own(shared), new_id=self.new_id)

    def new_id(self) -> str:
        self.number += 1
        return f"N{self.number:04}"

    def do(self, hour: int, step: tuple[object, ...]) -> object:
        return getattr(self, f"_{step[0]}")(later(hour), *step[1:])

    def _append(self, at, referral, facts):
        with self.place.books(at) as books:
            log = books.log(referral) or books.new_referral(referral, "P1", "")
            return books.append(log, [Draft(fact, at) for fact in facts], ANN).head

    def _person(self, at, key):
        with self.place.books(at) as books:
            known = books.people([key])
            if not known:
                books.add_person(self.new_id(), PATIENT, [key])
            return [(each.id, each.said, each.shared) for each in known]

    def _message(self, at, state):
        id = self.new_id()
        self.place.keep(id, state=state)
        with self.place.books(at) as books:
            item = Item(
                id=id, kind="unclear", about=id, says="", remedy="", owner="lead", created_at=at, due_at=at
            )
            books.open_item(item)
        return id

    def _send(self, at, referral):
        return self.place.send(self.new_id(), referral=referral, at=at)

    def _deliver(self, at, works):
        found = outbox.claim(self.place.database, self.place.organization, at)
        for each in found:
            with self.place.books(at) as books:
                outbox.settle(books, each, Sent() if works else ExchangeError("busy", permanent=True))
        return found

    def _look(self, at, hours):
        moment = at + (later(hours) - later(0))
        return look(self.place.database, self.place.organization, self.place.policy, moment, self.new_id)

    def _rebuild(self, at):
        return rebuild(self.place.database, self.place.organization, self.place.policy, at, self.new_id)

    def all_rows(self) -> dict[str, object]:
        return {table: self.place.rows(table) for table in COLUMNS}

    def worklist(self) -> object:
        with self.place.database.reading(self.place.organization) as session:
            return page(session, open_only=False, limit=3)


@settings(max_examples=40, deadline=None)
@given(steps=st.lists(STEPS, max_size=12))
def test_the_same_work_leaves_equal_rows(sqlite_memory, postgres, steps):
    one, other = Told(sqlite_memory), Told(postgres)
    for hour, step in enumerate(steps):
        assert one.do(hour, step) == other.do(hour, step)
    assert one.all_rows() == other.all_rows()
    assert one.worklist() == other.worklist()
    for told in (one, other):
        verdict = verify(told.place.database, told.place.organization, told.place.policy, later(100))
        assert verdict.problems == ()


@settings(max_examples=15, deadline=None)
@given(steps=st.lists(STEPS, min_size=3, max_size=12))
def test_a_board_made_anew_equals_what_was_kept_up(sqlite_memory, steps):
    told = Told(sqlite_memory)
    for hour, step in enumerate(steps):
        told.do(hour, step)
    told._rebuild(later(500))
    first = (told.place.rows("board"), told.place.rows("obligations"))
    told.place.tamper(("DELETE FROM board WHERE organization_id = ?", (told.place.organization,)))
    told._rebuild(later(500))
    assert (told.place.rows("board"), told.place.rows("obligations")) == first
