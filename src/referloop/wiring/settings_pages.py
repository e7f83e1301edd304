"""Settings for the workbench: people, calendar, policy with its cases, connections and tokens."""

import secrets
import tomllib
from collections.abc import Callable, Sequence
from datetime import timedelta
from importlib.resources import files

import holidays

from referloop.policy import cases as case_files
from referloop.referral.problems import Problem
from referloop.referral.requirement import Requirement
from referloop.storage import access, roster
from referloop.storage.destinations import (
    Destination,
    add_destination,
    destination,
    destinations,
    remove_destination,
)
from referloop.wiring.desk import Desk, calendar
from referloop.workbench.asking import Here
from referloop.workbench.settings_needs import Colleague, Opening, PolicyCases, Token

_CASES_ARE_OF = access.Organization("cases", "", "America/New_York")  # the calendar they are written in
_SOON = timedelta(days=400)


class SettingsOfDesk:
    """See `workbench.settings_needs.SettingsNeeds`."""

    def __init__(self, desk: Desk, secret: Callable[[], str] = lambda: secrets.token_urlsafe(32)) -> None:
        self.desk = desk
        self._secret = secret

    def colleagues(self, here: Here) -> Sequence[Colleague]:
        with self.desk.database.reading(here.organization) as session:
            return [Colleague(each.id, each.name, each.role, each.active) for each in roster.users(session)]

    def change_colleague(self, here: Here, it: Colleague) -> None:
        with self.desk.database.transaction(here.organization) as session:
            roster.put_user(session, access.User(it.id, it.name, it.role, it.active), here.now)

    def opening(self, here: Here) -> Opening:
        with self.desk.database.reading(here.organization) as session:
            it = access.organization(session)
        if it is None:
            return Opening(here.zone.key, "", [])
        today = here.now.astimezone(here.zone).date()
        country, _, part = it.holidays.partition("-")
        years = (today.year, today.year + 1)
        known = holidays.country_holidays(country, subdiv=part or None, years=years) if country else {}
        coming = sorted((day, str(name)) for day, name in known.items() if today <= day <= today + _SOON)
        return Opening(it.zone, it.holidays, coming)

    def requirements(self, here: Here) -> Sequence[Requirement]:
        return sorted(self.desk.requirements, key=lambda each: (each.code, each.since))

    def cases(self, here: Here, code: str) -> PolicyCases:
        name = f"{code}.cases.toml"
        if code not in {each.code for each in self.desk.requirements}:
            return PolicyCases([], [])
        file = files("referloop.policy") / "library" / name
        if not file.is_file():
            return PolicyCases([], [])
        text = file.read_text(encoding="utf-8")
        problems = case_files.check(name, text, self.desk.requirements, calendar(_CASES_ARE_OF))
        return PolicyCases(tomllib.loads(text).get("case", []), problems)

    def tokens(self, here: Here) -> Sequence[Token]:
        with self.desk.database.reading(here.organization) as session:
            rows = roster.tokens(session)
        return [Token(client, scopes.split(), *days) for client, scopes, *days in rows]

    def scopes(self) -> Sequence[str]:
        return sorted(access.SCOPES)

    def create_token(self, here: Here, client: str, scopes: Sequence[str], days: int) -> str:
        secret = self._secret()
        until = here.now + timedelta(days=days) if days else None
        with self.desk.database.transaction(here.organization) as session:
            access.add_token(session, secret, client, scopes, here.now, until)
        return secret

    def revoke_tokens(self, here: Here, client: str) -> int:
        with self.desk.database.transaction(here.organization) as session:
            return access.revoke_tokens(session, client, here.now)

    def destinations(self, here: Here) -> Sequence[tuple[str, str]]:
        with self.desk.database.reading(here.organization) as session:
            return [(each.sender, each.address) for each in destinations(session)]

    def add_destination(self, here: Here, sender: str, address: str) -> tuple[Problem, ...]:
        it = destination(sender, address)
        if not isinstance(it, Destination):
            return it
        with self.desk.database.transaction(here.organization) as session:
            add_destination(session, it, here.now)
        return ()

    def remove_destination(self, here: Here, sender: str) -> bool:
        with self.desk.database.transaction(here.organization) as session:
            return remove_destination(session, sender)
