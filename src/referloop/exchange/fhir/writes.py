"""What a request asks to be stored: each resource with the id it will have, and what others call it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Literal
from urllib.parse import parse_qsl

from referloop.exchange.fhir.access import Json, part, text
from referloop.exchange.fhir.bundle import BundleEntry
from referloop.exchange.fhir.references import split
from referloop.exchange.fhir.server import ID, KINDS
from referloop.exchange.fhir.status import without_ours
from referloop.referral.problems import Problem

Form = Literal["single", "transaction", "message"]
NewId = Callable[[], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """One resource to store; `names` are what the same message calls it."""

    where: str
    kind: str
    id: str
    resource: Json
    names: tuple[str, ...] = ()
    updates: bool = False
    condition: str = ""  # the identifier, as system|value, that must not exist yet
    if_match: str = ""

    @property
    def name(self) -> str:
        return f"{self.kind}/{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """All that one request stores; `beside` came along and is not stored, such as a MessageHeader."""

    form: Form
    writes: Sequence[Write]
    beside: Sequence[tuple[str, Json]] = ()
    header: Json = field(default_factory=dict)

    def mapping(self) -> dict[str, str]:
        """What each name of the message becomes."""
        return {name: write.name for write in self.writes for name in write.names}


def created(resource: Json, new_id: NewId, if_none_exist: str) -> Write | Problem:
    """POST of one resource."""
    kind = resource["resourceType"]
    condition = _condition(kind, if_none_exist, kind)
    if isinstance(condition, Problem):
        return condition
    return Write(where=kind, kind=kind, id=new_id(), resource=_cleaned(resource), condition=condition)


def updated(resource: Json, id: str, if_match: str) -> Write | Problem:
    """PUT of one resource."""
    kind = resource["resourceType"]
    return _update(resource, kind, f"{kind}/{id}", if_match, ())


def transaction(entries: Iterable[BundleEntry], new_id: NewId) -> Request | list[Problem]:
    writes: list[Write] = []
    problems: list[Problem] = []
    for entry in entries:
        found = _entry(entry, new_id)
        if isinstance(found, Problem):
            problems.append(found)
        else:
            writes.append(found)
    problems += _same_place(writes)
    return problems or Request(form="transaction", writes=writes)


def _same_place(writes: Iterable[Write]) -> Iterator[Problem]:
    """One transaction writes each resource once."""
    seen: set[str] = set()
    for write in writes:
        if write.name in seen:
            says = "Another entry of this transaction writes the same resource."
            yield Problem("fhir-bundle-duplicate-url", write.where, says, "Send it once.")
        seen.add(write.name)


def message(entries: Sequence[BundleEntry], client: str) -> Request:
    """A message's resources keep one place for each name their sender gave them, however often they come."""
    writes: list[Write] = []
    beside: list[tuple[str, Json]] = []
    for entry in entries:
        kind = text(entry.resource, "resourceType")
        if kind in KINDS:
            stable = entry.full_url if entry.full_url.startswith("http") else ""
            own = text(entry.resource, "id")
            called = stable or (f"{kind}/{own}" if own else entry.full_url) or entry.where
            id = sha256(f"{client}|{kind}|{called}".encode()).hexdigest()[:32]
            writes.append(_named(entry, kind, id))
        elif kind:
            beside.append((entry.name, entry.resource))
    header = next((one for _, one in beside if one["resourceType"] == "MessageHeader"), {})
    return Request(form="message", writes=_once(writes), beside=beside, header=header)


def _once(writes: Iterable[Write]) -> list[Write]:
    """Two entries of one place: the last one counts."""
    return list({(write.kind, write.id): write for write in writes}.values())


def _entry(entry: BundleEntry, new_id: NewId) -> Write | Problem:
    resource, where = entry.resource, f"{entry.where}.request"
    kind = text(resource, "resourceType")
    if entry.method == "DELETE":
        says = "Nothing that has a history is deleted."
        return Problem("http-method", where, says, "PUT it with the status entered-in-error.")
    if entry.method not in ("POST", "PUT") or not kind:
        says = "A transaction carries out POST and PUT of a resource."
        return Problem("fhir-request", where, says, "Send reads in a batch or by themselves.")
    if kind not in KINDS:
        return Problem("fhir-kind", f"{entry.where}.resource", "This type is not kept here.", "Leave it out.")
    if entry.method == "PUT":
        return _update(resource, f"{entry.where}.resource", entry.url, entry.if_match, _names(entry))
    if entry.url != kind:
        says = "The url of a POST is the type of its resource."
        return Problem("fhir-request", f"{where}.url", says, "Name the type of the resource.")
    condition = _condition(kind, entry.if_none_exist, where)
    if isinstance(condition, Problem):
        return condition
    return _named(entry, kind, new_id(), condition=condition)


