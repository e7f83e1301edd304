"""Restricted documents: who sees which, what others see in their place, and what may be disclosed to whom.

What is restricted leaves the desk only with the patient's permission that names its class and recipient;
of therapists' and counsellors' own notes the desk sees nothing, whoever the referral is given to.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, get_args

from referloop.referral.entry import Draft, Entry
from referloop.referral.facts.closure import ReportReviewed
from referloop.referral.facts.desk import OwnerAssigned
from referloop.referral.facts.fact import Fact
from referloop.referral.facts.intake import ConsentRecorded
from referloop.referral.fields import declared
from referloop.referral.kinds import NOTES, PHI
from referloop.referral.log import Log
from referloop.referral.problems import Problem
from referloop.referral.snapshot import Snapshot
from referloop.workbench.sight import CLINICIAN, TRUSTED, Sight, gives, stands_for_names

TITLE = "Restricted document"
PART_2 = "substance-use"  # may be a record of a programme under 42 CFR part 2
_DISCLOSES = ("treatment", "treatment-payment-operations")
_TELLS = (("document-received", "kind"), ("document-received", "media_type"))  # what it is, by its code
NOT_SHOWN = Problem(
    "document-restricted", "referral", "This concerns a document that is restricted, and not shown to you.",
    "Ask a lead, who gives the referral to somebody who may read it. "
    "A therapist's own notes open to nobody but the clinician who asked.",
)  # fmt: skip

Guard = Callable[[Log, Snapshot, Draft], tuple[Problem, ...]]


def unguarded(log: Log, now: Snapshot, draft: Draft) -> tuple[Problem, ...]:
    """What nobody at a screen records: nothing is hidden from a message."""
    return ()


def uncovered(now: Snapshot, labels: Iterable[str], to: str, today: date) -> list[str]:
    """The labels that no permission of the patient covers, to disclose them to this recipient today."""
    return sorted(set(labels) - {each.label for each in consents(now, to, today)})


def consents(now: Snapshot, to: str, today: date) -> Iterator[ConsentRecorded]:
    """What the patient permits to disclose to this recipient today."""
    for leaf in now.consents.values():
        one = leaf.fact
        if leaf.state == "given" and isinstance(one, ConsentRecorded) and one.purpose in _DISCLOSES:
            lasts = one.until_on is None or today <= one.until_on
            if lasts and stands_for_names([one.to], to):
                yield one


def labels_of(now: Snapshot, document: str) -> frozenset[str]:
    """Why a document is restricted: by itself, or with the whole referral."""
    return now.labels | now.paper_labels.get(document, frozenset())


def withheld(now: Snapshot, performers: Sequence[str], today: date) -> frozenset[str]:
    """The documents that an office does not see of what was sent to it under these names."""
    return frozenset(
        document
        for document, labels in now.paper_labels.items()
        if not any(not uncovered(now, labels, each, today) for each in performers)
    )


def hidden(now: Snapshot, how: Sight, role: str, user: str) -> frozenset[str]:
    """The documents of which whoever sees a referral so sees no more than that they are here."""
    if how == "own":
        return frozenset()
    given = how == "glass" or (role in TRUSTED and user == now.owner)
    return frozenset(key for key, labels in now.paper_labels.items() if NOTES in labels or not given)


def came_with(log: Log, papers: Collection[str], message: str) -> bool:
    """Whether one of these documents came with this message."""
    named = (each.fact for each in log.entries if each.evidence == f"inbox:{message}")
    return any(getattr(fact, "document", "") in papers for fact in named)


def masked(log: Log, papers: Collection[str], now: Snapshot) -> Log:
    """The same log with nothing of these documents but that they are here, and when they came."""
    if not papers:
        return log
    classes = {label for each in papers for label in now.paper_labels[each]}
    entries = tuple(_masked(each, papers, classes) for each in log.entries)
    return replace(log, entries=entries)


def _masked(entry: Entry, papers: Collection[str], classes: Collection[str]) -> Entry:
    fact = entry.fact
    if getattr(fact, "document", "") in papers:
        return replace(entry, fact=_bare(fact), evidence="")
    if isinstance(fact, ConsentRecorded) and fact.label in classes:
        fact = replace(fact, label="", note="")
    return replace(entry, fact=fact, evidence="" if entry.evidence in papers else entry.evidence)


def _bare(fact: Fact) -> Fact:
    """Without a word that speaks of what the document is; that a finding is critical stays."""
    values: dict[str, Any] = {}
    for name, hint in declared(fact.word).items():
        kind, *markers = get_args(hint)
        if kind is str and (PHI in markers or name == "label" or (fact.word, name) in _TELLS):
            values[name] = TITLE if name == "title" else ""
    return replace(fact, **values)


def is_bare(fact: Fact, papers: Collection[str]) -> bool:
    """Whether it shows here without its words, so that nobody corrects what they do not see."""
    return getattr(fact, "document", "") in papers or (isinstance(fact, ConsentRecorded) and not fact.label)


def guarding(role: str, user: str) -> Guard:
    """What stands against anything that somebody at the desk, or a clinician, records."""

    def guard(log: Log, now: Snapshot, draft: Draft) -> tuple[Problem, ...]:
        papers = hidden(now, "own" if role == CLINICIAN else "whole", role, user)
        return objections(log, now, papers, draft, role)

    return guard


def objections(
    log: Log, now: Snapshot, papers: Collection[str], draft: Draft, role: str
) -> tuple[Problem, ...]:
    """Why somebody who does not see these documents may not record this: it would show or touch them."""
    if not papers:
        return ()
    corrected = next((each.fact for each in log.entries if each.seq == draft.corrects), None)
    if any(isinstance(each, OwnerAssigned) for each in (draft.fact, corrected)):
        return () if gives(role, OwnerAssigned.word) else (NOT_SHOWN,)
    tells = isinstance(corrected, ConsentRecorded) and any(
        corrected.label in now.paper_labels[each] for each in papers
    )
    about = [each for each in (draft.fact, corrected) if _touches(each, now, papers)]
    return (NOT_SHOWN,) if tells or about or draft.evidence in papers else ()


def _touches(fact: Fact | None, now: Snapshot, papers: Collection[str]) -> bool:
    """Whether it is about one of them; a report that is read without naming it is every one that is new."""
    if isinstance(fact, ReportReviewed) and not fact.document:
        return any(now.reports[each].state == "received" for each in papers if each in now.reports)
    return getattr(fact, "document", "") in papers
