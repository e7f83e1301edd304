"""FHIR resources go into the books beside the referral they are about."""

from collections.abc import Sequence
from dataclasses import dataclass

from referloop.exchange.fhir import status
from referloop.exchange.fhir.access import Json, part, parts, text
from referloop.exchange.fhir.answers import Done
from referloop.exchange.fhir.names import names_of
from referloop.exchange.fhir.settling import Settled
from referloop.exchange.fhir.strict_json import encode
from referloop.exchange.fhir.writes import Request, stamped
from referloop.messages import Identifier
from referloop.ports import Arrival, Stored, Told, naming
from referloop.referral.entry import instant
from referloop.referral.kinds import ReferralId
from referloop.storage.books import OpenBooks


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """A request to write that was read and authorised."""

    organization: str
    client: str
    arrival: Arrival
    request: Request
    base: str
    hosts: frozenset[str] = frozenset()


def stored(books: OpenBooks, it: Posted, items: Sequence[Settled], told: Told) -> list[Done]:
    """Every version written, with what the answer says about each."""
    person = told.persons[0] if len(told.persons) == 1 else ""
    focused: set[str] = set()
    done = []
    if it.request.form == "message":
        _name(books, items, told)
    for item in items:
        if item.stays:
            done.append(Done(200, item.resource))
            continue
        referral = _referral_of(item, told, focused)
        done.append(_store(books, it, item, referral, person))
    unfollowed = {
        told.by_source[item.write.name]: item
        for item in items
        if item.write.name in told.by_source
        and item.write.kind == "ServiceRequest"
        and not item.stays
        and item.write.name not in focused
    }
    for referral_id, item in unfollowed.items():
        _store_skeleton(books, it, item, referral_id, person)
    return done


def _referral_of(item: Settled, told: Told, focused: set[str]) -> str:
    direct = told.by_source.get(item.write.name)
    if item.write.kind == "Task":
        about = [part(item.resource, "focus"), *parts(item.resource, "basedOn")]
        targets = [text(one, "reference") for one in about]
        focused.update(targets)
        direct = direct or next((told.by_source[one] for one in targets if one in told.by_source), None)
    return direct or (item.before.referral if item.before else "")


def _store(books: OpenBooks, it: Posted, item: Settled, referral: str, person: str) -> Done:
    at = it.arrival.received_at
    write, number = item.write, item.version
    labels = part(item.before_json, "meta").get("security", ()) if it.request.form == "message" else ()
    resource = stamped(item.resource, write.id, str(number), instant(at), labels)
    _keep(books, it.client, resource, number, referral, person)
    log = books.log(ReferralId(referral)) if referral and write.kind == "Task" else None
    if log and it.request.form == "single":
        resource = status.project(resource, books.standing(log))
    elif log:
        resource["meta"]["versionId"] = status.version(number, log.version)
    return Done(200 if item.before else 201, resource)


def _keep(books: OpenBooks, client: str, resource: Json, version: int, referral: str, person: str) -> None:
    it = Stored(
        kind=resource["resourceType"], id=resource["id"], version=version, received_at=books.at,
        body=encode(resource), client=client, referral=referral, person=person, names=names_of(resource),
    )  # fmt: skip
    books.store(it)


def _store_skeleton(books: OpenBooks, it: Posted, item: Settled, referral: ReferralId, person: str) -> None:
    """A new referral without a Task gets one, so that it can be followed."""
    log = books.log(referral)
    if log and log.entries[0].evidence == f"inbox:{it.arrival.id}" and item.before is None:
        request = item.resource | {"id": item.write.id}
        _keep(books, "", status.skeleton(log.referral, request, books.at), 1, log.referral, person)


def _name(books: OpenBooks, items: Sequence[Settled], told: Told) -> None:
    """The other side answers with the address or the urn by which the sender called its request."""
    for item in items:
        referral = told.by_source.get(item.write.name)
        if referral and item.write.kind == "ServiceRequest":
            called = [name for name in item.write.names if ":" in name]
            books.name_referral(referral, [naming(Identifier("", name), "fhir") for name in called])
