"""FHIR requests: who asks, what they may do, which way each one goes, and what befalls one that fails."""

import logging
import traceback
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from urllib.parse import parse_qsl

from referloop import __version__
from referloop.exchange.fhir.capability import capability_statement
from referloop.exchange.fhir.negotiation import accept_problem, inflated, media_problem
from referloop.exchange.fhir.server import Call, Interaction, Reply, answered, refusal, route, without_body
from referloop.ports import Answer
from referloop.referral.problems import Problem
from referloop.storage.access import Access, access_of, digest_of
from referloop.storage.database import Away, Contended
from referloop.wiring.desk import Desk
from referloop.wiring.door import arrival, bury
from referloop.wiring.fhir_notes import noted
from referloop.wiring.fhir_posts import Writer, bundle, create, update
from referloop.wiring.fhir_reads import Reader, past, read, search, vread
from referloop.workbench.access import token_may

REMEMBERED = timedelta(seconds=30)
_MOST_REMEMBERED = 1000
_READS = {"read": read, "vread": vread, "history": past, "search": search}
_WRITES = {"create": create, "update": update, "bundle": bundle, "process-message": bundle}
_UNKNOWN = Problem(
    "http-unknown",
    "",
    "This request carries no valid access token.",
    "Send Authorization: Bearer and a token.",
)
_FORBIDDEN = Problem(
    "http-forbidden", "", "This token does not allow that.", "Ask the organisation for a token that does."
)
_NESTED = Problem(
    "fhir-bundle-nested",
    "",
    "A batch carries out reads and writes of resources only.",
    "Send this by itself.",
)
_DEAD = Problem(
    "message-dead", "", "The program failed on this request; it was kept.", "Do not send it again."
)
_AWAY = Problem("http-away", "", "This cannot be answered now.", "Send it again in a moment.")
log = logging.getLogger("referloop.fhir")


@dataclass(frozen=True)
class Front:
    """What the FHIR front door needs; `hosts` are servers whose absolute references are taken."""

    desk: Desk
    secret: bytes
    hosts: frozenset[str] = frozenset()
    _remembered: dict[str, tuple[Access, datetime]] = field(default_factory=dict)

    def access(self, secret: str, at: datetime) -> Access | None:
        """Whose token this is; a revoked one may work for half a minute more."""
        digest = digest_of(secret)
        known = self._remembered.get(digest)
        if known and known[1] > at:
            return known[0]
        found = access_of(self.desk.database, secret, at)
        if found:
            if len(self._remembered) >= _MOST_REMEMBERED:
                self._remembered.clear()
            self._remembered[digest] = found, at + REMEMBERED
        else:
            self._remembered.pop(digest, None)
        return found


def answer(front: Front, call: Call) -> Reply:
    """The reply to any request; whatever happens, it is an answer in FHIR's own form."""
    try:
        reply = _answer(front, call, front.desk.clock())
    except (Away, Contended) as fault:
        log.warning("fhir-away %s", type(fault).__name__)
        reply = refusal(_AWAY)
    return without_body(reply) if call.method == "HEAD" else reply


def _answer(front: Front, call: Call, at: datetime) -> Reply:
    it = route(call.method, call.path)
    if isinstance(it, Interaction) and it.word == "capabilities":
        return answered(200, capability_statement(call.base, __version__, at))
    kind, _, secret = call.header("authorization").partition(" ")
    access = front.access(secret.strip(), at) if kind.lower() == "bearer" and secret else None
    if access is None:
        return refusal(_UNKNOWN)
    if isinstance(it, Problem):
        return refusal(it)
    return _authorised(front, access, call, it, at)


def _authorised(front: Front, access: Access, call: Call, it: Interaction, at: datetime) -> Reply:
    ready = _readable(call, it)
    if isinstance(ready, Problem):
        log.info("fhir-refused %s client=%s", ready.code, access.client)
        return refusal(ready)
    return _carried_out(front, access, ready, it, at)


def _carried_out(front: Front, access: Access, call: Call, it: Interaction, at: datetime) -> Reply:
    try:
        return dispatch(front, access, call, it, at)
    except (Away, Contended):
        raise
    except Exception as fault:  # a fault of ours is never the sender's loss
        return _fallen(front, access, call, it, at, fault)


def dispatch(front: Front, access: Access, call: Call, it: Interaction, at: datetime) -> Reply:
    """One interaction of a client; the entries of a batch come here too."""
    if it.word in _READS:
        policy = front.desk.policy(access.organization)
        reader = Reader(front.desk, access, at, front.secret, policy)
        allowed = token_may(access.scopes, it.word)
        reply = _READS[it.word](reader, call, it) if allowed else refusal(_FORBIDDEN)
        return noted(front.desk, access, it, reply, at)

    def entry(one: Call) -> Reply:
        inner = route(one.method, one.path)
        if isinstance(inner, Problem):
            return refusal(inner)
        if inner.word in ("bundle", "process-message", "capabilities"):
            return refusal(_NESTED)
        return _carried_out(front, access, one, inner, at)

    return _WRITES[it.word](Writer(front.desk, access, at, front.hosts, entry, it.word), call, it)


def _readable(call: Call, it: Interaction) -> Call | Problem:
    """The call with its body as plain bytes, or why it cannot be read or answered."""
    format_ = next((value for name, value in parse_qsl(call.query) if name == "_format"), "")
    problem = accept_problem(call.header("accept"), format_)
    if problem or call.method not in ("POST", "PUT"):
        return problem or call
    problem = media_problem(call.header("content-type"), form=it.word == "search")
    if problem:
        return problem
    body = inflated(call.body, call.header("content-encoding").lower())
    return body if isinstance(body, Problem) else replace(call, body=body)


def _fallen(
    front: Front, access: Access, call: Call, it: Interaction, at: datetime, fault: Exception
) -> Reply:
    """A request on which the program failed: a write is kept where people see it."""
    frames = traceback.extract_tb(fault.__traceback__)
    place = f"{frames[-1].filename.rpartition('referloop')[2]}:{frames[-1].lineno}" if frames else ""
    log.error("fhir-fault %s at %s client=%s", type(fault).__name__, place, access.client)
    if it.word not in _WRITES:
        return refusal(_AWAY)
    came = arrival(
        call.body, channel="fhir", sender=access.client, message_id="", media_type="application/fhir+json",
        at=at, new_id=front.desk.new_id,
    )  # fmt: skip
    reply = refusal(_DEAD)
    bury(front.desk, access.organization, came, type(fault).__name__, Answer(reply.status, reply.body))
    return reply
