"""What the settings need: people, calendar, policy, connections and tokens of one organisation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from referloop.referral.problems import Problem
from referloop.referral.requirement import Requirement
from referloop.workbench.asking import Here


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who works at the desk."""

    id: str
    name: str
    role: str
    active: bool


@dataclass(frozen=True, slots=True)
class Token:
    """An access token, known by its client; the secret is nowhere."""

    client: str
    scopes: Sequence[str]
    created_at: datetime | None
    expires_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Opening:
    """The calendar in which policy counts."""

    zone: str
    holidays: str  # whose: a country or a part of one
    next_days: Sequence[tuple[date, str]]


@dataclass(frozen=True, slots=True)
class PolicyCases:
    """The cases beside a requirement, and what of them fails."""

    cases: Sequence[Mapping[str, Any]]
    problems: Sequence[Problem]


class SettingsNeeds(Protocol):
    """See `needs.Needs`."""

    def colleagues(self, here: Here) -> Sequence[Colleague]: ...
    def change_colleague(self, here: Here, it: Colleague) -> None:
        """Somebody new, or somebody known with another name, role or standing."""

    def opening(self, here: Here) -> Opening: ...
    def requirements(self, here: Here) -> Sequence[Requirement]:
        """Every version there is, of every requirement."""

    def cases(self, here: Here, code: str) -> PolicyCases: ...
    def tokens(self, here: Here) -> Sequence[Token]: ...
    def scopes(self) -> Sequence[str]: ...
    def create_token(self, here: Here, client: str, scopes: Sequence[str], days: int) -> str:
        """The secret, which is shown once."""

    def revoke_tokens(self, here: Here, client: str) -> int: ...
    def destinations(self, here: Here) -> Sequence[tuple[str, str]]:
        """Who is told how their referrals go, and where."""

    def add_destination(self, here: Here, sender: str, address: str) -> tuple[Problem, ...]: ...
    def remove_destination(self, here: Here, sender: str) -> bool: ...
