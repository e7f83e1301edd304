"""A request beside what is stored: what each resource becomes, or everything that stands against it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from referloop.exchange.fhir.access import Json
from referloop.exchange.fhir.parameters import parameters_of
from referloop.exchange.fhir.pointers import Place, Pointers, ambiguous, is_digest, missing, pointed
from referloop.exchange.fhir.references import references
from referloop.exchange.fhir.strict_json import decode
from referloop.exchange.fhir.writes import Request, Write, security_problem
from referloop.ports import Stored
from referloop.referral.problems import Problem


@dataclass(frozen=True, slots=True)
class Settled:
    """`before` is the version that was there; `stays` says that a conditional create found it."""

    write: Write
    resource: Json
    before: Stored | None = None
    before_json: Json = field(default_factory=dict)
    stays: bool = False

    @property
    def version(self) -> int:
        return self.before.version + 1 if self.before else 1


@dataclass(frozen=True, slots=True)
class Whole:
    """The request as it will be stored and read; `known` are stored resources it refers to."""

    items: Sequence[Settled]
    known: Mapping[str, Json]
    problems: Sequence[Problem]

    def resources(self, request: Request) -> list[tuple[str, Json]]:
        """What is to be read, each under the name others refer to it by."""
        return [(it.write.name, it.resource) for it in self.items if not it.stays] + list(request.beside)


def settle(
    request: Request,
    mapping: dict[str, str],
    pointers: Pointers,
    places: Mapping[Place, Stored],
    named: Mapping[Place, Sequence[Stored]],
    digests: frozenset[str],
) -> Whole:
    """Everything at once; versions (If-Match) are left to whoever knows the log."""
    problems = list(pointers.foreign)
    named = {key: [one for one in hits if _has(one, key[1])] for key, hits in named.items()}
    names = dict(mapping)
    matched: dict[str, Stored] = {}
    for write in request.writes:
        problems += _condition(write, named, names, matched)
    gone = {reference for reference, place in pointers.stored.items() if _is_missing(place, places, digests)}
    names |= {reference: "/".join(place) for reference, place in pointers.stored.items()}
    for reference, key in pointers.named.items():
        hits = named.get(key, ())
        if len(hits) == 1:
            names[reference] = f"{hits[0].kind}/{hits[0].id}"
    problems += _dangling(request, pointers, named, gone)
    items = [_item(write, names, matched, places) for write in request.writes]
    for it in items:
        problems += _changes(request, it)
    used = [*places.values(), *(one for hits in named.values() for one in hits)]
    known = {f"{one.kind}/{one.id}": loaded(one) for one in used}
    return Whole(items, known, problems)


def loaded(stored: Stored) -> Json:
    """The JSON of a version; it was checked when it came."""
    value, _ = decode(stored.body)
    return value if isinstance(value, dict) else {}


def _has(stored: Stored, identifier: str) -> bool:
    """Whether a resource still has an identifier that one of its versions had."""
    return identifier in parameters_of(stored.kind)["identifier"].values(loaded(stored))


def _condition(
    write: Write,
    named: Mapping[Place, Sequence[Stored]],
    names: dict[str, str],
    matched: dict[str, Stored],
) -> Iterator[Problem]:
    hits = named.get((write.kind, write.condition), ()) if write.condition else ()
    if len(hits) > 1:
        says = "More than one resource fits the condition."
        yield Problem("fhir-multiple-matches", write.where, says, "Use an identifier that only one has.")
    elif hits:
        matched[write.name] = hits[0]
        names.update({name: f"{hits[0].kind}/{hits[0].id}" for name in write.names})


def _is_missing(place: Place, places: Mapping[Place, Stored], digests: frozenset[str]) -> bool:
    return place not in places and not (is_digest(place) and place[1] in digests)


def _dangling(
    request: Request, pointers: Pointers, named: Mapping[Place, Sequence[Stored]], gone: set[str]
) -> Iterator[Problem]:
    if not (gone or pointers.dangling or pointers.named):
        return
    hits = {reference: len(named.get(key, ())) for reference, key in pointers.named.items()}
    for write in request.writes:
        for reference in _of(write, pointers):
            if reference in pointers.dangling:
                yield pointers.dangling[reference]
            elif reference in gone or hits.get(reference) == 0:
                yield missing(write, reference)
            elif hits.get(reference, 1) > 1:
                yield ambiguous(write, reference)


def _of(write: Write, pointers: Pointers) -> list[str]:
    return sorted(references(write.resource) & {*pointers.stored, *pointers.named, *pointers.dangling})


def _item(
    write: Write, names: Mapping[str, str], matched: Mapping[str, Stored], places: Mapping[Place, Stored]
) -> Settled:
    if write.name in matched:
        it = matched[write.name]
        return Settled(write, loaded(it), it, stays=True)
    before = places.get((write.kind, write.id))
    resource = pointed(write, names) if names else write.resource
    return Settled(write, resource, before, loaded(before) if before else {})


def _changes(request: Request, it: Settled) -> Iterator[Problem]:
    if it.stays or it.before is None or request.form == "message":
        return
    problem = security_problem(it.before_json, it.resource, it.write.where)
    if problem:
        yield problem
