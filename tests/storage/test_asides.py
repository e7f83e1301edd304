"""What people put aside comes back, and two people on one referral know of each other."""

from datetime import timedelta

from referloop.storage.asides import Aside, asides, bring_back, put_aside
from referloop.storage.presence import Present, appear, is_news, leave, present
from tests.desks import NOW

HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)


def test_what_is_put_aside_is_there_until_its_time(place):
    tea, later = Aside("R1", NOW + HOUR, "clinic calls back", 4), Aside("R2", NOW + 3 * HOUR, "on hold", 2)
    with place.database.transaction(place.organization) as session:
        put_aside(session, "dana", tea, NOW)
        put_aside(session, "dana", later, NOW)
        put_aside(session, "jules", Aside("R1", NOW + HOUR, "lunch", 4), NOW)
    with place.database.reading(place.organization) as session:
        assert asides(session, "dana", NOW) == {"R1": tea, "R2": later}
        assert asides(session, "dana", NOW + HOUR) == {"R2": later}


def test_putting_aside_again_replaces_and_sweeps_what_is_over(place):
    again = Aside("R1", NOW + 5 * HOUR, "still on hold", 5)
    with place.database.transaction(place.organization) as session:
        put_aside(session, "dana", Aside("R1", NOW + 3 * HOUR, "on hold", 4), NOW)
        put_aside(session, "dana", Aside("R9", NOW + HOUR, "lunch", 1), NOW)
        put_aside(session, "dana", again, NOW + 2 * HOUR)
        count = session.ask(("SELECT COUNT(*) FROM asides WHERE organization_id = ?", (place.organization,)))
        assert asides(session, "dana", NOW) == {"R1": again}
    assert count == [[(1,)]]


def test_it_can_be_brought_back_once(place):
    with place.database.transaction(place.organization) as session:
        put_aside(session, "dana", Aside("R1", NOW + HOUR, "lunch", 1), NOW)
        assert [bring_back(session, "dana", "R1"), bring_back(session, "dana", "R1")] == [True, False]
        assert asides(session, "dana", NOW) == {}


def test_who_is_there_is_seen_for_a_minute_from_their_last_sign_of_life(place):
    with place.database.transaction(place.organization) as session:
        appear(session, "R1", "dana", False, NOW)
        appear(session, "R1", "morgan", False, NOW + 30 * SECOND)
        appear(session, "R1", "dana", True, NOW + 40 * SECOND)
        both = [Present("dana", NOW, True), Present("morgan", NOW + 30 * SECOND, False)]
        assert present(session, "R1", NOW + 59 * SECOND) == both
        assert present(session, "R1", NOW + 99 * SECOND) == both[:1]
        assert present(session, "R2", NOW) == []


def test_who_was_away_for_a_minute_begins_anew_and_who_leaves_is_gone(place):
    back = NOW + 90 * SECOND
    with place.database.transaction(place.organization) as session:
        appear(session, "R1", "dana", True, NOW)
        appear(session, "R1", "dana", False, back)
        assert present(session, "R1", back) == [Present("dana", back, False)]
        leave(session, "R1", "dana")
        assert present(session, "R1", back) == []


def test_not_every_sign_of_life_is_written(place):
    with place.database.transaction(place.organization) as session:
        assert is_news([], "dana", False, NOW)
        appear(session, "R1", "dana", False, NOW)
        heard = [(False, 19), (True, 19), (False, 20)]
        there = present(session, "R1", NOW)
        found = [is_news(there, "dana", writing, NOW + s * SECOND) for writing, s in heard]
        assert found == [False, True, True]
        appear(session, "R1", "dana", True, NOW)
        assert not is_news(present(session, "R1", NOW), "dana", True, NOW + SECOND)
