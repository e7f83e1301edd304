"""Takes a Bundle apart into its entries, of whatever type the Bundle is."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from referloop.exchange.fhir.access import Json, part, text
from referloop.referral.problems import Problem

MOST_ENTRIES = 500
_TYPES = frozenset(("transaction", "batch", "message", "document", "collection", "searchset"))


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleEntry:
    """One entry; `where` is its FHIRPath, `method` and what follows are "" where nothing was asked for."""

    where: str
    full_url: str = ""
    resource: Json = field(default_factory=dict)
    method: str = ""
    url: str = ""
    if_none_exist: str = ""
    if_match: str = ""

    @property
    def name(self) -> str:
        """What other entries call this resource: its full URL, else its type and id."""
        return self.full_url or f"{text(self.resource, 'resourceType')}/{text(self.resource, 'id')}"


def unpack(bundle: Json, most: int = MOST_ENTRIES) -> tuple[list[BundleEntry], tuple[Problem, ...]]:
    """The entries of a Bundle, or none of them and everything that forbids taking them."""
    kind = bundle.get("type")
    raw = bundle.get("entry", [])
    if bundle.get("resourceType") != "Bundle" or kind not in _TYPES or not isinstance(raw, list):
        says = f"This is no Bundle of a type that is read here: {', '.join(sorted(_TYPES))}."
        return [], (Problem("fhir-bundle", "Bundle.type", says, "Send one of them."),)
    if len(raw) > most:
        says = f"This Bundle has more than {most} entries."
        return [], (Problem("fhir-bundle-too-long", "Bundle.entry", says, "Send it in several Bundles."),)
    entries = [
        _entry(one, f"Bundle.entry[{place}]") for place, one in enumerate(raw) if isinstance(one, dict)
    ]
    problems = _duplicates(entries)
    if kind in ("transaction", "batch"):
        problems += _nested(entries)
    return ([], problems) if problems else (entries, ())


def _entry(raw: dict[str, Any], where: str) -> BundleEntry:
    request = part(raw, "request")
    return BundleEntry(
        where=where,
        full_url=text(raw, "fullUrl"),
        resource=part(raw, "resource"),
        method=text(request, "method"),
        url=text(request, "url"),
        if_none_exist=text(request, "ifNoneExist"),
        if_match=text(request, "ifMatch"),
    )


def _duplicates(entries: list[BundleEntry]) -> tuple[Problem, ...]:
    """Invariant bdl-7: the same full URL may only come again with another version."""
    keys = [(entry.full_url, text(part(entry.resource, "meta"), "versionId")) for entry in entries]
    counted = Counter(keys)
    return tuple(
        Problem(
            "fhir-bundle-duplicate-url",
            f"{entry.where}.fullUrl",
            "Another entry has the same fullUrl.",
            "Give every entry a fullUrl of its own.",
        )
        for entry, key in zip(entries, keys, strict=True)
        if key[0] and counted[key] > 1
    )


def _nested(entries: list[BundleEntry]) -> tuple[Problem, ...]:
    return tuple(
        Problem(
            "fhir-bundle-nested",
            f"{entry.where}.resource",
            "A Bundle inside of a transaction or batch is not carried out.",
            "Send its entries in a request of their own.",
        )
        for entry in entries
        if entry.resource.get("resourceType") == "Bundle" and entry.method in ("POST", "PUT")
    )
