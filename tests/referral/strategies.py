"""Arbitrary facts, entries and logs, generated from what each fact declares about its fields."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, get_args

from hypothesis import strategies as st

from referloop.referral.closing import REASONS
from referloop.referral.entry import Author, Entry
from referloop.referral.facts import WORDS
from referloop.referral.facts.fact import Fact
from referloop.referral.fields import declared, required
from referloop.referral.kinds import PHI, OneOf

FOREVER, NOT_KNOWN = date(9999, 12, 31), date(1, 1, 1)  # what others write when they know no day
DAYS = [date(2026, 3, 7), date(2026, 6, 30), date(2026, 11, 26), date(2028, 2, 29), FOREVER, NOT_KNOWN]
WALLS = [
    "2026-03-08T02:30", "2026-11-01T01:30", "2028-02-29T09:00", "2026-06-30",
    "0001-01-01T00:00", "9999-12-31T23:59",
]  # fmt: skip
ODD_TEXTS = [
    'say "no"', "a|b", "[1, 2]", "# not a comment", "two\nlines", "end\n", "two\u2028lines", "back\\slash",
    "Ольга Ивановна", "山田太郎", "فاطمة", "a=b", " ", "yes", "by", "null", "7",
]  # fmt: skip
TEXTS = st.sampled_from(ODD_TEXTS) | st.text(min_size=1, max_size=12)
REFS = ["a", "b"]
CODES = ["a", "patient", "specialist", *REASONS]
AUTHORS = st.builds(
    Author,
    st.sampled_from(["person", "machine", "partner"]),
    st.sampled_from(["desk", "ann lee", "山田", 'o"neil', "a=b"]),
    st.sampled_from(["", "specialist", "clinician"]),
)
START = datetime(2026, 3, 1, 5, tzinfo=UTC)
INSTANTS = st.integers(0, 40).map(lambda n: START + timedelta(hours=7 * n)) | st.integers(0, 500_000).map(
    lambda n: START + timedelta(minutes=n)
)
OCCURRED = (
    INSTANTS | st.integers(0, 12).map(lambda n: START.date() + timedelta(days=n)) | st.sampled_from(DAYS)
)


def _value(word: str, name: str) -> st.SearchStrategy[Any]:
    kind, *markers = get_args(declared(word)[name])
    needed = name in required(word)
    choice = next((marker for marker in markers if isinstance(marker, OneOf)), None)
    if choice:
        return st.sampled_from([*choice.words, *([] if needed else [""])])
    if kind is str:
        some = _words(name, markers)
        return some if needed or "wall clock" in markers else st.just("") | some
    if kind == date | None:
        return st.sampled_from([*DAYS, *([] if needed else [None])])
    return {bool: st.booleans(), int: st.integers(0, 3)}.get(kind, st.lists(TEXTS, max_size=2).map(tuple))


def _words(name: str, markers: list[Any]) -> st.SearchStrategy[str]:
    if "wall clock" in markers:
        return st.sampled_from(WALLS)
    if PHI in markers:
        return TEXTS
    zones = ["Asia/Tokyo", "Europe/London"]
    known = {"reason": CODES, "to": CODES, "requirement": ["answer", "report", "triage"], "zone": zones}
    return st.sampled_from(known.get(name, REFS))


_BUILT = {
    word: st.builds(kind, **{name: _value(word, name) for name in declared(word)})
    for word, kind in WORDS.items()
}


@st.composite
def facts(draw: st.DrawFn, *words: str) -> Fact:
    """A fact with one of these words, or with any."""
    return draw(_BUILT[draw(st.sampled_from(words or tuple(WORDS)))])


@st.composite
def logs(draw: st.DrawFn, of: st.SearchStrategy[Fact], most: int = 12) -> tuple[Entry, ...]:
    """A log in no sensible order, with corrections of entries that may not even be there."""
    chosen = draw(st.lists(of, max_size=most))
    return tuple(_entry(draw, seq, fact, len(chosen)) for seq, fact in enumerate(chosen, start=1))


def _entry(draw: st.DrawFn, seq: int, fact: Fact, most: int) -> Entry:
    corrects = draw(st.none() | st.none() | st.none() | st.integers(1, most + 1))
    evidence = draw(st.just("") | TEXTS)
    return Entry(seq, fact, draw(OCCURRED), draw(INSTANTS), draw(AUTHORS), evidence, corrects)


def after(
    log: tuple[Entry, ...], *facts: Fact, at: datetime = datetime(2990, 1, 1, tzinfo=UTC)
) -> tuple[Entry, ...]:
    """The log with these facts at its end, an hour apart, as the last things that happened.

    Their numbers leave one out, so that no correction in the log names them by chance.
    """
    ann = Author("person", "ann")
    return log + tuple(
        Entry(len(log) + 1 + n, fact, at + timedelta(hours=n), at + timedelta(hours=n), ann)
        for n, fact in enumerate(facts, start=1)
    )


def in_another_order(log: tuple[Entry, ...], order: list[int]) -> tuple[Entry, ...]:
    """The same entries as if they had arrived in another order; corrections follow the entry they name."""
    places = {log[old].seq: new for new, old in enumerate(order, start=1)}
    return tuple(
        replace(log[old], seq=new, corrects=places.get(log[old].corrects or 0, log[old].corrects))
        for new, old in enumerate(order, start=1)
    )


ANY = facts()
LIVELY = facts(
    "referral-received", "referral-triaged", "urgency-raised", "urgency-lowered", "risk-flagged",
    "performer-chosen", "referral-sent", "referral-accepted", "referral-declined", "leg-ended",
    "permission-assessed", "permission-granted", "permission-denied", "appointment-booked",
    "appointment-confirmed", "appointment-cancelled", "patient-no-show", "encounter-finished",
    "report-received", "report-reviewed", "contact-attempted", "patient-reached", "clock-paused",
    "clock-resumed", "referral-merged", "merge-undone", "duplicate-suspected", "referral-closed",
    "referral-reopened", "document-received", "deadline-missed",
)  # fmt: skip
LOGS = logs(ANY) | logs(LIVELY)
