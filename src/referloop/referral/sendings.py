"""To whom a referral was sent and still lies with: one sending for each leg that lives."""

from dataclasses import dataclass

from referloop.referral.board import Standing
from referloop.referral.facts.routing import (
    LegEnded,
    PerformerChosen,
    ReferralAccepted,
    ReferralDeclined,
    ReferralRedirected,
    ReferralSent,
)
from referloop.referral.story import standing

MOVES = (PerformerChosen, ReferralSent, ReferralAccepted, ReferralDeclined, ReferralRedirected, LegEnded)
LIVE = frozenset({"sent", "delivered", "undelivered", "received", "accepted"})


@dataclass(frozen=True, slots=True)
class Sending:
    """`first` and `last` are the numbers of the entries by which it went out, first and last."""

    leg: str
    performer: str
    first: int
    last: int


def sendings(it: Standing) -> dict[str, Sending]:
    """By leg. What was declined, sent on or taken back lies with nobody any more."""
    live = {id for id, leg in it.now.legs.items() if leg.state in LIVE}
    chosen: dict[str, str] = {}
    found: dict[str, Sending] = {}
    for entry in standing(it.log.entries) if live else ():
        fact = entry.fact
        if isinstance(fact, PerformerChosen):
            chosen[fact.leg] = fact.performer
        elif isinstance(fact, ReferralSent) and fact.leg in live:
            before = found.get(fact.leg)
            first = before.first if before else entry.seq
            performer = fact.performer or (before.performer if before else chosen.get(fact.leg, ""))
            found[fact.leg] = Sending(fact.leg, performer, first, entry.seq)
    return found
