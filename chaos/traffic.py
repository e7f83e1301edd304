"""The messages of one run: referrals and changes of them, each with a mark that is found in the log."""

from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random

SYSTEM = "NORTHSIDE"
SENDER = f"EHR/{SYSTEM}"


@dataclass(frozen=True, slots=True)
class Message:
    """One message as its sender keeps it until it is acknowledged; sent again, it is the same bytes."""

    control_id: str
    mark: str
    placer: str
    patient: str
    frame: bytes


class Sender:
    """A requesting system; `overtaken` is the share of requests that a change of them overtakes."""

    def __init__(self, chance: Random, *, overtaken: float) -> None:
        self._chance, self._overtaken = chance, overtaken
        self._messages = 0
        self._waiting: list[Message] = []
        self.patient_of: dict[str, str] = {}

    def next(self, at: datetime) -> Message:
        if self._waiting:
            return self._waiting.pop()
        if self.patient_of and self._chance.random() < 0.4:
            return self._written("I13", self._chance.choice(list(self.patient_of)), at)
        placer = f"R{len(self.patient_of) + 1}"
        self.patient_of[placer] = f"{self._chance.randrange(len(self.patient_of) // 2 + 1) + 1:05}"
        request = self._written("I12", placer, at)
        if self._chance.random() < self._overtaken:
            self._waiting.append(request)
            return self._written("I13", placer, at)
        return request

    def rest(self) -> list[Message]:
        """Requests that a change overtook and that nobody sent yet."""
        rest, self._waiting = self._waiting, []
        return rest

    def _written(self, event: str, placer: str, at: datetime) -> Message:
        self._messages += 1
        patient = self.patient_of[placer]
        mark = f"mark {self._messages:06} ends"
        sent = at.astimezone(UTC).strftime("%Y%m%d%H%M%S") + "+0000"
        family = "".join(chr(ord("A") + int(digit)) for digit in patient)
        born = f"{1930 + int(patient) % 80}{1 + int(patient) % 12:02}{1 + int(patient) % 28:02}"
        urgency = "S" if self._messages % 7 == 0 and event == "I12" else "R"
        segments = (
            f"MSH|^~\\&|EHR|{SYSTEM}|DESK|HUB|{sent}||REF^{event}^REF_I12|C{self._messages}|P|2.5.1",
            f"RF1||{urgency}|Med^Medical^HL70281|||{placer}^{SYSTEM}",
            "PRD|RP|STONE^ANNA|||^WPN^PH^^1^555^0100||1234567893^NPI",
            "PRD|RT|REED^TOM",
            f"PID|1||{patient}^^^{SYSTEM}^MR||{family}^JO||{born}|F",
            "DG1|1||K63.3^Ulcer of intestine^I10C",
            f"OBR|1|||S{placer}^Consultation {placer}^L|||||||||{mark}",
        )
        frame = "".join(f"{segment}\r" for segment in segments).encode()
        return Message(f"C{self._messages}", mark, placer, patient, frame)
