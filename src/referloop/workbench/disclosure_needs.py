"""What the pages need that tell what of a referral, or of a patient, went to whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from referloop.messages import Person
from referloop.referral.disclosures import Disclosure, Permitted
from referloop.workbench.access_needs import Look
from referloop.workbench.asking import Here
from referloop.workbench.lines import Line


@dataclass(frozen=True, slots=True)
class Notice:
    """A message of ours that nobody confirmed: it may have arrived, and who refused it may have read it."""

    referral: str
    at: datetime
    to: str
    channel: str
    address: str
    refused: bool


@dataclass(frozen=True, slots=True)
class Ledger:
    """`lines` are the referrals it is about, by id; of a hidden one it names no recipient."""

    patient: str
    person: Person
    lines: Mapping[str, Line]
    told: Sequence[tuple[str, Disclosure]]
    unsure: Sequence[Notice]
    opened: Sequence[Look]  # by clinicians, receiving offices and systems; for compliance
    files: Sequence[Look]  # lists taken since it came
    permitted: Sequence[tuple[str, Permitted]]  # by the patient, on which referral
    senders: Mapping[str, str]  # by referral: the system that sent it here
    names: Mapping[str, str]  # of everybody who ever worked here
    whole: bool = True  # False where there is more than one page can hold


class DisclosureNeeds(Protocol):
    """See `needs.Needs`."""

    def of_referral(self, here: Here, referral: str) -> Ledger | None:
        """None of one they may not know of."""

    def of_patient(self, here: Here, patient: str) -> Ledger | str | None:
        """A text is the id of the one they were found to be."""
