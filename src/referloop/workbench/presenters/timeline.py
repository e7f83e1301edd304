"""The log as people read it: sentences with time, person and source; what was corrected stays readable."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, get_args
from zoneinfo import ZoneInfo

from referloop.referral.entry import Author, Entry, When
from referloop.referral.facts import coverage
from referloop.referral.facts.desk import DeadlineMissed, EntryWithdrawn, Escalated, OwnerAssigned
from referloop.referral.facts.fact import Fact, in_words
from referloop.referral.fields import declared
from referloop.referral.kinds import CLEAR
from referloop.referral.story import begins
from referloop.workbench.presenters.acts import ACTS
from referloop.workbench.presenters.choices import plain
from referloop.workbench.rendering import exact, spoken_day, spoken_start
from referloop.workbench.restricted import is_bare
from referloop.workbench.workspace_needs import Workspace

KINDS = ("all", "clinical", "contact", "payer", "documents")
_CONTACT = {
    "contact-attempted", "patient-reached", "patient-called-in", "contact-detail-corrected",
    "contact-opted-out", "letter-sent", "patient-to-call", "patient-declined", "patient-told",
    "message-sent", "message-received", "patient-waitlisted",
}  # fmt: skip
_DOCUMENTS = {"document-received", "report-received", "report-matched", "report-routed", "packet-completed"}
_CLINICAL = {
    "referral-received", "referral-changed", "referral-triaged", "urgency-raised", "urgency-lowered",
    "urgency-proposed", "risk-flagged", "risk-cleared", "encounter-finished", "econsult-answered",
    "report-received", "report-reviewed", "recommendation-made", "recommendation-settled", "patient-no-show",
    "sensitivity-labelled", "sensitivity-lifted", "closure-approved", "patient-died", "referral-declined",
    "information-requested", "information-received",
}  # fmt: skip


_WORDS = re.compile("[a-z]+(-[a-z]+)+")


@dataclass(frozen=True, slots=True)
class Event:
    """`source` is an address and words; `instead` the entry that stands in its place, 0 for none."""

    seq: int
    word: str
    kinds: frozenset[str]  # the filters under which it shows
    when: str
    learned: str  # when we learned of it, where that was later
    says: str
    who: str
    source: tuple[str, str] | None
    instead: int
    undone: bool  # what stands instead says no more than that this is taken back
    mends: int
    mine: bool
    correct: str  # the address where it can be corrected, "" where it cannot


def timeline(it: Workspace, zone: ZoneInfo, user: str, role: str) -> list[Event]:
    """The latest first."""
    log = it.standing.log.entries
    instead = {entry.corrects: entry for entry in log if entry.corrects}
    titles = {each.requirement.code: each.requirement.title for each in it.standing.obligations}
    shown = sorted(log, key=lambda entry: (begins(entry.occurred_at, zone), entry.seq), reverse=True)
    return [_event(entry, it, zone, user, role, instead, titles) for entry in shown]


def _event(
    entry: Entry, it: Workspace, zone: ZoneInfo, user: str, role: str, instead: dict[int, Entry],
    titles: dict[str, str],
) -> Event:  # fmt: skip
    at = f"/referrals/{it.standing.log.referral}"
    act = ACTS.get(entry.word)
    ours = entry.author.kind != "machine" and act is not None and act.allowed(role)
    later = instead.get(entry.seq)
    free = ours and later is None and not is_bare(entry.fact, it.masked)
    return Event(
        seq=entry.seq,
        word=entry.word,
        kinds=kinds(entry),
        when=spoken(entry.occurred_at, zone),
        learned=_learned(entry, zone),
        says=sentence(entry, titles, it.names),
        who=who(entry.author, it),
        source=source(entry, it),
        instead=later.seq if later else 0,
        undone=later is not None and later.word == EntryWithdrawn.word,
        mends=entry.corrects or 0,
        mine=free and entry.author.kind == "person" and entry.author.id == user,
        correct=f"{at}?do={entry.word}&corrects={entry.seq}#do" if free else "",
    )


def kinds(entry: Entry) -> frozenset[str]:
    found = {"payer"} if type(entry.fact).__module__ == coverage.__name__ else set()
    for kind, words in (("contact", _CONTACT), ("documents", _DOCUMENTS), ("clinical", _CLINICAL)):
        found |= {kind} if entry.word in words else set()
    return frozenset(found)


def spoken(at: When, zone: ZoneInfo) -> str:
    return exact(at, zone) if isinstance(at, datetime) else spoken_day(at)


def _learned(entry: Entry, zone: ZoneInfo) -> str:
    """Said only when it was learned on a later day than it happened."""
    happened, learned = begins(entry.occurred_at, zone).astimezone(zone), entry.recorded_at.astimezone(zone)
    return exact(learned, zone) if learned.date() > happened.date() else ""


def sentence(entry: Entry, titles: dict[str, str], names: Mapping[str, str]) -> str:
    """As `in_words`, with days, requirements and people as people write them."""
    fact = entry.fact
    if isinstance(fact, OwnerAssigned):
        return f"Given to {names.get(fact.owner, fact.owner)}"
    if isinstance(fact, DeadlineMissed | Escalated):
        title = titles.get(fact.requirement, fact.requirement)
        title = title[:1].lower() + title[1:]
        if isinstance(fact, DeadlineMissed):
            return f"Missed: {title}, owed by {names.get(fact.owner, fact.owner)}"
        return f"Escalated to {fact.to}: {title}"
    said = told(fact)
    return said[:1].upper() + said[1:]


def told(fact: Fact) -> str:
    """As `in_words`, with days and the words of our lists as people write them."""
    return in_words(replace(fact, **dict(_spoken(fact))))


def _spoken(fact: Fact) -> Iterator[tuple[str, Any]]:
    for name, hint in declared(fact.word).items():
        kind, *markers = get_args(hint)
        value = getattr(fact, name)
        if value and kind == date | None:
            yield name, spoken_day(value)
        elif value and "wall clock" in markers:
            yield name, spoken_start(value)
        elif kind is str and CLEAR in markers and _WORDS.fullmatch(value):
            yield name, plain(value)


def who(author: Author, it: Workspace) -> str:
    return author_of(author, it.names)


def author_of(author: Author, names: Mapping[str, str]) -> str:
    if author.kind == "person":
        return names.get(author.id, author.id)
    return "Referloop" if author.kind == "machine" else f"{author.id} (partner)"


def source(entry: Entry, it: Workspace) -> tuple[str, str] | None:
    """The message or the document that proves it."""
    if entry.evidence.startswith("inbox:"):
        return f"/inbox/{entry.evidence.removeprefix('inbox:')}", "message"
    document = getattr(entry.fact, "document", "") or entry.evidence
    if document in it.kept:
        return f"/referrals/{it.standing.log.referral}/documents/{document}", "document"
    return None


def last_own(events: Sequence[Event]) -> Event | None:
    """What the one who looks recorded last, and can still take back."""
    own = [each for each in events if each.mine and each.word != EntryWithdrawn.word]
    return max(own, key=lambda each: each.seq, default=None)
