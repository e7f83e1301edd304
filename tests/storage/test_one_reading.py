"""A page reads everything as of one moment; what it changed itself, it sees."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from referloop.storage.access import organization
from referloop.storage.database import Session
from referloop.storage.one_reading import OneReading
from tests.storage.cast import Place


class Counted:
    """Books that count their transactions."""

    def __init__(self, place: Place) -> None:
        self.inner, self.began = place.database, Counter[str]()

    @contextmanager
    def reading(self, name: str) -> Iterator[Session]:
        self.began["reading"] += 1
        with self.inner.reading(name) as session:
            yield session

    @contextmanager
    def transaction(self, name: str) -> Iterator[Session]:
        self.began["transaction"] += 1
        with self.inner.transaction(name) as session:
            yield session


@pytest.fixture
def counted(place: Place) -> Counted:
    return Counted(place)


@pytest.fixture
def books(counted: Counted) -> OneReading:
    return OneReading(counted)  # type: ignore[arg-type]


def name_of(books: OneReading, place: Place) -> str:
    with books.reading(place.organization) as session:
        found = organization(session)
    return found.name if found else ""


def rename(books: OneReading, place: Place, name: str) -> None:
    with books.transaction(place.organization) as session:
        sql = "UPDATE organizations SET name = ? WHERE organization_id = ?"
        session.write((sql, (name, place.organization)))


def test_a_page_reads_in_one_transaction(books, counted, place):
    with books.at_once():
        names = {name_of(books, place) for _ in range(3)}
    assert (len(names), counted.began) == (1, {"reading": 1})


def test_elsewhere_each_reading_is_its_own(books, counted, place):
    for _ in range(3):
        name_of(books, place)
    assert counted.began == {"reading": 3}


def test_what_a_page_changed_it_sees(books, counted, place):
    with books.at_once():
        before = name_of(books, place)
        rename(books, place, "Renamed clinic")
        after = name_of(books, place)
    assert before != after
    assert (after, counted.began) == ("Renamed clinic", {"reading": 2, "transaction": 1})


def test_what_fails_ends_the_transaction_and_the_next_reading_begins_anew(books, counted, place):
    with books.at_once():
        with pytest.raises(Exception, match="no_such_table"), books.reading(place.organization) as session:
            session.ask(("SELECT 1 FROM no_such_table", ()))
        assert name_of(books, place)
    assert counted.began == {"reading": 2}


def test_another_organisation_is_never_read_in_the_same_transaction(books, counted, place):
    with books.at_once():
        name_of(books, place)
        with books.reading("another") as session:
            assert (session.organization, organization(session)) == ("another", None)
    assert counted.began == {"reading": 2}


def test_nothing_stays_open_behind_a_page(books, place):
    with books.at_once():
        name_of(books, place)
    rename(books, place, "After the page")
    assert name_of(books, place) == "After the page"
