"""The workspace of a referral, out of the books and back: the referral whole, what is recorded, documents."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from referloop.messages import Person
from referloop.referral.board import Standing, standing
from referloop.referral.decisions import refusals
from referloop.referral.entry import Draft
from referloop.referral.facts.intake import ReferralMerged
from referloop.referral.kinds import ReferralId
from referloop.storage import items, worklist
from referloop.storage.board import BoardRow, board_row
from referloop.storage.books import again
from referloop.storage.database import Query, Session, among
from referloop.storage.resources import evidence, logs
from referloop.storage.tables import COLUMNS
from referloop.wiring.desk import Desk
from referloop.wiring.lines import lines_of
from referloop.wiring.recording import Place, merge, record, stale, unknown, unmerge
from referloop.workbench.asking import Here
from referloop.workbench.lines import Line, Todo
from referloop.workbench.workspace_needs import Outcome, Upload, Workspace

_BOARD = ", ".join(COLUMNS["board"][1:])


class WorkspaceOfDesk:
    """See `workbench.workspace_needs.WorkspaceNeeds`."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def open(self, here: Here, referral: str) -> Workspace | None:
        policy = self.desk.policy(here.organization)
        with self.desk.database.reading(here.organization) as session:
            log = logs(session, [referral]).get(referral)
            return _opened(session, standing(log, policy, here.now)) if log else None

    def record(
        self, here: Here, referral: str, seen: int | None, draft: Draft, upload: Upload | None = None
    ) -> Outcome:
        place = Place(here.organization, ReferralId(referral), seen)
        if upload:
            return again(lambda: _with_document(self._at(here), place, draft, upload, here))
        return record(self._at(here), place, draft, here.author)

    def merge(self, here: Here, survivor: str, seen: int | None, double: str, reason: str) -> Outcome:
        place = Place(here.organization, ReferralId(survivor), seen)
        with self.desk.database.reading(here.organization) as session:
            log = logs(session, [survivor]).get(survivor)
        if log and (changed := stale(log, place)):
            return tuple(changed)
        return merge(self._at(here), place, ReferralId(double), reason, here.author)

    def unmerge(self, here: Here, resting: str, reason: str) -> Outcome:
        return unmerge(self._at(here), Place(here.organization, ReferralId(resting)), reason, here.author)

    def content(self, here: Here, digest: str) -> tuple[str, bytes] | None:
        with self.desk.database.reading(here.organization) as session:
            return evidence(session, digest)

    def _at(self, here: Here) -> Desk:
        return replace(self.desk, clock=lambda: here.now)


def _opened(session: Session, it: Standing) -> Workspace:
    person = it.now.patient or it.log.patient
    questions = [key.partition(":")[::2] for key in it.now.questions]
    asked = [each for kind, pair in questions if kind == "identity" for each in pair.split("-")]
    alike = [other for kind, other in questions if kind == "duplicate"] + _merged(it)
    people = worklist.people(session, [person, *asked])
    mine = [row for row in worklist.of_patient(session, person) if row.referral != it.log.referral]
    lines = lines_of(session, [*mine, *_rows(session, alike)])
    users = "SELECT id, name, active FROM users WHERE organization_id = ? ORDER BY name"
    team = session.ask((users, (session.organization,)))[0]
    return Workspace(
        standing=it,
        person=people.get(person, Person()),
        person_id=person,
        people=people,
        names={id: name for id, name, _ in team},
        team={id: name for id, name, active in team if active},
        others=lines[: len(mine)],
        lookalikes=_by_referral(lines),
        kept=_kept(session, it.now.documents),
        items=[
            Todo(each.id, each.kind, each.about, each.says, each.remedy, each.owner, each.due_at)
            for each in items.items_about(session, f"referral:{it.log.referral}")
            if each.closed_at is None
        ],
    )


def _merged(it: Standing) -> list[str]:
    return [entry.fact.other for entry in it.log.entries if isinstance(entry.fact, ReferralMerged)]


def _by_referral(lines: Iterable[Line]) -> Mapping[str, Line]:
    return {line.referral: line for line in lines}


def _rows(session: Session, referrals: list[str]) -> list[BoardRow]:
    if not referrals:
        return []
    condition, values = among("referral_id", referrals)
    sql = f"SELECT {_BOARD} FROM board WHERE organization_id = ? AND {condition}"  # noqa: S608
    return [board_row(row) for row in session.ask((sql, (session.organization, *values)))[0]]


def _kept(session: Session, digests: Iterable[str]) -> frozenset[str]:
    wanted = list(digests)
    if not wanted:
        return frozenset()
    condition, values = among("digest", wanted)
    query: Query = (
        f"SELECT digest FROM evidence WHERE organization_id = ? AND {condition}",  # noqa: S608
        (session.organization, *values),
    )
    return frozenset(row[0] for row in session.ask(query)[0])


def _with_document(desk: Desk, place: Place, draft: Draft, upload: Upload, here: Here) -> Outcome:
    """The document and the entry that names it stand or fall together."""
    with desk.books(place.organization) as books:
        log = books.log(place.referral)
        if log is None:
            return (unknown(place.referral),)
        found = [*stale(log, place), *refusals(log.entries, books.policy, draft, here.author, books.at)]
        if found:
            return tuple(found)
        books.keep_evidence(upload.digest, upload.media_type, upload.content)
        return books.standing(books.append(log, [draft], here.author))
