"""What a person or partner can put right, as a value: never an exception, never one at a time.

    Problem            something in a message, a file, a policy or a request that somebody can mend
    ProgramFault       what the program did wrong: an exception, and it stops
    ExchangeError      what the world did: retried, or parked where people see it (in `ports`)

A message answers three questions: what happened, where, and what to do. It never repeats the value that
was wrong, because that value may be about a patient.
"""

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to put right.

    `code` is a kebab-case word that is never reused for another meaning; `where` is the path, segment,
    row or line (`Bundle.entry[3].resource.subject`, `PID-7`, `row 12, column birth_date`, `line 14`).
    """

    code: str
    where: str
    says: str
    remedy: str
    severity: Severity = "error"

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        return f"{place}{self.says} {self.remedy} [{self.code}]"


class ProgramFault(Exception):
    """The program broke one of its own rules."""
