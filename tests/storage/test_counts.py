"""Counts over the board are what the board has, after every kind of change and whoever folds them."""

from datetime import datetime

import pytest

from referloop.referral.entry import Draft
from referloop.referral.facts.closure import ReferralClosed
from referloop.referral.facts.intake import ReferralTriaged
from referloop.storage import waits, worklist
from referloop.storage.board import rebuild
from referloop.storage.counts import count_faults, fold, mend
from referloop.storage.due import look
from referloop.storage.sight import EVERYTHING
from referloop.storage.worklist import Narrowed
from tests.storage.cast import NINE, Place, later


@pytest.fixture
def desk(place: Place) -> Place:
    """Three are open, one of them triaged; one is closed."""
    for number, service in enumerate(["Cardiology", "Cardiology", "Podiatry", "Urology"], start=1):
        place.receive(f"R{number}", service=service)
    place.append("R1", Draft(ReferralTriaged(), later(1)), at=later(1))
    place.append("R4", Draft(ReferralClosed(reason="duplicate"), later(1)), at=later(1))
    return place


def counted(it: Place, at: datetime = NINE) -> dict[str, int]:
    """How many are open, overdue, with each owner and at each headline."""
    with it.database.reading(it.organization) as session:
        owners, headlines = waits.loads(session, at), waits.by_headline(session)
        assert worklist.counted(session) == {owner: count for owner, count, _ in owners}
    found = {f"owner:{owner}": count for owner, count, _ in owners}
    found |= {f"at:{headline}": count for headline, count in headlines.items()}
    whole, late = (sum(each[at] for each in owners) for at in (1, 2))
    return found | {"overdue": late, "open": whole}


def stored(it: Place) -> list[tuple[str, int]]:
    """The changes that wait, and the sums that are kept."""
    with it.database.reading(it.organization) as session:
        return [
            (
                table,
                session.ask((f"SELECT COUNT(*) FROM {table} WHERE organization_id = ?", (it.organization,)))[
                    0
                ][0][0],
            )
            for table in ("board_changes", "board_counts")
        ]


def faults(it: Place) -> list[str]:
    return [each.code for each in count_faults(it.database, it.organization)]


AT_FIRST = {"at:Clearing coverage": 1, "at:New": 2, "open": 3, "overdue": 0, "owner:specialist": 3}


def test_counts_follow_what_is_written(desk):
    assert (counted(desk), faults(desk)) == (AT_FIRST, [])


def test_folding_changes_no_count_and_leaves_no_change_behind(desk):
    before = stored(desk)
    folded = fold(desk.database, desk.organization)
    assert (folded, fold(desk.database, desk.organization)) == (before[0][1], 0)
    assert (before[1][1], stored(desk)[0][1], stored(desk)[1][1] > 4) == (0, 0, True)
    assert (counted(desk), faults(desk)) == (AT_FIRST, [])


def test_a_sum_that_comes_to_nothing_is_not_kept(desk):
    fold(desk.database, desk.organization)
    for id in ("R1", "R2", "R3"):
        desk.append(id, Draft(ReferralClosed(reason="duplicate"), later(2)), at=later(2))
    fold(desk.database, desk.organization)
    with desk.database.reading(desk.organization) as session:
        kinds = session.ask(
            (
                "SELECT DISTINCT kind FROM board_counts WHERE organization_id = ? ORDER BY kind",
                (desk.organization,),
            )
        )[0]
    assert (counted(desk), [kind for (kind,) in kinds]) == (
        {"open": 0, "overdue": 0},
        ["came", "closed", "service"],
    )


def test_what_becomes_overdue_counts_at_once_and_once_only(desk):
    soon, then = later(30), later(31)
    before = counted(desk, soon)["overdue"]
    while look(desk.database, desk.organization, desk.policy, soon, desk.new_id):
        pass  # the watcher writes down what was missed
    fold(desk.database, desk.organization)
    assert (before, counted(desk, soon)["overdue"], counted(desk, then)["overdue"], faults(desk)) == (
        3,
        3,
        3,
        [],
    )


def test_ages_and_days_are_told_from_the_counts(desk):
    day = NINE.date().isoformat()
    with desk.database.reading(desk.organization) as session:
        assert waits.flow(session, [day, "2030-01-01"]) == [(4, 1), (0, 0)]
        assert waits.by_age(session, [day], later(30)) == [(3, 3), (0, 0)]
        assert waits.by_age(session, ["2030-01-01"], NINE) == [(0, 0), (3, 0)]
        assert waits.loads(session, later(30)) == [("specialist", 3, 3)]
        assert waits.by_headline(session) == {"Clearing coverage": 1, "New": 2}


def test_a_count_that_is_wrong_is_named_and_made_right(desk):
    fold(desk.database, desk.organization)
    desk.tamper(
        (
            "UPDATE board_counts SET count = 9 WHERE organization_id = ? AND kind = 'headline'",
            (desk.organization,),
        )
    )
    found = [each.where for each in count_faults(desk.database, desk.organization)]
    mend(desk.database, desk.organization)
    assert (found, faults(desk), counted(desk)) == (["counts, headline"], [], AT_FIRST)


def test_a_board_made_anew_has_its_counts(desk):
    desk.tamper(
        ("DELETE FROM board_changes WHERE organization_id = ?", (desk.organization,)),
        ("DELETE FROM board WHERE organization_id = ? AND referral_id = 'R2'", (desk.organization,)),
    )
    rebuild(desk.database, desk.organization, desk.policy, NINE, desk.new_id)
    assert (counted(desk), faults(desk)) == (AT_FIRST, [])


def test_a_referral_that_the_board_lost_counts_once_when_it_is_back(desk):
    fold(desk.database, desk.organization)
    desk.tamper(("DELETE FROM board WHERE organization_id = ? AND referral_id = 'R2'", (desk.organization,)))
    desk.append("R2", Draft(ReferralTriaged(), later(1)), at=later(1))
    assert faults(desk) != []  # it was counted already, and its row was not there to be taken off
    rebuild(desk.database, desk.organization, desk.policy, later(1), desk.new_id)
    assert (counted(desk)["at:Clearing coverage"], faults(desk)) == (2, [])


@pytest.mark.parametrize(
    ("text", "state", "found"),
    [
        ("cardio", "open", ["R1", "R2"]),
        ("LOGY", "open", ["R1", "R2"]),
        ("logy", "all", ["R1", "R2", "R4"]),
        ("o", "open", ["R1", "R2", "R3"]),
        ("%", "open", []),
        ("nothing is called this", "open", []),
    ],
)
def test_a_text_is_sought_among_the_names_of_services(desk, text, state, found):
    wanted = Narrowed(text=text, state=state, seen=EVERYTHING)
    with desk.database.reading(desk.organization) as session:
        lines = worklist.lines(session, wanted)
        assert (sorted(row.referral for row in lines), worklist.matching(session, wanted)) == (
            found,
            len(found),
        )


def test_services_found_by_a_text_are_one_list_in_the_order_of_the_board(desk):
    wanted = Narrowed(text="o", seen=EVERYTHING)
    with desk.database.reading(desk.organization) as session:
        whole = worklist.lines(session, wanted)
        first = worklist.lines(session, wanted, limit=1)
        rest = worklist.lines(session, wanted, after=first[0].place, limit=5)
        plain = worklist.lines(session, Narrowed(seen=EVERYTHING))
    assert ([*first, *rest], whole) == (plain, plain)
