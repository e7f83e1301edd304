"""The books of the department, its clock, and everything that is still to happen, in the order of time."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from heapq import heappop, heappush
from itertools import count
from zoneinfo import ZoneInfo

from referloop.gym.town import Case
from referloop.referral.board import Standing
from referloop.referral.kinds import ReferralId
from referloop.referral.problems import ProgramFault
from referloop.storage.due import look, note_missed
from referloop.wiring.demonstration.partners import Clock
from referloop.wiring.desk import Desk

Event = Callable[[], None]


@dataclass
class Department:
    """`until` is the present; what is planned after it has not happened yet."""

    desk: Desk
    organization: str
    clock: Clock
    until: datetime
    seed: int
    zone: ZoneInfo
    send: Callable[[bytes], bytes]
    _agenda: list[tuple[datetime, int, Event]] = field(default_factory=list)
    _numbers: "count[int]" = field(default_factory=count)

    def plan(self, at: datetime, event: Event) -> None:
        if at <= self.until:
            heappush(self._agenda, (at, next(self._numbers), event))

    def live(self) -> None:
        """Let everything happen up to the present, and write down what was missed until then."""
        while self._agenda:
            at, _, event = heappop(self._agenda)
            self.clock.at = max(at, self.clock.at)
            event()
        self.clock.at = self.until
        policy = self.desk.policy(self.organization)
        while look(self.desk.database, self.organization, policy, self.until, self.desk.new_id):
            pass

    def standing(self, referral: ReferralId, *, watched: bool = False) -> Standing:
        """How a referral stands now; `watched` after its misses were written down."""
        with self.desk.books(self.organization) as books:
            if watched:
                note_missed(books, referral)
            log = books.log(referral)
            if log is None:
                raise ProgramFault("a referral of the demonstration is not there")
            return books.standing(log)

    def named(self, it: Case) -> ReferralId:
        """By its requester's number, as a partner would ask for it."""
        with self.desk.books(self.organization) as books:
            found = books.referrals_named([f"placer|{it.office.system}|{it.number}"])
        if not found:
            raise ProgramFault("a referral of the demonstration did not come in")
        return found[0]
