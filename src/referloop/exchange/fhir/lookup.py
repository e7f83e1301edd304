"""Finds the resource that a reference means, among those of one message and those already stored."""

from collections.abc import Iterator, Mapping, Sequence

from referloop.exchange.fhir.access import Json, parts, text
from referloop.exchange.fhir.references import split


class Lookup:
    """The resources of one message by every name they can be called, and which of them were used."""

    def __init__(self, resources: Sequence[tuple[str, Json]], known: Mapping[str, Json]) -> None:
        self.resources = resources
        self.known = known
        self.used: set[str] = set()
        self._names: dict[str, str] = {}
        self._by_name: dict[str, Json] = {}
        for name, resource in resources:
            self._by_name[name] = resource
            self._names[name] = name
        for name, resource in resources:
            self._names.setdefault(f"{kind_of(resource)}/{text(resource, 'id')}", name)

    def of_kind(self, kind: str) -> Iterator[tuple[str, Json]]:
        return ((name, resource) for name, resource in self.resources if kind_of(resource) == kind)

    def follow(self, owner: "Where", reference: Json) -> "Where | None":
        """The resource a Reference points at, or None when it is not here; it counts as used."""
        target = text(reference, "reference")
        if target.startswith("#"):
            return self._contained(owner, target[1:])
        for name in _candidates(owner.name, target):
            if name in self._names:
                found = self._names[name]
                self.used.add(found)
                return Where(found, self._by_name[found])
            if name in self.known:
                return Where(name, self.known[name])
        return None

    def _contained(self, owner: "Where", id_: str) -> "Where | None":
        for resource in parts(owner.outer, "contained"):
            if text(resource, "id") == id_:
                return Where(owner.name, resource, owner.outer)
        return None


class Where:
    """A resource and where it stands: its name, and what it is contained in."""

    __slots__ = ("name", "outer", "resource")

    def __init__(self, name: str, resource: Json, outer: Json | None = None) -> None:
        self.name = name
        self.resource = resource
        self.outer = resource if outer is None else outer

    @property
    def kind(self) -> str:
        return kind_of(self.resource)


def kind_of(resource: Json) -> str:
    return text(resource, "resourceType")


def _candidates(owner: str, target: str) -> Iterator[str]:
    """The names a reference may mean: http://hl7.org/fhir/R4/bundle.html#references.

    Another server's Patient/1 is never taken for ours.
    """
    if not target:
        return
    yield target
    to, of = split(target), split(owner)
    if to.form not in ("relative", "absolute") or not to.type:
        return
    plain = f"{to.type}/{to.id}"
    if to.form == "relative":
        if of.base:
            yield of.base + plain
        yield plain
        return
    yield to.base + plain
    if of.base == to.base:
        yield plain
