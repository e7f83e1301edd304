"""A request as a page sees it, and what a page answers: no web framework in sight."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from referloop.referral.entry import Author


@dataclass(frozen=True, slots=True)
class Here:
    """Who asks, and where: the organisation comes from the sign-in and from nowhere else."""

    organization: str
    organization_name: str
    user: str
    name: str
    role: str
    now: datetime
    zone: ZoneInfo
    form: str = ""  # names the form that was sent, so that twice is once

    @property
    def today(self) -> date:
        """The day it is at the desk."""
        return self.now.astimezone(self.zone).date()

    @property
    def author(self) -> Author:
        return Author("person", self.user, self.role)


@dataclass(frozen=True, slots=True)
class Ask:
    """One request. `path` holds what the route's pattern named."""

    method: str
    here: Here
    path: Mapping[str, str]
    query: Mapping[str, str]
    form: Mapping[str, str]
    lists: Mapping[str, list[str]] = field(default_factory=dict)  # form fields that came several times
    files: Mapping[str, tuple[str, bytes]] = field(default_factory=dict)  # name and content

    @property
    def posted(self) -> bool:
        return self.method == "POST"


@dataclass(frozen=True, slots=True)
class Noted:
    """What an answer lets somebody see or take, as it is written down; never what was typed."""

    act: str = ""  # "" for the act that the page stands for
    patient: str = ""
    referral: str = ""
    about: str = ""
    how_many: int = 0
    purpose: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A template and what it shows."""

    template: str
    shows: Mapping[str, Any]
    status: int = 200
    noted: Noted = Noted()


@dataclass(frozen=True, slots=True)
class Go:
    """See another page; `said` is told there once."""

    to: str
    said: str = ""
    noted: Noted = Noted()


@dataclass(frozen=True, slots=True)
class Download:
    name: str
    media_type: str
    content: bytes
    inline: bool = False
    noted: Noted = Noted()


@dataclass(frozen=True, slots=True)
class Value:
    """An answer to a script of ours."""

    value: Any
    status: int = 200
    noted: Noted = Noted()


NOTED_BEFORE = Noted("nobody")  # of a form that was sent again: its first time is written down
NOT_HERE = Page("not_here.html", {}, 404)
Answer = Page | Go | Download | Value
