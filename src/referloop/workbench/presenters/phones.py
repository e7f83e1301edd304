"""Phone numbers as people type them, written in one way: digits, a plus where there was one, an extension."""

import re

_NUMBER = re.compile(r"(\+?)([\d\s().\-/]+?)(?:\s*(?:x|ext\.?|extension)\s*(\d{1,6}))?", re.IGNORECASE)
REMEDY = "Write 7 to 15 digits, and an extension after an x: +1 555 010 0000 x12."


def normal(typed: str) -> str | None:
    """None where it is no number that could be called.

    >>> normal("+1 (555) 010-0000 x12"), normal("555-0142"), normal("call me"), normal("1" * 30)
    ('+15550100000 x12', '5550142', None, None)
    """
    match = _NUMBER.fullmatch(typed.strip()) if typed.isascii() else None
    digits = "".join(filter(str.isdigit, match[2])) if match else ""
    if match is None or not 7 <= len(digits) <= 15:
        return None
    return f"{match[1]}{digits}{f' x{match[3]}' if match[3] else ''}"
