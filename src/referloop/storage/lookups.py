"""What a batch of messages needs to know beforehand, in one round trip."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import msgspec

from referloop.messages import Person
from referloop.ports import Answer, Arrival, Kept, KnownPerson, OpenReferral, Wanted
from referloop.referral.kinds import ReferralId
from referloop.storage.database import Query, Row, Session, among, as_instant
from referloop.storage.tables import problems_of, texts_of

_KEPT = (
    "id, state, kind, content_digest, referrals, answer, answer_status, problems, waits_for, owner, due_at"
)
# For `kept` to read, of a table called i.
INBOX_COLUMNS = ", ".join(f"i.{column.strip()}" for column in _KEPT.split(","))
MESSAGES = (  # of one organisation, whole: for `messages` to read
    "SELECT i.channel, i.sender, i.message_id, e.media_type, e.body, i.received_at, i.digest,"  # noqa: S608
    f" {INBOX_COLUMNS}"
    " FROM inbox i JOIN evidence e ON e.organization_id = i.organization_id AND e.digest = i.digest"
    " WHERE i.organization_id = ?"
)
_PERSON = msgspec.json.Decoder(Person)


@dataclass
class Known:
    """Answers found so far, by what was asked; an empty answer is an answer too."""

    seen: dict[tuple[str, str, str], Kept | None] = field(default_factory=dict)
    people: dict[str, dict[str, KnownPerson]] = field(default_factory=lambda: defaultdict(dict))
    keys: set[str] = field(default_factory=set)
    names: dict[str, list[ReferralId]] = field(default_factory=dict)
    open: dict[str, list[OpenReferral]] = field(default_factory=lambda: defaultdict(list))
    asked: set[str] = field(default_factory=set)  # the people whose open referrals are known
    unasked: set[str] = field(default_factory=set)
    held: list[tuple[Arrival, Kept]] = field(default_factory=list)


def look_up(session: Session, wanted: Wanted, known: Known) -> None:
    """Ask for everything wanted that is not known yet, behind a lock on the same keys."""
    keys = [key for key in wanted.person_keys if key not in known.keys]
    names = [name for name in wanted.names if name not in known.names]
    by_sender = _by_sender(each for each in wanted.messages if each not in known.seen)
    org = session.organization
    lock = (
        session.one_at_a_time([*keys, *names], whole=wanted.whole) if keys or names or wanted.whole else None
    )
    queries: list[Query] = [_messages(org, *sender, ids) for sender, ids in by_sender.items()]
    if keys:
        queries.append(_people(org, keys))
    if names:
        queries += [_names(org, names), _held(org, names)]
    if not queries:
        return
    answers = iter(session.ask(*([lock] if lock else []), *queries)[1 if lock else 0 :])
    for (channel, sender), ids in by_sender.items():
        known.seen.update({(channel, sender, each): None for each in ids})
        known.seen.update({(channel, sender, row[0]): kept(row[1:]) for row in next(answers)})
    if keys:
        _learn_people(known, keys, next(answers))
    if names:
        _learn_names(known, names, next(answers), next(answers))
    _look_up_open(session, known)


def _by_sender(messages: Iterable[tuple[str, str, str]]) -> dict[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for channel, sender, message_id in messages:
        found[channel, sender].append(message_id)
    return found


def _messages(org: str, channel: str, sender: str, ids: Sequence[str]) -> Query:
    condition, values = among("message_id", ids)
    sql = (
        f"SELECT message_id, {_KEPT} FROM inbox WHERE organization_id = ? AND channel = ? AND sender = ? AND "  # noqa: S608
    )
    return sql + condition, (org, channel, sender, *values)


def _people(org: str, keys: Sequence[str]) -> Query:
    condition, values = among("k.key", keys)
    sql = (
        "SELECT k.key, p.id, p.said, p.same_as FROM person_keys k CROSS JOIN people p"
        " WHERE p.organization_id = k.organization_id AND p.id = k.person_id AND k.organization_id = ? AND "
    )
    return sql + condition, (org, *values)


def _look_up_open(session: Session, known: Known) -> None:
    """What is open for the people just found: most messages are about somebody new, and ask nothing here."""
    if not known.unasked:
        return
    condition, values = among("patient_id", sorted(known.unasked))
    sql = (
        "SELECT patient_id, referral_id, service, received_at FROM board"  # noqa: S608
        f" WHERE is_open = 1 AND organization_id = ? AND {condition}"
    )
    for patient, referral, service, received_at in session.ask((sql, (session.organization, *values)))[0]:
        open_one = OpenReferral(ReferralId(referral), patient, service, as_instant(received_at))
        known.open[patient].append(open_one)
    known.asked |= known.unasked
    known.unasked.clear()


def _names(org: str, names: Sequence[str]) -> Query:
    condition, values = among("name", names)
    sql = "SELECT name, referral_id FROM referral_names WHERE organization_id = ? AND " + condition  # noqa: S608
    return sql, (org, *values)


def _held(org: str, names: Sequence[str]) -> Query:
    condition, values = among("waits_for", names)
    waiting = "i.state = 'held' AND i.waits_for <> ''"  # as its index says it
    return f"{MESSAGES} AND {waiting} AND i.{condition} ORDER BY i.received_at", (org, *values)


def kept(row: Row) -> Kept:
    """An inbox row as a value, from `INBOX_COLUMNS`."""
    id, state, kind, content, referrals, answer, status, problems, waits_for, owner, due_at = row
    return Kept(
        id=id,
        state=state,
        kind=kind,
        content_digest=content,
        referrals=texts_of(referrals),
        answer=Answer(status, bytes(answer)),
        problems=problems_of(problems),
        waits_for=waits_for,
        owner=owner,
        due_at=as_instant(due_at),
    )


def _learn_people(known: Known, keys: Iterable[str], people: Iterable[Row]) -> None:
    known.keys.update(keys)
    for key, id, said, same_as in people:
        person = KnownPerson(same_as or id, _PERSON.decode(said), (key,))
        known.people[key][person.id] = person
        known.unasked |= {person.id, id} - known.asked


def _learn_names(known: Known, names: Iterable[str], found: Iterable[Row], held: Iterable[Row]) -> None:
    known.names.update({name: [] for name in names})
    for name, referral in found:
        known.names.setdefault(name, []).append(ReferralId(referral))
    known.held.extend(messages(held))


def messages(rows: Iterable[Row]) -> Iterator[tuple[Arrival, Kept]]:
    """What `MESSAGES` found, as values."""
    for channel, sender, message_id, media_type, body, received_at, digest, *rest in rows:
        it = kept(tuple(rest))
        at = as_instant(received_at)
        assert at is not None  # noqa: S101  the column is NOT NULL
        arrival = Arrival(
            id=it.id, channel=channel, sender=sender, message_id=message_id, media_type=media_type,
            body=bytes(body), received_at=at, digest=digest, content_digest=it.content_digest,
        )  # fmt: skip
        yield arrival, it
