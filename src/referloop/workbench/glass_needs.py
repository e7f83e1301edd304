"""What opening a patient with a reason needs."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from referloop.workbench.asking import Here


@dataclass(frozen=True, slots=True)
class Pane:
    """A patient who is not theirs; `until` says how long they lie open, None while they do not."""

    patient: str
    until: datetime | None


class GlassNeeds(Protocol):
    """See `needs.Needs`."""

    def behind(self, here: Here, referral: str = "", patient: str = "") -> Pane | None:
        """The patient of this referral, or this one; None where they may not be opened, or are not here."""

    def named(self, here: Here, typed: str) -> str:
        """The one patient whom this names for certain; "" for none, or for several."""

    def open(self, here: Here, patient: str, why: str, words: str) -> None:
        """For an hour, to read; lead and compliance are told at once."""

    def sent_before(self, here: Here) -> str:
        """The patient whom this very form has opened; "" where it is sent for the first time."""

    def close(self, here: Here, patient: str) -> None: ...
