"""Files of many referrals, for the workbench: asked for, decided by somebody else, and taken within a day."""

from collections.abc import Mapping, Sequence

import msgspec

from referloop.ports import Item
from referloop.referral.requirement import Span
from referloop.storage import export_requests, forms, items, roster
from referloop.storage.database import Session
from referloop.storage.export_requests import Request
from referloop.storage.tables import inserts, item_row, json_text
from referloop.wiring.desk import Desk
from referloop.workbench.access_needs import ExportRequest
from referloop.workbench.asking import Here
from referloop.workbench.lines import Filter

_SOON = Span(1, "bd")


class ExportsOfDesk:
    """See `workbench.access_needs.ExportNeeds`."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def ask(
        self, here: Here, wanted: Filter, columns: Sequence[str], kind: str, how_many: int, purpose: str
    ) -> str:
        id = self.desk.new_id()
        due = self.desk.policy(here.organization).calendar.counted(here.now, _SOON, whole_days=False)
        says = f"{here.name} asks for a file of {how_many:,} referrals."
        item = Item(
            id=self.desk.new_id(), kind="export", about=f"export:{id}", says=says,
            remedy="Read the purpose; approve or refuse it.", owner="lead", created_at=here.now, due_at=due,
        )  # fmt: skip
        request = Request(
            id, here.user, json_text(wanted), json_text(columns), kind, how_many, purpose, here.now
        )
        with self.desk.database.transaction(here.organization) as session:
            if forms.before(session, here.form):
                return ""
            export_requests.add(session, request)
            session.write(*inserts("items", [item_row(here.organization, item)]))
            forms.keep(session, here.form, id, here.now)
        return id

    def one(self, here: Here, id: str) -> ExportRequest | None:
        with self.desk.database.reading(here.organization) as session:
            found = export_requests.one(session, id)
            return _named(session, [found])[0] if found else None

    def own(self, here: Here) -> Sequence[ExportRequest]:
        with self.desk.database.reading(here.organization) as session:
            return _named(session, export_requests.own(session, here.user))

    def waiting(self, here: Here) -> Sequence[ExportRequest]:
        with self.desk.database.reading(here.organization) as session:
            return _named(session, export_requests.waiting(session))

    def decide(self, here: Here, id: str, outcome: str, reason: str) -> bool:
        with self.desk.database.transaction(here.organization) as session:
            if forms.before(session, here.form):
                return True
            decided = export_requests.decide(session, id, here.user, outcome, reason, here.now)
            if decided:
                by = str(here.author)
                session.write(items.closing(here.organization, f"export:{id}", by, outcome, here.now))
                forms.keep(session, here.form, id, here.now)
        return decided


def _named(session: Session, found: Sequence[Request]) -> list[ExportRequest]:
    names = {each.id: each.name for each in roster.users(session)}
    return [_request(each, names) for each in found]


def _request(it: Request, names: Mapping[str, str]) -> ExportRequest:
    return ExportRequest(
        id=it.id, user=it.user, name=names.get(it.user, it.user),
        wanted=msgspec.json.decode(it.wanted, type=Filter),
        columns=tuple(msgspec.json.decode(it.columns)), kind=it.kind, how_many=it.how_many,
        purpose=it.purpose, asked_at=it.asked_at, decided_at=it.decided_at,
        decided_by=names.get(it.decided_by, it.decided_by), outcome=it.outcome, reason=it.reason,
    )  # fmt: skip
