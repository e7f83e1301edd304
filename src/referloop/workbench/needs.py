"""What the pages need of the world, as one Protocol and the values it hands over."""

from collections.abc import Mapping
from typing import Protocol

from referloop.referral.requirement import Calendar
from referloop.workbench.access_needs import AccessNeeds, ExportNeeds
from referloop.workbench.asides_needs import AsidesNeeds, PresenceNeeds
from referloop.workbench.asking import Here
from referloop.workbench.call_needs import CallNeeds
from referloop.workbench.disclosure_needs import DisclosureNeeds
from referloop.workbench.glass_needs import GlassNeeds
from referloop.workbench.inbox_needs import InboxNeeds
from referloop.workbench.lines import Filter, Line, Lines, Todo
from referloop.workbench.listing_needs import ListingNeeds
from referloop.workbench.own_needs import OwnNeeds
from referloop.workbench.paper_needs import PaperNeeds
from referloop.workbench.people_needs import DirectoryNeeds, PeopleNeeds, RequestNeeds
from referloop.workbench.settings_needs import SettingsNeeds
from referloop.workbench.team_needs import TeamNeeds
from referloop.workbench.workspace_needs import WorkspaceNeeds

__all__ = ["Filter", "Line", "Lines", "Needs", "Todo"]


class Needs(Protocol):
    """Everything is of the organisation of `here`, and as much of it as `sight` shows to whoever asks;
    all the rest is as if it were not there."""

    @property
    def inbox(self) -> InboxNeeds: ...
    @property
    def listing(self) -> ListingNeeds: ...
    @property
    def team(self) -> TeamNeeds: ...
    @property
    def settings(self) -> SettingsNeeds: ...
    @property
    def workspace(self) -> WorkspaceNeeds: ...
    @property
    def calls(self) -> CallNeeds: ...
    @property
    def papers(self) -> PaperNeeds: ...
    @property
    def own(self) -> OwnNeeds: ...
    @property
    def glass(self) -> GlassNeeds: ...
    @property
    def asides(self) -> AsidesNeeds: ...
    @property
    def presence(self) -> PresenceNeeds: ...
    @property
    def people(self) -> PeopleNeeds: ...
    @property
    def directory(self) -> DirectoryNeeds: ...
    @property
    def requests(self) -> RequestNeeds: ...
    @property
    def accesses(self) -> AccessNeeds: ...
    @property
    def exports(self) -> ExportNeeds: ...
    @property
    def disclosures(self) -> DisclosureNeeds: ...

    def calendar(self, here: Here) -> Calendar: ...
    def version(self, here: Here, place: str) -> str:
        """Changes when what this screen shows first has changed: cheap, for pages that ask for news."""

    def work(self, here: Here, wanted: Filter) -> Lines: ...
    def counts(self, here: Here) -> Mapping[str, int]:
        """How much is open with each owner."""
