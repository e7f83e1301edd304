"""The referrals of those who are not of the desk, out of the books: a constant number of statements."""

from collections.abc import Sequence

from referloop.messages import Person
from referloop.referral.board import standing
from referloop.referral.kinds import ReferralId
from referloop.referral.log import Log
from referloop.referral.requirement import Policy
from referloop.storage import sight as stored
from referloop.storage import worklist
from referloop.storage.database import Query, Session
from referloop.storage.resources import logs
from referloop.storage.sight import Seen, where
from referloop.wiring.desk import Desk
from referloop.wiring.lines import lines_of
from referloop.wiring.sights import office, seen_by, sent_to
from referloop.workbench.asking import Here
from referloop.workbench.own_needs import Asked, Inbound
from referloop.workbench.sent import cut
from referloop.workbench.sight import CLINICIAN

_ASKED, _INBOUND = 30, 200


class OwnOfDesk:
    """See `workbench.own_needs.OwnNeeds`."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def stands_for(self, here: Here) -> Sequence[str]:
        with self.desk.database.reading(here.organization) as session:
            return stored.stands_for(session, here.user)

    def asked(self, here: Here) -> tuple[Sequence[Asked], bool]:
        policy = self.desk.policy(here.organization)
        with self.desk.database.reading(here.organization) as session:
            seen = seen_by(session, here) if here.role == CLINICIAN else Seen()
            ids = _ids(session, _owed(session, seen, _ASKED + 1))
            lines = {
                each.referral: each for each in lines_of(session, here, worklist.picked(session, ids, seen))
            }
            told = logs(session, ids[:_ASKED])
        found = [Asked(lines[id], standing(told[id], policy, here.now)) for id in ids[:_ASKED]]
        return found, len(ids) > _ASKED

    def inbound(self, here: Here) -> tuple[Sequence[Inbound], bool]:
        policy = self.desk.policy(here.organization)
        with self.desk.database.reading(here.organization) as session:
            ids = _ids(session, _lying(session, sent_to(session, here), _INBOUND + 1))
            told = logs(session, ids[:_INBOUND])
            found = _shares(session, here, policy, [told[id] for id in ids[:_INBOUND]])
        return found, len(ids) > _INBOUND


def _shares(session: Session, here: Here, policy: Policy, told: Sequence[Log]) -> list[Inbound]:
    mine, today = office(session, here), here.now.astimezone(policy.calendar.zone).date()
    people = worklist.people(session, [log.patient for log in told])
    found = []
    for log in told:
        whole = standing(log, policy, here.now)
        theirs = mine(whole)
        if theirs:
            it = standing(cut(log, whole.now, theirs, today), policy, here.now)
            found.append(Inbound(it, people.get(whole.now.patient or log.patient, Person())))
    return found


def _ids(session: Session, query: Query) -> list[ReferralId]:
    return [ReferralId(row[0]) for row in session.ask(query)[0]]


def _owed(session: Session, seen: Seen, limit: int) -> Query:
    theirs, values = where(seen, session.organization)
    sql = (
        "SELECT referral_id, MIN(due_at) FROM obligations WHERE organization_id = ?"  # noqa: S608
        f" AND owner = 'requester'{theirs} GROUP BY referral_id ORDER BY 2, 1 LIMIT ?"
    )
    return sql, (session.organization, *values, limit)


def _lying(session: Session, seen: Seen, limit: int) -> Query:
    theirs, values = where(seen, session.organization)
    sql = (
        f"SELECT referral_id FROM board WHERE organization_id = ? AND +is_open = 1{theirs}"  # noqa: S608
        " ORDER BY referral_id DESC LIMIT ?"
    )
    return sql, (session.organization, *values, limit)
