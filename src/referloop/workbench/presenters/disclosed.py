"""The account of what went to whom, as people read it: one row for each, the newest first."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from referloop.referral.disclosures import GROUNDS, UNKNOWN, Disclosure
from referloop.workbench.access_needs import Look
from referloop.workbench.disclosure_needs import Ledger, Notice
from referloop.workbench.lines import Line
from referloop.workbench.presenters.choices import plain
from referloop.workbench.presenters.timeline import author_of
from referloop.workbench.rendering import channel_words, exact, spoken_day
from referloop.workbench.sight import stands_for_names

SIX_YEARS = timedelta(days=6 * 365 + 2)  # as far back as 45 CFR 164.528 goes
WHAT: Mapping[str, str] = {
    "referral": "The referral",
    "receipt": "That the referral came",
    "question": "A question",
    "coverage-question": "A question about coverage",
    "permission-request": "A request for permission",
    "permission-supplement": "What the payer asked for",
    "peer-to-peer": "A peer-to-peer talk",
    "appeal": "An appeal",
    "letter": "A letter",
    "contact": "A call or message about the referral",
    "report": "The report",
    "report-question": "A request for the report",
    "told-plan": "What follows",
    "told-closing": "That it closes",
    "told-appointment": "The appointment",
    "told-denial": "The denial",
    "closing-announced": "That it will be closed",
    "message": "A message",
    "note": "A note",
    "escalation": "What is overdue",
}
_OPENED: Mapping[str, str] = {
    "referral-opened": "Opened the referral", "patient-opened": "Opened the patient",
    "document-opened": "Read a document", "document-taken": "Took a document",
    "glass-opened": "Opened with a reason",
}  # fmt: skip
GROUND: Mapping[str, str] = {
    "treatment": "treatment", "payment": "payment", "to-patient": "to the patient",
    "involved-in-care": "involved in the patient's care", UNKNOWN: "not stated",
}  # fmt: skip
_TO: Mapping[str, str] = {"contact": "alternate contact"}
PROOF: Mapping[str, str] = {
    "delivered": "delivered", "failed": "could not be delivered", "received": "receipt confirmed",
    "answered": "answered", "kept": "a document is kept", "": "",
}  # fmt: skip
_READER = {"clinician": "clinician", "receiving-office": "receiving office", "client": "system"}


@dataclass(frozen=True, slots=True)
class Row:
    """`times` is how often somebody opened the same; `accountable` says that the law wants it named."""

    at: datetime
    when: str
    line: Line | None
    what: str
    to: str
    channel: str
    ground: str
    by: str
    proof: str
    accountable: bool
    times: int = 1


def rows(it: Ledger, zone: ZoneInfo) -> list[Row]:
    found = [_told(it, referral, each, zone) for referral, each in it.told]
    found += [_unsure(it, each, zone) for each in it.unsure]
    found += _opened(it, zone)
    return sorted(found, key=lambda each: each.at)[::-1]  # of one moment, what was written last comes first


def owed_by_law(found: list[Row], now: datetime) -> list[Row]:
    """What the account for the patient has to name."""
    return [each for each in found if each.accountable and each.at > now - SIX_YEARS]


def _told(it: Ledger, referral: str, each: Disclosure, zone: ZoneInfo) -> Row:
    local = each.at.astimezone(zone)
    return Row(
        at=each.at,
        when=spoken_day(local.date()) if each.day_only else exact(each.at, zone),
        line=it.lines.get(referral),
        what=WHAT[each.what],
        to=_recipient(it, referral, each.to, each.name),
        channel=channel_words(each.channel),
        ground=GROUND[each.ground] + _permission(it, referral, each),
        by=author_of(each.by, it.names),
        proof=PROOF[each.proof],
        accountable=each.accountable,
    )


def _permission(it: Ledger, referral: str, each: Disclosure) -> str:
    """That the patient permitted it, and by which entry of its log."""
    held = [
        str(one.seq)
        for about, one in it.permitted
        if about == referral
        and one.since <= each.at
        and (one.until is None or each.at < one.until)
        and stands_for_names([one.to], each.name)
    ]
    return f", with the patient's permission (entry {', '.join(held)})" if held else ""


def _unsure(it: Ledger, each: Notice, zone: ZoneInfo) -> Row:
    ground = GROUNDS.get(each.to, UNKNOWN)
    return Row(
        at=each.at, when=exact(each.at, zone), line=it.lines.get(each.referral), what=WHAT["message"],
        to=_recipient(it, each.referral, each.to, each.address), channel=channel_words(each.channel),
        ground=GROUND[ground], by="Referloop",
        proof="refused, or not delivered" if each.refused else "nobody answered",
        accountable=ground == UNKNOWN,
    )  # fmt: skip


def _recipient(it: Ledger, referral: str, to: str, name: str) -> str:
    """Who it was; where the referral is hidden, of what kind: a name may tell what it is about."""
    line, kind = it.lines.get(referral), _TO.get(to) or plain(to)
    return kind if not name or line is None or line.hidden else f"{name} ({kind})"


def _opened(it: Ledger, zone: ZoneInfo) -> Iterator[Row]:
    """The same thing opened by the same reader is one row, from the first time on."""
    found: dict[tuple[str, ...], list[Look]] = {}
    for look in reversed(it.opened):
        found.setdefault((look.user, look.referral, look.act, look.about), []).append(look)
    for looks in found.values():
        yield _reader(it, looks[0], len(looks), zone)


def _reader(it: Ledger, first: Look, times: int, zone: ZoneInfo) -> Row:
    line = it.lines.get(first.referral)
    system = first.role == "client"
    sender = system and it.senders.get(first.referral) == first.name
    ground = "treatment" if sender or not system else UNKNOWN
    kind = _READER[first.role]
    return Row(
        at=first.at, when=exact(first.at, zone), line=line, what=_OPENED[first.act],
        to=kind if line and line.hidden else f"{first.name} ({kind})",
        channel="FHIR" if system else "on our pages", ground=first.reason or GROUND[ground], by="themselves",
        proof="", accountable=ground == UNKNOWN, times=times,
    )  # fmt: skip
