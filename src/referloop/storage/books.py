"""The books of one organisation within one transaction: what is asked is cached, what is written waits.

Everything is written at the end, in one round trip: entries, evidence, board and outbox stand or fall
together.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TypeVar

import msgspec

from referloop.failpoints import reached
from referloop.messages import Party, Person
from referloop.ports import Arrival, Item, Kept, KnownPerson, NewId, OpenReferral, Outgoing, Stored, Wanted
from referloop.referral.board import Standing, standing
from referloop.referral.entry import Author, Draft
from referloop.referral.kinds import ReferralId
from referloop.referral.log import Log
from referloop.referral.requirement import Policy
from referloop.referral.sendings import MOVES
from referloop.storage import counts, sight
from referloop.storage.database import Contended, Database, Query, Row, Session
from referloop.storage.logs import log_queries, revived
from referloop.storage.lookups import Known, look_up
from referloop.storage.parties import name_of
from referloop.storage.search_keys import keys_of, keys_of_facts
from referloop.storage.tables import (
    COLUMNS,
    board_row,
    entry_row,
    inbox_row,
    inserts,
    item_row,
    json_text,
    obligation_rows,
    outbox_row,
    resource_row,
    sent_rows,
)

TRIES = 5
Result = TypeVar("Result")


class OpenBooks:
    """See `ports.Books`."""

    def __init__(self, session: Session, policy: Policy, at: datetime, new_id: NewId) -> None:
        self.session = session
        self.organization = session.organization
        self.policy = policy
        self.at = at
        self.new_id = new_id
        self._known = Known()
        self._logs: dict[ReferralId, Log] = {}
        self._loaded: dict[ReferralId, int] = {}  # the version each log had in the books; 0 for a new one
        self._touched: dict[ReferralId, None] = {}
        self._new: dict[str, list[Row]] = defaultdict(list)
        self._changes: list[Query] = []
        self._settled: list[Query] = []  # after the rows: one of them may be new itself

    # what is asked

    def read_ahead(self, wanted: Wanted) -> None:
        look_up(self.session, wanted, self._known)

    def seen(self, channel: str, sender: str, message_id: str) -> Kept | None:
        key = (channel, sender, message_id)
        if key not in self._known.seen:
            self.read_ahead(Wanted(messages=[key]))
        return self._known.seen[key]

    def people(self, keys: Iterable[str]) -> list[KnownPerson]:
        wanted = list(keys)
        self.read_ahead(Wanted(person_keys=wanted))
        found: dict[str, KnownPerson] = {}
        for key in wanted:
            for id, person in self._known.people[key].items():
                shared = (*found[id].shared, key) if id in found else (key,)
                found[id] = KnownPerson(id, person.said, shared)
        return list(found.values())

    def referrals_named(self, names: Iterable[str]) -> list[ReferralId]:
        wanted = list(names)
        self.read_ahead(Wanted(names=wanted))
        return list(dict.fromkeys(each for name in wanted for each in self._known.names[name]))

    def open_referrals_of(self, person: str) -> list[OpenReferral]:
        return self._known.open[person]

    def held_for(self, names: Iterable[str]) -> list[tuple[Arrival, Kept]]:
        wanted = set(names)
        return [each for each in self._known.held if each[1].waits_for in wanted]

    def log(self, referral: ReferralId) -> Log | None:
        """The log, locked until the end of the transaction."""
        return next(iter(self.logs([referral])), None)

    def logs(self, referrals: Sequence[ReferralId]) -> list[Log]:
        """The logs of those of them that exist, in one round trip, locked like one."""
        missing = [each for each in referrals if each not in self._logs]
        if missing:
            heads, lines = self.session.ask(*log_queries(self.session, missing))
            for log in revived(heads, lines):
                self._logs[log.referral] = log
                self._loaded[log.referral] = log.version
        return [self._logs[each] for each in referrals if each in self._logs]

    # what is written

    def keep(self, arrival: Arrival, kept: Kept) -> None:
        self.keep_evidence(arrival.digest, arrival.media_type, arrival.body)
        self._new["inbox"].append(inbox_row(self.organization, arrival, kept))
        self._known.seen[arrival.channel, arrival.sender, arrival.message_id] = kept
        if kept.waits_for:  # what it waits for may come later in this transaction
            self._known.held.append((arrival, kept))

    def keep_evidence(self, digest: str, media_type: str, body: bytes) -> None:
        self._new["evidence"].append((self.organization, digest, media_type, body))

    def settle(self, kept: Kept) -> None:
        sql = (
            "UPDATE inbox SET state = ?, kind = ?, problems = ?, referrals = ?, waits_for = ?, owner = ?,"
            " due_at = ? WHERE organization_id = ? AND id = ?"
        )
        problems, referrals = json_text(kept.problems), json_text(kept.referrals)
        values = (kept.state, kept.kind, problems, referrals, kept.waits_for, kept.owner, kept.due_at)
        self._settled.append((sql, (*values, self.organization, kept.id)))
        self._known.held = [each for each in self._known.held if each[1].id != kept.id]

    def add_person(self, id: str, person: Person, keys: Iterable[str]) -> None:
        name = person.names[0] if person.names else None
        self._new["people"].append(
            (
                self.organization,
                id,
                name.family if name else "",
                name.given if name else "",
                person.birth_date,
                person.sex,
                json_text(person),
                "",
                self.at,
            )
        )
        self._find_by(keys_of(person), id)
        self._add_keys(id, person, keys)

    def add_person_keys(self, id: str, person: Person, keys: Iterable[str]) -> None:
        wanted = list(keys)
        known = next((self._known.people[key][id] for key in wanted if id in self._known.people[key]), None)
        if known is None or known.said != person:
            self._find_by(keys_of(person) - (keys_of(known.said) if known else set()), id)
        self._add_keys(id, person, wanted)

    def _find_by(self, keys: Iterable[str], id: str) -> None:
        self._new["search_keys"].extend((self.organization, key, id) for key in keys)

    def _add_keys(self, id: str, person: Person, keys: Iterable[str]) -> None:
        for key in keys:
            if id not in self._known.people[key]:
                self._new["person_keys"].append((self.organization, key, id))
                self._known.people[key][id] = KnownPerson(id, person, (key,))
            self._known.keys.add(key)

    def know_party(self, key: str, party: Party) -> None:
        said = msgspec.json.encode(party).decode()
        self._new["parties"].append((self.organization, key, party.practitioner, party.organisation, said))
        if (name := name_of(party)) and any(each.value for each in party.identifiers):
            self._new["party_names"].append((self.organization, key, name))

    def name_referral(self, referral: ReferralId, names: Iterable[str]) -> None:
        for name in names:
            known = self._known.names.setdefault(name, [])
            if referral not in known:
                known.append(referral)
                self._new["referral_names"].append((self.organization, name, referral))

    def new_referral(self, referral: ReferralId, patient: str, service: str) -> Log:
        self._logs[referral] = Log(referral, patient)
        self._loaded[referral] = 0
        self._known.open[patient].append(OpenReferral(referral, patient, service, self.at))
        return self._logs[referral]

    def append(self, log: Log, drafts: Sequence[Draft], by: Author) -> Log:
        longer, lines = log.append(drafts, by, self.at)
        self._new["entries"].extend(entry_row(self.organization, log.referral, line) for line in lines)
        self._new["search_keys"].extend((self.organization, *each) for each in keys_of_facts(drafts, log))
        self._logs[log.referral] = longer
        self._touched[log.referral] = None
        return longer

    def open_item(self, item: Item) -> None:
        self._new["items"].append(item_row(self.organization, item))

    def send(self, outgoing: Outgoing) -> None:
        self._new["outbox"].append(outbox_row(self.organization, outgoing))

    def store(self, resource: Stored) -> None:
        self._new["resources"].append(resource_row(self.organization, resource))
        for name in resource.names:
            self._new["resource_names"].append((self.organization, resource.kind, name, resource.id))

    def change(self, *queries: Query) -> None:
        """Changes of another module of this package, written with the rest."""
        self._changes.extend(queries)

    def refresh(self, log: Log) -> None:
        """Compute the board of this referral anew although nothing was appended."""
        self._logs[log.referral] = log
        self._touched[log.referral] = None

    def standing(self, log: Log) -> Standing:
        return standing(log, self.policy, self.at)

    def flush(self) -> None:
        """Write everything; what another transaction changed meanwhile is noticed here."""
        fresh = {referral for referral in self._touched if not self._loaded[referral]}
        resent = {referral for referral in self._touched if self._goes_elsewhere(referral)}
        heads = list(self._heads())
        for referral in self._touched:
            it = self.standing(self._logs[referral])
            self._show(it, fresh=referral in fresh)
            if referral in resent:
                self._changes += sight.forget(self.organization, [referral] if referral not in fresh else [])
                self._new["sent_to"].extend(sent_rows(self.organization, it))
        rows = [query for table in COLUMNS if self._new[table] for query in inserts(table, self._new[table])]
        known = [referral for referral in self._touched if referral not in fresh]
        gone = counts.changed(self.organization, known, -1)
        come = counts.changed(self.organization, [*self._touched], 1)
        queries = [*heads, *gone, *self._changes, *rows, *come, *self._settled]
        if queries:
            written = self.session.write(*queries)
            if any(count != 1 for count in written[: len(heads)]):
                raise Contended("another transaction appended first")
        self._new.clear()
        self._changes.clear()
        self._settled.clear()
        self._touched.clear()

    def _goes_elsewhere(self, referral: ReferralId) -> bool:
        """Whether what is new may change to whom it was sent; nothing new is a rebuilding."""
        news = self._logs[referral].entries[self._loaded[referral] :]
        return not news or any(each.corrects or isinstance(each.fact, MOVES) for each in news)

    def _heads(self) -> Iterator[Query]:
        """The head of each log that grew: inserted for a new one, moved from the version that was read."""
        for referral in self._touched:
            log, loaded = self._logs[referral], self._loaded[referral]
            if not loaded:
                row = (self.organization, referral, log.patient, log.version, log.head, self.at)
                self._new["referrals"].append(row)
            elif log.version != loaded:
                sql = (
                    "UPDATE referrals SET version = ?, head = ?"
                    " WHERE organization_id = ? AND id = ? AND version = ?"
                )
                yield sql, (log.version, log.head, self.organization, referral, loaded)
            self._loaded[referral] = log.version

    def _show(self, it: Standing, *, fresh: bool) -> None:
        self._new["board"].append(board_row(self.organization, it, self.at, self.policy.calendar.zone))
        if not fresh:
            sql = "DELETE FROM obligations WHERE organization_id = ? AND referral_id = ?"
            self._changes.append((sql, (self.organization, it.log.referral)))
        self._new["obligations"].extend(obligation_rows(self.organization, it))


@contextmanager
def opened(
    database: Database, organization: str, policy: Policy, at: datetime, new_id: NewId,
    make: Callable[[Session, Policy, datetime, NewId], OpenBooks] = OpenBooks,
) -> Iterator[OpenBooks]:  # fmt: skip
    """The books, written and committed when the block ends well."""
    with database.transaction(organization) as session:
        books = make(session, policy, at, new_id)
        yield books
        books.flush()
        reached("books-written")


def again(work: Callable[[], Result]) -> Result:
    """Do the work; when another transaction was first, do it again and see what that one did."""
    for _ in range(TRIES - 1):
        try:
            return work()
        except Contended:
            continue
    return work()
