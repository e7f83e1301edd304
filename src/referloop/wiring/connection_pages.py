"""The page of connections out of the books, and back: a new address has an effect when two people agree."""

import secrets
from collections.abc import Callable, Sequence
from datetime import timedelta

from referloop.referral.problems import Problem
from referloop.storage import access, forms, roster
from referloop.storage.connections import Went, came, went
from referloop.storage.destinations import (
    Destination,
    add_destination,
    destination,
    destinations,
    remove_destination,
)
from referloop.storage.proposals import Proposal, decide, propose
from referloop.wiring import probing
from referloop.wiring.desk import Desk
from referloop.wiring.second_person import open_one, refusal, shown
from referloop.workbench.asking import Here
from referloop.workbench.connection_needs import Goal, Sender, Token
from referloop.workbench.proposal_needs import Asked

_KIND = "destination"
_NONE = Went("", None, 0, 0, "", "")


class ConnectionsOfDesk:
    """See `workbench.connection_needs.ConnectionNeeds`."""

    def __init__(
        self,
        desk: Desk,
        secret: Callable[[], str] = lambda: secrets.token_urlsafe(32),
        tried: Callable[[str], str] = probing.tried,
    ) -> None:
        self.desk = desk
        self._secret = secret
        self._tried = tried

    def tokens(self, here: Here) -> Sequence[Token]:
        with self.desk.database.reading(here.organization) as session:
            rows = roster.tokens(session)
            used = {each.sender: each.last_at for each in came(session)}
        return [
            Token(client, scopes.split(), created, expires, revoked, used.get(client))
            for client, scopes, created, expires, revoked in rows
        ]

    def scopes(self) -> Sequence[str]:
        return sorted(access.SCOPES)

    def create_token(self, here: Here, client: str, scopes: Sequence[str], days: int) -> str:
        secret = self._secret()
        until = here.now + timedelta(days=days) if days else None
        with self.desk.database.transaction(here.organization) as session:
            if forms.before(session, here.form):
                return ""
            access.add_token(session, secret, client, scopes, here.now, until)
            forms.keep(session, here.form, f"token:{client}", here.now)
        return secret

    def revoke_tokens(self, here: Here, client: str) -> int:
        with self.desk.database.transaction(here.organization) as session:
            if sent := forms.before(session, here.form):
                return next(iter(sent.values()))
            count = access.revoke_tokens(session, client, here.now)
            forms.keep(session, here.form, f"token:{client}", here.now, count)
            return count

    def senders(self, here: Here) -> Sequence[Sender]:
        with self.desk.database.reading(here.organization) as session:
            return [Sender(each.sender, each.channel, each.last_at, each.unread) for each in came(session)]

    def goals(self, here: Here) -> Sequence[Goal]:
        with self.desk.database.reading(here.organization) as session:
            known, done = destinations(session), went(session)
        return [_goal(each, done.get(each.address, _NONE)) for each in known]

    def try_goal(self, here: Here, sender: str) -> str:
        with self.desk.database.reading(here.organization) as session:
            known = {each.sender: each.address for each in destinations(session)}
        return self._tried(known[sender]) if sender in known else "This sender has no address."

    def add_destination(self, here: Here, sender: str, address: str) -> tuple[Problem, ...]:
        it = destination(sender, address)
        if not isinstance(it, Destination):
            return it
        with self.desk.database.transaction(here.organization) as session:
            if forms.before(session, here.form):
                return ()
            asked = Proposal(self.desk.new_id(), _KIND, it.sender, it.address, "", here.now, here.user)
            propose(session, asked)
            forms.keep(session, here.form, asked.id, here.now)
        return ()

    def remove_destination(self, here: Here, sender: str) -> bool:
        with self.desk.database.transaction(here.organization) as session:
            return remove_destination(session, sender)

    def asked(self, here: Here) -> Sequence[Asked]:
        with self.desk.database.reading(here.organization) as session:
            return shown(session, _KIND)[0]

    def decide(self, here: Here, id: str, outcome: str, reason: str) -> Sequence[Problem]:
        with self.desk.database.transaction(here.organization) as session:
            if forms.before(session, here.form):
                return ()
            it = open_one(session, id, _KIND)
            problem = refusal(here, it, outcome, reason)
            if problem or it is None:
                return (problem,) if problem else ()
            wanted = destination(it.about, it.said)
            if outcome == "approved" and not isinstance(wanted, Destination):
                return wanted
            if outcome == "approved" and isinstance(wanted, Destination):
                add_destination(session, wanted, here.now)
            decide(session, id, here.user, outcome, reason, here.now)
            forms.keep(session, here.form, id, here.now)
        return ()


def _goal(it: Destination, done: Went) -> Goal:
    return Goal(it.sender, it.address, done.sent_at, done.waiting, done.dead, done.dead_id, done.said)
