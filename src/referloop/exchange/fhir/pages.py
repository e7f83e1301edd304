"""Bundles that answer searches and ask for histories."""

from collections.abc import Sequence
from urllib.parse import urlencode

from referloop.exchange.fhir.access import Json, part, text
from referloop.exchange.fhir.outcome import outcome
from referloop.exchange.fhir.search import PAGE, Asked

Pairs = Sequence[tuple[str, str]]


def searchset(
    asked: Asked, found: Sequence[Json], also: Sequence[Json], address: str, pairs: Pairs, following: str
) -> Json:
    """`following` is the token of the next page; a total is told when all that fits is on this page."""
    bundle: Json = {"resourceType": "Bundle", "type": "searchset"}
    if asked.wants_total and not following and not asked.page:
        bundle["total"] = len(found)
    kept = [(name, value) for name, value in pairs if name != PAGE]
    links = [("self", [*kept, (PAGE, asked.page)] if asked.page else kept)]
    links += [("next", [*kept, (PAGE, following)])] if following else []
    bundle["link"] = [
        {"relation": relation, "url": f"{address}{asked.kind}?{urlencode(each)}"} for relation, each in links
    ]
    entries = [_entry(one, address, "match") for one in found] if asked.count else []
    entries += [_entry(one, address, "include") for one in also]
    if asked.ignored:
        entries.append({"resource": outcome(asked.ignored), "search": {"mode": "outcome"}})
    return bundle | ({"entry": entries} if entries else {})


def _entry(resource: Json, address: str, mode: str) -> Json:
    url = f"{address}{resource['resourceType']}/{resource['id']}"
    return {"fullUrl": url, "resource": resource, "search": {"mode": mode}}


def history(versions: Sequence[Json], address: str) -> Json:
    """The newest first; each version says whether it was created or updated."""
    entries = []
    for place, one in enumerate(versions):
        name = f"{one['resourceType']}/{one['id']}"
        first = place == len(versions) - 1
        entries.append(
            {
                "fullUrl": address + name,
                "resource": one,
                "request": {
                    "method": "POST" if first else "PUT",
                    "url": one["resourceType"] if first else name,
                },
                "response": {
                    "status": "201" if first else "200",
                    "etag": f'W/"{text(part(one, "meta"), "versionId")}"',
                    "lastModified": text(part(one, "meta"), "lastUpdated"),
                },
            }
        )
    return {"resourceType": "Bundle", "type": "history", "total": len(versions), "entry": entries}
