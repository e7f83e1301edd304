"""FHIR reads: what is stored, with each Task as its referral's log has it now."""

import re
from base64 import b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl

from referloop.exchange.fhir import paging, status
from referloop.exchange.fhir.access import Json
from referloop.exchange.fhir.pages import Pairs, history, searchset
from referloop.exchange.fhir.parameters import included
from referloop.exchange.fhir.search import Asked, parse
from referloop.exchange.fhir.server import Call, Interaction, Reply, answered, refusal
from referloop.exchange.fhir.settling import loaded
from referloop.exchange.fhir.writes import etag
from referloop.ports import Stored
from referloop.referral.board import standing
from referloop.referral.log import Log
from referloop.referral.problems import Problem
from referloop.referral.requirement import Policy
from referloop.storage.access import Access
from referloop.storage.database import Session
from referloop.storage.resources import evidence, logs, matching, newest, version, versions
from referloop.wiring.desk import Desk

_MOST_VERSIONS = 1000
_LOOKED_AT = 100  # rows that a page looks at to find those that fit
_DIGEST = re.compile(r"[0-9a-f]{64}")
_ABSENT = Problem("http-not-found", "", "There is no such resource.", "Search for it by its identifier.")


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads, and when: the organisation comes from the credential alone."""

    desk: Desk
    access: Access
    at: datetime
    secret: bytes
    policy: Policy

    def shown(self, session: Session, found: Sequence[Stored]) -> list[Json]:
        """Resources as their readers see them, all logs in one round trip."""
        told = logs(session, [one.referral for one in found if one.kind == "Task"])
        return [self._one(one, told) for one in found]

    def _one(self, stored: Stored, told: dict[str, Log]) -> Json:
        resource = loaded(stored)
        log = told.get(stored.referral) if stored.kind == "Task" else None
        return self._projected(resource, log) if log else resource

    def _projected(self, task: Json, log: Log) -> Json:
        return status.project(task, standing(log, self.policy, self.at))

    def of_referral(self, session: Session, referral: str) -> Json | None:
        """The Task of a referral that came by another channel, which has no resource."""
        log = logs(session, [referral]).get(referral)
        if log is None:
            return None
        task = status.skeleton(referral, {"id": referral}, log.entries[0].recorded_at)
        del task["focus"]  # nothing is stored that it could point at
        return self._projected(task, log)


def read(reader: Reader, call: Call, it: Interaction) -> Reply:
    with reader.desk.database.reading(reader.access.organization) as session:
        resource = _current(reader, session, it)
    if resource is None:
        return refusal(_ABSENT)
    reply = answered(200, resource)
    if call.header("if-none-match") and etag(call.header("if-none-match")) == etag(
        reply.headers.get("ETag", "")
    ):
        return Reply(304, b"", reply.headers)
    return reply


def _current(reader: Reader, session: Session, it: Interaction) -> Json | None:
    found = list(newest(session, [(it.kind, it.id)]).values())
    if found:
        return reader.shown(session, found)[0]
    if it.kind == "Binary" and _DIGEST.fullmatch(it.id):
        return _document(session, it.id)
    return reader.of_referral(session, it.id) if it.kind == "Task" else None


def _document(session: Session, digest: str) -> Json | None:
    found = evidence(session, digest)
    if found is None:
        return None
    media_type, body = found
    kind = media_type or "application/octet-stream"
    return {"resourceType": "Binary", "id": digest, "contentType": kind, "data": b64encode(body).decode()}


def vread(reader: Reader, call: Call, it: Interaction) -> Reply:
    """A stored version, or the projection that a Task is now; earlier projections were never stored."""
    with reader.desk.database.reading(reader.access.organization) as session:
        if "." in it.version:
            found = _current(reader, session, it)
            fits = found is not None and found.get("meta", {}).get("versionId") == it.version
        else:
            stored = _numbered(session, it)
            found, fits = (loaded(stored) if stored else None), stored is not None
    return answered(200, found) if found is not None and fits else refusal(_ABSENT)


def _numbered(session: Session, it: Interaction) -> Stored | None:
    number = it.version
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        return None
    return version(session, it.kind, it.id, int(number))


def past(reader: Reader, call: Call, it: Interaction) -> Reply:
    with reader.desk.database.reading(reader.access.organization) as session:
        found = versions(session, it.kind, it.id, _MOST_VERSIONS)
        if not found:
            return refusal(_ABSENT)
        told = [loaded(one) for one in found]
        now = reader.shown(session, found[:1])[0]
    return answered(200, history(([now] if now != told[0] else []) + told, call.base + "/"))


def search(reader: Reader, call: Call, it: Interaction) -> Reply:
    pairs = parse_qsl(call.query, keep_blank_values=True)
    if call.method == "POST":
        pairs += parse_qsl(call.body.decode("utf-8", "replace"), keep_blank_values=True)
    lenient = "handling=lenient" in call.header("prefer").replace(" ", "")
    asked = parse(it.kind, pairs, call.base, lenient=lenient)
    if isinstance(asked, list):
        return refusal(*asked)
    after = _page(reader, asked, pairs)
    return refusal(after) if isinstance(after, Problem) else _found(reader, call, asked, pairs, after)


def _bound(reader: Reader, asked: Asked, pairs: Pairs) -> list[str]:
    """What a page belongs to."""
    conditions = [f"{name}={value}" for name, value in pairs if name != "_page"]
    return [reader.access.organization, reader.access.client, asked.kind, *conditions]


def _page(reader: Reader, asked: Asked, pairs: Pairs) -> str | Problem:
    if not asked.page:
        return ""
    return paging.opened(reader.secret, _bound(reader, asked, pairs), asked.page, reader.at)


def _found(reader: Reader, call: Call, asked: Asked, pairs: Pairs, after: str) -> Reply:
    with reader.desk.database.reading(reader.access.organization) as session:
        found, last = _matches(reader, session, asked, after)
        also = _included(reader, session, asked, found)
    following = paging.signed(reader.secret, _bound(reader, asked, pairs), last, reader.at) if last else ""
    return answered(200, searchset(asked, found, also, call.base + "/", pairs, following))


def _matches(reader: Reader, session: Session, asked: Asked, after: str) -> tuple[list[Json], str]:
    """What fits, and the id after which there may be more; "" when that was all."""
    if asked.finds_nothing:
        return [], ""
    looked_at = max(asked.count + 1, _LOOKED_AT)
    rows = matching(session, asked.kind, asked.names(), asked.ids(), after, looked_at)
    found: list[Json] = []
    for resource in reader.shown(session, rows):
        if asked.holds(resource):
            if asked.count and len(found) == asked.count:
                return found, found[-1]["id"]
            found.append(resource)
    return found, rows[-1].id if len(rows) == looked_at else ""


def _included(reader: Reader, session: Session, asked: Asked, found: Iterable[Json]) -> list[Json]:
    here = {f"{one['resourceType']}/{one['id']}" for one in found}
    names = dict.fromkeys(
        name for each in asked.includes for name in included(each, found) if name not in here
    )
    if not names:
        return []
    places = [(kind, id) for kind, _, id in (name.partition("/") for name in names)]
    return reader.shown(session, list(newest(session, places).values()))
