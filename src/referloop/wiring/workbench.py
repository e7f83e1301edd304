"""What the workbench's pages need, out of the books: one reading transaction each, and few statements."""

from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256

from referloop.referral.requirement import Calendar
from referloop.storage import worklist
from referloop.storage.database import Query, Session
from referloop.storage.sight import where
from referloop.wiring.accesses import AccessesOfDesk
from referloop.wiring.asides import AsidesOfDesk, PresenceOfDesk
from referloop.wiring.calls import CallsOfDesk
from referloop.wiring.desk import Desk
from referloop.wiring.directory import DirectoryOfDesk
from referloop.wiring.disclosures import DisclosuresOfDesk
from referloop.wiring.exports import ExportsOfDesk
from referloop.wiring.finding_people import PeopleOfDesk
from referloop.wiring.glass import GlassOfDesk
from referloop.wiring.inbox_pages import InboxOfDesk
from referloop.wiring.lines import began, lines_page
from referloop.wiring.listing import ListingOfDesk
from referloop.wiring.new_referral import RequestsOfDesk
from referloop.wiring.own import OwnOfDesk
from referloop.wiring.papers import PapersOfDesk
from referloop.wiring.settings_pages import SettingsOfDesk
from referloop.wiring.sights import seen_by, sent_to
from referloop.wiring.team import TeamOfDesk
from referloop.wiring.workspace import WorkspaceOfDesk
from referloop.workbench.asking import Here
from referloop.workbench.needs import Filter, Lines
from referloop.workbench.sight import OFFICE


class WorkbenchNeeds:
    """See `workbench.needs.Needs`."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.inbox = InboxOfDesk(desk)
        self.listing = ListingOfDesk(desk)
        self.team = TeamOfDesk(desk)
        self.settings = SettingsOfDesk(desk)
        self.workspace = WorkspaceOfDesk(desk)
        self.papers = PapersOfDesk(self.workspace)
        self.calls = CallsOfDesk(desk)
        self.own = OwnOfDesk(desk)
        self.glass = GlassOfDesk(desk)
        self.people = PeopleOfDesk(desk)
        self.asides = AsidesOfDesk(desk)
        self.presence = PresenceOfDesk(desk)
        self.directory = DirectoryOfDesk(desk)
        self.requests = RequestsOfDesk(desk)
        self.accesses = AccessesOfDesk(desk)
        self.exports = ExportsOfDesk(desk)
        self.disclosures = DisclosuresOfDesk(desk)

    def calendar(self, here: Here) -> Calendar:
        return self.desk.policy(here.organization).calendar

    def version(self, here: Here, place: str) -> str:
        policy = self.desk.policy(here.organization)
        with self.desk.database.reading(here.organization) as session:
            if place.startswith("/referrals/"):
                news = self.workspace.news(session, here, place.removeprefix("/referrals/"), policy)
            else:
                news = repr(session.ask(_first(session, here))[0])
        return sha256(news.encode()).hexdigest()[:16]

    def work(self, here: Here, wanted: Filter) -> Lines:
        with self.desk.database.reading(here.organization) as session:
            found = lines_page(session, here, wanted)
            return replace(found, began=began(session, found.lines))

    def counts(self, here: Here) -> Mapping[str, int]:
        with self.desk.database.reading(here.organization) as session:
            seen = seen_by(session, here)
            if seen.everything:
                return worklist.counted(session)
            return worklist.counted_of(session, seen)


def _first(session: Session, here: Here) -> Query:
    """Of a receiving office's list only what is there, for the desk's own work on it is no news to them."""
    if here.role != OFFICE:
        return worklist.top(here.organization, seen_by(session, here))
    theirs, values = where(sent_to(session, here), here.organization)
    sql = f"SELECT referral_id, is_open FROM board WHERE organization_id = ?{theirs} ORDER BY referral_id DESC LIMIT 50"  # noqa: E501, S608
    return sql, (here.organization, *values)
