"""What the pages need of the world, as one Protocol and the values it hands over."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from referloop.messages import Person
from referloop.referral.board import Standing
from referloop.referral.entry import Draft
from referloop.referral.problems import Problem
from referloop.referral.requirement import Calendar
from referloop.workbench.asking import Here
from referloop.workbench.inbox_needs import InboxNeeds
from referloop.workbench.lines import Filter, Line, Lines, Todo
from referloop.workbench.listing_needs import ListingNeeds
from referloop.workbench.people_needs import DirectoryNeeds, PeopleNeeds, RequestNeeds
from referloop.workbench.settings_needs import SettingsNeeds
from referloop.workbench.team_needs import TeamNeeds
from referloop.workbench.workspace_needs import WorkspaceNeeds

__all__ = ["Filter", "Line", "Lines", "Needs", "Opened", "Todo"]


@dataclass(frozen=True, slots=True)
class Opened:
    """One referral with everything its workspace shows."""

    standing: Standing
    person: Person
    person_id: str
    names: Mapping[str, str]  # user id -> name, for the timeline
    others: Sequence[Line]  # the patient's other open referrals
    items: Sequence[Todo]


class Needs(Protocol):
    """Everything is of the organisation of `here`; what belongs to another is as if it were not there."""

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
    def people(self) -> PeopleNeeds: ...
    @property
    def directory(self) -> DirectoryNeeds: ...
    @property
    def requests(self) -> RequestNeeds: ...

    def calendar(self, here: Here) -> Calendar: ...
    def version(self, here: Here, place: str) -> str:
        """Changes when what this screen shows first has changed: cheap, for pages that ask for news."""

    def work(self, here: Here, wanted: Filter) -> Lines: ...
    def counts(self, here: Here) -> Mapping[str, int]:
        """How much is open, overdue, due today, and in each headline (`at:HEADLINE`)."""

    def open(self, here: Here, referral: str) -> Opened | None: ...
    def record(
        self, here: Here, referral: str, seen: int | None, draft: Draft
    ) -> Standing | tuple[Problem, ...]: ...
