"""FHIR resources as clients sent them: the newest version, every version, and those that have a name."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from referloop.ports import Stored
from referloop.referral.log import Log
from referloop.storage.database import Query, Row, Session, among, as_instant
from referloop.storage.logs import revived

Place = tuple[str, str]  # kind and id

_COLUMNS = "r.kind, r.id, r.version, r.received_at, r.body, r.client, r.referral_id, r.person_id"
_NEWEST = (
    " r.organization_id = ? AND r.kind = ? AND r.version = (SELECT max(x.version) FROM resources x"
    " WHERE x.organization_id = r.organization_id AND x.kind = r.kind AND x.id = r.id)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """What a write has to know beforehand: resources by place and by name, and documents by digest."""

    places: Sequence[Place] = ()
    named: Sequence[tuple[str, str]] = ()  # kind and name, locked until the end of the transaction
    digests: Sequence[str] = ()

    def __bool__(self) -> bool:
        return bool(self.places or self.named or self.digests)


@dataclass(frozen=True, slots=True)
class Found:
    places: dict[Place, Stored] = field(default_factory=dict)
    named: dict[tuple[str, str], list[Stored]] = field(default_factory=dict)
    digests: frozenset[str] = frozenset()


def find(session: Session, sought: Sought) -> Found:
    """The newest version of everything sought that is there, in one round trip."""
    org = session.organization
    lock = session.one_at_a_time([f"{kind}|{name}" for kind, name in sought.named]) if sought.named else None
    places, named = _by_kind(sought.places), _by_kind(sought.named)
    queries = [_at(org, kind, ids) for kind, ids in places.items()]
    queries += [_called(org, kind, names) for kind, names in named.items()]
    if sought.digests:
        condition, values = among("digest", sought.digests)
        queries.append(
            (f"SELECT digest FROM evidence WHERE organization_id = ? AND {condition}", (org, *values))  # noqa: S608
        )
    answers = iter(session.ask(*([lock] if lock else []), *queries)[1 if lock else 0 :])
    found = Found(named={each: [] for each in sought.named})
    for _ in places:
        found.places.update({(it.kind, it.id): it for it in map(_stored, next(answers))})
    for kind in named:
        for name, *row in next(answers):
            found.named[kind, name].append(_stored(tuple(row)))
    digests = frozenset(row[0] for row in next(answers)) if sought.digests else frozenset()
    return Found(found.places, found.named, digests)


def newest(session: Session, places: Iterable[Place]) -> dict[Place, Stored]:
    return find(session, Sought(places=list(dict.fromkeys(places)))).places


def versions(session: Session, kind: str, id: str, most: int) -> list[Stored]:
    """The versions of a resource, the newest first."""
    sql = (
        f"SELECT {_COLUMNS} FROM resources r WHERE r.organization_id = ? AND r.kind = ? AND r.id = ?"  # noqa: S608
        " ORDER BY r.version DESC LIMIT ?"
    )
    return [_stored(row) for row in session.ask((sql, (session.organization, kind, id, most)))[0]]


def version(session: Session, kind: str, id: str, number: int) -> Stored | None:
    sql = (
        f"SELECT {_COLUMNS} FROM resources r"  # noqa: S608
        " WHERE r.organization_id = ? AND r.kind = ? AND r.id = ? AND r.version = ?"
    )
    rows = session.ask((sql, (session.organization, kind, id, number)))[0]
    return _stored(rows[0]) if rows else None


def of_referral(session: Session, kind: str, referral: str) -> list[Stored]:
    """The first versions of the resources of this kind that came for a referral, in the order they came."""
    sql = (
        f"SELECT {_COLUMNS} FROM resources r WHERE r.organization_id = ? AND r.referral_id = ? AND r.kind = ?"  # noqa: S608
        " AND r.version = 1 ORDER BY r.received_at, r.id"
    )
    return [_stored(row) for row in session.ask((sql, (session.organization, referral, kind)))[0]]


def matching(
    session: Session, kind: str, names: Sequence[Sequence[str]], ids: Sequence[str], after: str, most: int
) -> list[Stored]:
    """The newest versions of those that ever had a name of each list, by id, beginning after one of them."""
    org = session.organization
    sql = f"SELECT {_COLUMNS} FROM resources r WHERE{_NEWEST} AND r.id > ?"  # noqa: S608
    values: list[object] = [org, kind, after]
    for each in names:
        condition, wanted = among("n.name", each)
        sql += (
            " AND r.id IN (SELECT n.id FROM resource_names n"  # noqa: S608
            f" WHERE n.organization_id = ? AND n.kind = ? AND {condition})"
        )
        values += [org, kind, *wanted]
    if ids:
        condition, wanted = among("r.id", ids)
        sql += f" AND {condition}"
        values += wanted
    return [_stored(row) for row in session.ask((f"{sql} ORDER BY r.id LIMIT ?", [*values, most]))[0]]


def logs(session: Session, referrals: Iterable[str]) -> dict[str, Log]:
    """The logs of referrals, to read: nothing is locked."""
    wanted = list(dict.fromkeys(each for each in referrals if each))
    if not wanted:
        return {}
    condition, values = among("id", wanted)
    where = (session.organization, *values)
    heads = f"SELECT id, patient_id FROM referrals WHERE organization_id = ? AND {condition}"  # noqa: S608
    lines = f"SELECT referral_id, line, hash FROM entries WHERE organization_id = ? AND referral_{condition}"  # noqa: S608
    told = session.ask((heads, where), (f"{lines} ORDER BY referral_id, seq", where))
    return {log.referral: log for log in revived(*told)}


def evidence(session: Session, digest: str) -> tuple[str, bytes] | None:
    """The media type and the bytes of a document."""
    sql = "SELECT media_type, body FROM evidence WHERE organization_id = ? AND digest = ?"
    rows = session.ask((sql, (session.organization, digest)))[0]
    return (rows[0][0], bytes(rows[0][1])) if rows else None


def _by_kind(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for kind, each in pairs:
        found[kind].append(each)
    return found


def _at(org: str, kind: str, ids: Sequence[str]) -> Query:
    condition, values = among("r.id", ids)
    return f"SELECT {_COLUMNS} FROM resources r WHERE{_NEWEST} AND {condition}", (org, kind, *values)  # noqa: S608


def _called(org: str, kind: str, names: Sequence[str]) -> Query:
    condition, values = among("n.name", names)
    sql = (
        f"SELECT n.name, {_COLUMNS} FROM resource_names n"  # noqa: S608
        " JOIN resources r ON r.organization_id = n.organization_id AND r.kind = n.kind AND r.id = n.id"
        f" WHERE{_NEWEST} AND n.organization_id = ? AND n.kind = ? AND {condition}"
    )
    return sql, (org, kind, org, kind, *values)


def _stored(row: Row) -> Stored:
    kind, id, number, received_at, body, client, referral, person = row
    at = as_instant(received_at)
    assert at is not None  # noqa: S101  the column is NOT NULL
    return Stored(
        kind=kind, id=id, version=number, received_at=at, body=bytes(body), client=client, referral=referral,
        person=person,
    )  # fmt: skip
