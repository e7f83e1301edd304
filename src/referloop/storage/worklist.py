"""Lists of referrals with their patients: a constant number of statements, whatever the size of the table."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from referloop.messages import Person
from referloop.storage.board import BoardRow, board_row
from referloop.storage.database import Query, Session, among
from referloop.storage.tables import COLUMNS

_BOARD = ", ".join(COLUMNS["board"][1:])
_PERSON = msgspec.json.Decoder(Person)
_STATES = {"open": "is_open = 1", "closed": "is_open = 0"}
MANY = 1_000  # counts stop here: one more says "and more"

# The distinct values of one column, each found by its index, and how many rows each has, up to MANY and one.
_TALLY = """WITH RECURSIVE found(value) AS (
 SELECT MIN({0}) FROM board WHERE organization_id = ? AND is_open = 1
 UNION ALL
 SELECT (SELECT MIN(b.{0}) FROM board b WHERE b.organization_id = ? AND b.is_open = 1 AND b.{0} > found.value)
 FROM found WHERE found.value IS NOT NULL)
 SELECT value, (SELECT COUNT(*) FROM (SELECT 1 FROM board b
  WHERE b.organization_id = ? AND b.is_open = 1 AND b.{0} = found.value LIMIT {1}) few)
 FROM found WHERE value IS NOT NULL"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowed:
    """Which rows of the board a list shows; what is empty does not narrow."""

    owners: Sequence[str] = ()
    headlines: Sequence[str] = ()
    urgency: str = ""
    text: str = ""  # in the name of the service
    flag: str = ""
    due_until: datetime | None = None
    state: str = "open"  # or closed, or all
    received_from: datetime | None = None
    received_before: datetime | None = None


def lines(
    session: Session, wanted: Narrowed, *, after: tuple[float, str] | None = None, limit: int = 50
) -> list[BoardRow]:
    """The board from behind `after`: of open ones what matters most first, otherwise the newest."""
    where, values = _where(session.organization, wanted)
    if wanted.state != "open":
        behind, order = " AND referral_id < ?", "referral_id DESC"
        place: tuple[object, ...] = after[1:] if after else ()
    else:
        behind, order = " AND (score < ? OR (score = ? AND referral_id > ?))", "score DESC, referral_id"
        place = (after[0], *after) if after else ()
    sql = f"SELECT {_BOARD} FROM board WHERE {where}{behind if after else ''} ORDER BY {order} LIMIT ?"  # noqa: S608
    return [board_row(row) for row in session.ask((sql, (*values, *place, limit)))[0]]


def matching(session: Session, wanted: Narrowed) -> int:
    """How many rows these are, counted up to MANY and one."""
    where, values = _where(session.organization, wanted)
    sql = f"SELECT COUNT(*) FROM (SELECT 1 FROM board WHERE {where} LIMIT {MANY + 1}) few"  # noqa: S608
    return int(session.ask((sql, values))[0][0][0])


def picked(session: Session, referrals: Sequence[str]) -> list[BoardRow]:
    """These referrals, what matters most first."""
    if not referrals:
        return []
    condition, values = among("referral_id", referrals)
    sql = f"SELECT {_BOARD} FROM board WHERE organization_id = ? AND {condition} ORDER BY score DESC"  # noqa: S608
    return [board_row(row) for row in session.ask((sql, (session.organization, *values)))[0]]


def _where(organization: str, wanted: Narrowed) -> tuple[str, list[object]]:
    conditions: list[Query] = [
        ("organization_id = ?", (organization,)),
        *([(_STATES[wanted.state], ())] if wanted.state in _STATES else []),
    ]
    for column, several in (("owner", wanted.owners), ("headline", wanted.headlines)):
        if several:
            conditions.append(among(column, several))
    for condition, value in (
        ("urgency = ?", wanted.urgency),
        ("due_at <= ?", wanted.due_until),
        ("received_at >= ?", wanted.received_from),
        ("received_at < ?", wanted.received_before),
        ("LOWER(service) LIKE ? ESCAPE '!'", wanted.text and _like(wanted.text.lower())),
        ("flags LIKE ? ESCAPE '!'", wanted.flag and _like(f'"{wanted.flag}"')),
    ):
        if value:
            conditions.append((condition, (value,)))
    where = " AND ".join(condition for condition, _ in conditions)
    return where, [value for _, given in conditions for value in given]


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


def of_patient(session: Session, patient: str, *, closed: bool = True) -> list[BoardRow]:
    only = "" if closed else " AND is_open = 1"
    sql = f"SELECT {_BOARD} FROM board WHERE patient_id = ? AND organization_id = ?{only} ORDER BY score DESC"  # noqa: S608
    return [board_row(row) for row in session.ask((sql, (patient, session.organization)))[0]]


def top(organization: str) -> Query:
    """What stands first on the board, and in which version: enough to see that a list has changed."""
    sql = (
        "SELECT referral_id, version FROM board WHERE organization_id = ? AND is_open = 1"
        " ORDER BY score DESC, referral_id LIMIT 50"
    )
    return sql, (organization,)


def counted(session: Session, now: datetime) -> dict[str, int]:
    """How many are open (`open`), overdue (`overdue`), with each owner and at each headline (`owner:NAME`,
    `at:HEADLINE`); each up to MANY and one, so that a million rows cost no more than a thousand.
    """
    org = session.organization
    some = f"SELECT COUNT(*) FROM (SELECT 1 FROM board WHERE organization_id = ? AND is_open = 1%s LIMIT {MANY + 1}) few"  # noqa: E501, S608
    owners, headlines, [(all_of_them,)], [(late,)] = session.ask(
        tally("owner", org),
        tally("headline", org),
        (some % "", (org,)),
        (some % " AND due_at <= ?", (org, now)),
    )
    found = {f"owner:{owner}": count for owner, count in owners}
    found |= {f"at:{headline}": count for headline, count in headlines}
    return found | {"overdue": late, "open": all_of_them}


def tally(column: str, organization: str) -> Query:
    """The values of `owner` or `headline` on open referrals, each with its count up to MANY and one."""
    return _TALLY.format(column, MANY + 1), (organization,) * 3
