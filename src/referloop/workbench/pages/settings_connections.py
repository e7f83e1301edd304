"""Settings, connections: who sends and who is told, how that goes, and the tokens that let systems in."""

from collections.abc import Sequence

from referloop.referral.problems import Problem
from referloop.workbench.asking import NOTED_BEFORE, Answer, Ask, Go, Noted, Page
from referloop.workbench.needs import Needs
from referloop.workbench.pages.settings import TABS

HERE = "/settings/connections"
SCOPE_WORDS = {
    "referral.write": "send referrals and their documents",
    "referral.read": "follow how referrals go",
    "progress.write": "say how a referral goes",
    "import.write": "send whole files of referrals",
}
_LONGEST_DAYS = 1_095


def connections(ask: Ask, needs: Needs) -> Answer:
    return _page(ask, needs)


def create_token(ask: Ask, needs: Needs) -> Answer:
    """The secret stands on the page that answers, once, and nowhere else: the form sent again shows none."""
    client = ask.form.get("client", "").strip()
    known = needs.settings.connections.scopes()
    scopes = [scope for scope in known if scope in ask.lists.get("scope", [])]
    said = ask.form.get("days", "365").strip()
    problems = []
    if not client or not client.isprintable() or len(client) > 60:
        problems.append(
            Problem("client-missing", "client", "The system has no name.", "Write one, such as north-ehr.")
        )
    if not scopes:
        problems.append(Problem("scope-missing", "scope", "It may do nothing.", "Choose at least one."))
    if not (said.isascii() and said.isdigit() and 1 <= int(said[:9]) <= _LONGEST_DAYS and len(said) < 9):
        remedy = f"Write a number of days from 1 to {_LONGEST_DAYS:,}."
        problems.append(Problem("days-form", "days", "The time cannot be read.", remedy))
    if problems:
        return _page(ask, needs, problems=problems)
    secret = needs.settings.connections.create_token(ask.here, client, scopes, int(said))
    return _page(ask, needs, secret=secret, made=client)


def revoke_tokens(ask: Ask, needs: Needs) -> Answer:
    count = needs.settings.connections.revoke_tokens(ask.here, ask.form.get("client", ""))
    return Go(HERE, f"Ended: {count}." if count else "It had ended before.")


def add_destination(ask: Ask, needs: Needs) -> Answer:
    sender, address = ask.form.get("sender", ""), ask.form.get("address", "")
    if problems := needs.settings.connections.add_destination(ask.here, sender, address):
        return _page(ask, needs, problems=problems)
    return Go(HERE, "Proposed: nothing goes there until a second person approves the address.")


def remove_destination(ask: Ask, needs: Needs) -> Answer:
    needs.settings.connections.remove_destination(ask.here, ask.form.get("sender", ""))
    return Go(HERE, "This sender is told nothing more; what is queued still goes.")


def try_destination(ask: Ask, needs: Needs) -> Answer:
    sender = ask.form.get("sender", "")
    return _page(ask, needs, tried=(sender, needs.settings.connections.try_goal(ask.here, sender)))


def decide(ask: Ask, needs: Needs) -> Answer:
    outcome, reason = ask.form.get("outcome", ""), ask.form.get("reason", "").strip()[:500]
    problems = needs.settings.connections.decide(ask.here, ask.form.get("id", ""), outcome, reason)
    return _page(ask, needs, problems=problems) if problems else Go(HERE, f"It is {outcome}.")


def _page(
    ask: Ask,
    needs: Needs,
    secret: str = "",
    made: str = "",
    problems: Sequence[Problem] = (),
    tried: tuple[str, str] = ("", ""),
) -> Page:
    it = needs.settings.connections
    shows = {
        "tabs": TABS, "at": HERE, "tokens": it.tokens(ask.here), "secret": secret, "made": made,
        "tried": tried, "goals": it.goals(ask.here), "senders": it.senders(ask.here), "scopes": it.scopes(),
        "scope_words": SCOPE_WORDS, "waiting": it.asked(ask.here), "form": {} if made else ask.form,
        "chosen": [] if made else ask.lists.get("scope", []), "wrong": problems,
    }  # fmt: skip
    noted = NOTED_BEFORE if made and not secret else Noted()
    return Page("settings_connections.html", shows, 422 if problems else 200, noted)
