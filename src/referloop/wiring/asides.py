"""Rows put aside, and who is on a referral now, out of the books and into them."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from referloop.referral.problems import Problem
from referloop.storage import asides as kept
from referloop.storage import presence, worklist
from referloop.wiring.desk import Desk
from referloop.wiring.lines import lines_of
from referloop.wiring.sights import seen_by
from referloop.workbench.asides_needs import Aside, Present
from referloop.workbench.asking import Here
from referloop.workbench.lines import Line


class AsidesOfDesk:
    """See `workbench.asides_needs.AsidesNeeds`."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def mine(self, here: Here) -> Mapping[str, Aside]:
        with self.desk.database.reading(here.organization) as session:
            found = kept.asides(session, here.user, here.now)
        return {id: Aside(each.until, each.reason, each.version) for id, each in found.items()}

    def line(self, here: Here, referral: str) -> Line | None:
        with self.desk.database.reading(here.organization) as session:
            rows = worklist.picked(session, [referral], seen_by(session, here))
            return next(iter(lines_of(session, here, rows)), None)

    def put(self, here: Here, line: Line, until: datetime, reason: str) -> tuple[Problem, ...]:
        with self.desk.database.transaction(here.organization) as session:
            mine = kept.asides(session, here.user, here.now)
            if len(mine) >= kept.MOST and line.referral not in mine:
                says = f"You have put {kept.MOST} referrals aside."
                return (Problem("asides-full", "referral", says, "Bring some back, or hand them over."),)
            aside = kept.Aside(line.referral, until, reason, line.version)
            kept.put_aside(session, here.user, aside, here.now)
        return ()

    def back(self, here: Here, referral: str) -> None:
        with self.desk.database.transaction(here.organization) as session:
            kept.bring_back(session, here.user, referral)


class PresenceOfDesk:
    """See `workbench.asides_needs.PresenceNeeds`; a sign of life is written when it says something new."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def others(self, here: Here, referral: str, *, writing: bool = False) -> Sequence[Present]:
        with self.desk.database.reading(here.organization) as session:
            if not worklist.picked(session, [referral], seen_by(session, here)):
                return []
            there = presence.present(session, referral, here.now)
        if presence.is_news(there, here.user, writing, here.now):
            with self.desk.database.transaction(here.organization) as session:
                presence.appear(session, referral, here.user, writing, here.now)
        return [
            Present(each.name or each.user, each.since, each.writing)
            for each in there
            if each.user != here.user
        ]
