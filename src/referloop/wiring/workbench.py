"""What the workbench's pages need, out of the books: one reading transaction each, and few statements."""

from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256

from referloop.messages import Person
from referloop.referral.board import Standing, standing
from referloop.referral.entry import Draft
from referloop.referral.kinds import ReferralId
from referloop.referral.problems import Problem
from referloop.referral.requirement import Calendar
from referloop.storage import items, worklist
from referloop.storage.database import Query
from referloop.storage.resources import logs
from referloop.wiring.desk import Desk
from referloop.wiring.directory import DirectoryOfDesk
from referloop.wiring.finding_people import PeopleOfDesk
from referloop.wiring.inbox_pages import InboxOfDesk
from referloop.wiring.lines import lines_of, lines_page
from referloop.wiring.listing import ListingOfDesk
from referloop.wiring.new_referral import RequestsOfDesk
from referloop.wiring.recording import Place, record
from referloop.wiring.settings_pages import SettingsOfDesk
from referloop.wiring.team import TeamOfDesk
from referloop.wiring.workspace import WorkspaceOfDesk
from referloop.workbench.asking import Here
from referloop.workbench.needs import Filter, Lines, Opened, Todo


class WorkbenchNeeds:
    """See `workbench.needs.Needs`."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.inbox = InboxOfDesk(desk)
        self.listing = ListingOfDesk(desk)
        self.team = TeamOfDesk(desk)
        self.settings = SettingsOfDesk(desk)
        self.workspace = WorkspaceOfDesk(desk)
        self.people = PeopleOfDesk(desk)
        self.directory = DirectoryOfDesk(desk)
        self.requests = RequestsOfDesk(desk)

    def calendar(self, here: Here) -> Calendar:
        return self.desk.policy(here.organization).calendar

    def version(self, here: Here, place: str) -> str:
        if place.startswith("/referrals/"):
            sql = "SELECT version FROM referrals WHERE organization_id = ? AND id = ?"
            query: Query = (sql, (here.organization, place.removeprefix("/referrals/")))
        else:
            query = worklist.top(here.organization)
        with self.desk.database.reading(here.organization) as session:
            rows = session.ask(query)[0]
        return sha256(repr(rows).encode()).hexdigest()[:16]

    def work(self, here: Here, wanted: Filter) -> Lines:
        with self.desk.database.reading(here.organization) as session:
            return lines_page(session, here, wanted)

    def counts(self, here: Here) -> Mapping[str, int]:
        with self.desk.database.reading(here.organization) as session:
            return worklist.counted(session, here.now)

    def open(self, here: Here, referral: str) -> Opened | None:
        policy = self.desk.policy(here.organization)
        with self.desk.database.reading(here.organization) as session:
            log = logs(session, [referral]).get(referral)
            if log is None:
                return None
            it = standing(log, policy, here.now)
            person = it.now.patient or log.patient
            others = [row for row in worklist.of_patient(session, person) if row.referral != referral]
            return Opened(
                standing=it,
                person=worklist.people(session, [person]).get(person, Person()),
                person_id=person,
                names={},
                others=lines_of(session, others),
                items=[_todo(each) for each in items.items_about(session, f"referral:{referral}")],
            )

    def record(
        self, here: Here, referral: str, seen: int | None, draft: Draft
    ) -> Standing | tuple[Problem, ...]:
        place = Place(here.organization, ReferralId(referral), seen)
        return record(replace(self.desk, clock=lambda: here.now), place, draft, here.author)


def _todo(each: items.ItemRow) -> Todo:
    return Todo(each.id, each.kind, each.about, each.says, each.remedy, each.owner, each.due_at)
