"""The header of a referral out of the books: who, when and how far, and not a word of what it is about."""

from referloop.messages import Person
from referloop.referral.board import Standing, standing
from referloop.referral.requirement import Policy
from referloop.referral.tracks import tracks
from referloop.storage import roster, worklist
from referloop.storage.database import Session
from referloop.storage.resources import logs
from referloop.wiring.sights import sight_of
from referloop.workbench.asking import Here
from referloop.workbench.lines import RESTRICTED
from referloop.workbench.sight import TRUSTED, Sight
from referloop.workbench.workspace_needs import Happened, Header, parties_of


def header_of(session: Session, here: Here, referral: str, policy: Policy) -> Header | None:
    """For whoever sees no more of it; None where they see all of it, or nothing."""
    how = sight_of(session, here, referral)
    log = logs(session, [referral]).get(referral) if how in ("header", "restricted") else None
    return _header(session, standing(log, policy, here.now), here, policy, how) if log else None


def _header(session: Session, it: Standing, here: Here, policy: Policy, how: Sight) -> Header:
    """A restricted one hides what it is about, and the parties, whose names may tell it."""
    hidden, now, who = how == "restricted", it.now, it.now.patient or it.log.patient
    team = roster.users(session)
    return Header(
        referral=it.log.referral,
        version=it.log.version,
        patient=who,
        person=worklist.people(session, [who]).get(who, Person()),
        service=RESTRICTED if hidden else now.request.service if now.request else "",
        parties=("", "") if hidden else parties_of(now),
        urgency=now.urgency,
        headline=it.headline,
        owner=now.owner,
        lanes=[(each.name, each.state) for each in tracks(now, it.owed, here.now, policy.calendar)],
        happened=[Happened(each.occurred_at, each.word, each.author) for each in reversed(it.log.entries)],
        names={each.id: each.name for each in team},
        trusted={each.id: each.name for each in team if each.active and each.role in TRUSTED},
        hidden=hidden,
    )
