"""A desk's own packs lie over what ships from their day on; where they end, what lies below holds again."""

from dataclasses import replace
from datetime import date

from referloop.policy.in_force import PolicyInForce
from referloop.policy.laid import Laid, laid_over
from referloop.referral.requirement import Requirement, Span
from tests.policy.library import NEW_YORK
from tests.referral.policies import need

BELOW = replace(need("call", "referral-received", "contact-attempted", within="2 h"), since=date(2026, 1, 1))
OWN = replace(BELOW, within={"any": Span(1, "h")})
ALONE = replace(BELOW, code="greet")
JULY, OCTOBER = date(2026, 7, 1), date(2026, 10, 1)


def within(*packs: Laid, on: date) -> dict[str, str]:
    found = PolicyInForce(laid_over([BELOW], packs), NEW_YORK).on(on)
    return {each.code: str(each.within["any"]) for each in found}


def test_before_its_day_what_ships_holds():
    assert within(Laid([OWN, ALONE], JULY), on=date(2026, 6, 30)) == {"call": "2 hours"}


def test_from_its_day_on_the_pack_holds():
    assert within(Laid([OWN, ALONE], JULY), on=JULY) == {"call": "1 hour", "greet": "2 hours"}


def test_where_it_ends_what_lies_below_holds_again_and_its_own_is_gone():
    assert within(Laid([OWN, ALONE], JULY, OCTOBER), on=OCTOBER) == {"call": "2 hours"}


def test_a_value_of_the_pack_that_begins_later_begins_then():
    later: Requirement = replace(OWN, since=OCTOBER)
    pack = Laid([later], JULY)
    assert [within(pack, on=day) for day in (JULY, OCTOBER)] == [{"call": "2 hours"}, {"call": "1 hour"}]


def test_a_later_pack_lies_over_an_earlier_one():
    half = replace(BELOW, within={"any": Span(30, "min")})
    packs = Laid([OWN], JULY), Laid([half], OCTOBER)
    assert [within(*packs, on=day) for day in (JULY, OCTOBER)] == [{"call": "1 hour"}, {"call": "30 minutes"}]


def test_a_pack_that_ended_before_it_began_changes_nothing():
    assert laid_over([BELOW], [Laid([OWN], OCTOBER, JULY)]) == (BELOW,)
