"""A desk whose requester is told: referrals come in by HL7 v2 or FHIR, and the outbox is turned by hand."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

from referloop.exchange.fhir.hook import post
from referloop.exchange.fhir.server import Call
from referloop.exchange.hl7v2.header import Site
from referloop.exchange.hl7v2.sending import transmit
from referloop.ports import Transport
from referloop.referral.entry import Author, Draft
from referloop.referral.facts.fact import Fact
from referloop.referral.kinds import ReferralId
from referloop.referral.log import Log
from referloop.storage import outbox
from referloop.storage.access import SCOPES, add_token
from referloop.storage.database import Row
from referloop.storage.destinations import Destination, add_destination
from referloop.wiring.desk import Desk
from referloop.wiring.fhir import Front, answer
from referloop.wiring.hl7v2 import receiver
from referloop.wiring.loops import deliver_once
from referloop.wiring.recording import Outcome, Place, record
from referloop.wiring.telling import Telling
from tests.desks import NOW, TestDesk
from tests.fhir_http.made import Json

DANA = Author("person", "dana", "specialist")
URL = "https://desk.example"
TRANSPORTS: Mapping[str, Transport] = {
    "hl7v2": partial(transmit, patience=0.5),
    "fhir": partial(post, patience=0.5),
}


def request(event: str = "I12", *, id: str = "M1", priority: str = "R", extra: str = "") -> bytes:
    """A referral of EHR/NORTH under its number R-77."""
    return (
        f"MSH|^~\\&|EHR|NORTH|REF|DESK|20261124100000-0500||REF^{event}^REF_I12|{id}|P|2.5.1\r"
        f"RF1||{priority}||||R-77^NORTH\rPRD|RP|Osei^Ruth\rPRD|RT|Amin^Lena\r"
        f"PID|1||100^^^NORTH^MR||Reed^Ann||19610203|F\rPR1|1||1^Cardiology^L\r{extra}"
    ).encode()


def answered(status: str, *, id: str, application: str) -> bytes:
    """RRI about that referral from some application of the same facility."""
    return (
        f"MSH|^~\\&|{application}|NORTH|REF|DESK|20261124100000-0500||RRI^I12^RRI_I12|{id}|P|2.5.1\r"
        f"MSA|AA|1\rRF1|{status}|||||R-77^NORTH\rPRD|RT|Amin^Lena\rPID|1||100^^^NORTH^MR||Reed^Ann||19610203|F\r"
    ).encode()


@dataclass
class Told:
    """One desk, and what stands in its logs and its outbox."""

    desk: Desk
    organization: str
    here: TestDesk

    @classmethod
    def at(cls, here: TestDesk, sender: str = "", address: str = "") -> "Told":
        it = cls(replace(here.desk, telling=Telling(URL)), here.organization, here)
        if sender:
            it.destine(sender, address)
        return it

    def destine(self, sender: str, address: str) -> None:
        with self.desk.database.transaction(self.organization) as session:
            add_destination(session, Destination(sender, address), NOW)

    def hl7(self, frame: bytes) -> str:
        """What the listener answers."""
        came = receiver(self.desk, self.organization, Site(zone="America/New_York"))(frame, "peer")
        return (came or b"").decode().split("\r")[1]

    def fhir(self, body: Json, method: str = "POST", path: str = "", **headers: str) -> tuple[int, Json]:
        secret = f"secret {self.organization}"
        with self.desk.database.transaction(self.organization) as session:
            if not session.ask(("SELECT 1 FROM tokens WHERE organization_id = ?", (self.organization,)))[0]:
                add_token(session, secret, "northside", sorted(SCOPES), NOW, None)
        sent = {"authorization": f"Bearer {secret}", "content-type": "application/fhir+json"}
        call = Call(
            method=method, path=path, headers=sent | headers, body=json.dumps(body).encode(),
            base=f"{URL}/fhir",
        )  # fmt: skip
        reply = answer(Front(self.desk, b"s" * 32), call)
        return reply.status, json.loads(reply.body)

    def referral(self) -> ReferralId:
        return ReferralId(self.rows("SELECT id FROM referrals WHERE organization_id = ?")[0][0])

    def log(self) -> Log:
        referral = self.referral()
        with self.desk.books(self.organization) as books:
            log = books.log(referral)
        assert log is not None
        return log

    def words(self) -> list[tuple[str, str]]:
        return [(entry.word, str(entry.author)) for entry in self.log().entries]

    def owed(self) -> list[str]:
        referral = self.referral()
        with self.desk.books(self.organization) as books:
            log = books.log(referral)
            assert log is not None
            return [each.requirement.code for each in books.standing(log).owed]

    def record(self, *facts: Fact, by: Author = DANA) -> list[Outcome]:
        place = Place(self.organization, self.referral())
        return [record(self.desk, place, Draft(fact, self.desk.clock()), by) for fact in facts]

    def deliver(self) -> int:
        """One round of the worker."""
        return deliver_once(self.desk, self.organization, TRANSPORTS, _raise)

    def states(self) -> dict[str, int]:
        with self.desk.database.reading(self.organization) as session:
            return {state: count for state, count in outbox.counts(session).items() if count}

    def queued(self) -> list[str]:
        """The payloads of all effects in the order they came to be."""
        rows = self.rows("SELECT payload FROM outbox WHERE organization_id = ? ORDER BY place")
        return [bytes(row[0]).decode() for row in rows]

    def keys(self) -> list[str]:
        return [row[0] for row in self.rows("SELECT id FROM outbox WHERE organization_id = ? ORDER BY place")]

    def items(self) -> list[str]:
        rows = self.rows("SELECT kind FROM items WHERE organization_id = ? AND closed_at IS NULL")
        return sorted(row[0] for row in rows)

    def rows(self, sql: str) -> list[Row]:
        with self.desk.database.reading(self.organization) as session:
            return session.ask((sql, (self.organization,)))[0]


def _raise(fault: Exception) -> None:
    raise fault
