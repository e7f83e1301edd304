"""One organisation never sees, counts or writes a row of another: PostgreSQL itself refuses."""

from collections.abc import Iterator

import psycopg
import pytest

from referloop.storage.access import SCOPES, access_of, add_token
from referloop.storage.accesses import Accessed, note
from referloop.storage.export_requests import Request, add
from referloop.storage.postgres import APP_ROLE, PostgresDatabase
from referloop.storage.tables import COLUMNS
from tests.storage.cast import NINE, PATIENT, Place, later, make_organization
from tests.storage.conftest import of_its_own

pytestmark = pytest.mark.postgres
AUDIT = ("accesses", "access_heads", "export_requests")
TABLES = [
    *COLUMNS,
    "organizations",
    "users",
    "tokens",
    "mappings",
    "destinations",
    *AUDIT,
    "calendars",
    "packs",
    "proposals",
    "rule_changes",
]


@pytest.fixture
def raw(postgres_place: Place) -> Iterator[psycopg.Connection]:
    """A connection of the application's role that none of our code stands before."""
    with psycopg.connect(
        postgres_place.owner_url, autocommit=True, options=f"-c role={APP_ROLE}"
    ) as connection:
        yield connection


@pytest.fixture
def filled(postgres_place: Place) -> Place:
    postgres_place.receive("R1")
    postgres_place.keep("M1")
    postgres_place.send("E1")
    with postgres_place.books() as books:
        books.add_person("P1", PATIENT, ["id|mrn|1"])
        note(books.session, Accessed("ann", "lead", "referral-opened", referral="R1"), NINE)
        add(books.session, Request("X1", "ann", "{}", "[]", "csv", 600, "a report", NINE))
    return postgres_place


def name(connection: psycopg.Connection, organization: str) -> None:
    connection.execute("SELECT set_config('referloop.organization', %s, false)", (organization,))


@pytest.mark.parametrize("table", TABLES)
def test_who_names_no_organisation_sees_no_row(filled, raw, table):
    assert raw.execute(f"SELECT COUNT(*) FROM {table}").fetchone() == (0,)


@pytest.mark.parametrize("table", TABLES)
def test_who_names_another_organisation_sees_none_of_these_rows(filled, raw, table):
    name(raw, "somebody else")
    assert raw.execute(f"SELECT COUNT(*) FROM {table}").fetchone() == (0,)


def test_who_names_the_organisation_sees_its_rows_and_only_those(filled, raw, postgres):
    of_its_own(postgres).receive("R9")
    name(raw, filled.organization)
    assert raw.execute("SELECT id FROM referrals").fetchall() == [("R1",)]


def test_a_row_for_another_organisation_is_refused(filled, raw):
    name(raw, filled.organization)
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
        raw.execute("INSERT INTO person_keys VALUES ('somebody else', 'id|mrn|1', 'P1')")


def test_a_row_cannot_be_given_to_another_organisation(filled, raw):
    name(raw, filled.organization)
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
        raw.execute("UPDATE people SET organization_id = 'somebody else'")


def test_another_organisations_rows_are_neither_changed_nor_deleted(filled, raw):
    name(raw, "somebody else")
    assert raw.execute("UPDATE board SET owner = 'me'").rowcount == 0
    assert raw.execute("DELETE FROM obligations").rowcount == 0
    assert len(filled.rows("obligations")) == 2


def test_the_application_may_not_empty_the_log(filled, raw):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        raw.execute("TRUNCATE entries CASCADE")


def test_even_the_owner_may_not_empty_the_log(filled):
    refused = pytest.raises(psycopg.errors.RaiseException, match="append-only")
    with psycopg.connect(filled.owner_url) as owner, refused:
        owner.execute("TRUNCATE entries")


def test_a_pooled_connection_keeps_no_organisation(filled):
    database = PostgresDatabase(filled.owner_url, size=1)
    try:
        with database.transaction(filled.organization) as session:
            assert session.ask(("SELECT id FROM referrals", ()))[0] == [("R1",)]
        with pytest.raises(LookupError), database.transaction(filled.organization):
            raise LookupError
        assert database.by_credential("unknown") is None
        assert filled.organization in database.organizations()
        with database.reading("") as session:
            assert session.ask(("SELECT COUNT(*) FROM referrals", ()))[0] == [(0,)]
    finally:
        database.close()


def test_an_organisation_whose_name_is_sql_is_only_a_name(postgres):
    odd = Place(postgres.database, "o'; SET LOCAL referloop.operator = 'on'; --", postgres.owner_url)
    make_organization(odd.database, odd.organization)
    odd.receive("R1")
    assert [row[0] for row in odd.rows("referrals")] == ["R1"]


def test_a_reading_transaction_cannot_write(filled):
    refused = pytest.raises(psycopg.errors.ReadOnlySqlTransaction)
    with filled.database.reading(filled.organization) as session, refused:
        session.write(("DELETE FROM obligations WHERE organization_id = ?", (filled.organization,)))


def test_a_token_names_its_organisation_and_stops_at_its_end(place):
    with place.database.transaction(place.organization) as session:
        add_token(session, f"secret {place.organization}", "clinic", sorted(SCOPES), NINE, later(24))
    found = access_of(place.database, f"secret {place.organization}", NINE)
    assert found is not None
    assert (found.organization, found.client, found.scopes) == (place.organization, "clinic", SCOPES)
    assert access_of(place.database, f"secret {place.organization}", later(24)) is None
    assert access_of(place.database, "another secret", NINE) is None
