"""What other rules would make of the open referrals: a bounded look, in few statements."""

from collections.abc import Iterable

from referloop.policy.impact import changes
from referloop.policy.in_force import PolicyInForce
from referloop.referral.log import Log
from referloop.storage.database import Session
from referloop.storage.open_referrals import how_many_open, most_urgent
from referloop.storage.resources import logs
from referloop.workbench.calendar_needs import Impact, Moved

LOOKED_AT = 200
SHOWN = 20


def on_open(session: Session, before: PolicyInForce, after: PolicyInForce) -> Impact:
    """On the open referrals that matter most."""
    ids = most_urgent(session, LOOKED_AT)
    told = logs(session, ids)
    moved = list(_moved((told[id] for id in ids if id in told), before, after))
    count = sum(len(each.changes) for each in moved)
    return Impact(how_many_open(session), len(ids), len(moved), count, moved[:SHOWN])


def _moved(told: Iterable[Log], before: PolicyInForce, after: PolicyInForce) -> Iterable[Moved]:
    for log in told:
        if found := changes(log.entries, before, after):
            yield Moved(log.referral, found)
