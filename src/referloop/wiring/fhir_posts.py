"""FHIR requests that write: bodies are read, scopes are asked for, and each becomes one thing to store."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from referloop.exchange.fhir.access import Json, part, text
from referloop.exchange.fhir.answers import bundle as bundled
from referloop.exchange.fhir.body import resource as resource_of
from referloop.exchange.fhir.bundle import BundleEntry, unpack
from referloop.exchange.fhir.server import Call, Interaction, Reply, answered, without_body
from referloop.exchange.fhir.strict_json import decode, encode
from referloop.exchange.fhir.validate import faults
from referloop.exchange.fhir.writes import Request, Write, created, message, transaction, updated
from referloop.ports import Arrival
from referloop.referral.problems import Problem
from referloop.storage.access import Access
from referloop.wiring.desk import Desk
from referloop.wiring.door import arrival
from referloop.wiring.fhir_storing import Posted
from referloop.wiring.fhir_writes import refused_with, write
from referloop.workbench.access import token_may

_FORBIDDEN = Problem(
    "http-forbidden", "", "This token does not allow that.", "Ask the organisation for a token that does."
)
_KINDS_OF_BUNDLE = Problem(
    "fhir-bundle",
    "Bundle.type",
    "Only a transaction, a batch or a message is carried out.",
    "Send one of them.",
)
_NOT_A_MESSAGE = Problem(
    "fhir-bundle", "Bundle.type", "$process-message takes a message.", "Send a Bundle of type message."
)
Dispatch = Callable[[Call], Reply]


@dataclass(frozen=True, slots=True)
class Writer:
    """Who writes, and when; `dispatch` carries out the entry of a batch as a request of its own."""

    desk: Desk
    access: Access
    at: datetime
    hosts: frozenset[str]
    dispatch: Dispatch
    interaction: str

    def may_write(self, kinds: Iterable[str]) -> bool:
        return token_may(self.access.scopes, self.interaction, kinds)

    def arrived(self, call: Call, message_id: str = "") -> Arrival:
        """A key counts for its client alone; without one, each request is its own."""
        key = call.header("idempotency-key")[:200]
        return arrival(
            call.body, channel="fhir", sender=self.access.client,
            message_id=f"key {key}" if key else message_id, media_type="application/fhir+json", at=self.at,
            new_id=self.desk.new_id, content_digest=_digest(call) if key else "",
        )  # fmt: skip

    def refused(self, call: Call, *problems: Problem) -> Reply:
        return refused_with(self.desk, self.access.organization, self.arrived(call), problems)

    def written(self, call: Call, request: Request, message_id: str = "") -> Reply:
        if not self.may_write(write.kind for write in request.writes):
            return self.refused(call, _FORBIDDEN)
        posted = Posted(
            organization=self.access.organization, client=self.access.client,
            arrival=self.arrived(call, message_id), request=request, base=call.base, hosts=self.hosts,
        )  # fmt: skip
        reply = write(self.desk, posted)
        minimal = "return=minimal" in call.header("prefer").replace(" ", "")
        return without_body(reply) if minimal and reply.status < 300 else reply


def _digest(call: Call) -> str:
    """Of all that makes two requests the same."""
    asked = (call.method, call.path, call.query, call.header("if-none-exist"), call.header("if-match"))
    return sha256("\n".join(asked).encode() + b"\n" + call.body).hexdigest()


def create(writer: Writer, call: Call, it: Interaction) -> Reply:
    return _single(
        writer, call, it, lambda one: created(one, writer.desk.new_id, call.header("if-none-exist"))
    )


def update(writer: Writer, call: Call, it: Interaction) -> Reply:
    return _single(writer, call, it, lambda one: updated(one, it.id, call.header("if-match")))


def _single(writer: Writer, call: Call, it: Interaction, plan: Callable[[Json], Write | Problem]) -> Reply:
    resource, problems = resource_of(call.body, it.kind)
    if resource is None:
        return writer.refused(call, *problems)
    planned = plan(resource)
    if isinstance(planned, Problem):
        return writer.refused(call, planned)
    return writer.written(call, Request(form="single", writes=[planned]))


def bundle(writer: Writer, call: Call, it: Interaction) -> Reply:
    value, problems = decode(call.body)
    if problems or not isinstance(value, dict):
        return writer.refused(call, *(problems or faults(value)))
    found = faults(value)
    form = value.get("type")
    if form == "batch" and it.word == "bundle":
        return _batch(writer, call, value, found)
    entries, wrong = unpack(value)
    if form == "message":
        return _message(writer, call, value, entries, (*found, *wrong))
    if it.word == "process-message" or form != "transaction":
        wrong = wrong or (_NOT_A_MESSAGE if it.word == "process-message" else _KINDS_OF_BUNDLE,)
    if found or wrong:
        return writer.refused(call, *found, *wrong)
    request = transaction(entries, writer.desk.new_id)
    return writer.refused(call, *request) if isinstance(request, list) else writer.written(call, request)


def _message(
    writer: Writer, call: Call, value: Json, entries: list[BundleEntry], problems: tuple[Problem, ...]
) -> Reply:
    if problems:
        return writer.refused(call, *problems)
    request = message(entries, writer.access.client)
    own = part(value, "identifier")
    number = f"{text(own, 'system')}|{text(own, 'value')}" if text(own, "value") else ""
    header = text(request.header, "id")
    message_id = number or (f"MessageHeader/{header}" if header else "")
    return writer.written(call, request, message_id)


def _batch(writer: Writer, call: Call, value: Json, found: tuple[Problem, ...]) -> Reply:
    """Each entry on its own: one that is refused leaves the others as they are."""
    entries, wrong = unpack(value)
    envelope = [one for one in found if not one.where.startswith("Bundle.entry[")]
    if envelope or wrong:
        return writer.refused(call, *envelope, *wrong)
    answers = [_entry(writer, call, entry, place) for place, entry in enumerate(entries)]
    return answered(200, bundled("batch-response", answers))


def _entry(writer: Writer, call: Call, entry: BundleEntry, place: int) -> Json:
    key = call.header("idempotency-key")
    headers = {
        "content-type": "application/fhir+json",
        "if-none-exist": entry.if_none_exist,
        "if-match": entry.if_match,
        "idempotency-key": f"{key} {place}" if key else "",
    }
    path, _, query = entry.url.partition("?")
    one = Call(
        method=entry.method, path=path, query=query, base=call.base, headers=headers,
        body=encode(entry.resource) if entry.resource else b"",
    )  # fmt: skip
    return _told(writer.dispatch(one), call.base)


def _told(reply: Reply, base: str) -> Json:
    body, _ = decode(reply.body) if reply.body else ({}, ())
    response: Json = {"status": str(reply.status)}
    if reply.headers.get("Location"):
        response["location"] = reply.headers["Location"].removeprefix(base + "/")
    if reply.headers.get("ETag"):
        response["etag"] = reply.headers["ETag"]
    if isinstance(body, dict) and body.get("resourceType") == "OperationOutcome":
        return {"response": response | {"outcome": body}}
    return {"response": response, "resource": body} if body else {"response": response}
