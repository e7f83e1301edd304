"""The workspace of a referral, out of the books and back: the referral whole, what is recorded, documents."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from referloop.messages import Person
from referloop.referral.board import Standing, standing
from referloop.referral.entry import Draft
from referloop.referral.facts.intake import ReferralMerged
from referloop.referral.kinds import ReferralId
from referloop.referral.problems import Problem
from referloop.referral.requirement import Policy
from referloop.storage import contact_rules, forms, items, worklist
from referloop.storage.books import again
from referloop.storage.contact_rules import Told
from referloop.storage.database import Query, Session, among
from referloop.storage.resources import evidence, logs
from referloop.wiring.desk import Desk
from referloop.wiring.headers import header_of
from referloop.wiring.lines import lines_of
from referloop.wiring.office_says import said_by_office
from referloop.wiring.recording import (
    NOT_GIVEN,
    Place,
    merge,
    record,
    unknown,
    unmerge,
)
from referloop.wiring.sights import sees, share, sight_of
from referloop.workbench.access import may
from referloop.workbench.asking import Here
from referloop.workbench.lines import Line, Todo
from referloop.workbench.restricted import guarding, hidden, masked
from referloop.workbench.sent import cut
from referloop.workbench.sight import KNOWS, OFFICE, READS, WRITES, Sight, gives
from referloop.workbench.workspace_needs import Header, Outcome, Upload, Workspace

READ_ONLY = Problem(
    "glass-reads", "referral", "This patient is open to be read only.", "Ask the desk to record it."
)


class WorkspaceOfDesk:
    """See `workbench.workspace_needs.WorkspaceNeeds`."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def open(self, here: Here, referral: str) -> Workspace | None:
        policy = self.desk.policy(here.organization)  # before the transaction: it may read one of its own
        with self.desk.database.reading(here.organization) as session:
            how = sight_of(session, here, referral)
            it, without = self._shown(session, here, referral, policy, how)
            return _opened(session, here, it, how, without) if it else None

    def header(self, here: Here, referral: str) -> Header | None:
        policy = self.desk.policy(here.organization)
        with self.desk.database.reading(here.organization) as session:
            return header_of(session, here, referral, policy)

    def news(self, session: Session, here: Here, referral: str, policy: Policy) -> str:
        """Differs when what they see of it has changed; the same for all that they do not see."""
        how = sight_of(session, here, referral)
        if how == "sent":
            it = self._standing(session, here, referral, policy)
            return f"{it.log.entries[-1].seq}" if it else ""
        sql = "SELECT version FROM referrals WHERE organization_id = ? AND id = ?"
        return repr(session.ask((sql, (here.organization, referral)))[0] if how in KNOWS else [])

    def _shown(
        self, session: Session, here: Here, referral: str, policy: Policy, how: Sight
    ) -> tuple[Standing | None, frozenset[str]]:
        """As it stands for whoever looks, and the documents of which they see only that they are here."""
        it = self._standing(session, here, referral, policy) if how in READS else None
        if it is None or how == "sent":
            return it, frozenset()
        papers = hidden(it.now, how, here.role, here.user)
        return (standing(masked(it.log, papers, it.now), policy, here.now) if papers else it), papers

    def _standing(self, session: Session, here: Here, referral: str, policy: Policy) -> Standing | None:
        """As it stands for whoever looks: a receiving office has no more of it than was sent to it."""
        log = logs(session, [referral]).get(referral)
        it = standing(log, policy, here.now) if log else None
        if it is None or here.role != OFFICE:
            return it
        theirs = share(session, here, it)
        today = here.now.astimezone(policy.calendar.zone).date()
        return standing(cut(it.log, it.now, theirs, today), policy, here.now) if theirs else None

    def record(
        self, here: Here, referral: str, seen: int | None, draft: Draft, upload: Upload | None = None
    ) -> Outcome:
        place = Place(here.organization, ReferralId(referral), seen, here.form)
        with self.desk.database.reading(here.organization) as session:
            how = sight_of(session, here, referral)
        if how not in WRITES and not (how == "restricted" and gives(here.role, draft.fact.word)):
            return ({"glass": READ_ONLY, "restricted": NOT_GIVEN}.get(how) or unknown(referral),)
        if how == "sent":
            return again(lambda: said_by_office(self._at(here), place, draft, here, upload))
        return record(self._at(here), place, draft, here.author, upload, guarding(here.role, here.user))

    def sent_before(self, here: Here, referral: str) -> bool:
        if not here.form:
            return False
        with self.desk.database.reading(here.organization) as session:
            return forms.recorded(session, here.form, referral) is not None

    def merge(self, here: Here, survivor: str, double: str, reason: str, seen: Mapping[str, int]) -> Outcome:
        place = Place(here.organization, ReferralId(survivor), form=here.form)
        with self.desk.database.reading(here.organization) as session:
            hidden = [each for each in (survivor, double) if sight_of(session, here, each) != "whole"]
        if hidden:
            return tuple(unknown(each) for each in hidden)
        return merge(self._at(here), place, ReferralId(double), reason, here.author, seen)

    def unmerge(self, here: Here, resting: str, reason: str, seen: Mapping[str, int]) -> Outcome:
        with self.desk.database.reading(here.organization) as session:
            if sight_of(session, here, resting) != "whole":
                return (unknown(resting),)
        place = Place(here.organization, ReferralId(resting), form=here.form)
        return unmerge(self._at(here), place, reason, here.author, seen)

    def contents(self, here: Here, referral: str, digests: Sequence[str]) -> Mapping[str, tuple[str, bytes]]:
        policy = self.desk.policy(here.organization)
        with self.desk.database.reading(here.organization) as session:
            how = sight_of(session, here, referral)
            it, without = self._shown(session, here, referral, policy, how)
            named = set(it.now.documents) - without if it else set()
            found = {each: evidence(session, each) for each in digests if each in named}
            return {digest: content for digest, content in found.items() if content}

    def _at(self, here: Here) -> Desk:
        return replace(self.desk, clock=lambda: here.now)


