"""What is left of a payer's permission: the visits it covers, less those that took place or are booked."""

from dataclasses import dataclass
from datetime import date, datetime

from referloop.referral.facts.coverage import PermissionGranted
from referloop.referral.folds import Leaf
from referloop.referral.snapshot import BOOKED, Snapshot


@dataclass(frozen=True, slots=True)
class Units:
    """One permission that holds. `approved` is 0 where the payer set no number."""

    permission: str
    number: str
    approved: int
    used: int  # by visits that took place
    booked: int  # by visits that are to come
    from_on: date | None
    until_on: date | None

    @property
    def left(self) -> int:
        return max(self.approved - self.used - self.booked, 0)

    @property
    def over(self) -> int:
        """Visits for which there is no unit: a performer may book what we would not."""
        return max(self.used + self.booked - self.approved, 0) if self.approved else 0


def units(now: Snapshot) -> list[Units]:
    """Of every permission that holds."""
    return [
        units_of(leaf.fact, now)
        for leaf in now.permissions.values()
        if leaf.state == "granted" and isinstance(leaf.fact, PermissionGranted)
    ]


def units_of(grant: PermissionGranted, now: Snapshot, besides: str = "") -> Units:
    """Without the appointment `besides`, where one is named."""
    states = [
        each.state for key, each in now.appointments.items() if key != besides and _covered(each, grant)
    ]
    return Units(
        permission=grant.authorization,
        number=grant.number,
        approved=grant.units,
        used=states.count("kept"),
        booked=sum(state in BOOKED for state in states),
        from_on=grant.from_on,
        until_on=grant.until_on,
    )


def _covered(visit: Leaf, grant: PermissionGranted) -> bool:
    """A visit on another day than the permitted ones uses no unit; one whose day nobody told uses one."""
    starts = getattr(visit.fact, "starts", "")
    if not starts:
        return True
    day = datetime.fromisoformat(starts).date()
    return (grant.from_on or date.min) <= day <= (grant.until_on or date.max)
