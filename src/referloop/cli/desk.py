"""The desk a command works at, the person who works there, and the referral they mean."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from referloop.cli.app import settings
from referloop.cli.output import refuse
from referloop.referral.entry import Author
from referloop.referral.kinds import ReferralId
from referloop.referral.problems import Problem
from referloop.storage.access import organization, user
from referloop.wiring.desk import Desk, open_desk
from referloop.wiring.finding import find

_INIT = "Run `referloop init` first."


@dataclass(frozen=True, slots=True)
class At:
    """Where a command works."""

    desk: Desk
    organization: str

    def referral(self, typed: str) -> ReferralId:
        """The one referral that was meant; otherwise the command ends saying what to type."""
        with self.desk.database.reading(self.organization) as session:
            meant = find(session, typed)
        if isinstance(meant, Problem):
            refuse(meant)
        return meant

    def author(self, by: str) -> Author:
        """The named person who acts, with their role; nobody acts without a name."""
        name = by or os.environ.get("REFERLOOP_USER", "")
        if not name:
            remedy = "Say who you are with --by, or set REFERLOOP_USER."
            refuse(Problem("user-missing", "--by", "Nothing is recorded without a name.", remedy), code=2)
        with self.desk.database.reading(self.organization) as session:
            known = user(session, name)
        if known is None or not known.active:
            remedy = "`referloop user add NAME --role ROLE` adds somebody."
            refuse(Problem("user-unknown", "--by", "Nobody of this name works at this desk.", remedy))
        return Author("person", known.id, known.role)


def has_books() -> bool:
    """Whether this call's settings name books that somebody began; a server is taken to have them."""
    chosen = settings()
    path = chosen.database.removeprefix("sqlite:")
    return not chosen.database.startswith("sqlite:") or path == ":memory:" or os.path.exists(path)


@contextmanager
def at_desk() -> Iterator[At]:
    """Open the books of this call's settings; they must have been begun."""
    chosen = settings()
    if not has_books():
        refuse(Problem("books-missing", "database", "There are no books here yet.", _INIT))
    desk = open_desk(chosen)
    try:
        with desk.database.reading(chosen.organization) as session:
            tables = session.ask(_ANY)[0] if chosen.database.startswith("sqlite:") else [("",)]
            known = organization(session) if tables else None
        if known is None:
            refuse(Problem("organization-missing", "--organization", "There is no such organisation.", _INIT))
        yield At(desk, chosen.organization)
    finally:
        desk.database.close()


_ANY = ("SELECT name FROM sqlite_schema WHERE name = 'organizations'", ())