def _opened(session: Session, here: Here, it: Standing, how: Sight, without: frozenset[str]) -> Workspace:
    person = it.now.patient or it.log.patient
    if how == "sent":
        return _sent(session, it, person)
    questions = [key.partition(":")[::2] for key in it.now.questions]
    asked = [each for kind, pair in questions if kind == "identity" for each in pair.split("-")]
    alike = [other for kind, other in questions if kind == "duplicate"] + _merged(it)
    people = worklist.people(session, [person, *asked])
    seen = sees(session, here, how)
    mine = [row for row in worklist.of_patient(session, person, seen) if row.referral != it.log.referral]
    lines = lines_of(session, here, [*mine, *worklist.picked(session, alike, seen)])
    users = "SELECT id, name, role, active FROM users WHERE organization_id = ? ORDER BY name"
    team = session.ask((users, (session.organization,)))[0]
    return Workspace(
        standing=it,
        person=people.get(person, Person()),
        person_id=person,
        people=people,
        names={id: name for id, name, _, _ in team},
        team={id: name for id, name, role, active in team if active and may(role, "record")},
        others=lines[: len(mine)],
        lookalikes=_by_referral(lines),
        kept=_kept(session, [each for each in it.now.documents if each not in without]),
        masked=without,
        items=[
            Todo(each.id, each.kind, each.about, each.says, each.remedy, each.owner, each.due_at)
            for each in items.items_about(session, f"referral:{it.log.referral}")
            if each.closed_at is None and how == "whole"
        ],
        sight=how,
        rules=contact_rules.told(session, [person]).get(person, Told()).rules,
    )


def _sent(session: Session, it: Standing, person: str) -> Workspace:
    """With nobody of the desk, and nothing of the patient but who they are."""
    return Workspace(
        standing=it, person=worklist.people(session, [person]).get(person, Person()), person_id="", people={},
        names={}, team={}, others=[], lookalikes={}, kept=_kept(session, it.now.documents), items=[],
        sight="sent", rules=contact_rules.told(session, [person]).get(person, Told()).rules,
    )  # fmt: skip


def _merged(it: Standing) -> list[str]:
    return [entry.fact.other for entry in it.log.entries if isinstance(entry.fact, ReferralMerged)]


def _by_referral(lines: Iterable[Line]) -> Mapping[str, Line]:
    return {line.referral: line for line in lines}


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
