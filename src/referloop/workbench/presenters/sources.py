"""Who said so: for each value at the head of a referral, and each lane, the entry it comes from."""

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from referloop.referral.entry import Entry
from referloop.workbench.presenters.acts import ACTS
from referloop.workbench.presenters.timeline import source, spoken, who
from referloop.workbench.workspace_needs import Workspace

_REQUEST = ("service", "reasons", "question", "requester", "performer", "see_by")
_URGENCY = (
    "referral-received", "referral-changed", "referral-triaged", "urgency-raised", "urgency-lowered",
)  # fmt: skip
_LANES = {"referral-received": "intake", "referral-changed": "intake"}


@dataclass(frozen=True, slots=True)
class Said:
    """`source` is the address and kind of the message or document it stands in, if any."""

    seq: int
    who: str
    when: str
    source: tuple[str, str] | None


def sources(it: Workspace, zone: ZoneInfo) -> Mapping[str, Said]:
    """By the value's name: fields of the request, `urgency`, `owner`, `patient`, `reach`, and `lane NAME`."""
    found: dict[str, Entry] = {}
    corrected = {entry.corrects for entry in it.standing.log.entries if entry.corrects}
    for entry in it.standing.log.entries:
        if entry.seq not in corrected and entry.author.kind != "machine":
            found.update(dict.fromkeys(_settles(entry), entry))
    return {
        name: Said(entry.seq, who(entry.author, it), spoken(entry.occurred_at, zone), source(entry, it))
        for name, entry in found.items()
    }


def _settles(entry: Entry) -> set[str]:
    """The values that an entry speaks of; the last one to speak of a value is whose word it is."""
    names = {
        name for name in _REQUEST if entry.word.startswith("referral-") and getattr(entry.fact, name, None)
    }
    if entry.word in _URGENCY and getattr(entry.fact, "urgency", None):
        names.add("urgency")
    if entry.word == "performer-chosen":
        names.add("performer")
    if entry.word == "owner-assigned":
        names.add("owner")
    if entry.word in ("referral-received", "identity-settled"):
        names |= {"patient", "reach"}
    if entry.word in ("contact-detail-corrected", "contact-opted-out"):
        names.add("reach")
    lane = _LANES.get(entry.word) or (ACTS[entry.word].lane if entry.word in ACTS else "")
    return names | ({f"lane {lane}"} if lane else set())
