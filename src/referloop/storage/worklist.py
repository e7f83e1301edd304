"""Lists of referrals with their patients: a constant number of statements, whatever the size of the table."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from referloop.messages import Person
from referloop.referral.kinds import PRESSING
from referloop.storage import counts
from referloop.storage.board import BoardRow, board_row
from referloop.storage.database import Query, Session, among
from referloop.storage.sight import NOTHING, Seen, where
from referloop.storage.tables import COLUMNS

_BOARD = ", ".join(COLUMNS["board"][1:])
_PERSON = msgspec.json.Decoder(Person)
_STATES = {"open": "is_open = 1", "closed": "is_open = 0"}
MANY = 1_000  # counts stop here: one more says "and more"
# As the index of a migration says them, so that it can be used.
_PRESSING = "urgency IN ('emergent', 'stat', 'fast-track', 'urgent')"
ENDING = ("permission-use", "appeal-deadline")  # what is owed because something ends
_OWING = (
    "referral_id IN (SELECT referral_id FROM obligations"
    " WHERE organization_id = ? AND code = '{}' AND due_at <= ?)"
)
_APIECE = 32  # so many services at most are each walked in the index


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowed:
    """Which rows of the board a list shows; what is empty does not narrow."""

    owners: Sequence[str] = ()
    headlines: Sequence[str] = ()
    urgencies: Sequence[str] = ()
    text: str = ""  # in the name of the service
    flag: str = ""
    due_after: datetime | None = None
    due_until: datetime | None = None
    state: str = "open"  # or closed, or all
    received_from: datetime | None = None
    received_before: datetime | None = None
    closed_on: str = ""
    ending: tuple[str, datetime] | None = None  # one of ENDING, due by then
    seen: Seen = NOTHING  # whose list it is; nobody's shows nothing
    known_to: Sequence[str] | None = ("",)  # a restricted row is found by what it says by these; None: by all


def lines(
    session: Session, wanted: Narrowed, *, after: tuple[float, str] | None = None, limit: int = 50
) -> list[BoardRow]:
    """The board from behind `after`: of open ones what matters most first, otherwise the newest."""
    services = _services(session, wanted)
    if wanted.text and not services:
        return []
    if wanted.state != "open":
        behind, order = " AND referral_id < ?", "referral_id DESC"
        place: tuple[object, ...] = after[1:] if after else ()
    else:
        score = f"{_few(wanted)}score"
        behind = f" AND {score} <= ? AND (score < ? OR referral_id > ?)"  # where a walk of the index begins
        order = f"{score} DESC, referral_id"
        place = (after[0], *after) if after else ()
    each_alone = wanted.state == "open" and wanted.seen.everything and len(services) <= _APIECE
    parts: list[Query] = []
    for few in [[each] for each in services] if services and each_alone else [services]:
        narrowed, values = _where(session.organization, wanted, few)
        sql = f"SELECT {_BOARD} FROM board WHERE {narrowed}{behind if after else ''} ORDER BY {order} LIMIT ?"  # noqa: S608
        parts.append((sql, (*values, *place, limit)))
    return [board_row(row) for row in session.ask(_together(parts, limit))[0]]


def _together(parts: Sequence[Query], limit: int) -> Query:
    """The first rows of several lists in the order of the board."""
    if len(parts) == 1:
        return parts[0]
    each = " UNION ALL ".join(f"SELECT * FROM ({sql}) s{at}" for at, (sql, _) in enumerate(parts))  # noqa: S608
    sql = f"SELECT * FROM ({each}) every_one ORDER BY score DESC, referral_id LIMIT ?"  # noqa: S608
    return sql, (*(value for _, values in parts for value in values), limit)


def _services(session: Session, wanted: Narrowed) -> list[str]:
    """Services are few, whatever the number of referrals: the text is sought among their names."""
    return counts.services_like(session, _like(wanted.text.lower())) if wanted.text else []


def matching(session: Session, wanted: Narrowed) -> int:
    """How many rows these are, counted up to MANY and one."""
    services = _services(session, wanted)
    if wanted.text and not services:
        return 0
    narrowed, values = _where(session.organization, wanted, services)
    sql = f"SELECT COUNT(*) FROM (SELECT 1 FROM board WHERE {narrowed} LIMIT {MANY + 1}) few"  # noqa: S608
    return int(session.ask((sql, values))[0][0][0])


def picked(session: Session, referrals: Sequence[str], seen: Seen) -> list[BoardRow]:
    """Those of these referrals that may be seen, what matters most first."""
    if not referrals:
        return []
    condition, values = among("referral_id", referrals)
    theirs, more = where(seen, session.organization)
    sql = f"SELECT {_BOARD} FROM board WHERE organization_id = ? AND {condition}{theirs} ORDER BY score DESC"  # noqa: S608
    return [board_row(row) for row in session.ask((sql, (session.organization, *values, *more)))[0]]


def _where(organization: str, wanted: Narrowed, services: Sequence[str]) -> tuple[str, list[object]]:
    conditions: list[Query] = [
        ("organization_id = ?", (organization,)),
        *([(_few(wanted) + _STATES[wanted.state], ())] if wanted.state in _STATES else []),
    ]
    for column, several in (
        ("owner", wanted.owners),
        ("headline", wanted.headlines),
        ("urgency", wanted.urgencies),
        ("service", services),
    ):
        if several:
            conditions.append(among(column, several))
    for condition, value in (
        ("due_at > ? AND late = 0", wanted.due_after),
        ("due_at <= ?", wanted.due_until),
        ("received_at >= ?", wanted.received_from),
        ("received_at < ?", wanted.received_before),
        ("flags LIKE ? ESCAPE '!'", wanted.flag and _like(f'"{wanted.flag}"')),
    ):
        if value:
            conditions.append((condition, (value,)))
    if wanted.known_to is not None and (wanted.text or wanted.flag):
        conditions.append(among("restricted_to", wanted.known_to))
    conditions += _at_their_index(organization, wanted)
    theirs, more = where(wanted.seen, organization)
    found = " AND ".join(condition for condition, _ in conditions)
    return found + theirs, [*(value for _, given in conditions for value in given), *more]


def _at_their_index(organization: str, wanted: Narrowed) -> list[Query]:
    """What few referrals fit is written as the index over those few has it."""
    found: list[Query] = []
    if wanted.urgencies and set(wanted.urgencies) <= set(PRESSING):
        found.append((_PRESSING, ()))
    if wanted.closed_on:
        found.append(("closed = ? AND closed <> ''", (wanted.closed_on,)))
    if wanted.ending and wanted.ending[0] in ENDING:
        found.append((_OWING.format(wanted.ending[0]), (organization, wanted.ending[1])))
    return found


def _few(wanted: Narrowed) -> str:
    """What ends soon is little of all there is: it leads, and the board follows."""
    return "+" if wanted.ending else _apart(wanted.seen)


def _apart(seen: Seen) -> str:
    """Few are seen of all there are: a plus keeps either database from walking an index over all for them."""
    return "" if seen.everything else "+"


def _like(text: str) -> str:
    for special in "!%_":
        text = text.replace(special, f"!{special}")
    return f"%{text}%"


def people(session: Session, ids: Iterable[str]) -> Mapping[str, Person]:
    """What is known of these persons, in one statement."""
    wanted = list(dict.fromkeys(id for id in ids if id))
    if not wanted:
        return {}
    condition, values = among("id", wanted)
    sql = f"SELECT id, said FROM people WHERE {condition} AND organization_id = ?"  # noqa: S608
    return {id: _PERSON.decode(said) for id, said in session.ask((sql, (*values, session.organization)))[0]}


def oldest(session: Session, seen: Seen, limit: int) -> list[BoardRow]:
    """The open referrals that came first, where the index of their arrival begins."""
    theirs, more = where(seen, session.organization)
    sql = (
        f"SELECT {_BOARD} FROM board WHERE organization_id = ? AND is_open = 1 AND received_at IS NOT NULL{theirs}"  # noqa: E501, S608
        " ORDER BY received_at, referral_id LIMIT ?"
    )
    return [board_row(row) for row in session.ask((sql, (session.organization, *more, limit)))[0]]


def of_patient(session: Session, patient: str, seen: Seen) -> list[BoardRow]:
    theirs, more = where(seen, session.organization)
    sql = (
        f"SELECT {_BOARD} FROM board WHERE patient_id = ? AND organization_id = ?{theirs} ORDER BY score DESC"  # noqa: S608
    )
    return [board_row(row) for row in session.ask((sql, (patient, session.organization, *more)))[0]]


def top(organization: str, seen: Seen) -> Query:
    """What stands first on the board, and in which version: enough to see that a list has changed."""
    theirs, more = where(seen, organization)
    apart = _apart(seen)
    sql = (
        f"SELECT referral_id, version FROM board WHERE organization_id = ? AND {apart}is_open = 1{theirs}"  # noqa: S608
        f" ORDER BY {apart}score DESC, referral_id LIMIT 50"
    )
    return sql, (organization, *more)


def counted_of(session: Session, seen: Seen) -> dict[str, int]:
    """As `counted`, of those that may be seen: they are few, and gone through."""
    theirs, more = where(seen, session.organization)
    sql = f"SELECT owner, COUNT(*) FROM board WHERE organization_id = ? AND {_apart(seen)}is_open = 1{theirs} GROUP BY owner"  # noqa: E501, S608
    return dict(session.ask((sql, (session.organization, *more)))[0])


def counted(session: Session) -> dict[str, int]:
    """How many are open with each owner."""
    rows = session.ask(counts.counted("owner", session.organization))[0]
    return {owner: count for owner, (count, _) in counts.added(rows, ()).items()}
