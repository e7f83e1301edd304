"""How long a sign-in lasts: by role without work, by role in any case, and for an act that is dangerous."""

from datetime import timedelta

IDLE = timedelta(minutes=15)  # without work, a session ends
LONGEST = timedelta(hours=12)  # in any case
FRESH = timedelta(minutes=5)  # a dangerous act wants a sign-in no older than this
_POWERFUL = (timedelta(minutes=10), timedelta(hours=8))
_LIMITS = {
    "administrator": _POWERFUL,
    "compliance": _POWERFUL,
    "receiving-office": (IDLE, timedelta(hours=8)),
}


def limits(role: str) -> tuple[timedelta, timedelta]:
    """Without work, and in any case.

    >>> [str(each) for each in limits("administrator")]
    ['0:10:00', '8:00:00']
    """
    return _LIMITS.get(role, (IDLE, LONGEST))
