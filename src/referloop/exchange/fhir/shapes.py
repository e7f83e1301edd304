"""What every FHIR R4 type may hold, compiled from the published definitions into plain look-ups."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

import msgspec

from referloop.exchange.fhir.primitives import CHECKS
from referloop.referral.problems import ProgramFault

RESOURCE = "Resource"
_NOTATION = re.compile(r"([^!*+=]+)([!*+]?)(?:=(.+))?")


@dataclass(frozen=True, slots=True)
class Element:
    """One element: a primitive has a `check`, everything else is a `kind` of its own."""

    kind: str  # a key of SHAPES, or "Resource" for any resource
    many: bool
    check: Callable[[object], bool] | None = None
    codes: frozenset[str] | None = None
    choice: str = ""  # "value" for valueString
    beside: str = ""  # `_given` for `given`: where a null in a list has its extension
    nullable: bool = False
    modifies: bool = False


@dataclass(frozen=True, slots=True)
class Shape:
    """One type or backbone element."""

    name: str
    elements: dict[str, Element] = field(default_factory=dict)
    required: list[tuple[str, str]] = field(default_factory=list)  # (name, _name)
    choices: list[str] = field(default_factory=list)  # required choices


class _Type(msgspec.Struct, frozen=True):
    kind: str
    parts: dict[str, dict[str, str]]


class _Tables(msgspec.Struct, frozen=True):
    types: dict[str, _Type]
    codes: dict[str, frozenset[str]]


@cache
def _tables() -> _Tables:
    content = files("referloop.exchange.fhir").joinpath("r4.json").read_bytes()
    return msgspec.json.decode(content, type=_Tables)


@cache
def resource_types() -> frozenset[str]:
    """The names of all concrete resources of R4."""
    return frozenset(name for name, table in _tables().types.items() if table.kind == "resource")


class _Shapes(dict[str, Shape]):
    """Shapes by name, each compiled when it is first met."""

    def __missing__(self, name: str) -> Shape:
        shape = Shape(name)
        for element, notation in _tables().types[name.partition(".")[0]].parts[name].items():
            _add(shape, element, notation)
        if name in resource_types():
            shape.elements["resourceType"] = Element("code", many=False, check=CHECKS["code"])
        self[name] = shape
        return shape


SHAPES = _Shapes()


def _add(shape: Shape, name: str, notation: str) -> None:
    match = _NOTATION.fullmatch(notation)
    if match is None:
        raise ProgramFault(f"the structure table of {shape.name} is damaged")
    kinds, mark, codes = match.groups()
    many, needed = mark in ("*", "+"), mark in ("!", "+")
    base = name.removesuffix("[x]")
    if base != name:
        for kind in kinds.split("|"):
            _add_one(shape, base + kind[0].upper() + kind[1:], kind, many, codes, base)
        if needed:
            shape.choices.append(base)
        return
    _add_one(shape, name, kinds, many, codes, "")
    if needed:
        shape.required.append((name, "_" + name))


def _add_one(shape: Shape, name: str, kind: str, many: bool, codes: str | None, choice: str) -> None:
    check = CHECKS.get(kind)
    shape.elements[name] = Element(
        kind.removeprefix("#"),
        many,
        check,
        _tables().codes[codes] if codes else None,
        choice,
        beside="_" + name if check else "",
        modifies=name == "modifierExtension",
    )
    if check:
        shape.elements["_" + name] = Element("Element", many, nullable=many)
