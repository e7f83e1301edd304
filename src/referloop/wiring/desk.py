"""The books, the policy, the clock and new ids, put together once for a process."""

import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib.resources import files

from referloop.policy.calendar import BusinessCalendar
from referloop.policy.in_force import PolicyInForce
from referloop.policy.packs import library
from referloop.referral.problems import ProgramFault
from referloop.referral.requirement import Requirement
from referloop.settings import Settings
from referloop.storage.access import Organization, organization
from referloop.storage.books import OpenBooks, opened
from referloop.storage.database import Database
from referloop.storage.postgres import PostgresDatabase
from referloop.storage.rule_changes import stamp
from referloop.storage.sqlite import SqliteDatabase
from referloop.wiring.rules import base_calendar, rules_of
from referloop.wiring.telling import Telling

RULES_FOR = timedelta(seconds=5)  # a process looks this often whether the rules have changed
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no I, L, O, U to misread


@dataclass(frozen=True)
class Desk:
    """What every way into the books needs; tests hand in their own clock and ids."""

    database: Database
    clock: Callable[[], datetime]
    new_id: Callable[[], str]
    requirements: tuple[Requirement, ...]
    kind: str = "inbound"
    telling: Telling = field(default_factory=Telling)
    _policies: dict[str, PolicyInForce] = field(default_factory=dict)
    _looked: dict[str, tuple[datetime, tuple[int, str]]] = field(default_factory=dict)

    @contextmanager
    def books(self, organization: str, at: datetime | None = None) -> Iterator[OpenBooks]:
        """The books of one organisation, committed when the block ends well."""
        policy = self.policy(organization)
        at = at or self.clock()
        with opened(self.database, organization, policy, at, self.new_id, self.telling.books) as books:
            yield books

    def policy(self, name: str) -> PolicyInForce:
        """The policy of an organisation over its calendars, as of seconds ago; not within a transaction."""
        known, at = self._policies.get(name), self.clock()
        if known and (name not in self._looked or at - self._looked[name][0] < RULES_FOR):
            return known
        with self.database.reading(name) as session:
            now = stamp(session)
            if known is None or now != self._looked[name][1]:
                found = organization(session)
                if found is None:
                    raise ProgramFault(f"there is no organisation {name}: `referloop init` makes one")
                known = rules_of(session, found, self.requirements)
        self._looked[name] = (at, now)
        self._policies[name] = known
        return known

    def rules_changed(self, name: str) -> None:
        """This process changed them: it need not wait to see it."""
        self._policies.pop(name, None)


def calendar(it: Organization) -> BusinessCalendar:
    """The calendar an organisation begins with."""
    return base_calendar(it)


def shipped_policy() -> tuple[Requirement, ...]:
    """The requirements that come with the package; its own files are never wrong."""
    folder = files("referloop.policy") / "library"
    texts = {
        entry.name: entry.read_text()
        for entry in folder.iterdir()
        if entry.name.endswith(".toml") and not entry.name.endswith(".cases.toml")
    }
    found = library(texts)
    requirements = tuple(each for each in found if isinstance(each, Requirement))
    if len(requirements) != len(found):
        raise ProgramFault("; ".join(str(each) for each in found))
    return requirements


def open_database(settings: Settings) -> Database:
    scheme, _, rest = settings.database.partition(":")
    if scheme == "sqlite":
        return SqliteDatabase(rest)
    return PostgresDatabase(settings.database, size=settings.threads + 2)


def open_desk(settings: Settings) -> Desk:
    telling = Telling(settings.public_url)
    return Desk(open_database(settings), now, new_id, shipped_policy(), settings.kind, telling)


def now() -> datetime:
    """The one clock of a running process."""
    return datetime.now(UTC)


def new_id() -> str:
    """Sixteen letters and digits that sort by the millisecond they were made in; the rest is chance."""
    number = (time.time_ns() // 1_000_000 & (1 << 43) - 1) << 37 | secrets.randbits(37)
    return "".join(_ALPHABET[number >> shift & 31] for shift in range(75, -1, -5))
