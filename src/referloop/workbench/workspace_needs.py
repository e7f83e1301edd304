"""What the workspace of one referral needs: the referral whole, its documents, and merging."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from referloop.messages import NO_RULES, ContactRules, Person
from referloop.referral.board import Standing
from referloop.referral.entry import Author, Draft, When
from referloop.referral.problems import Problem
from referloop.referral.snapshot import Snapshot
from referloop.workbench.asking import Here
from referloop.workbench.lines import Line, Todo
from referloop.workbench.sight import Sight

Outcome = Standing | tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Workspace:
    """One referral with everything around it."""

    standing: Standing
    person: Person
    person_id: str
    people: Mapping[str, Person]  # those a question of identity compares, by id
    names: Mapping[str, str]  # everybody who ever worked here: id and name
    team: Mapping[str, str]  # those who work here now and record, so that it can be given to them
    others: Sequence[Line]  # the patient's other referrals, closed ones too
    lookalikes: Mapping[str, Line]  # the referrals this one may double, or was merged with
    kept: frozenset[str]  # the documents whose content is here
    items: Sequence[Todo]
    sight: Sight  # how much of it this is
    rules: ContactRules = NO_RULES  # how the patient may be reached
    masked: frozenset[str] = frozenset()  # the documents of which they see only that they are here


@dataclass(frozen=True, slots=True)
class Happened:
    """That something was recorded: when it happened, of what kind it is and by whom."""

    at: When
    word: str
    author: Author


@dataclass(frozen=True, slots=True)
class Header:
    """What those see of a referral who may know of it and not read it; `hidden` where it is restricted."""

    referral: str
    version: int
    patient: str
    person: Person
    service: str
    parties: tuple[str, str]  # who asks, and who is to see the patient
    urgency: str
    headline: str
    owner: str
    lanes: Sequence[tuple[str, str]]  # name and state
    happened: Sequence[Happened]  # the latest first
    names: Mapping[str, str]  # everybody who ever worked here: id and name
    trusted: Mapping[str, str]  # those who can be given what is restricted
    hidden: bool


def parties_of(now: Snapshot) -> tuple[str, str]:
    """Who asks, and who is to see the patient: chosen last, booked with last, or asked for."""
    asked, meant = now.request, [*now.booked(), *now.legs.values()]
    known = [asked.performer if asked else "", *(getattr(each.fact, "performer", "") for each in meant)]
    return asked.requester if asked else "", next((name for name in reversed(known) if name), "")


@dataclass(frozen=True, slots=True)
class Upload:
    """A document that comes with what is recorded; its digest is its id."""

    digest: str
    media_type: str
    content: bytes


class WorkspaceNeeds(Protocol):
    """See `needs.Needs`."""

    def open(self, here: Here, referral: str) -> Workspace | None: ...
    def header(self, here: Here, referral: str) -> Header | None:
        """Where it does not open; None where they may not know of it."""

    def record(
        self, here: Here, referral: str, seen: int | None, draft: Draft, upload: Upload | None = None
    ) -> Outcome: ...
    def sent_before(self, here: Here, referral: str) -> bool:
        """Whether this very form was recorded on this referral before."""

    def merge(self, here: Here, survivor: str, double: str, reason: str, seen: Mapping[str, int]) -> Outcome:
        """`seen` has the version of each referral that was on the screen."""

    def unmerge(self, here: Here, resting: str, reason: str, seen: Mapping[str, int]) -> Outcome: ...
    def contents(self, here: Here, referral: str, digests: Sequence[str]) -> Mapping[str, tuple[str, bytes]]:
        """Media type and bytes, as they came, of those documents that this referral shows to whoever asks."""
