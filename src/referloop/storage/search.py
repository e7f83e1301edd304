"""Finding by what somebody typed: ranges of an index, and a bounded number of rows, whatever the size."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from referloop.messages import Person
from referloop.referral.kinds import ReferralId
from referloop.storage.board import BoardRow, board_row
from referloop.storage.database import Database, Query, Session, among
from referloop.storage.logs import page_of_referrals
from referloop.storage.resources import logs
from referloop.storage.search_keys import Span, keys_of, keys_of_facts
from referloop.storage.sight import Seen, patients, where
from referloop.storage.tables import COLUMNS, inserts
from referloop.storage.worklist import picked

_BOARD = ", ".join(f"b.{name}" for name in COLUMNS["board"][1:])
_PERSON = msgspec.json.Decoder(Person)
_PAGE = 500
_NUMBERS = 20


@dataclass(frozen=True, slots=True)
class Hit:
    """A person, and the key that found them; `same_as` is who they were found to be, "" for themselves."""

    key: str
    id: str
    said: Person
    same_as: str


def _within(spans: Sequence[Span], organization: str, limit: int, seen: Query = ("", ())) -> Query:
    """Each span is walked in the index; CROSS JOIN keeps SQLite to that order."""
    theirs, more = seen
    marks = ", ".join(["(?, ?)"] * len(spans))
    sql = (
        f"WITH sought (low, high) AS (VALUES {marks}) SELECT k.key, k.id"  # noqa: S608  only marks
        " FROM sought s CROSS JOIN search_keys k"
        " WHERE k.organization_id = ? AND k.key >= s.low AND k.key < s.high"
    )
    return f"{sql}{theirs} LIMIT ?", [*(end for span in spans for end in span), organization, *more, limit]


def people_and_numbers(
    session: Session, people: Sequence[Span], numbers: Sequence[Span], limit: int, seen: Seen
) -> tuple[list[Hit], list[ReferralId]]:
    """Persons by their keys and referrals by their numbers, each person with every key that found them."""
    org = session.organization
    of_people, of_referrals = patients(seen, org, "k.id"), where(seen, org, "k.id")
    wanted = [each for each in ((people, limit, of_people), (numbers, _NUMBERS, of_referrals)) if each[0]]
    asked = [_within(spans, org, most, theirs) for spans, most, theirs in wanted]
    answers = iter(session.ask(*asked)) if asked else iter(())
    keys = next(answers) if people else []
    known = _people(session, {id for _, id in keys})
    hits = [Hit(key, id, *known[id]) for key, id in keys if id in known]
    return hits, list(dict.fromkeys(ReferralId(row[1]) for row in next(answers))) if numbers else []


def _people(session: Session, ids: set[str]) -> dict[str, tuple[Person, str]]:
    """What is known of them, and who they were found to be."""
    if not ids:
        return {}
    condition, values = among("id", sorted(ids))
    sql = f"SELECT id, said, same_as FROM people WHERE {condition} AND organization_id = ?"  # noqa: S608
    rows = session.ask((sql, (*values, session.organization)))[0]
    return {id: (_PERSON.decode(said), same_as) for id, said, same_as in rows}


def board_of(
    session: Session, people: Sequence[str], seen: Seen, *, open_only: bool, limit: int = 500
) -> list[BoardRow]:
    """The referrals of these people that may be seen, newest first."""
    if not people:
        return []
    condition, values = among("b.patient_id", people)
    only = " AND b.is_open = 1" if open_only else ""
    theirs, more = where(seen, session.organization, "b.referral_id")
    # SQLite would rather walk the whole board in this order than sort the few rows of these people.
    sql = (
        f"SELECT {_BOARD} FROM board b WHERE {condition} AND b.organization_id = ?{only}{theirs}"  # noqa: S608
        " ORDER BY COALESCE(b.received_at, b.received_at) DESC, b.referral_id LIMIT ?"
    )
    return [board_row(row) for row in session.ask((sql, (*values, session.organization, *more, limit)))[0]]


def with_joined(session: Session, id: str) -> list[Hit]:
    """A person and everybody who was found to be them."""
    sql = "SELECT id, said, same_as FROM people WHERE id = ? AND organization_id = ?"
    joined = (
        "SELECT id, said, same_as FROM people WHERE same_as = ? AND same_as <> '' AND organization_id = ?"
    )
    values = (id, session.organization)
    rows = [row for rows in session.ask((sql, values), (joined, values)) for row in rows]
    return [Hit("", id, _PERSON.decode(said), same_as) for id, said, same_as in rows]


def board_by_key(session: Session, spans: Sequence[Span], limit: int, seen: Seen) -> list[BoardRow]:
    """The referrals that these keys find."""
    keys = session.ask(_within(spans, session.organization, limit))[0]
    return picked(session, list(dict.fromkeys(id for _, id in keys)), seen)


def rebuild(database: Database, organization: str) -> int:
    """Write every key anew, a page at a time; returns how many people there are."""
    with database.transaction(organization) as session:
        session.write(("DELETE FROM search_keys WHERE organization_id = ?", (organization,)))
    done, last = 0, ""
    while True:
        with database.transaction(organization) as session:
            sql = "SELECT id, said FROM people WHERE organization_id = ? AND id > ? ORDER BY id LIMIT ?"
            page = session.ask((sql, (organization, last, _PAGE)))[0]
            rows = [
                (organization, key, id) for id, said in page for key in sorted(keys_of(_PERSON.decode(said)))
            ]
            session.write(*inserts("search_keys", rows))
        done += len(page)
        if len(page) < _PAGE:
            break
        last = page[-1][0]
    _rebuild_from_logs(database, organization)
    return done


def _rebuild_from_logs(database: Database, organization: str) -> None:
    last = ""
    while True:
        with database.transaction(organization) as session:
            ids = page_of_referrals(session, last, _PAGE)
            told = logs(session, ids).values()
            keys = [each for log in told for each in keys_of_facts(log.entries, log)]
            session.write(*inserts("search_keys", [(organization, key, id) for key, id in keys]))
        if len(ids) < _PAGE:
            return
        last = ids[-1]
