"""Who else is on a referral, in a sentence each."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from referloop.workbench.asides_needs import Present


def in_words(others: Sequence[Present], zone: ZoneInfo) -> list[str]:
    """
    >>> from datetime import UTC, datetime
    >>> since = datetime(2026, 11, 24, 15, tzinfo=UTC)
    >>> in_words([Present("Morgan Blake", since, True)], ZoneInfo("America/New_York"))
    ['Morgan Blake has this referral open since 10:00 and is filling in a form.']
    """
    return [
        f"{each.name} has this referral open since {each.since.astimezone(zone):%H:%M}"
        f"{' and is filling in a form' if each.writing else ''}."
        for each in others
    ]
