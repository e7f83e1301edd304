"""Rows of the board as lists show them, with the names of their patients."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from referloop.messages import Person
from referloop.policy.reading import OWNERS
from referloop.storage import roster, worklist
from referloop.storage.board import BoardRow
from referloop.storage.database import Session, among, as_instant
from referloop.storage.sight import Seen
from referloop.storage.worklist import Narrowed
from referloop.wiring.sights import seen_by
from referloop.workbench.asking import Here
from referloop.workbench.lines import ASK, PLAIN_FLAGS, RESTRICTED, Filter, Line, Lines
from referloop.workbench.sight import known_to, restricted


def lines_page(session: Session, here: Here, wanted: Filter) -> Lines:
    """One page of a list, and where the next one begins."""
    it = narrowed(here, wanted, seen_by(session, here))
    rows = worklist.lines(session, it, after=_place(wanted.after), limit=wanted.limit + 1)
    shown = rows[: wanted.limit]
    more = len(rows) > wanted.limit
    return Lines(lines_of(session, here, shown), f"{shown[-1].score!r}~{shown[-1].referral}" if more else "")


def narrowed(here: Here, wanted: Filter, seen: Seen) -> Narrowed:
    return Narrowed(
        seen=seen,
        known_to=known_to(here.role, here.user),
        owners=[owner for owner in wanted.owner.split("|") if owner],
        headlines=[headline for headline in wanted.headline.split("|") if headline],
        urgencies=[urgency for urgency in wanted.urgency.split("|") if urgency],
        text=wanted.text.strip(),
        flag=wanted.flag,
        due_after=here.now if wanted.due == "today" else None,
        due_until=here.now if wanted.overdue else _tonight(here) if wanted.due == "today" else wanted.due_by,
        state=wanted.state,
        received_from=_midnight(wanted.since, here),
        received_before=_midnight(wanted.until, here, after=1),
        closed_on=wanted.closed,
        ending=(wanted.ending, here.now) if wanted.ending else None,
    )


def lines_of(session: Session, here: Here, rows: Iterable[BoardRow]) -> list[Line]:
    """Board rows with the names of their patients, without what is restricted to others."""
    wanted = list(rows)
    known = worklist.people(session, [row.patient for row in wanted])
    names = roster.names(session, {row.owner for row in wanted} - {"", *OWNERS})
    lines = [_line(row, known.get(row.patient, Person()), names) for row in wanted]
    return [_masked(line) if _hidden(row, here) else line for row, line in zip(wanted, lines, strict=True)]


def _hidden(row: BoardRow, here: Here) -> bool:
    return restricted(here.role, here.user, row.restricted_to)


def _masked(line: Line) -> Line:
    """What it is about, its next step, its reasons and its risks all tell what is restricted."""
    flags = tuple(flag for flag in line.flags if flag in PLAIN_FLAGS)
    return replace(
        line, service=RESTRICTED, says=ASK, step="", about="", reasons=(), flags=flags, hidden=True
    )


def _line(row: BoardRow, person: Person, names: Mapping[str, str]) -> Line:
    name = person.names[0] if person.names else None
    return Line(
        referral=row.referral,
        patient=row.patient,
        name=", ".join(part for part in (name.family, name.given) if part) if name else "",
        birth_date=person.birth_date,
        sex=person.sex,
        headline=row.headline,
        service=row.service,
        urgency=row.urgency,
        step=row.step,
        says=row.says,
        owner=row.owner,
        due_at=row.due_at,
        received_at=row.received_at,
        reasons=row.reasons,
        flags=row.flags,
        score=row.score,
        version=row.version,
        about=row.about,
        language=person.language,
        whose=names.get(row.owner, ""),
    )


def began(session: Session, lines: Iterable[Line]) -> Mapping[str, datetime]:
    """Since when the next step of each is owed, where it is one with a clock."""
    steps = {(line.referral, line.step, line.about) for line in lines}
    if not steps:
        return {}
    condition, values = among("referral_id", sorted({referral for referral, _, _ in steps}))
    sql = (
        "SELECT referral_id, code, about, opens_at FROM obligations"  # noqa: S608
        f" WHERE organization_id = ? AND {condition}"
    )
    rows = session.ask((sql, (session.organization, *values)))[0]
    found = {
        referral: as_instant(at) for referral, code, about, at in rows if (referral, code, about) in steps
    }
    return {referral: at for referral, at in found.items() if at}


def _midnight(day: str, here: Here, after: int = 0) -> datetime | None:
    """The beginning of a day at the desk, or of the one after it; nonsense narrows nothing."""
    try:
        return datetime.combine(date.fromisoformat(day) + timedelta(days=after), time(), here.zone)
    except (ValueError, OverflowError):
        return None


def _tonight(here: Here) -> datetime | None:
    return _midnight(here.today.isoformat(), here, after=1)


def _place(after: str) -> tuple[float, str] | None:
    """Where the page before ended; nonsense begins at the top."""
    score, _, referral = after.partition("~")
    try:
        return (float(score), referral) if referral else None
    except ValueError:
        return None
