"""What a missed deadline sets off, and what makes it untrue."""

import pytest

from referloop.referral.journal import journal
from referloop.referral.obligations import obligations
from tests.referral.policies import need, policy

ANSWER = need("answer", "referral-sent", "referral-accepted", "leg-ended", about="leg", within="3 bd")
ENDS = "message-sent, referral-accepted"
CHASE = need("chase", "deadline-missed requirement=answer", ENDS, about="about")
SENT = "2026-04-02 referral-sent leg=a\n"
MISSED = "2026-04-07T21:00:00Z deadline-missed requirement=answer about=a\n"


def found(text):
    """Each obligation by its code, and the number of the entry that met it."""
    told = obligations(journal(text), policy(ANSWER, CHASE))
    return [(o.requirement.code, o.met_by.seq if o.met_by else None) for o in told]


def test_a_miss_opens_a_chase():
    assert found(SENT + MISSED) == [("answer", None), ("chase", None)]


@pytest.mark.parametrize(("leg", "met"), [("a", 3), ("b", None), ('""', 3)])
def test_a_chase_is_met_by_what_is_about_the_same_thing(leg, met):
    assert found(SENT + MISSED + f"2026-04-08 referral-accepted leg={leg}")[1] == ("chase", met)


def test_a_chase_is_met_by_what_speaks_of_no_thing_at_all():
    assert found(SENT + MISSED + "2026-04-08 message-sent to=performer")[1] == ("chase", 3)


@pytest.mark.parametrize(
    "news", ["referral-accepted leg=a", "leg-ended leg=a how=superseded"]
)  # fmt: skip
def test_a_miss_that_late_news_made_untrue_opens_nothing(news):
    text = SENT + MISSED + f"2026-04-06 {news} learned 2026-04-09T12:00:00Z"
    assert [code for code, _ in found(text)] == ["answer"]


@pytest.mark.parametrize("news", ["referral-accepted leg=b", "note-added text=a"])
def test_a_miss_that_stays_true_is_chased(news):
    assert found(SENT + MISSED + f"2026-04-06 {news}")[1] == ("chase", None)


def test_what_was_done_after_its_time_was_missed_all_the_same():
    text = SENT + MISSED + "2026-04-09 leg-ended leg=a how=superseded"
    assert found(text) == [("answer", None), ("chase", None)]


def test_a_miss_of_what_was_never_owed_is_chased():
    assert found(MISSED) == [("chase", None)]


def test_what_was_done_at_its_very_deadline_was_in_time():
    text = SENT + MISSED + "2026-04-07T21:00:00Z leg-ended leg=a how=superseded"
    assert found(text) == [("answer", None)]
