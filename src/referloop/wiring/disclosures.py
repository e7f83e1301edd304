"""What went to whom, out of the logs, the outbox and the record of who looked, whenever it is asked for."""

from collections.abc import Sequence

from referloop.messages import Person
from referloop.referral.disclosures import disclosures, permitted
from referloop.referral.requirement import Calendar
from referloop.storage import access_lists, outbox, roster, worklist
from referloop.storage.access_lists import Narrowed
from referloop.storage.board import BoardRow
from referloop.storage.database import Session
from referloop.storage.resources import logs
from referloop.storage.search import board_of, with_joined
from referloop.wiring.accesses import looks_of
from referloop.wiring.desk import Desk
from referloop.wiring.lines import lines_of
from referloop.wiring.sights import seen_by, sight_of
from referloop.wiring.telling import placer
from referloop.workbench.access_needs import Look
from referloop.workbench.asking import Here
from referloop.workbench.disclosure_needs import Ledger, Notice
from referloop.workbench.presenters.looks import OPENINGS
from referloop.workbench.sight import COMPLIANCE, KNOWS, OUTSIDE

_REFERRALS, _LOOKS, _FILES = 500, 2_000, 50
_READERS = (*OUTSIDE, "client")


class DisclosuresOfDesk:
    """See `workbench.disclosure_needs.DisclosureNeeds`."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def of_referral(self, here: Here, referral: str) -> Ledger | None:
        calendar = self.desk.policy(here.organization).calendar
        with self.desk.database.reading(here.organization) as session:
            if sight_of(session, here, referral) not in KNOWS:
                return None
            rows = worklist.picked(session, [referral], seen_by(session, here))
            people = [each.id for row in rows for each in with_joined(session, row.patient)]
            opened = _opened(session, here, people, [referral])
            return _ledger(session, here, calendar, rows, opened, rows[0].patient) if rows else None

    def of_patient(self, here: Here, patient: str) -> Ledger | str | None:
        calendar = self.desk.policy(here.organization).calendar
        with self.desk.database.reading(here.organization) as session:
            joined = with_joined(session, patient)
            it = next((each for each in joined if each.id == patient), None)
            if it is None or it.same_as:
                return it.same_as if it else None
            ids = [each.id for each in joined]
            rows = board_of(session, ids, seen_by(session, here), open_only=False, limit=_REFERRALS)
            return _ledger(session, here, calendar, rows, _opened(session, here, ids), patient)


def _opened(
    session: Session, here: Here, patients: Sequence[str], referrals: Sequence[str] = ()
) -> list[Look]:
    """What others than the desk opened: as in the record of who looked, for compliance alone."""
    if here.role != COMPLIANCE:
        return []
    wanted = Narrowed(patients=patients, referrals=referrals, roles=_READERS, acts=OPENINGS)
    return looks_of(session, access_lists.looked(session, wanted, _LOOKS))


def _ledger(
    session: Session,
    here: Here,
    calendar: Calendar,
    rows: Sequence[BoardRow],
    opened: Sequence[Look],
    patient: str,
) -> Ledger:
    referrals = [row.referral for row in rows]
    kept = logs(session, referrals)
    since = min((row.received_at for row in rows if row.received_at), default=here.now)
    return Ledger(
        patient=patient,
        person=worklist.people(session, [patient]).get(patient, Person()),
        lines={line.referral: line for line in lines_of(session, here, rows)},
        told=[(id, each) for id, log in kept.items() for each in disclosures(log.entries, calendar)],
        permitted=[(id, each) for id, log in kept.items() for each in permitted(log.entries, calendar)],
        unsure=[
            Notice(
                each.referral, each.at, each.addressee, each.channel, each.destination, each.state == "dead"
            )
            for each in outbox.unsure(session, referrals)
        ],
        opened=opened,
        files=looks_of(session, access_lists.exported(session, None, _FILES, since)),
        senders={id: placer(log) for id, log in kept.items()},
        names={each.id: each.name for each in roster.users(session)},
        whole=len(rows) < _REFERRALS and len(opened) < _LOOKS,
    )
