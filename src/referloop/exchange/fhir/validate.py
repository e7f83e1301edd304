"""Checks a FHIR R4 resource against the structure tables in one walk and reports everything that is wrong."""

import re
from typing import Any

from referloop.exchange.fhir.attachment import wrong
from referloop.exchange.fhir.narrative import is_plain_text
from referloop.exchange.fhir.shapes import RESOURCE, SHAPES, Element, Shape, resource_types
from referloop.referral.problems import Problem

DEEPEST = 64
MOST_PROBLEMS = 200

_NAME = re.compile(r"_?[A-Za-z][A-Za-z0-9]{0,63}")


def faults(resource: Any, where: str = "") -> tuple[Problem, ...]:
    """All structural faults of a resource (the first 200); `where` is the FHIRPath of the resource itself.

    Structure only: an extension that is not known is kept, a modifierExtension that is not known is refused.
    """
    out: list[Problem] = []
    if resource.__class__ is not dict:
        return (_problem("fhir-resource", where, "This is not a JSON object.", "Send one FHIR resource."),)
    _resource(resource, where or _root(resource), 1, out)
    return tuple(out[:MOST_PROBLEMS])


def _root(resource: dict[str, Any]) -> str:
    kind = resource.get("resourceType")
    return kind if isinstance(kind, str) and kind in resource_types() else ""


def _resource(value: dict[str, Any], where: str, depth: int, out: list[Problem]) -> None:
    kind = value.get("resourceType")
    if isinstance(kind, str) and kind in resource_types():
        _walk(value, SHAPES[kind], where, depth, out)
        return
    place = f"{where}.resourceType" if where else "resourceType"
    says = "The resourceType is missing or is no resource of FHIR R4."
    out.append(_problem("fhir-resource-type", place, says, "Name one of R4's resource types."))


def _walk(value: dict[str, Any], shape: Shape, where: str, depth: int, out: list[Problem]) -> None:
    elements = shape.elements
    chosen: list[str] = []
    for key, item in value.items():
        element = elements.get(key)
        if element is None:
            _unknown(key, shape, where, out)
            continue
        if element.choice:
            chosen.append(element.choice)
        if element.many:
            _list(item, element, value, f"{where}.{key}", depth, out)
        elif element.check is None:
            _complex(item, element, f"{where}.{key}", depth, out)
        elif not element.check(item) or (element.codes is not None and item not in element.codes):
            _primitive(item, element, f"{where}.{key}", out)
    _whole(value, shape, chosen, where, out)


def _list(
    items: Any, element: Element, owner: dict[str, Any], where: str, depth: int, out: list[Problem]
) -> None:
    if items.__class__ is not list:
        says = "This is one value where a list belongs."
        out.append(_problem("fhir-structure", where, says, "Put it in a list."))
        return
    if not items:
        out.append(_empty(where))
    if element.modifies and items:
        says = "This extension could change the meaning of everything around it and is not known here."
        out.append(_problem("fhir-modifier-extension", where, says, "Send the resource without it."))
    for position, item in enumerate(items):
        if item is None and _is_excused(element, owner, position):
            continue
        if element.check is None:
            _complex(item, element, f"{where}[{position}]", depth, out)
        elif not element.check(item) or (element.codes is not None and item not in element.codes):
            _primitive(item, element, f"{where}[{position}]", out)


def _is_excused(element: Element, owner: dict[str, Any], position: int) -> bool:
    """Whether a null in a list stands beside an extension (http://hl7.org/fhir/R4/json.html#primitive)."""
    if element.nullable:
        return True
    beside = owner.get(element.beside)
    return isinstance(beside, list) and position < len(beside) and beside[position] is not None


def _complex(item: Any, element: Element, where: str, depth: int, out: list[Problem]) -> None:
    if item.__class__ is not dict:
        single = item.__class__ is list
        says = "This is a list where one object belongs." if single else "This is not an object."
        out.append(_problem("fhir-structure", where, says, "Send one object with its elements."))
    elif not item:
        out.append(_empty(where))
    elif depth > DEEPEST:
        says = f"This is more than {DEEPEST} levels deep."
        out.append(_problem("fhir-too-deep", where, says, "Send a flatter resource."))
    elif len(out) >= MOST_PROBLEMS:
        return
    elif element.kind == RESOURCE:
        _resource(item, where, depth + 1, out)
    else:
        _walk(item, SHAPES[element.kind], where, depth + 1, out)


