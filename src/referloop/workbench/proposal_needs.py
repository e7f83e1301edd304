"""What needs a second person, as pages show it."""

from dataclasses import dataclass
from datetime import datetime

from referloop.workbench.asking import Here


@dataclass(frozen=True, slots=True)
class Asked:
    """`own` says that whoever looks asked for it; `says` is what would be."""

    id: str
    kind: str
    about: str
    says: str
    why: str
    at: datetime
    by: str  # their id
    name: str
    decided_at: datetime | None = None
    decided_by: str = ""  # their name
    outcome: str = ""
    reason: str = ""

    def own(self, here: Here) -> bool:
        return self.by == here.user
