"""What kind of thing a field of a fact holds, and whether it may speak about a patient.

A field is declared by its type: `reason: Text`. PHI never reaches program logs, errors or URLs.
"""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, NewType


@dataclass(frozen=True)
class OneOf:
    """The field holds one of these words, or "" where it may be left out."""

    words: tuple[str, ...]

    def __init__(self, *words: str) -> None:
        object.__setattr__(self, "words", words)


PHI = "phi"
CLEAR = "clear"

ReferralId = NewType("ReferralId", str)

Text = Annotated[str, PHI]  # free words, names, diagnoses: anything that may speak about a patient
Texts = Annotated[tuple[str, ...], PHI]
Day = Annotated[date | None, PHI]  # a day in the life of a patient
Local = Annotated[str, PHI, "wall clock"]  # "2026-12-01T09:00", read with the zone that stands beside it
Zone = Annotated[str, CLEAR, "zone"]  # an IANA name

Code = Annotated[str, CLEAR]  # a word from one of our lists, a code of ours, the name of a zone
Ref = Annotated[str, CLEAR]  # an opaque id: a leg, an appointment, a document, a stored message
Refs = Annotated[tuple[str, ...], CLEAR]
Number = Annotated[int, CLEAR]
Flag = Annotated[bool, CLEAR]

URGENCIES = ("emergent", "stat", "fast-track", "urgent", "expedited", "routine", "elective", "unknown")
PRESSING = URGENCIES[:4]  # urgent or sooner
# The classes of health information that laws and patients single out.
LABELS = (
    "hiv", "reproductive", "minor-confidential", "violence", "behavioural-health", "substance-use", "genetic",
    "other",
)  # fmt: skip
NOTES = "psychotherapy-notes"  # a therapist's or counsellor's own notes, which are no part of the record
DOCUMENT_LABELS = (*LABELS, NOTES)
UrgencyWord = Annotated[str, CLEAR, OneOf(*URGENCIES)]
