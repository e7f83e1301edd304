"""The place where the next page begins, as a text that only its own client can use, and not for ever."""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from referloop.referral.problems import Problem

LASTS = timedelta(hours=1)
_UNKNOWN = Problem("http-not-found", "_page", "There is no such page.", "Search again from the start.")
_EXPIRED = Problem("http-paging-expired", "_page", "This page has expired.", "Search again from the start.")


def signed(secret: bytes, bound: Sequence[str], after: str, at: datetime) -> str:
    """`bound` is what the page belongs to: the organisation, the client and the search itself."""
    body = f"{int((at + LASTS).timestamp())} {after}".encode()
    return urlsafe_b64encode(_mark(secret, bound, body) + body).decode().rstrip("=")


def opened(secret: bytes, bound: Sequence[str], token: str, at: datetime) -> str | Problem:
    """The id after which the page begins."""
    try:
        whole = urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4))
    except ValueError:
        return _UNKNOWN
    mark, body = whole[:32], whole[32:]
    if not hmac.compare_digest(mark, _mark(secret, bound, body)):
        return _UNKNOWN
    until, _, after = body.decode().partition(" ")
    return after if at.timestamp() < int(until) else _EXPIRED


def _mark(secret: bytes, bound: Sequence[str], body: bytes) -> bytes:
    text = b"".join(b"%d:%s" % (len(part), part) for part in [*(each.encode() for each in bound), body])
    return hmac.new(secret, text, sha256).digest()
