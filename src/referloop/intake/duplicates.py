"""Whether a new referral looks like one that is open already: offered for merging, never merged."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from referloop.intake.request import service_key
from referloop.messages import ReferralSaid
from referloop.ports import OpenReferral
from referloop.referral.facts.intake import DuplicateSuspected

_WITHIN = timedelta(days=90)


def suspected(said: ReferralSaid, others: Iterable[OpenReferral], at: datetime) -> list[DuplicateSuspected]:
    """The open referrals of the same patient for the same service, of the last ninety days."""
    mine = service_key(said)
    return [
        DuplicateSuspected(other=other.id, why="same-patient-and-service")
        for other in others
        if mine
        and other.service.casefold() == mine
        and (not other.received_at or at - other.received_at <= _WITHIN)
    ]
