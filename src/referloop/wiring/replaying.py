"""Reading a message again that nobody could read before: its effects and its settling are one transaction."""

from dataclasses import replace

from referloop.intake.receive import take, wanted
from referloop.ports import Kept
from referloop.referral.problems import Problem
from referloop.storage import forms
from referloop.storage.books import again
from referloop.storage.inbox import taken_up
from referloop.storage.items import closing
from referloop.wiring.desk import Desk
from referloop.wiring.door import OPEN_STATES, soon
from referloop.wiring.rereading import rereading


def replay(desk: Desk, organization: str, id: str, by: str, form: str = "") -> Kept | Problem:
    """Read it again, and take in what it says; a Problem when it is not waiting for that.

    By one `form` it is read once, however often that is sent.
    """

    def work() -> Kept | Problem:
        with desk.books(organization) as books:
            found = None if forms.before(books.session, form) else taken_up(books.session, id)
            if found is None:
                says = "No such message waits to be read again."
                remedy = "`referloop inbox problem` and `referloop inbox dead` list those that do."
                return Problem("replay-none", f"inbox:{id}", says, remedy)
            arrival, kept = found
            reread = rereading(books.policy.calendar.zone.key)
            reading = reread(arrival)
            books.read_ahead(wanted(arrival, reading))
            told = take(books, arrival, reading, reread, kind=desk.kind)
            waiting = told.state in OPEN_STATES
            settled = replace(
                kept, state=told.state, problems=told.problems, referrals=told.referrals,
                waits_for=told.waits_for, owner="specialist" if waiting else "",
                due_at=soon(books, books.at) if waiting else None,
            )  # fmt: skip
            books.settle(settled)
            books.change(*forms.recording(organization, form, id, 0, books.at))
            if not waiting:
                books.change(closing(organization, f"inbox:{id}", by, "read again", books.at))
            return settled

    return again(work)
