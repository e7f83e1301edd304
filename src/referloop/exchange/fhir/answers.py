"""What a client is told of its write: made once, stored with the message, and given to who asks again."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from referloop.exchange.fhir.access import Json, part, text
from referloop.exchange.fhir.outcome import outcome
from referloop.exchange.fhir.server import Reply, answered
from referloop.exchange.fhir.strict_json import decode, encode
from referloop.exchange.fhir.writes import Form, Request
from referloop.ports import Answer
from referloop.referral.entry import instant
from referloop.referral.problems import Problem


@dataclass(frozen=True, slots=True)
class Done:
    """One resource as it stands now, and the status of its own part of the request."""

    status: int
    resource: Json


def told_in(
    request: Request, done: Sequence[Done], base: str, at: datetime, problems: Sequence[Problem]
) -> Answer:
    """The answer to a whole request."""
    if request.form == "single":
        return Answer(done[0].status, encode(done[0].resource))
    if request.form == "message":
        return Answer(200, encode(_response_message(request.header, base, at, problems)))
    entries = [{"response": _response(one)} for one in done]
    return Answer(200, encode({"resourceType": "Bundle", "type": "transaction-response", "entry": entries}))


def answer_to(answer: Answer, form: Form, base: str, *, repeated: bool) -> Reply:
    """The stored answer as a reply; the headers follow from the body, so a repetition has the same."""
    headers = {"Idempotency-Replayed": "true"} if repeated else {}
    if form != "single":
        return Reply(answer.status, answer.body, headers)
    resource, _ = decode(answer.body)
    reply = answered(answer.status, resource, base) if isinstance(resource, dict) else Reply(answer.status)
    return replace(reply, body=answer.body, headers={**reply.headers, **headers})


def _response(done: Done) -> Json:
    meta = part(done.resource, "meta")
    version = text(meta, "versionId")
    place = f"{done.resource['resourceType']}/{done.resource['id']}"
    return {
        "status": "201 Created" if done.status == 201 else "200 OK",
        "location": f"{place}/_history/{version}",
        "etag": f'W/"{version}"',
        "lastModified": text(meta, "lastUpdated"),
    }


def _response_message(header: Json, base: str, at: datetime, problems: Sequence[Problem]) -> Json:
    """http://hl7.org/fhir/R4/messaging.html: the response repeats the event and names the request."""
    asked = text(header, "id") or "unknown"
    answer: Json = {"resourceType": "MessageHeader"}
    answer |= {name: header[name] for name in ("eventCoding", "eventUri") if name in header}
    source = part(header, "source")
    destination = {"endpoint": text(source, "endpoint")} if text(source, "endpoint") else {}
    answer |= {"destination": [destination]} if destination else {}
    answer |= {"source": {"endpoint": base}, "response": {"identifier": asked, "code": "ok"}}
    entries: list[Json] = [{"resource": answer}]
    warnings = [one for one in problems if one.severity == "warning"]
    if warnings:
        entries.append({"resource": outcome(warnings)})
    return {"resourceType": "Bundle", "type": "message", "timestamp": instant(at), "entry": entries}


def bundle(kind: str, entries: Sequence[Json]) -> Json:
    found: Json = {"resourceType": "Bundle", "type": kind}
    return found | ({"entry": list(entries)} if entries else {})
