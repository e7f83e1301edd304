"""Every form of the workbench that has an effect, filled in and ready: what it adds to the books."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from referloop.policy.pack import text_of
from referloop.ports import ExchangeError
from referloop.storage import outbox
from referloop.storage.access import User, add_user
from referloop.workbench.asking import Go, Page
from referloop.workbench.pages import (
    acting,
    batch,
    compliance,
    contact_rules,
    exports,
    glass,
    inbox,
    new_referral,
    referral_documents,
    referral_questions,
    referrals,
    settings,
    settings_calendar,
    settings_connections,
    settings_policy,
    settings_proposals,
)
from referloop.workbench.routes import View
from tests.storage.cast import outgoing
from tests.workbench.by_hand import record
from tests.workbench.filled import Filled, a_doubtful_patient
from tests.workbench.sighted import THEIRS, theirs
from tests.workbench.test_documents import keep
from tests.workbench.test_inbox import unread
from tests.workbench.test_new_referral import WHOLE
from tests.workbench.test_settings_calendar import FORM as CALENDAR
from tests.workbench.test_settings_policy import FILES, published


@dataclass(frozen=True)
class Sent:
    """A form: who sends it where, with what; `grows` is what it adds."""

    view: View
    role: str
    form: Mapping[str, str]
    grows: Mapping[str, int]
    path: Mapping[str, str] = field(default_factory=dict)
    lists: Mapping[str, list[str]] = field(default_factory=dict)


def note(it: Filled) -> Sent:
    form = {"seen": "1", "text": "rang the ward", "audience": "desk"}
    return Sent(acting.act, "lead", form, {"entries": 1}, {"referral": "R1", "word": "note-added"})


def hold_ended(it: Filled) -> Sent:
    """A step that cannot be taken twice."""
    held = {"track": "coverage", "waiting_for": "payer", "until_on": "2026-12-01", "reason": "x"}
    record(it, "R1", "hold-placed", **held)
    form = {"seen": "2", "hold": "hold-2"}
    return Sent(acting.act, "lead", form, {"entries": 1}, {"referral": "R1", "word": "hold-ended"})


def batch_of_notes(it: Filled) -> Sent:
    form = {"action": "note", "step": "do", "text": "all told", "audience": "desk"}
    return Sent(batch.batch, "lead", form, {"entries": 2}, lists={"pick": ["R1~1", "R2~1"]})


def merged(it: Filled) -> Sent:
    form = {"seen": "1", "other": "R4", "reason": "the same request", "rests": "other"}
    return Sent(referral_questions.merge, "lead", form, {"entries": 2}, {"referral": "R1"})


def merge_undone(it: Filled) -> Sent:
    it.ask(referral_questions.merge, path={"referral": "R1"}, form=merged(it).form)
    form = {"seen": "2", "reason": "two requests after all", "resting": "R4"}
    return Sent(referral_questions.unmerge, "lead", form, {"entries": 2}, {"referral": "R4"})


def a_report_matched(it: Filled) -> Sent:
    keep(it, "d1", b"Sinus rhythm.", "text/plain")
    form = {"seen": "2", "kind": "final"}
    path = {"referral": "R1", "digest": "d1"}
    return Sent(referral_documents.match, "lead", form, {"entries": 1}, path)


def a_notice_sent_again(it: Filled) -> Sent:
    """One that could not be delivered."""
    desk, organization = it.test.desk, it.test.organization
    with desk.books(organization) as books:
        books.send(outgoing("E1"))
    [claimed] = outbox.claim(desk.database, organization, it.test.clock.now, limit=1)
    with desk.books(organization) as books:
        outbox.settle(books, claimed, ExchangeError("no such address", permanent=True))
    form = {"decision": "replay"}
    return Sent(inbox.outgoing, "lead", form, {}, {"id": "E1"})


def a_new_referral(it: Filled) -> Sent:
    form = {**WHOLE, "same": "new"}
    grows = {"entries": 1, "referrals": 1, "people": 1, "inbox": 1}
    return Sent(new_referral.new_referral, "lead", form, grows)


def a_message_read_again(it: Filled) -> Sent:
    kept = unread(it)
    return Sent(inbox.replay, "lead", {}, {}, {"id": kept})


def an_item_closed(it: Filled) -> Sent:
    item = a_doubtful_patient(it)
    return Sent(inbox.close, "lead", {"outcome": "looked at"}, {}, {"id": item})


def an_identity_settled(it: Filled) -> Sent:
    item = a_doubtful_patient(it)
    return Sent(inbox.settle, "lead", {"same_as": "P1"}, {"entries": 1}, {"id": item})


def a_view(it: Filled) -> Sent:
    return Sent(referrals.save_view, "lead", {"name": "Mine"}, {"saved_views": 1})


def a_file_asked_for(it: Filled) -> Sent:
    form = {"purpose": "monthly report", "kind": "csv"}
    return Sent(exports.request, "senior", form, {"export_requests": 1, "items": 1})


def a_file_approved(it: Filled) -> Sent:
    asked = it.ask(exports.request, role="senior", form={"purpose": "monthly report", "kind": "csv"})
    assert isinstance(asked, Go)
    return Sent(exports.decide, "lead", {"outcome": "approved"}, {}, {"id": asked.noted.about})


def a_patient_opened(it: Filled) -> Sent:
    theirs(it)
    form = {"referral": THEIRS, "why": "emergency", "words": "He is here with chest pain."}
    return Sent(glass.glass, "clinician", form, {"accesses": 1, "items": 2})


def an_opening_reviewed(it: Filled) -> Sent:
    theirs(it)
    form = {"referral": THEIRS, "why": "emergency", "words": "He is here with chest pain."}
    it.ask(glass.glass, role="clinician", form=form)
    [opening] = it.needs.accesses.glass(it.here("compliance"), "", waiting=True)[0]
    form = {"access": opening.look.key, "outcome": "needed"}
    return Sent(compliance.review, "compliance", form, {"accesses": 1})


def contact_rules_written(it: Filled) -> Sent:
    form = {"seen": "0", "language": "Spanish"}
    return Sent(contact_rules.contact_rules, "lead", form, {"contact_rules": 1}, {"id": "P1"})


def a_token(it: Filled) -> Sent:
    lists = {"scope": ["referral.read"]}
    form = {"client": "north-ehr", "days": "30"}
    return Sent(settings_connections.create_token, "administrator", form, {"tokens": 1}, lists=lists)


def tokens_ended(it: Filled) -> Sent:
    form, lists = {"client": "north-ehr", "days": "30"}, {"scope": ["referral.read"]}
    it.ask(settings_connections.create_token, role="administrator", form=form, lists=lists)
    return Sent(settings_connections.revoke_tokens, "administrator", {"client": "north-ehr"}, {})


def an_address_proposed(it: Filled) -> Sent:
    form = {"sender": "LAB", "address": "mllp://lab:2575"}
    return Sent(settings_connections.add_destination, "administrator", form, {"proposals": 1})


def an_address_decided(it: Filled) -> Sent:
    form = {"sender": "LAB", "address": "mllp://lab:2575"}
    it.ask(settings_connections.add_destination, role="administrator", form=form)
    [asked] = it.needs.settings.connections.asked(it.here("compliance"))
    form = {"id": asked.id, "outcome": "approved"}
    return Sent(settings_connections.decide, "compliance", form, {})


ELENA = {"id": "elena", "name": "Elena Ruiz", "role": "lead", "active": "yes", "why": "She leads Fridays."}


def somebody_new(it: Filled) -> Sent:
    form = {**ELENA, "role": "junior", "why": ""}
    return Sent(settings.change_person, "administrator", form, {"users": 1})


def a_role_proposed(it: Filled) -> Sent:
    return Sent(settings.change_person, "administrator", ELENA, {"proposals": 1})


def a_colleague_proposed(it: Filled) -> Sent:
    return Sent(settings_proposals.propose, "lead", ELENA, {"proposals": 1})


def a_role_decided(it: Filled) -> Sent:
    with it.test.desk.database.transaction(it.test.organization) as session:
        add_user(session, User("administrator", "An administrator", "administrator"), it.test.clock.now)
    it.ask(settings.change_person, role="administrator", form=ELENA)
    [asked] = it.needs.settings.asked(it.here("compliance"))[0]
    form = {"id": asked.id, "outcome": "approved"}
    return Sent(settings.decide_person, "compliance", form, {"users": 1})


def a_pack_kept(it: Filled) -> Sent:
    form = {"name": "Northside rules", "valid_from": "2026-11-25", "text": text_of(FILES)}
    return Sent(settings_policy.new_pack, "lead", form, {"packs": 1})


def a_pack_proposed(it: Filled) -> Sent:
    kept = it.ask(settings_policy.new_pack, role="lead", form=dict(a_pack_kept(it).form))
    assert isinstance(kept, Go)
    form = {"id": kept.to.partition("id=")[2], "why": "The board wants it"}
    return Sent(settings_policy.propose_pack, "lead", form, {"proposals": 1})


def a_pack_decided(it: Filled) -> Sent:
    proposed = a_pack_proposed(it)
    it.ask(settings_policy.propose_pack, role="lead", form=proposed.form)
    pack = it.needs.settings.policy.pack(it.here(), proposed.form["id"])
    assert pack is not None
    assert pack.asked is not None
    form = {"id": pack.asked.id, "pack": pack.id, "outcome": "approved"}
    return Sent(settings_policy.decide, "administrator", form, {"rule_changes": 1})


def a_pack_ended(it: Filled) -> Sent:
    form = {"id": published(it), "until": "2026-12-01", "why": "Not needed"}
    return Sent(settings_policy.end_pack, "lead", form, {"proposals": 1})


def a_calendar(it: Filled) -> Sent:
    seen = it.ask(settings_calendar.preview, role="administrator", form=CALENDAR)
    assert isinstance(seen, Page)
    form = {**CALENDAR, "seen": seen.shows["seen"]}
    return Sent(settings_calendar.change, "administrator", form, {"calendars": 1, "rule_changes": 1})


def a_calendar_withdrawn(it: Filled) -> Sent:
    laid = a_calendar(it)
    assert isinstance(it.ask(laid.view, role=laid.role, form=laid.form), Go)
    [coming] = it.needs.settings.calendar.calendars(it.here("administrator")).laid
    form = {"id": coming.id, "why": "Not as the board decided"}
    return Sent(settings_calendar.withdraw, "administrator", form, {"rule_changes": 1})


FORMS: tuple[Callable[[Filled], Sent], ...] = (
    note, hold_ended, batch_of_notes, merged, merge_undone, a_report_matched, a_notice_sent_again,
    a_new_referral, a_message_read_again, an_item_closed, an_identity_settled, a_view, a_file_asked_for,
    a_file_approved, a_patient_opened, an_opening_reviewed, contact_rules_written, a_token, tokens_ended,
    an_address_proposed, an_address_decided, somebody_new, a_role_proposed, a_colleague_proposed,
    a_role_decided, a_pack_kept, a_pack_proposed, a_pack_decided, a_pack_ended, a_calendar,
    a_calendar_withdrawn,
)  # fmt: skip
