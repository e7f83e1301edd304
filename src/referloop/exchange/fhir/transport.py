"""FHIR over HTTP: Django's requests become calls, and replies become its responses."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from referloop.exchange.fhir.negotiation import MOST_BYTES, TOO_LONG
from referloop.exchange.fhir.server import JSON, Call, Reply, refusal

PREFIX = "/fhir"
_HEADERS = (
    "accept", "authorization", "content-encoding", "idempotency-key", "if-match", "if-none-exist",
    "if-none-match", "prefer",
)  # fmt: skip
_NAMES = {f"HTTP_{name.upper().replace('-', '_')}": name for name in _HEADERS}
_NAMES["CONTENT_TYPE"] = "content-type"
_FIXED = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}


def respond(request: HttpRequest, answer: Callable[[Call], Reply], public_url: str) -> HttpResponse:
    """The whole of one exchange; a body that is too long is never read to its end."""
    body = _body(request)
    reply = refusal(TOO_LONG) if body is None else answer(_call(request, body, public_url))
    response = HttpResponse(reply.body, status=reply.status, content_type=JSON)
    for headers in (_FIXED, reply.headers):
        for name, value in headers.items():
            response.headers[name] = value
    if reply.body:
        response.headers["Content-Length"] = str(len(reply.body))
    if body is None:
        response.headers["Connection"] = "close"
    return response


def _call(request: HttpRequest, body: bytes, public_url: str) -> Call:
    meta = request.META
    return Call(
        method=request.method or "",
        path=request.path_info.removeprefix(PREFIX).strip("/"),
        query=meta.get("QUERY_STRING", ""),
        headers={name: meta[key] for key, name in _NAMES.items() if key in meta},
        body=body,
        base=(public_url or f"{request.scheme}://{meta.get('HTTP_HOST', '')}") + PREFIX,
    )


def _body(request: HttpRequest) -> bytes | None:
    """The body, or None when there is more of it than is taken."""
    if request.method not in ("POST", "PUT"):
        return b""
    length = request.META.get("CONTENT_LENGTH") or ""
    if length.isascii() and length.isdigit():
        return None if len(length) > 9 or int(length) > MOST_BYTES else _read(request, int(length))
    chunked = "HTTP_TRANSFER_ENCODING" in request.META
    return _read(request, MOST_BYTES + 1) if chunked else b""


def _read(request: HttpRequest, most: int) -> bytes | None:
    stream: Any = request.META["wsgi.input"]
    parts: list[bytes] = []
    left = most
    while left and (part := stream.read(min(left, 65_536))):
        parts.append(part)
        left -= len(part)
    body = b"".join(parts)
    return None if len(body) > MOST_BYTES else body
