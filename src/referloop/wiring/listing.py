"""The list of referrals for the workbench: pages, batches, saved views and files."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import msgspec

from referloop.exchange.table.export import write_csv, write_xlsx
from referloop.referral.decisions import refusals
from referloop.referral.kinds import ReferralId
from referloop.referral.problems import Problem
from referloop.referral.snapshot import snapshot
from referloop.storage import forms, roster, saved_views, worklist
from referloop.storage.database import Session
from referloop.storage.resources import logs
from referloop.wiring.desk import Desk
from referloop.wiring.lines import lines_of, lines_page, narrowed
from referloop.wiring.recording import NOT_GIVEN, Place, record, stale, unknown
from referloop.wiring.sights import seen_by
from referloop.workbench.access import may
from referloop.workbench.asking import Here
from referloop.workbench.lines import Filter, Line, Lines
from referloop.workbench.listing_needs import Outcome, SavedView, Wish
from referloop.workbench.restricted import guarding
from referloop.workbench.sight import gives, restricted


class ListingOfDesk:
    """See `workbench.listing_needs.ListingNeeds`."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def lines(self, here: Here, wanted: Filter) -> tuple[Lines, int]:
        with self.desk.database.reading(here.organization) as session:
            found = lines_page(session, here, wanted)
            return found, worklist.matching(session, narrowed(here, wanted, seen_by(session, here)))

    def picked(self, here: Here, referrals: Sequence[str]) -> Sequence[Line]:
        with self.desk.database.reading(here.organization) as session:
            return lines_of(session, here, worklist.picked(session, referrals, seen_by(session, here)))

    def foreseen(self, here: Here, wishes: Sequence[Wish]) -> Mapping[str, tuple[Problem, ...]]:
        policy = self.desk.policy(here.organization)
        with self.desk.database.reading(here.organization) as session:
            found = {**_refused(session, here, wishes)}
            known = logs(session, [wish.referral for wish in wishes if wish.referral not in found])
        guard = guarding(here.role, here.user)
        for wish in wishes:
            if wish.referral in found:
                continue
            log = known[wish.referral]
            old = stale(log, Place(here.organization, log.referral, wish.seen))
            ruled = refusals(log.entries, policy, wish.draft, here.author, here.now)
            hidden = guard(log, snapshot(log.entries, policy.calendar), wish.draft)
            found[wish.referral] = (*old, *ruled, *hidden)
        return found

    def recorded(self, here: Here, wishes: Sequence[Wish]) -> Mapping[str, Outcome]:
        desk = replace(self.desk, clock=lambda: here.now)
        with self.desk.database.reading(here.organization) as session:
            found: dict[str, Outcome] = {**_refused(session, here, wishes)}
        guard = guarding(here.role, here.user)
        for wish in wishes:
            if wish.referral in found:
                continue
            place = Place(here.organization, ReferralId(wish.referral), wish.seen, here.form)
            outcome = record(desk, place, wish.draft, here.author, None, guard)
            found[wish.referral] = outcome if isinstance(outcome, tuple) else outcome.log.version
        with self.desk.database.reading(here.organization) as session:
            # Sent again, it is the entry of the first time, whatever was written since.
            return {**found, **forms.entries(session, here.form)}

    def owners(self, here: Here) -> Sequence[tuple[str, str]]:
        with self.desk.database.reading(here.organization) as session:
            found = roster.users(session, active_only=True)
        return [(user.id, user.name) for user in found if may(user.role, "record")]

    def views(self, here: Here) -> Sequence[SavedView]:
        with self.desk.database.reading(here.organization) as session:
            rows = saved_views.views_of(session, here.user)
        return [
            SavedView(id, name, msgspec.json.decode(wanted, type=Filter), tuple(msgspec.json.decode(columns)))
            for id, name, wanted, columns in rows
        ]

    def save_view(self, here: Here, view: SavedView) -> None:
        wanted, columns = (msgspec.json.encode(each).decode() for each in (view.wanted, view.columns))
        row = (view.id or self.desk.new_id(), view.name, wanted, columns)
        with self.desk.database.transaction(here.organization) as session:
            if not forms.before(session, here.form):
                saved_views.save(session, here.user, row, here.now)
                forms.keep(session, here.form, row[0], here.now)

    def remove_view(self, here: Here, id: str) -> None:
        with self.desk.database.transaction(here.organization) as session:
            saved_views.remove(session, here.user, id)

    def table(self, kind: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
        return write_xlsx(header, rows) if kind == "xlsx" else write_csv(header, rows)


def _refused(session: Session, here: Here, wishes: Sequence[Wish]) -> Mapping[str, tuple[Problem, ...]]:
    """Which of their referrals are not there for whoever asks, or restricted to others."""
    rows = worklist.picked(session, [wish.referral for wish in wishes], seen_by(session, here))
    there = {row.referral: restricted(here.role, here.user, row.restricted_to) for row in rows}
    found: dict[str, tuple[Problem, ...]] = {}
    for wish in wishes:
        hidden = there.get(ReferralId(wish.referral))
        if hidden is None:
            found[wish.referral] = (unknown(wish.referral),)
        elif hidden and not gives(here.role, wish.draft.fact.word):
            found[wish.referral] = (NOT_GIVEN,)
    return found
