"""The watcher's step: the earliest dates that have come are looked at, and what was missed is written down.

One indexed date says when to look at a referral next. Nothing is decided by it: what is owed is computed from
the log, and a miss is dated at its deadline, whenever somebody noticed.
"""

from datetime import datetime, timedelta

from referloop.failpoints import reached
from referloop.ports import NewId
from referloop.referral.board import missed
from referloop.referral.entry import Author, Draft
from referloop.referral.facts.desk import DeadlineMissed, Escalated
from referloop.referral.kinds import ReferralId
from referloop.referral.problems import ProgramFault
from referloop.referral.requirement import Policy
from referloop.storage.books import OpenBooks, again, opened
from referloop.storage.database import Away, Database

WATCHER = Author("machine", "watcher")
_LATER = timedelta(hours=1)


def look(
    database: Database, organization: str, policy: Policy, at: datetime, new_id: NewId, limit: int = 100
) -> int:
    """Look at the referrals whose date has come, each in its own transaction; returns how many there were.

    One that cannot be computed is put off by an hour, so that it does not stop the others; what went wrong
    is raised when all have been looked at.
    """
    due = _earliest(database, organization, at, limit)
    failures: list[Exception] = []
    reached("watch-claimed")
    for referral in due:
        try:
            again(lambda it=referral: _look_at(database, organization, policy, at, new_id, it))  # type: ignore[misc]
            reached("watch-committed")
        except Away:
            raise
        except Exception as failure:
            _put_off(database, organization, referral, at + _LATER)
            failures.append(failure)
    if failures:
        raise ExceptionGroup(f"{len(failures)} referrals could not be looked at", failures)
    return len(due)


def note_missed(books: OpenBooks, referral: ReferralId) -> int:
    """Write down every deadline of this referral that passed unmet; returns how many."""
    log = books.log(referral)
    if log is None:
        raise ProgramFault("the board shows a referral that has no log")
    drafts: list[Draft] = []
    late = missed(log, books.standing(log).owed, books.at)
    for each in late:
        need = each.requirement
        miss = DeadlineMissed(requirement=need.code, about=each.about, owner=need.owner)
        drafts.append(Draft(miss, each.due))
        if need.escalates_to:
            drafts.append(Draft(Escalated(to=need.escalates_to, requirement=need.code), books.at))
    if drafts:
        books.append(log, drafts, WATCHER)
    else:
        books.refresh(log)
    return len(late)


def _look_at(
    database: Database, organization: str, policy: Policy, at: datetime, new_id: NewId, it: ReferralId
) -> None:
    with opened(database, organization, policy, at, new_id) as books:
        note_missed(books, it)
        reached("watch-noted")


def _earliest(database: Database, organization: str, at: datetime, limit: int) -> list[ReferralId]:
    sql = "SELECT referral_id FROM board WHERE organization_id = ? AND look_at <= ? ORDER BY look_at LIMIT ?"
    with database.reading(organization) as session:
        return [ReferralId(row[0]) for row in session.ask((sql, (organization, at, limit)))[0]]


def _put_off(database: Database, organization: str, referral: ReferralId, until: datetime) -> None:
    sql = "UPDATE board SET look_at = ? WHERE organization_id = ? AND referral_id = ?"
    with database.transaction(organization) as session:
        session.write((sql, (until, organization, referral)))
