"""The directory: who sent referrals here and to whom they went."""

from collections.abc import Iterable, Sequence

from referloop.messages import Party
from referloop.storage import parties
from referloop.storage.parties import PartyRow
from referloop.storage.search import board_by_key
from referloop.storage.search_keys import FROM, TO, party_key
from referloop.wiring.desk import Desk
from referloop.wiring.lines import lines_of
from referloop.wiring.sights import seen_by
from referloop.workbench.asking import Here
from referloop.workbench.people_needs import Known, KnownParty

_PAGE = 50


class DirectoryOfDesk:
    """See `workbench.people_needs.DirectoryNeeds`."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def parties(self, here: Here, text: str, after: str, kind: str = "") -> tuple[Sequence[Known], str]:
        name, _, key = after.partition("~")
        with self.desk.database.reading(here.organization) as session:
            rows = parties.page(session, text, (name, key), _PAGE + 1, kind)
            shown = _once(rows[:_PAGE])
            counts = parties.counted(session, [row.party for row in shown])
        last = rows[_PAGE - 1] if len(rows) > _PAGE else None
        found = [_known(row.key, row.party, counts) for row in shown]
        return found, f"{last.name}~{last.key}" if last else ""

    def party(self, here: Here, key: str) -> KnownParty | None:
        with self.desk.database.reading(here.organization) as session:
            it = parties.one(session, key)
            if it is None:
                return None
            counts = parties.counted(session, [it])
            seen = seen_by(session, here)
            sent, given = (
                board_by_key(session, parties.spans_of(it, kind), _PAGE, seen) for kind in (FROM, TO)
            )
            came, went = (lines_of(session, here, rows) for rows in (sent, given))
            return KnownParty(_known(key, it, counts), came, went)


def _once(rows: Iterable[PartyRow]) -> list[PartyRow]:
    """Whoever was named with a number and without one stands here once, with it."""
    found: dict[str, PartyRow] = {}
    for row in rows:
        if row.name not in found or row.party.identifiers:
            found[row.name] = row
    return list(found.values())


def _known(key: str, party: Party, counts: dict[str, int]) -> Known:
    name = parties.name_of(party)
    return Known(key, party, counts.get(party_key(name, FROM), 0), counts.get(party_key(name, TO), 0))
