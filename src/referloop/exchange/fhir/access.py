"""Reads elements of a resource by name, whatever stands there: what has the wrong form counts as absent."""

from typing import Any

Json = dict[str, Any]


def text(owner: Json, name: str) -> str:
    value = owner.get(name)
    return value.strip() if isinstance(value, str) else ""


def part(owner: Json, name: str) -> Json:
    value = owner.get(name)
    return value if isinstance(value, dict) else {}


def parts(owner: Json, name: str) -> list[Json]:
    """The objects of a list; some senders put a single object where a list belongs."""
    value = owner.get(name)
    if isinstance(value, dict):
        return [value]
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def texts(owner: Json, name: str) -> list[str]:
    value = owner.get(name)
    return [one.strip() for one in value if isinstance(one, str)] if isinstance(value, list) else []


def integer(owner: Json, name: str) -> int | None:
    value = owner.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
