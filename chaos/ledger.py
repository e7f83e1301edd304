"""What the outside world of a run knows: what it sent, what it was promised, and what reached it."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from chaos.traffic import Message

Batch = tuple[Message, ...]


@dataclass
class Decision:
    """What a person decided and, until it is acknowledged, tries again."""

    mark: str
    placer: str
    order: str  # decide, or order with an effect outside
    referral: str = ""
    version: int = 0


@dataclass
class Ledger:
    """Marks are the names under which everything acknowledged must be found in a log, once."""

    answers: dict[str, bytes] = field(default_factory=dict)  # by control id
    messages: dict[str, Message] = field(default_factory=dict)  # acknowledged, by control id
    decided: dict[str, Decision] = field(default_factory=dict)  # acknowledged, by mark
    owing: list[Message | Batch | Decision] = field(default_factory=list)  # not acknowledged: tried again
    received: dict[str, list[bytes]] = field(default_factory=lambda: defaultdict(list))  # by key
    kills: Counter[str] = field(default_factory=Counter)  # by place; "" for a random instant
    again: int = 0  # resends that were answered as duplicates
    faults: list[str] = field(default_factory=list)

    @property
    def acknowledged(self) -> int:
        return len(self.messages) + len(self.decided)

    def acknowledge(self, it: Message, answer: bytes, *, again: bool) -> None:
        self.again += again
        if b"MSA|AA|" not in answer:
            self.faults.append(f"{it.control_id} was not answered with AA")
        if self.answers.setdefault(it.control_id, answer) != answer:
            self.faults.append(f"{it.control_id} was answered in two ways")
        self.messages[it.control_id] = it
