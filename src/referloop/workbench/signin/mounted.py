"""What one mounted workbench is given by whoever puts the process together."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.http import HttpRequest

from referloop.workbench.asking import Here
from referloop.workbench.needs import Needs
from referloop.workbench.signin.keys import Keys

MOUNTED = "referloop.workbench"  # where the application lays it for a request


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of an organisation, as the books know them now."""

    organization_name: str
    name: str
    role: str
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class Ready:
    """A sign-in of a demonstration that anybody may use."""

    login: str
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Mounted:
    """`member` answers for an organisation and a user: None unless they are active there."""

    needs: Needs
    member: Callable[[str, str], Member | None]
    clock: Callable[[], datetime]
    organization: str  # of those who type no other
    hosts: frozenset[str]
    keys: Keys
    second_factor: str  # required or offered
    ready: Sequence[Ready] = ()
    password: str = ""  # of the ready sign-ins


def mounted(request: HttpRequest) -> Mounted:
    found: Mounted = request.META[MOUNTED]
    return found


def here_of(it: Mounted, login: str) -> Here | None:
    """Whom a sign-in stands for at this moment: role and name are the books', never Django's."""
    user, _, organization = login.rpartition("@")
    found = it.member(organization, user) if user else None
    if found is None:
        return None
    return Here(
        organization=organization,
        organization_name=found.organization_name,
        user=user,
        name=found.name,
        role=found.role,
        now=it.clock(),
        zone=found.zone,
    )
