"""What can be named where somebody restricts a document, or records what the patient permits to disclose."""

from collections.abc import Iterator

from referloop.referral.facts.closure import ReportReceived
from referloop.referral.facts.fact import in_words
from referloop.referral.facts.intake import DocumentReceived
from referloop.referral.snapshot import Snapshot
from referloop.referral.story import standing
from referloop.workbench.workspace_needs import Workspace

RESTRICTING = ("document-labelled", "document-unlabelled", "consent-recorded", "consent-revoked")

PURPOSES = {
    "treatment-payment-operations": "treatment, payment and operations", "payment": "payment",
    "treatment": "treatment",
}  # fmt: skip


def named_by(word: str, name: str, it: Workspace) -> list[tuple[str, str]]:
    """Value and words of the things here that this field of the act can name."""
    match name:
        case "document":
            return _documents(it, lifts=word == "document-unlabelled")
        case "label" if word == "document-unlabelled":
            shown = [each for key, each in it.standing.now.paper_labels.items() if key not in it.masked]
            return [(each, each.replace("-", " ")) for each in sorted(frozenset().union(*shown))]
        case "to":
            return [(each, each) for each in dict.fromkeys(_ends(it.standing.now)) if each]
        case "consent":
            given = [leaf for leaf in it.standing.now.consents.values() if leaf.state == "given"]
            return [(leaf.id, in_words(leaf.fact)) for leaf in given]
        case "purpose":
            return list(PURPOSES.items())
        case _:
            return []


def _ends(now: Snapshot) -> Iterator[str]:
    """Those who could be told: who asks, then who was asked for, is booked with, was chosen."""
    if now.request:
        yield from (now.request.requester, now.request.performer)
    yield from (getattr(leaf.fact, "performer", "") for leaf in (*now.booked(), *now.legs.values()))


def _documents(it: Workspace, *, lifts: bool) -> list[tuple[str, str]]:
    """Those that can be restricted, or no longer be; none that whoever looks does not see."""
    titles = {
        each.fact.document: each.fact.title or "Document without a title"
        for each in standing(it.standing.log.entries)
        if isinstance(each.fact, DocumentReceived | ReportReceived)
    }
    labels = it.standing.now.paper_labels
    return [
        (key, title) for key, title in titles.items() if key not in it.masked and (key in labels or not lifts)
    ]
