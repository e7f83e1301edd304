"""The board: a worklist page by page, and the same rows whenever it is made anew."""

from referloop.referral.entry import Draft
from referloop.referral.facts.intake import ReferralReceived, ReferralTriaged
from referloop.storage.board import by_headline, obligations_of, page, rebuild, row_of
from referloop.storage.tables import COLUMNS
from tests.storage.cast import CLINIC, NINE, Place, later

URGENCIES = ["routine", "urgent", "stat", "fast-track", "elective", "routine", "routine"]


def filled(place: Place, count: int = 7) -> None:
    for number in range(count):
        place.receive(f"R{number}", later(-number), urgency=URGENCIES[number % 7])


def test_the_worklist_shows_what_matters_most_first(place):
    filled(place)
    with place.database.reading(place.organization) as session:
        rows = page(session)
    assert len(rows) == 7
    assert [row.score for row in rows] == sorted((row.score for row in rows), reverse=True)
    assert rows[0].urgency == "stat"


def test_pages_put_together_are_the_whole_list(place):
    filled(place, 14)
    with place.database.reading(place.organization) as session:
        whole = page(session, limit=100)
        pages, after = [], None
        while rows := page(session, after=after, limit=3):
            pages += rows
            after = rows[-1].place
    assert pages == whole
    assert len({row.referral for row in whole}) == 14


def test_a_list_of_one_owner_holds_only_theirs(place):
    filled(place)
    with place.database.reading(place.organization) as session:
        assert len(page(session, owner="specialist")) == 7
        assert page(session, owner="nobody") == []


def test_closed_referrals_are_shown_only_when_asked_for(place):
    place.receive("R1")
    place.tamper(("UPDATE board SET is_open = 0 WHERE organization_id = ?", (place.organization,)))
    with place.database.reading(place.organization) as session:
        assert page(session) == []
        assert [row.referral for row in page(session, open_only=False)] == ["R1"]


def test_a_row_says_what_is_next_by_when_and_why(place):
    place.receive("R1")
    with place.database.reading(place.organization) as session:
        row = row_of(session, "R1")
        assert row_of(session, "R2") is None
    assert row is not None
    assert (row.referral, row.patient, row.is_open, row.version) == ("R1", "P1", True, 1)
    assert (row.step, row.owner, row.due_at, row.look_at) == ("call", "specialist", later(4), later(1))
    assert (len(row.reasons), row.flags, row.received_at) == (3, (), NINE)


def test_what_is_owed_is_listed_soonest_first(place):
    place.receive("R1")
    with place.database.reading(place.organization) as session:
        owed = obligations_of(session, "R1")
    assert [(each.code, each.opens_at, each.due_at) for each in owed] == [
        ("triage", NINE, later(1)),
        ("call", NINE, later(4)),
    ]


def test_headlines_are_counted(place):
    filled(place)
    place.append("R0", Draft(ReferralTriaged(), later(1)), at=later(1))
    with place.database.reading(place.organization) as session:
        assert by_headline(session) == {"Clearing coverage": 1, "New": 6}


def test_a_board_made_anew_has_equal_rows(place):
    filled(place)
    before = [place.rows("board"), place.rows("obligations")]
    # Each was computed when it arrived; the first one made anew is as of now, and the second must equal it.
    assert rebuild(place.database, place.organization, place.policy, NINE, place.new_id) == 7
    now = [place.rows("board"), place.rows("obligations")]
    assert now[1] == before[1]
    place.tamper(
        ("DELETE FROM board WHERE organization_id = ? AND referral_id < 'R3'", (place.organization,)),
        ("UPDATE board SET headline = 'Merged' WHERE organization_id = ?", (place.organization,)),
        ("DELETE FROM obligations WHERE organization_id = ?", (place.organization,)),
    )
    assert rebuild(place.database, place.organization, place.policy, NINE, place.new_id) == 7
    assert [place.rows("board"), place.rows("obligations")] == now


def test_a_board_of_many_pages_is_made_anew_page_by_page(place):
    fact = ReferralReceived(service="Cardiology", urgency="routine")
    with place.books() as books:
        for number in range(450):
            log = books.new_referral(f"R{number:04}", "P1", "Cardiology")
            books.append(log, [Draft(fact, NINE)], CLINIC)
    before, told = place.rows("board"), []
    place.tamper(("DELETE FROM board WHERE organization_id = ?", (place.organization,)))
    assert rebuild(place.database, place.organization, place.policy, NINE, place.new_id, told.append) == 450
    assert place.rows("board") == before
    assert told == [200, 400, 450]


def test_what_the_board_shows_of_no_referral_goes(place):
    place.receive("R1")
    before = [place.rows("board"), place.rows("obligations")]
    for table in ("board", "obligations"):
        others = ", ".join(COLUMNS[table][2:])
        sql = (
            f"INSERT INTO {table} (organization_id, referral_id, {others})"
            f" SELECT organization_id, 'R-nobody', {others} FROM {table} WHERE organization_id = ?"
        )
        place.tamper((sql, (place.organization,)))
    rebuild(place.database, place.organization, place.policy, NINE, place.new_id)
    assert [place.rows("board"), place.rows("obligations")] == before
