"""How patients may be reached: the last word holds, earlier ones stay, and a merge loses no safe contact."""

from datetime import timedelta

import pytest

from referloop.messages import ContactRules
from referloop.storage.contact_rules import Told, tell, told
from referloop.storage.database import insert_sql
from tests.desks import NOW

SAFE = ContactRules(only_by="mobile", only_at="555-0100", no_voicemail=True)
SPANISH = ContactRules(language="es", interpreter="phone")
HOUR = timedelta(hours=1)


def test_what_was_told_last_holds(place):
    with place.database.transaction(place.organization) as session:
        numbers = [tell(session, "P1", SAFE, "dana", NOW), tell(session, "P1", SPANISH, "jules", NOW + HOUR)]
        tell(session, "P2", SAFE, "dana", NOW)
        found = told(session, ["P1", "P2", "P3", ""])
    assert numbers == [1, 2]
    assert found == {"P1": Told(2, SPANISH, "jules", NOW + HOUR), "P2": Told(1, SAFE, "dana", NOW)}


def test_what_was_told_of_somebody_found_to_be_them_counts(place):
    with place.database.transaction(place.organization) as session:
        columns = (
            "organization_id",
            "id",
            "family",
            "given",
            "birth_date",
            "sex",
            "said",
            "same_as",
            "created_at",
        )
        who = (place.organization, "P8", "", "", "", "", "{}", "P1", NOW)
        session.write((insert_sql("people", columns, 1), who))
        tell(session, "P8", SAFE, "dana", NOW + HOUR)
        assert told(session, ["P1"]) == {"P1": Told(1, SAFE, "dana", NOW + HOUR)}
        tell(session, "P1", SPANISH, "dana", NOW)
        assert told(session, ["P1"])["P1"].rules == SAFE


@pytest.mark.parametrize("change", ["UPDATE contact_rules SET author = 'x'", "DELETE FROM contact_rules"])
def test_what_was_told_is_neither_changed_nor_removed(place, change):
    with place.database.transaction(place.organization) as session:
        tell(session, "P1", SAFE, "dana", NOW)
    refused = pytest.raises(Exception, match=r"append-only|never|permission denied")
    with refused, place.database.transaction(place.organization) as session:
        session.write((change, ()))
    with place.database.reading(place.organization) as session:
        assert told(session, ["P1"])["P1"].rules == SAFE
