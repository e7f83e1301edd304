"""To whom a referral was sent: the legs that live, with the performer of the sending itself."""

from datetime import UTC, datetime

from referloop.referral.board import standing
from referloop.referral.entry import Author, Draft
from referloop.referral.facts.fact import Fact
from referloop.referral.facts.routing import (
    LegEnded,
    PerformerChosen,
    ReferralAccepted,
    ReferralDeclined,
    ReferralSent,
)
from referloop.referral.kinds import ReferralId
from referloop.referral.log import Log
from referloop.referral.sendings import Sending, sendings
from tests.referral.policies import policy

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)


def after(*facts: Fact) -> dict[str, Sending]:
    log, _ = Log(ReferralId("R1"), "P1").append(
        [Draft(fact, AT) for fact in facts], Author("person", "ann"), AT
    )
    return sendings(standing(log, policy(), AT))


def test_who_was_only_chosen_has_nothing_yet():
    assert after(PerformerChosen(leg="a", performer="Harbor")) == {}


def test_a_sending_goes_to_the_performer_it_names_or_to_the_one_chosen():
    assert after(PerformerChosen(leg="a", performer="Harbor"), ReferralSent(leg="a")) == {
        "a": Sending("a", "Harbor", 2, 2)
    }
    assert after(
        PerformerChosen(leg="a", performer="Harbor"), ReferralSent(leg="a", performer="Lakeside")
    ) == {"a": Sending("a", "Lakeside", 2, 2)}


def test_what_was_sent_again_was_sent_first_and_last():
    again = after(ReferralSent(leg="a", performer="Harbor"), ReferralAccepted(leg="a"), ReferralSent(leg="a"))
    assert [(each.first, each.last) for each in again.values()] == [(1, 3)]


def test_what_was_declined_or_taken_back_lies_with_nobody():
    sent = ReferralSent(leg="a", performer="Harbor")
    assert after(sent, ReferralDeclined(leg="a")) == after(sent, LegEnded(leg="a", how="withdrawn")) == {}


def test_two_legs_live_side_by_side():
    both = after(ReferralSent(leg="a", performer="Harbor"), ReferralSent(leg="b", performer="Lakeside"))
    assert {each.performer for each in both.values()} == {"Harbor", "Lakeside"}
