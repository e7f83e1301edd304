"""Settings: people and roles, the calendar, policy with its sources, connections and tokens."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from referloop.referral.problems import Problem
from referloop.referral.requirement import Requirement
from referloop.workbench.access import PERMISSIONS, ROLES
from referloop.workbench.asking import NOT_HERE, Answer, Ask, Go, Page
from referloop.workbench.needs import Needs
from referloop.workbench.settings_needs import Colleague

_LONGEST_DAYS = 1_095
TABS = (
    ("/settings", "People"),
    ("/settings/calendar", "Calendar"),
    ("/settings/policy", "Policy"),
    ("/settings/connections", "Connections and tokens"),
)


@dataclass(frozen=True, slots=True)
class Rule:
    """A requirement as the list shows it: the version in force, and how many there are."""

    now: Requirement
    versions: int


def people(ask: Ask, needs: Needs) -> Answer:
    return _people(ask, needs, ())


def change_person(ask: Ask, needs: Needs) -> Answer:
    """Somebody new, or a new name, role or standing for somebody known; nobody shuts themselves out."""
    it = Colleague(
        id=ask.form.get("id", "").strip()[:60],
        name=ask.form.get("name", "").strip()[:120],
        role=ask.form.get("role", ""),
        active=ask.form.get("active", "yes") == "yes",
    )
    if problems := _faults(ask, it):
        return _people(ask, needs, problems)
    needs.settings.change_colleague(ask.here, it)
    return Go("/settings", f"{it.name} is kept as {it.role}{'' if it.active else ', not working here now'}.")


def calendar(ask: Ask, needs: Needs) -> Answer:
    return Page(
        "settings_calendar.html", {"tabs": TABS, "at": TABS[1][0], "it": needs.settings.opening(ask.here)}
    )


def policy(ask: Ask, needs: Needs) -> Answer:
    found = in_force(needs.settings.requirements(ask.here), ask)
    return Page("settings_policy.html", {"tabs": TABS, "at": TABS[2][0], "stages": found})


def requirement(ask: Ask, needs: Needs) -> Answer:
    """One requirement: what it asks, each dated value with its source, and its cases."""
    code = ask.path["code"]
    versions = [each for each in needs.settings.requirements(ask.here) if each.code == code]
    if not versions:
        return NOT_HERE
    shows = {"tabs": TABS, "at": TABS[2][0], "versions": versions, "it": versions[-1]}
    return Page("settings_requirement.html", {**shows, "cases": needs.settings.cases(ask.here, code)})


def connections(ask: Ask, needs: Needs) -> Answer:
    return _connections(ask, needs)


def create_token(ask: Ask, needs: Needs) -> Answer:
    """The secret stands on the page that answers, once, and nowhere else."""
    client = ask.form.get("client", "").strip()
    scopes = [scope for scope in needs.settings.scopes() if scope in ask.lists.get("scope", [])]
    said = ask.form.get("days", "365").strip()
    problems = []
    if not client or not client.isprintable() or len(client) > 60:
        problems.append(
            Problem("client-missing", "client", "The system has no name.", "Write one, such as north-ehr.")
        )
    if not scopes:
        problems.append(Problem("scope-missing", "scope", "It may do nothing.", "Choose at least one."))
    if not (said.isascii() and said.isdigit() and 1 <= int(said) <= _LONGEST_DAYS):
        remedy = f"Write a number of days from 1 to {_LONGEST_DAYS:,}."
        problems.append(Problem("days-form", "days", "The time cannot be read.", remedy))
    if problems:
        return _connections(ask, needs, problems=problems)
    return _connections(ask, needs, secret=needs.settings.create_token(ask.here, client, scopes, int(said)))


def revoke_tokens(ask: Ask, needs: Needs) -> Answer:
    count = needs.settings.revoke_tokens(ask.here, ask.form.get("client", ""))
    return Go("/settings/connections", f"Ended: {count}." if count else "It had ended before.")


def add_destination(ask: Ask, needs: Needs) -> Answer:
    problems = needs.settings.add_destination(
        ask.here, ask.form.get("sender", ""), ask.form.get("address", "")
    )
    if problems:
        return _connections(ask, needs, problems=problems)
    return Go("/settings/connections", "From now on this sender is told there.")


def remove_destination(ask: Ask, needs: Needs) -> Answer:
    needs.settings.remove_destination(ask.here, ask.form.get("sender", ""))
    return Go("/settings/connections", "This sender is told nothing more; what is queued still goes.")


def in_force(versions: Sequence[Requirement], ask: Ask) -> Mapping[str, list[Rule]]:
    """The requirements of today by stage; those that only begin later stand with their first version."""
    today = ask.here.now.astimezone(ask.here.zone).date()
    by_code: dict[str, list[Requirement]] = {}
    for each in versions:
        by_code.setdefault(each.code, []).append(each)
    stages: dict[str, list[Rule]] = {}
    for several in by_code.values():
        known = [each for each in several if each.since <= today] or several[:1]
        stages.setdefault(known[-1].stage, []).append(Rule(known[-1], len(several)))
    return stages


def _people(ask: Ask, needs: Needs, problems: Sequence[Problem]) -> Page:
    shows = {
        "tabs": TABS, "at": TABS[0][0], "people": needs.settings.colleagues(ask.here), "roles": tuple(ROLES),
        "allowed": {role: sorted(ROLES[role]) for role in ROLES}, "permissions": sorted(PERMISSIONS),
        "form": ask.form, "wrong": problems,
    }  # fmt: skip
    return Page("settings_people.html", shows, 422 if problems else 200)


def _connections(ask: Ask, needs: Needs, secret: str = "", problems: Sequence[Problem] = ()) -> Page:
    shows = {
        "tabs": TABS, "at": TABS[3][0], "tokens": needs.settings.tokens(ask.here), "secret": secret,
        "destinations": needs.settings.destinations(ask.here), "scopes": needs.settings.scopes(),
        "form": ask.form, "chosen": ask.lists.get("scope", []), "wrong": problems,
    }  # fmt: skip
    return Page("settings_connections.html", shows, 422 if problems else 200)


def _faults(ask: Ask, it: Colleague) -> list[Problem]:
    found = []
    if not it.id or not it.id.isascii() or not it.id.replace("-", "").replace(".", "").isalnum():
        remedy = "Use letters, digits, points and hyphens, such as a.reed."
        found.append(Problem("user-id", "id", "This is no short name.", remedy))
    if not it.name or not it.name.isprintable():
        found.append(Problem("user-name", "name", "The name is empty.", "Write it as colleagues know it."))
    if it.role not in ROLES:
        found.append(Problem("user-role", "role", "There is no such role.", "Choose one from the list."))
    elif it.id == ask.here.user and not (it.active and "settings" in ROLES[it.role]):
        remedy = "Ask another administrator."
        found.append(Problem("user-self", "role", "You would shut yourself out.", remedy))
    return found
