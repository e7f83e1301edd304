"""Who looked, for the workbench: written before an answer leaves, and shown to those who watch over it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta

from referloop.messages import Person
from referloop.referral.entry import Author
from referloop.referral.problems import Problem
from referloop.referral.requirement import Span
from referloop.storage import access_lists, forms, roster, worklist
from referloop.storage.access_lists import Kept, Narrowed, Place
from referloop.storage.accesses import Accessed, note, noted_lately
from referloop.storage.books import again
from referloop.storage.database import Query, Session
from referloop.storage.search import with_joined
from referloop.wiring.desk import Desk
from referloop.workbench.access_needs import A_WEEK, Asking, Glass, Look, Looked
from referloop.workbench.asking import Here, Noted

PAGE = 50
DESK = ("junior", "specialist", "senior", "lead", "nurse")  # whose reading a lead answers for
_REVIEW = Span(3, "bd")
_WEEK = timedelta(days=7)
_NOT_THERE = Problem("glass-unknown", "access", "Nobody broke this glass.", "Go back to the list.")
_DONE = Problem("glass-reviewed", "access", "Somebody has reviewed this already.", "Go back to the list.")
_OWN = Problem(
    "glass-own", "access", "Nobody reviews what they opened themselves.", "Ask a colleague to review it."
)


class AccessesOfDesk:
    """See `workbench.access_needs.AccessNeeds`."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def note(self, here: Here, it: Noted) -> None:
        seen = _accessed(here, it)
        with self.desk.database.reading(here.organization) as session:
            known = noted_lately(session, seen, here.now)
        if not known:
            write(self.desk, here.organization, seen, here.now)

    def looked(self, here: Here, asked: Asking) -> Looked:
        since, before = _day(asked.day, here)
        with self.desk.database.reading(here.organization) as session:
            patients = _alike(session, asked.patient) if asked.patient else []
            narrowed = Narrowed(
                since, before, asked.user, patients, _roles(here), asked.acts, place(asked.after)
            )
            return _shown(session, access_lists.looked(session, narrowed, asked.most + 1), asked.most)

    def exported(self, here: Here, after: str) -> Looked:
        with self.desk.database.reading(here.organization) as session:
            return _shown(session, access_lists.exported(session, place(after), PAGE + 1))

    def glass(self, here: Here, after: str, *, waiting: bool) -> tuple[Sequence[Glass], str]:
        calendar = self.desk.policy(here.organization).calendar
        with self.desk.database.reading(here.organization) as session:
            rows = access_lists.glass(session, place(after), PAGE + 1, waiting=waiting)
            done = access_lists.reviews(session, [row.key for row in rows])
            looks = _looks(session, [*rows[:PAGE], *done.values()])
            counts = access_lists.glass_counts(session, here.now - _WEEK)
        found = [
            Glass(
                looks[row.key],
                calendar.counted(row.at, _REVIEW, whole_days=False),
                looks[done[row.key].key] if row.key in done else None,
                counts.get(row.it.user, 0),
            )
            for row in rows[:PAGE]
        ]
        return found, _behind(rows)

    def often(self, here: Here) -> Sequence[tuple[str, str, int]]:
        with self.desk.database.reading(here.organization) as session:
            counts = access_lists.glass_counts(session, here.now - _WEEK)
            found = {user: count for user, count in counts.items() if count > A_WEEK}
            names = roster.names(session, found)
        return sorted(((user, names.get(user, user), count) for user, count in found.items()), key=_most)

    def reviewed(self, here: Here, key: str, outcome: str) -> Problem | None:
        def work() -> Problem | None:
            with self.desk.database.transaction(here.organization) as session:
                if forms.before(session, here.form):
                    return None
                it = access_lists.one(session, key)
                if it is None or it.it.act != "glass-opened":
                    return _NOT_THERE
                if it.it.user == here.user:
                    return _OWN
                if access_lists.reviews(session, [key]):
                    return _DONE
                noted = Noted("glass-reviewed", it.it.patient, it.it.referral, key, reason=outcome)
                note(session, _accessed(here, noted), here.now)
                session.write(_done(here, it))
                forms.keep(session, here.form, key, here.now)
            return None

        return again(work)

    def worked(self, here: Here, looks: Sequence[Look]) -> frozenset[str]:
        referrals = [each.referral for each in looks if each.referral]
        if not referrals:
            return frozenset()
        first, last = min(each.at for each in looks), max(each.at for each in looks)
        with self.desk.database.reading(here.organization) as session:
            written = access_lists.authors(session, referrals, first - _WEEK, last + _WEEK)
        wrote = [(referral, _writer(author), at) for referral, author, at in written]
        return frozenset(
            look.key
            for look in looks
            if any(
                (referral, writer) == (look.referral, look.user) and abs(at - look.at) <= _WEEK
                for referral, writer, at in wrote
            )
        )

    def readers(self, here: Here) -> Mapping[str, str]:
        with self.desk.database.reading(here.organization) as session:
            return {each.id: each.name for each in roster.users(session)}

    def person(self, here: Here, patient: str) -> Person | None:
        with self.desk.database.reading(here.organization) as session:
            return worklist.people(session, [patient]).get(patient)


