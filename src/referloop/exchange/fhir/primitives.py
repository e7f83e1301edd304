"""The formats of FHIR R4's primitive types (http://hl7.org/fhir/R4/datatypes.html#primitive)."""

import binascii
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal

LONGEST_STRING = 1_048_576  # http://hl7.org/fhir/R4/datatypes.html#string
_LARGEST_INTEGER = 2**31 - 1

_code = re.compile(r"\S+(?:\s\S+)*").fullmatch
_id = re.compile(r"[A-Za-z0-9\-.]{1,64}").fullmatch
_uri = re.compile(r"\S+").fullmatch
_oid = re.compile(r"urn:oid:[0-2](?:\.(?:0|[1-9]\d*))+", re.ASCII).fullmatch
_uuid = re.compile(r"urn:uuid:[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}").fullmatch
_date = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?", re.ASCII).fullmatch
_CLOCK = r"(?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d+)?"
_ZONE = r"(?:Z|[+-](?:0\d|1[0-3]):[0-5]\d|[+-]14:00)"
_time = re.compile(_CLOCK, re.ASCII).fullmatch
_instant = re.compile(r"\d{4}-\d\d-\d\dT" + _CLOCK + _ZONE, re.ASCII).fullmatch
_SPACES = str.maketrans("", "", " \t\r\n")


def is_calendar(text: str) -> bool:
    """Whether a year, a month or a day exists in the calendar; the form is already right."""
    try:
        date.fromisoformat(text + "-01-01"[len(text) - 4 :])
    except ValueError:
        return False
    return True


def is_string(value: object) -> bool:
    return value.__class__ is str and 0 < len(value) <= LONGEST_STRING


def is_date(value: object) -> bool:
    return isinstance(value, str) and _date(value) is not None and is_calendar(value)


def is_instant(value: object) -> bool:
    return isinstance(value, str) and _instant(value) is not None and is_calendar(value[:10])


def is_date_time(value: object) -> bool:
    return is_instant(value) or is_date(value)


def decoded(value: str) -> bytes | None:
    """The bytes of a base64Binary, or None when it is none."""
    try:
        return binascii.a2b_base64(value.translate(_SPACES), strict_mode=True)
    except (binascii.Error, ValueError):
        return None


def is_base64(value: object) -> bool:
    return isinstance(value, str) and value != "" and decoded(value) is not None


def is_decimal(value: object) -> bool:
    return value.__class__ in (int, Decimal, float)


def _integer_from(smallest: int) -> Callable[[object], bool]:
    def is_integer(value: object) -> bool:
        return value.__class__ is int and smallest <= value <= _LARGEST_INTEGER

    return is_integer


def _matching(match: Callable[[str], object]) -> Callable[[object], bool]:
    def is_match(value: object) -> bool:
        return isinstance(value, str) and match(value) is not None

    return is_match


CHECKS: dict[str, Callable[[object], bool]] = {
    "base64Binary": is_base64,
    "boolean": lambda value: value.__class__ is bool,
    "canonical": _matching(_uri),
    "code": _matching(_code),
    "date": is_date,
    "dateTime": is_date_time,
    "decimal": is_decimal,
    "id": _matching(_id),
    "instant": is_instant,
    "integer": _integer_from(-_LARGEST_INTEGER - 1),
    "markdown": is_string,
    "oid": _matching(_oid),
    "positiveInt": _integer_from(1),
    "string": is_string,
    "time": _matching(_time),
    "unsignedInt": _integer_from(0),
    "uri": _matching(_uri),
    "url": _matching(_uri),
    "uuid": _matching(_uuid),
    "xhtml": is_string,
}
