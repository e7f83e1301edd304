"""FHIR from files: what one resource or Bundle says, with the names of its file before its own.

Numbers such as ServiceRequest/1 mean something in their file alone: two senders may both have used them.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from referloop.exchange.fhir.access import Json, part, parts, text
from referloop.exchange.fhir.bundle import unpack
from referloop.exchange.fhir.codec import read
from referloop.exchange.fhir.references import references, split
from referloop.exchange.fhir.strict_json import decode
from referloop.messages import NotAReferral, ProgressSaid, Reading, ReferralSaid, Said
from referloop.referral.problems import Problem
from referloop.wiring.importing.context import enclosed
from referloop.wiring.importing.shelf import OnShelf, Shelf

_MOST_ENTRIES = 100_000
_DEEPEST = 5  # Bundles inside of Bundles
_TELLING = frozenset(("ServiceRequest", "ReferralRequest", "Task", "Appointment"))
_FOLLOWED = 3  # ServiceRequest, PractitionerRole, Organization
_MOST_INCLUDED = 200

Named = list[tuple[str, Json]]
Included = Mapping[str, tuple[str, Json]]  # name to the digest of its file, and the resource


def read_resource(body: bytes, digest: str, ring: str, shelf: Shelf | None) -> tuple[Reading, bytes]:
    """What the bytes say, and the bytes to keep: with what they refer to, where that came in other files."""
    value, problems = decode(body)
    if problems:
        return Reading(problems=problems), body
    if not isinstance(value, dict) or not text(value, "resourceType"):
        return Reading(said=(NotAReferral("JSON"),)), body
    found: dict[str, OnShelf] = {}
    doubts: tuple[Problem, ...] = ()
    if shelf is not None:
        found, doubts = _around(value, ring, digest, shelf)
    included = {name: (each.digest, decode(each.body)[0] or {}) for name, each in found.items()}
    reading = meaning(value, digest, included)
    reading = replace(reading, problems=(*reading.problems, *doubts))
    kept = enclosed(_name(value), digest, body, found) if found else body
    return reading, kept


def meaning(value: Json, digest: str, included: Included) -> Reading:
    """What a resource says among those it came with."""
    entries, problems = _entries(value, _DEEPEST)
    if problems and not entries:
        return Reading(problems=tuple(problems))
    reading = read(entries, {name: resource for name, (_, resource) in included.items()})
    own = {name for name, _ in entries}
    said = tuple(_with_origin(each, digest, own, included) for each in reading.said)
    return Reading(said=said, problems=(*problems, *reading.problems))


def _entries(value: Json, depth: int) -> tuple[Named, list[Problem]]:
    """Every resource of a Bundle or of Parameters, or the one resource itself."""
    kind = text(value, "resourceType")
    if kind == "Bundle":
        inside, problems = unpack(value, _MOST_ENTRIES)
        named = [(entry.name, entry.resource) for entry in inside if entry.resource]
    elif kind == "Parameters" and any("resource" in each for each in parts(value, "parameter")):
        problems = ()
        resources = [part(each, "resource") for each in parts(value, "parameter") if "resource" in each]
        named = [(_name(each, f"parameter-{at}"), each) for at, each in enumerate(resources, 1)]
    else:
        return [(_name(value), value)], []
    return _flat(named or ([] if problems else [(kind, value)]), list(problems), depth)


def _flat(named: Named, problems: list[Problem], depth: int) -> tuple[Named, list[Problem]]:
    found: Named = []
    for name, resource in named:
        if depth and name != text(resource, "resourceType") in ("Bundle", "Parameters"):
            inside, faults = _entries(resource, depth - 1)
            found += inside or [(name, resource)]
            problems += faults
        else:
            found.append((name, resource))
    return found, problems


def _name(resource: Json, otherwise: str = "") -> str:
    id = text(resource, "id") or otherwise
    return f"{text(resource, 'resourceType')}/{id}" if id else text(resource, "resourceType")


def _with_origin(said: Said, digest: str, own: set[str], included: Included) -> Said:
    if isinstance(said, ReferralSaid):
        return replace(said, source=f"{digest}/{said.source}")
    if not isinstance(said, ProgressSaid):
        return said
    named = []
    for each in said.referral:
        if not each.system and "/" in each.value:
            brought_by = included[each.value][0] if each.value in included else digest
            each = replace(each, value=f"{brought_by if each.value not in own else digest}/{each.value}")
        named.append(each)
    return replace(said, referral=tuple(named))


def _around(
    value: Json, ring: str, digest: str, shelf: Shelf
) -> tuple[dict[str, OnShelf], tuple[Problem, ...]]:
    """What the resource points at in other places of its import, and what those point at."""
    entries, _ = _entries(value, _DEEPEST)
    if _TELLING.isdisjoint(text(resource, "resourceType") for _, resource in entries):
        return {}, ()
    known = {_name(resource) for _, resource in entries}
    found: dict[str, OnShelf] = {}
    doubtful: list[str] = []
    wanted = list(_pointed_at((resource for _, resource in entries), known))
    for _ in range(_FOLLOWED):
        if not wanted or len(found) >= _MOST_INCLUDED:
            break
        fresh, doubts = shelf.find(ring, digest, wanted[:_MOST_INCLUDED])
        found |= fresh
        doubtful += doubts
        known.update(wanted)
        resources = (decode(each.body)[0] for each in fresh.values())
        wanted = list(_pointed_at((each for each in resources if each), known))
    return found, tuple(_doubt(name) for name in doubtful)


def _pointed_at(resources: Iterable[Json], known: set[str]) -> Iterator[str]:
    seen: set[str] = set()
    for resource in resources:
        for reference in sorted(references(resource)):
            pointed = split(reference)
            name = f"{pointed.type}/{pointed.id}"
            if pointed.form == "relative" and name not in known and name not in seen:
                seen.add(name)
                yield name


def _doubt(name: str) -> Problem:
    says = "The files of this folder have different resources under this name."
    remedy = "Import the files that belong together from a folder of their own."
    return Problem("import-name-twice", name, says, remedy, "warning")
