"""The requirements of a day are the latest versions that had begun by then."""

from dataclasses import replace
from datetime import date

from referloop.policy.in_force import PolicyInForce, over
from tests.policy.library import NEW_YORK, shipped

[SEE_BY] = [need for need in shipped() if need.code == "see-by"]
LATER = replace(SEE_BY, since=date(2027, 1, 1), title="The same, later")
OTHER = replace(SEE_BY, code="other", since=date(2026, 7, 1))
POLICY = PolicyInForce((LATER, OTHER, SEE_BY), NEW_YORK)


def test_before_the_first_day_nothing_is_asked():
    assert POLICY.on(date(2025, 12, 31)) == ()
    assert POLICY.opened_by("referral-received", date(2025, 12, 31)) == ()


def test_each_version_holds_from_its_own_day():
    assert POLICY.on(date(2026, 1, 1)) == (SEE_BY,)
    assert POLICY.on(date(2026, 12, 31)) == (OTHER, SEE_BY)
    assert POLICY.on(date(2027, 1, 1)) == (OTHER, LATER)


def test_only_what_a_word_opens_is_opened_and_asking_twice_changes_nothing():
    day = date(2027, 1, 1)
    twice = [POLICY.opened_by(word, day) for word in ("referral-received", "referral-closed") * 2]
    assert twice == [(OTHER, LATER), ()] * 2


def test_a_pack_of_ones_own_replaces_all_versions_of_a_code():
    own = replace(SEE_BY, title="Our own")
    assert over((SEE_BY, LATER, OTHER), [own]) == (OTHER, own)
