"""The inbox for the workbench: messages, items and questions of identity, out of the books and back."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from referloop.messages import Person
from referloop.referral.entry import Draft
from referloop.referral.facts.intake import IdentitySettled
from referloop.referral.kinds import ReferralId
from referloop.referral.problems import Problem
from referloop.referral.requirement import Policy
from referloop.referral.snapshot import snapshot
from referloop.referral.stages import HEADLINES
from referloop.storage import arrivals, forms, items, outbox, worklist
from referloop.storage.database import Session
from referloop.storage.inbox import Listed
from referloop.storage.resources import logs
from referloop.wiring.desk import Desk
from referloop.wiring.lines import lines_of
from referloop.wiring.recording import Place, record
from referloop.wiring.replaying import replay
from referloop.wiring.sights import seen_by
from referloop.workbench.access import may
from referloop.workbench.asking import Here
from referloop.workbench.inbox_needs import Likeness, Message, Messages, Question, Read
from referloop.workbench.lines import Todo
from referloop.workbench.presenters.people import name_of
from referloop.workbench.restricted import came_with, hidden

_PAGE, _GLASS = 50, "glass"
_CLOSED = HEADLINES[-3:]  # nothing is decided on them any more


class InboxOfDesk:
    """See `workbench.inbox_needs.InboxNeeds`."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def counts(self, here: Here) -> Mapping[str, int]:
        with self.desk.database.reading(here.organization) as session:
            return arrivals.counts(session, _not_for(here))

    def todo(self, here: Here, after: str) -> tuple[Sequence[Todo], str]:
        with self.desk.database.reading(here.organization) as session:
            rows = items.open_items(session, after=_behind(after), limit=_PAGE + 1, but=_not_for(here))
            people = worklist.people(session, [id for row in rows for id in _people_of(row)[:1]])
        shown = rows[:_PAGE]
        last = shown[-1] if len(rows) > _PAGE else None
        names = {id: name_of(person) for id, person in people.items()}
        named = [replace(todo_of(row), name=names.get(next(iter(_people_of(row)), ""), "")) for row in shown]
        return named, f"{last.due_at}~{last.id}" if last else ""

    def messages(self, here: Here, state: str, after: str) -> Messages:
        with self.desk.database.reading(here.organization) as session:
            rows = arrivals.page(session, state, after, _PAGE + 1)
        shown = rows[:_PAGE]
        more = arrivals.place_of(shown[-1]) if len(rows) > _PAGE else ""
        return Messages([_message(row) for row in shown], more)

    def read(self, here: Here, id: str) -> Read | None:
        policy = self.desk.policy(here.organization)
        with self.desk.database.reading(here.organization) as session:
            it = arrivals.one(session, id)
            if it is None:
                return None
            named = it.listed.kept.referrals[:_PAGE]
            lines = lines_of(session, here, worklist.picked(session, named, seen_by(session, here)))
            kept_back = any(line.hidden for line in lines) or _brought_hidden(
                session, here, id, named, policy
            )
            return Read(
                message=_message(it.listed),
                media_type=it.media_type,
                digest=it.digest,
                body=b"" if kept_back else it.body,
                lines=lines,
                items=[todo_of(row) for row in arrivals.items_naming(session, f"inbox:{id}")],
                hidden=kept_back,
            )

    def replay(self, here: Here, id: str) -> Problem | str:
        found = replay(self._at(here), here.organization, id, str(here.author), here.form)
        if not isinstance(found, Problem):
            return found.state
        with self.desk.database.reading(here.organization) as session:
            sent = forms.recorded(session, here.form, id) is not None
            it = arrivals.one(session, id) if sent else None
        return it.listed.kept.state if it else found

    def close(self, here: Here, item: str, outcome: str) -> bool:
        with self.desk.database.transaction(here.organization) as session:
            if item in forms.before(session, here.form):
                return True
            row = arrivals.item(session, item)
            if row is None or row.kind == _GLASS:  # a review closes it
                return False
            closed = items.close_item(session, item, str(here.author), outcome, here.now)
            if closed and (kept := forms.recording(here.organization, here.form, item, 0, here.now)):
                session.write(*kept)
            return closed

    def sent_before(self, here: Here, item: str) -> bool:
        with self.desk.database.reading(here.organization) as session:
            if forms.recorded(session, here.form, item) is not None:
                return True
            row = arrivals.item(session, item)
            parts = _people_of(row)[1:] if row and here.form else []
            return any(forms.entries(session, _part(here, id)) for id in parts)

    def question(self, here: Here, item: str) -> Question | None:
        with self.desk.database.reading(here.organization) as session:
            row = arrivals.item(session, item)
            if row is None or row.kind != "identity" or row.closed_at:
                return None
            ids = _people_of(row)
            known = worklist.people(session, ids)
            likes = [_likeness(session, here, id, known.get(id, Person())) for id in ids]
        return Question(todo_of(row), likes[0], likes[1:]) if likes else None

    def settle(self, here: Here, asked: Question, same_as: str) -> tuple[Problem, ...]:
        problems: list[Problem] = []
        # The one it is comes last: what is said of it stands.
        for one in sorted(asked.like, key=lambda each: each.id == same_as):
            answer = "same" if one.id == same_as else "different"
            fact = IdentitySettled(
                question=f"{asked.new.id}-{one.id}",
                answer=answer,
                patient=one.id if answer == "same" else "",
            )
            for line in (each for each in asked.new.lines if each.headline not in _CLOSED):
                place = Place(here.organization, ReferralId(line.referral), form=_part(here, one.id))
                done = record(self._at(here), place, Draft(fact, here.now), here.author)
                problems += done if isinstance(done, tuple) else ()
        if not problems:
            outcome = "the same person" if same_as else "another person"
            with self.desk.database.transaction(here.organization) as session:
                items.close_item(session, asked.item.id, str(here.author), outcome, here.now)
                forms.keep(session, here.form, asked.item.id, here.now)
        return tuple(problems)

    def outgoing(self, here: Here, id: str, decision: str, reason: str) -> bool:
        by = str(here.author)
        with self._at(here).books(here.organization) as books:
            if forms.before(books.session, here.form):
                return True
            if decision == "replay":
                done = outbox.replay(books, id, by)
            elif decision == "confirm":
                done = outbox.confirm(books, id, by)
            else:
                done = outbox.withdraw(books, id, by, reason)
            books.change(*forms.recording(here.organization, here.form, id, 0, here.now) if done else ())
            return done

    def _at(self, here: Here) -> Desk:
        return replace(self.desk, clock=lambda: here.now)


