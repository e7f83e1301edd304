"""Who works in the department, and how far its people and partners keep to their times."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from referloop.gym.town import chosen
from referloop.referral.entry import Author
from referloop.referral.obligations import Obligation
from referloop.referral.priority import OURS

DANA = Author("person", "dana", "specialist")
JULES = Author("person", "jules", "junior")
MORGAN = Author("person", "morgan", "senior")
OSEI = Author("person", "osei", "clinician")
NOOR = Author("person", "noor", "nurse")
KIM = Author("person", "lead", "lead")
HARBOR = Author("person", "harbor", "receiving-office")
ADMIN = Author("person", "admin", "administrator")
DESK = (DANA, DANA, DANA, JULES, JULES, MORGAN)

# Of the time that is given for something, the share after which it is done; the last ones are late.
_PACE = (0.05, 0.1, 0.15, 0.2, 0.3, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 1.2, 2.2)
_LATEST = timedelta(days=4)  # by then somebody has noticed
_LONGEST = timedelta(days=4)  # the desk has no reason to wait longer
_DAY = timedelta(days=1)
# Nobody looks at these before their day is near; one in six looks too late.
_AT_THE_END = ("permission-use", "appeal-deadline")
_LAST_DAYS = (4, 3, 3, 2, 1, -1)
_OPENS, _CLOSES = 8, 17


def chance(share: float, *why: object) -> bool:
    """Whether it happens: always the same for the same words."""
    return chosen(range(1000), *why) < share * 1000


def done_at(each: Obligation, zone: ZoneInfo, *why: object) -> datetime:
    """When somebody sees to it, in the hours of a practice."""
    given = max(each.due - each.opens_at, timedelta(minutes=20))
    if each.requirement.owner in OURS:
        given = min(given, _LONGEST)
    at = each.opens_at + given * chosen(_PACE, *why, each.requirement.code, each.opener.seq)
    if each.requirement.code in _AT_THE_END:
        at = each.due - chosen(_LAST_DAYS, *why, each.opener.seq) * _DAY
    at = min(at, each.due + _LATEST)
    return in_hours(at, zone, *why, each.opener.seq)


def in_hours(at: datetime, zone: ZoneInfo, *why: object) -> datetime:
    """This instant, or the next morning on which somebody is there."""
    local = at.astimezone(zone)
    if local.weekday() < 5 and _OPENS <= local.hour < _CLOSES:
        return at
    morning = local.replace(hour=_OPENS, minute=0, second=0, microsecond=0)
    if local.hour >= _OPENS or local.weekday() > 4:
        morning += _DAY
    while morning.weekday() > 4:
        morning += _DAY
    return (morning + timedelta(minutes=chosen(range(3, 170), *why, "morning"))).astimezone(at.tzinfo)
