"""The columns of each table, and values as rows."""

from collections.abc import Iterable, Sequence
from datetime import datetime, tzinfo
from typing import Any

import msgspec

from referloop.ports import Arrival, Item, Kept, Outgoing, Stored
from referloop.referral.board import Standing
from referloop.referral.log import Line
from referloop.referral.problems import Problem
from referloop.referral.sendings import sendings
from referloop.referral.snapshot import Snapshot
from referloop.spelling import party
from referloop.storage.database import Query, Row, insert_sql

# In the order in which they are written: what others point at comes first.
COLUMNS: dict[str, tuple[str, ...]] = {
    "evidence": ("organization_id", "digest", "media_type", "body"),
    "inbox": (
        "organization_id", "id", "channel", "sender", "message_id", "digest", "content_digest", "received_at",
        "state", "kind", "problems", "referrals", "waits_for", "owner", "due_at", "attempts", "answer",
        "answer_status",
    ),
    "people": (
        "organization_id", "id", "family", "given", "birth_date", "sex", "said", "same_as", "created_at",
    ),
    "person_keys": ("organization_id", "key", "person_id"),
    "search_keys": ("organization_id", "key", "id"),
    "parties": ("organization_id", "key", "practitioner", "organisation", "said"),
    "party_names": ("organization_id", "key", "name"),
    "referrals": ("organization_id", "id", "patient_id", "version", "head", "created_at"),
    "referral_names": ("organization_id", "name", "referral_id"),
    "entries": (
        "organization_id", "referral_id", "seq", "word", "occurred_at", "recorded_at", "line", "hash",
    ),
    "board": (
        "organization_id", "referral_id", "patient_id", "is_open", "headline", "service", "urgency", "step",
        "about", "says", "owner", "due_at", "score", "reasons", "flags", "received_at", "look_at", "version",
        "requester", "arrived", "closed", "late", "restricted_to",
    ),
    "sent_to": ("organization_id", "party", "referral_id"),
    "obligations": (
        "organization_id", "referral_id", "code", "about", "owner", "says", "track", "opens_at", "due_at",
    ),
    "items": (
        "organization_id", "id", "kind", "about", "says", "remedy", "owner", "created_at", "due_at",
        "closed_at", "closed_by", "outcome",
    ),
    "outbox": (
        "organization_id", "id", "referral_id", "channel", "addressee", "destination", "media_type",
        "payload", "state",
        "attempts", "created_at", "next_at", "leased_until", "said",
    ),
    "resources": (
        "organization_id", "kind", "id", "version", "referral_id", "person_id", "client", "received_at",
        "body",
    ),
    "resource_names": ("organization_id", "kind", "name", "id"),
}  # fmt: skip

_KEEP = "ON CONFLICT DO NOTHING"
_BOARD_KEY = ("organization_id", "referral_id")
_TAILS = {
    "evidence": _KEEP,
    "person_keys": _KEEP,
    "search_keys": _KEEP,
    "parties": _KEEP,
    "party_names": _KEEP,
    "referral_names": _KEEP,
    "resource_names": _KEEP,
    "sent_to": _KEEP,
    "board": "ON CONFLICT (organization_id, referral_id) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in COLUMNS["board"] if name not in _BOARD_KEY),
}
_ROWS_AT_ONCE = 200


def inserts(table: str, rows: Sequence[Row]) -> Iterable[Query]:
    """The statements that write these rows."""
    columns, tail = COLUMNS[table], _TAILS.get(table, "")
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        page = rows[start : start + _ROWS_AT_ONCE]
        yield insert_sql(table, columns, len(page), tail), [value for row in page for value in row]


def json_text(value: Any) -> str:
    return msgspec.json.encode(value).decode()


_PROBLEMS = msgspec.json.Decoder(tuple[Problem, ...])
_TEXTS = msgspec.json.Decoder(tuple[str, ...])


def problems_of(text: str) -> tuple[Problem, ...]:
    return _PROBLEMS.decode(text)


def texts_of(text: str) -> tuple[str, ...]:
    return _TEXTS.decode(text)


def inbox_row(organization: str, arrival: Arrival, kept: Kept) -> Row:
    return (
        organization, kept.id, arrival.channel, arrival.sender, arrival.message_id, arrival.digest,
        arrival.content_digest, arrival.received_at, kept.state, kept.kind, json_text(kept.problems),
        json_text(kept.referrals), kept.waits_for, kept.owner, kept.due_at, 0, kept.answer.body,
        kept.answer.status,
    )  # fmt: skip


def entry_row(organization: str, referral: str, line: Line) -> Row:
    return (
        organization,
        referral,
        line.seq,
        line.word,
        line.occurred_at,
        line.recorded_at,
        line.text,
        line.hash,
    )


def board_row(organization: str, it: Standing, at: datetime, zone: tzinfo) -> Row:
    """`at` is when it was computed; the day it was received is that of the desk's own zone."""
    step = it.step
    return (
        organization, it.log.referral, it.log.patient, int(it.now.open or bool(it.owed)), it.headline,
        it.now.request.service if it.now.request else "", it.now.urgency,
        step.code if step else "", step.about if step else "", step.says if step else "",
        step.owner if step else "", step.due if step else None, step.score if step else 0.0,
        json_text(step.reasons if step else ()), json_text(it.flags), it.received_at, it.look_at,
        it.log.version, party(it.now.request.requester) if it.now.request else "",
        it.received_at.astimezone(zone).date().isoformat() if it.received_at else "",
        _closed(it, zone), int(bool(step and step.due <= at)), restricted_to(it.now),
    )  # fmt: skip


def restricted_to(now: Snapshot) -> str:
    """To whom it is given, `-` for nobody; "" where all of the desk may see it."""
    return (now.owner or "-") if now.labels else ""


def _closed(it: Standing, zone: tzinfo) -> str:
    """The day on which it was last closed, if it is."""
    if it.now.open:
        return ""
    entries = reversed(it.log.entries)
    at = next((each.recorded_at for each in entries if each.word == "referral-closed"), None)
    return at.astimezone(zone).date().isoformat() if at else ""


def sent_rows(organization: str, it: Standing) -> Iterable[Row]:
    keys = {party(each.performer) for each in sendings(it).values()} - {""}
    return [(organization, key, it.log.referral) for key in sorted(keys)]


def obligation_rows(organization: str, it: Standing) -> Iterable[Row]:
    for each in it.owed:
        need = each.requirement
        yield (
            organization, it.log.referral, need.code, each.about, need.owner, need.says, need.track,
            each.opens_at, each.due,
        )  # fmt: skip


def item_row(organization: str, item: Item) -> Row:
    return (
        organization, item.id, item.kind, item.about, item.says, item.remedy, item.owner, item.created_at,
        item.due_at, None, "", "",
    )  # fmt: skip


def outbox_row(organization: str, out: Outgoing) -> Row:
    return (
        organization, out.id, out.referral, out.channel, out.addressee, out.destination, out.media_type,
        out.payload,
        "queued", 0, out.created_at, out.created_at, None, "",
    )  # fmt: skip


def resource_row(organization: str, it: Stored) -> Row:
    return (
        organization,
        it.kind,
        it.id,
        it.version,
        it.referral,
        it.person,
        it.client,
        it.received_at,
        it.body,
    )