def _named(entry: BundleEntry, kind: str, id: str, condition: str = "") -> Write:
    return Write(
        where=f"{entry.where}.resource", kind=kind, id=id, resource=_cleaned(entry.resource),
        names=_names(entry), condition=condition,
    )  # fmt: skip


def _names(entry: BundleEntry) -> tuple[str, ...]:
    """The full URL, and the relative form that other entries may use for it."""
    url = split(entry.full_url) if entry.full_url else None
    kind, own = text(entry.resource, "resourceType"), text(entry.resource, "id")
    relative = f"{url.type}/{url.id}" if url and url.type else f"{kind}/{own}" if own else ""
    return tuple(dict.fromkeys(name for name in (entry.full_url, relative) if name))


def _update(resource: Json, where: str, url: str, if_match: str, names: tuple[str, ...]) -> Write | Problem:
    kind, slash, id = url.partition("/")
    if not slash or not ID.fullmatch(id) or kind != resource["resourceType"]:
        says = "An update names the type and the id of its resource."
        return Problem("fhir-request", where, says, "PUT to Type/id; conditional updates are not offered.")
    if text(resource, "id") != id:
        says = "The id in the body is not the one in the address."
        return Problem("fhir-id", f"{where}.id", says, "Send the same id in both places.")
    return Write(
        where=where, kind=kind, id=id, resource=_cleaned(resource), names=names, updates=True,
        if_match=if_match,
    )  # fmt: skip


def _cleaned(resource: Json) -> Json:
    return without_ours(resource) if resource["resourceType"] == "Task" else resource


def _condition(kind: str, query: str, where: str) -> str | Problem:
    """The identifier a conditional create asks for, "" for none."""
    return named_identifier(query.rpartition("?")[2], where) if query else ""


def named_identifier(query: str, where: str) -> str | Problem:
    """`system|value` of a search by one identifier, which is the only condition there is."""
    try:
        pairs = parse_qsl(query, keep_blank_values=True, strict_parsing=True)
    except ValueError:
        pairs = []
    system, bar, value = pairs[0][1].partition("|") if len(pairs) == 1 else ("", "", "")
    if not bar or not system or not value or pairs[0][0] != "identifier" or "," in value:
        says = "Only identifier=system|value is a condition here."
        return Problem("fhir-condition", where, says, "Give one identifier with its system.")
    return f"{system}|{value}"


def etag(if_match: str) -> str:
    """The version in an If-Match header.

    >>> etag('W/"3"')
    '3'
    """
    return if_match.strip().removeprefix("W/").strip('"')


def stamped(resource: Json, id: str, version: str, at: str, labels: Sequence[Json] = ()) -> Json:
    """The resource as it is stored: its id and version are ours, whatever the client wrote."""
    meta = {name: value for name, value in part(resource, "meta").items() if name not in _OURS_IN_META}
    missing = [one for one in labels if one not in meta.get("security", [])]
    if missing:
        meta["security"] = [*meta.get("security", []), *missing]
    first = {"resourceType": resource["resourceType"], "id": id}
    first["meta"] = {"versionId": version, "lastUpdated": at, **meta}
    return first | {name: value for name, value in resource.items() if name not in first}


_OURS_IN_META = ("versionId", "lastUpdated")


def labels(resource: Json) -> Iterator[tuple[str, str]]:
    for one in part(resource, "meta").get("security", []):
        yield text(one, "system"), text(one, "code")


def security_problem(before: Json, after: Json, where: str) -> Problem | None:
    """Labels are added, never taken away."""
    if set(labels(before)) <= set(labels(after)):
        return None
    says = "A security label of the stored resource is missing."
    return Problem("fhir-security", f"{where}.meta.security", says, "Send every label it has.")