def _part(here: Here, person: str) -> str:
    """The form, as far as it is about this one of those it may be."""
    return f"{here.form} {person}" if here.form else ""


def _people_of(row: items.ItemRow) -> list[str]:
    """Whom an item is about; in a question of identity the new person first."""
    return [word.removeprefix("person:") for word in row.about.split() if word.startswith("person:")]


def _not_for(here: Here) -> str:
    """The kind of work that is not theirs to see: who opened whom is for those who review it."""
    return "" if may(here.role, "audit") else _GLASS


def _brought_hidden(session: Session, here: Here, id: str, referrals: Sequence[str], policy: Policy) -> bool:
    """Whether a document came with this message that whoever looks does not see on its referral."""
    return any(
        came_with(log, hidden(snapshot(log.entries, policy.calendar), "whole", here.role, here.user), id)
        for log in logs(session, referrals).values()
    )


def todo_of(row: items.ItemRow) -> Todo:
    return Todo(row.id, row.kind, row.about, row.says, row.remedy, row.owner, row.due_at)


def _likeness(session: Session, here: Here, id: str, person: Person) -> Likeness:
    rows = worklist.of_patient(session, id, seen_by(session, here))
    return Likeness(id, person, lines_of(session, here, rows))


def _message(row: Listed) -> Message:
    it = row.kept
    return Message(
        id=it.id, state=it.state, kind=it.kind, channel=row.channel, sender=row.sender, number=row.message_id,
        received_at=row.received_at, owner=it.owner, due_at=it.due_at, waits_for=it.waits_for,
        problems=it.problems, referrals=it.referrals, attempts=row.attempts,
    )  # fmt: skip


def _behind(after: str) -> tuple[datetime, str] | None:
    moment, _, id = after.rpartition("~")
    try:
        return (datetime.fromisoformat(moment), id) if id else None
    except ValueError:
        return None
