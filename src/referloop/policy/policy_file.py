"""A policy file while it is read: its name, its lines, and what is wrong with it so far."""

import re
import tomllib
from dataclasses import dataclass, field
from typing import Any

from referloop.referral.problems import Problem


@dataclass(slots=True)
class PolicyFile:
    """`table` counts the tables named by `heading` from 1; 0 is the part before the first of them."""

    name: str
    text: str
    heading: str = "[[in_force]]"
    problems: list[Problem] = field(default_factory=list)

    def parsed(self) -> dict[str, Any]:
        """The TOML of the file, or nothing and a problem."""
        try:
            return tomllib.loads(self.text)
        except (tomllib.TOMLDecodeError, RecursionError) as fault:
            found = re.search(r"line (\d+)", str(fault))
            where = f"{self.name}, line {found[1] if found else self.text.count(chr(10)) + 1}"
            says = "This is not valid TOML."
            self.add(Problem("policy-toml", where, says, "Mend the quotes, brackets or commas."))
            return {}

    def add(self, problem: Problem) -> None:
        self.problems.append(problem)

    def at(self, key: str, table: int = 0) -> str:
        return f"{self.name}, line {self._line(key, table)}"

    def _line(self, key: str, table: int) -> int:
        """Where a key stands; where its table begins when it has none."""
        seen, begins = 0, 1
        for number, line in enumerate(self.text.splitlines(), start=1):
            if line.strip() == self.heading:
                seen += 1
                begins = number if seen == table else begins
            if seen == table and re.match(rf"\s*{re.escape(key)}\s*=", line):
                return number
        return begins
