"""Counts for the team's screen and the reports, out of the books."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta, tzinfo

from referloop.referral.entry import When
from referloop.referral.story import begins
from referloop.storage import roster, waits, worklist
from referloop.wiring.desk import Desk
from referloop.wiring.lines import lines_of, narrowed
from referloop.wiring.sights import seen_by
from referloop.workbench.access import may
from referloop.workbench.asking import Here
from referloop.workbench.lines import Filter
from referloop.workbench.team_needs import Aged, Flow, Huddle, Load, Reach

# From one fact to another: what patients and requesters wait for.
WAYS = (
    ("referral-received", "contact-attempted"),
    ("referral-received", "appointment-booked"),
    ("referral-received", "encounter-finished"),
    ("encounter-finished", "report-received"),
    ("referral-received", "referral-closed"),
)
_ENDS = "referral-closed"
_AGES = (7, 14, 30, 60, 90)
_DAY = timedelta(days=1)


class TeamOfDesk:
    """See `workbench.team_needs.TeamNeeds`."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def loads(self, here: Here) -> Sequence[Load]:
        with self.desk.database.reading(here.organization) as session:
            rows = waits.loads(session, here.now)
            people = {user.id: user for user in roster.users(session)}
        found = [Load(owner, people[owner].name if owner in people else "", *row) for owner, *row in rows]
        counted = {each.owner for each in found}
        free = [each for each in people.values() if each.active and may(each.role, "record")]
        return [*found, *(Load(each.id, each.name, 0, 0) for each in free if each.id not in counted)]

    def flow(self, here: Here, days: int) -> Sequence[Flow]:
        today = here.today
        first = today - (days - 1) * _DAY
        each = [(first + number * _DAY).isoformat() for number in range(days)]
        with self.desk.database.reading(here.organization) as session:
            rows = waits.flow(session, each)
        return [Flow(first + number * _DAY, *row) for number, row in enumerate(rows)]

    def ages(self, here: Here) -> Sequence[Aged]:
        today = here.today
        firsts = [(today - (days - 1) * _DAY).isoformat() for days in _AGES]
        with self.desk.database.reading(here.organization) as session:
            rows = waits.by_age(session, firsts, here.now)
        bounds = [0, *_AGES]
        words = [f"{low} to {high} days" for low, high in zip(bounds, _AGES, strict=False)]
        return [Aged(word, *row) for word, row in zip([*words, f"over {_AGES[-1]} days"], rows, strict=True)]

    def stages(self, here: Here) -> Mapping[str, int]:
        with self.desk.database.reading(here.organization) as session:
            return waits.by_headline(session)

    def huddle(self, here: Here, lists: Sequence[Filter], oldest: int) -> Huddle:
        with self.desk.database.reading(here.organization) as session:
            seen = seen_by(session, here)
            counts = [worklist.matching(session, narrowed(here, each, seen)) for each in lists]
            rows = worklist.oldest(session, seen, oldest)
            return Huddle(counts, lines_of(session, here, rows))

    def waits(self, here: Here) -> Mapping[str, Sequence[Reach]]:
        words = {word for way in WAYS for word in way}
        with self.desk.database.reading(here.organization) as session:
            known = waits.firsts(session, sorted(words)).items()
        return {
            f"{start}>{end}": [_reach(id, facts, start, end, here) for id, facts in known if start in facts]
            for start, end in WAYS
        }


def _reach(id: str, facts: Mapping[str, When], start: str, end: str, here: Here) -> Reach:
    """Until it came, until the referral was closed without it, or until now."""
    ended = "reached" if end in facts else "left" if _ENDS in facts else "waiting"
    until = facts.get(end) or facts.get(_ENDS) or here.now
    return Reach(_days(facts[start], until, here.zone), ended, id)


def _days(start: date | datetime, end: date | datetime, zone: tzinfo) -> float:
    return max((begins(end, zone) - begins(start, zone)) / _DAY, 0.0)
