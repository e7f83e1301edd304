"""What finding people, a patient's page, the directory and a new referral need."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from referloop.messages import NO_RULES, ContactRules, Party, Person, ReferralSaid
from referloop.referral.facts.coverage import CoverageStated
from referloop.referral.problems import Problem
from referloop.workbench.asking import Here
from referloop.workbench.lines import Line, Todo


@dataclass(frozen=True, slots=True)
class Found:
    """Somebody who may be meant: what fits, and their open referrals."""

    id: str
    person: Person
    fits: tuple[str, ...]
    likeness: float
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True)
class Finding:
    """`more` says that not everybody who fits is shown."""

    people: Sequence[Found] = ()
    referrals: Sequence[Line] = ()
    more: bool = False


@dataclass(frozen=True, slots=True)
class Cover:
    """What a referral says about insurance; nobody has asked the payer."""

    referral: str
    service: str
    stated: CoverageStated


@dataclass(frozen=True, slots=True)
class Rules:
    """How a patient may be reached; `seq` counts what was told, 0 for nothing yet."""

    seq: int
    told: ContactRules
    who: str  # a person's name
    at: datetime | None


NO_RULES_YET = Rules(0, NO_RULES, "", None)


@dataclass(frozen=True, slots=True)
class Patient:
    """A person with everything here that is theirs."""

    id: str
    person: Person
    joined: Sequence[tuple[str, Person]]  # those who were found to be the same
    open: Sequence[Line]  # newest first
    closed: Sequence[Line]
    covers: Sequence[Cover]
    questions: Sequence[Todo]
    rules: Rules = NO_RULES_YET


@dataclass(frozen=True, slots=True)
class Known:
    """A requester or performer; how many referrals came from them and went to them, up to 1,000."""

    key: str
    party: Party
    sent: int
    given: int


@dataclass(frozen=True, slots=True)
class KnownParty:
    known: Known
    sent: Sequence[Line]
    given: Sequence[Line]


@dataclass(frozen=True, slots=True)
class Code:
    code: str
    words: str


class PeopleNeeds(Protocol):
    """See `needs.Needs`."""

    def find(self, here: Here, typed: str) -> Finding: ...
    def patient(self, here: Here, id: str) -> Patient | str | None:
        """Their page; the id of the person they were found to be, instead, when there is one."""

    def lately(self, here: Here) -> Sequence[tuple[str, Person, datetime]]:
        """Whom of the desk's patients they looked at last, and when."""

    def rules(self, here: Here, id: str) -> tuple[Person, Rules] | None: ...
    def tell_rules(self, here: Here, id: str, seen: int, rules: ContactRules) -> tuple[Problem, ...]:
        """`seen` is the number of what was on the screen."""


class DirectoryNeeds(Protocol):
    """See `needs.Needs`."""

    def parties(self, here: Here, text: str, after: str, kind: str = "") -> tuple[Sequence[Known], str]:
        """By name, only `practitioners` or `organisations` when asked, and where the next page begins."""

    def party(self, here: Here, key: str) -> KnownParty | None: ...


class RequestNeeds(Protocol):
    """What entering a referral at the desk needs."""

    def fresh(self, here: Here) -> str:
        """Names one form, so that sent twice it is one referral."""

    def person(self, here: Here, id: str) -> Person | None: ...
    def alike(self, here: Here, person: Person) -> Sequence[Found]: ...
    def doubles(self, here: Here, patient: str, said: ReferralSaid) -> Sequence[Line]:
        """Open referrals that this one may repeat."""

    def party(self, here: Here, key: str) -> Party | None: ...
    def services(self, here: Here, text: str) -> Sequence[str]:
        """What has been asked for here again and again, the most frequent first."""

    def codes(self, here: Here, code_set: str, text: str) -> Sequence[Code]: ...
    def code(self, here: Here, code_set: str, code: str) -> Code | None: ...
    def entered(self, here: Here) -> str:
        """The referral that this very form entered before; "" when it is new."""

    def take(self, here: Here, form: str, said: ReferralSaid, patient: str) -> str | tuple[Problem, ...]:
        """Through the front door; `patient` is the known person, "" for a new one. The referral's id."""
