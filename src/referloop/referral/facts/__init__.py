"""The whole vocabulary of the log, in the order of a referral's life."""

from referloop.referral.facts import closure, coverage, desk, intake, routing, scheduling
from referloop.referral.facts.fact import Fact

_STAGES = (intake, coverage, routing, scheduling, closure, desk)

WORDS: dict[str, type[Fact]] = {
    kind.word: kind
    for stage in _STAGES
    for kind in vars(stage).values()
    if isinstance(kind, type) and issubclass(kind, Fact) and kind is not Fact
}

RANK: dict[str, int] = {word: rank for rank, word in enumerate(WORDS)}