def write(desk: Desk, organization: str, it: Accessed, at: datetime) -> None:
    """Note it in a transaction of its own; whoever comes at the same moment waits for no other reader."""

    def work() -> None:
        with desk.database.transaction(organization) as session:
            note(session, it, at)

    again(work)


def _most(it: tuple[str, str, int]) -> tuple[int, str]:
    return -it[2], it[1]


def _done(here: Here, it: Kept) -> Query:
    """The work that asks leads and compliance for this review is done for all of them."""
    sql = (
        "UPDATE items SET closed_at = ?, closed_by = ?, outcome = ? WHERE organization_id = ?"
        " AND closed_at IS NULL AND kind = 'glass' AND about = ? AND created_at = ?"
    )
    about = f"person:{it.it.patient}"
    return sql, (here.now, str(here.author), "reviewed", here.organization, about, it.at)


def _accessed(here: Here, it: Noted) -> Accessed:
    return Accessed(
        here.user, here.role, it.act, it.patient, it.referral, it.about, it.how_many, it.purpose, it.reason
    )


def _roles(here: Here) -> Sequence[str]:
    return DESK if here.role == "lead" else ()


def _writer(author: str) -> str:
    it = Author.parse(author)
    return it.id if it else ""


def _alike(session: Session, patient: str) -> list[str]:
    return [patient, *(each.id for each in with_joined(session, patient) if each.id != patient)]


def _day(text: str, here: Here) -> tuple[datetime | None, datetime | None]:
    """From midnight to midnight where the desk is."""
    try:
        day = date.fromisoformat(text)
        return (
            datetime.combine(day, time(), here.zone),
            datetime.combine(day + timedelta(days=1), time(), here.zone),
        )
    except (ValueError, OverflowError):
        return None, None


def place(after: str) -> Place | None:
    """Where a page ended, as its address says it; None where that is nonsense."""
    moment, _, rest = after.partition("~")
    user, _, number = rest.rpartition("~")
    try:
        at, seq = datetime.fromisoformat(moment), int(number)
    except ValueError:
        return None
    return (at, user, seq) if at.tzinfo and 0 < seq < 1 << 31 else None


def _behind(rows: Sequence[Kept], most: int = PAGE) -> str:
    if len(rows) <= most:
        return ""
    last = rows[most - 1]
    return f"{last.at.isoformat()}~{last.it.user}~{last.seq}"


def _shown(session: Session, rows: Sequence[Kept], most: int = PAGE) -> Looked:
    return Looked(looks_of(session, rows[:most]), _behind(rows, most))


def looks_of(session: Session, rows: Iterable[Kept]) -> list[Look]:
    return list(_looks(session, rows).values())


def _looks(session: Session, rows: Iterable[Kept]) -> dict[str, Look]:
    """By key, with the names of readers and patients: two statements, however many they are."""
    wanted = list(rows)
    names = {each.id: each.name for each in roster.users(session)}
    people = worklist.people(session, [row.it.patient for row in wanted])
    return {row.key: _look(row, names, people.get(row.it.patient, Person())) for row in wanted}


def _look(row: Kept, names: Mapping[str, str], person: Person) -> Look:
    it = row.it
    name = names.get(it.user, it.user.removeprefix("client:"))
    return Look(
        row.key, row.at, it.user, name, it.role, it.act, it.patient, person, it.referral, it.about,
        it.how_many, it.purpose, it.reason,
    )  # fmt: skip