def _primitive(item: Any, element: Element, where: str, out: list[Problem]) -> None:
    if item.__class__ in (list, dict, type(None)):
        says = "This is not one plain value."
        out.append(_problem("fhir-structure", where, says, "Send one plain value, or leave the element out."))
    elif item == "":
        out.append(_empty(where))
    elif element.codes is not None and item.__class__ is str:
        says = "This code is not in the list that FHIR requires here; upper and lower case differ."
        out.append(_problem("fhir-code-invalid", where, says, f"Use one of {_examples(element.codes)}."))
    else:
        says = f"This is no {element.kind}."
        out.append(_problem("fhir-value", where, says, _REMEDIES.get(element.kind, "Correct its form.")))


_REMEDIES = {
    "date": "Use YYYY, YYYY-MM or YYYY-MM-DD and a day that exists.",
    "dateTime": "Use a date, or a date with a time and its zone, such as 2026-03-01T09:30:00+01:00.",
    "instant": "Use a date with a time to the second and its zone.",
    "base64Binary": "Encode the bytes in base64 with its padding.",
    "boolean": "Use true or false without quotation marks.",
    "decimal": "Use a number without quotation marks.",
    "integer": "Use a whole number of 32 bits without quotation marks.",
    "positiveInt": "Use a whole number from 1 without quotation marks.",
    "unsignedInt": "Use a whole number from 0 without quotation marks.",
    "id": "Use 1 to 64 letters, digits, hyphens and dots.",
    "code": "Leave out spaces at the ends and double spaces.",
    "uri": "Leave out spaces.",
    "url": "Leave out spaces.",
    "canonical": "Leave out spaces.",
}


def _examples(codes: frozenset[str]) -> str:
    if len(codes) <= 12:
        return ", ".join(sorted(codes))
    return f"the {len(codes)} codes of its value set"


def _whole(value: dict[str, Any], shape: Shape, chosen: list[str], where: str, out: list[Problem]) -> None:
    """What only shows when all elements of one object have been seen."""
    for name, beside in shape.required:
        if name not in value and beside not in value:
            out.append(_problem("fhir-required", f"{where}.{name}", "This is missing.", "Add it."))
    if shape.choices or len(chosen) > 1:
        _choices(value, shape, chosen, where, out)
    rule = _RULES.get(shape.name)
    if rule is not None:
        rule(value, where, out)


def _choices(value: dict[str, Any], shape: Shape, chosen: list[str], where: str, out: list[Problem]) -> None:
    for base in shape.choices:
        if base not in chosen and not any(key.startswith("_" + base) for key in value):
            out.append(_problem("fhir-required", f"{where}.{base}", "This is missing.", "Add it."))
    for base in sorted({one for one in chosen if chosen.count(one) > 1}):
        says = "This is given in more than one type."
        out.append(_problem("fhir-structure", f"{where}.{base}", says, "Send only one of them."))


def _attachment(value: dict[str, Any], where: str, out: list[Problem]) -> None:
    for name in wrong(value):
        says = "This does not fit the bytes in data."
        out.append(_problem("fhir-attachment", f"{where}.{name}", says, "Send what was computed from data."))


def _narrative(value: dict[str, Any], where: str, out: list[Problem]) -> None:
    div = value.get("div")
    if isinstance(div, str) and div and not is_plain_text(div):
        says = "The narrative is no plain XHTML div: it has a script, frame, event attribute or entity."
        out.append(_problem("fhir-narrative", f"{where}.div", says, "Send formatted text only."))


_RULES = {"Narrative": _narrative, "Attachment": _attachment}


def _unknown(key: Any, shape: Shape, where: str, out: list[Problem]) -> None:
    # A key that is no element's name is not repeated: anything might have been put there.
    place = f"{where}.{key}" if isinstance(key, str) and _NAME.fullmatch(key) else where
    says = f"{shape.name} has no such element in FHIR R4."
    out.append(_problem("fhir-structure", place, says, "Leave it out, or send it as an extension."))


def _empty(where: str) -> Problem:
    return _problem("fhir-structure", where, "This is empty.", "Leave it out, or fill it.")


def _problem(code: str, where: str, says: str, remedy: str) -> Problem:
    return Problem(code, where, says, remedy)
