"""What a client may send and accept: media types, and compressed bodies that stay within bounds."""

import zlib
from collections.abc import Iterator

from referloop.referral.problems import Problem

MOST_BYTES = 10_000_000
_STEP = 65_536
_JSON = ("application/fhir+json", "application/json")
_ACCEPTED = (*_JSON, "*/*", "application/*")
FORM = "application/x-www-form-urlencoded"

TOO_LONG = Problem("http-too-long", "", f"The body has more than {MOST_BYTES} bytes.", "Send less at once.")


def media_problem(content_type: str, *, form: bool = False) -> Problem | None:
    """Whether a body of this type is read here."""
    kind, _, parameters = content_type.partition(";")
    allowed = (FORM,) if form else _JSON
    charset = parameters.strip().lower().removeprefix("charset=").strip('"')
    if kind.strip().lower() not in allowed:
        says = "A body of this type is not read here."
        return Problem("http-media-type", "Content-Type", says, f"Send {allowed[0]}.")
    if parameters.strip().lower().startswith("charset=") and charset not in ("utf-8", "utf8"):
        says = "Only UTF-8 is read here."
        return Problem("http-media-type", "Content-Type", says, "Send JSON encoded as UTF-8.")
    return None


def accept_problem(accept: str, format_: str) -> Problem | None:
    """Whether the client takes JSON; `format_` is the _format of the query, which wins."""
    wanted = format_ or accept
    names = [part.partition(";")[0].strip().lower() for part in wanted.split(",")]
    if not wanted.strip() or any(name in (*_ACCEPTED, "json") for name in names):
        return None
    says = "Only FHIR JSON is offered."
    return Problem("http-accept", "Accept", says, "Accept application/fhir+json.")


def inflated(body: bytes, encoding: str, most: int = MOST_BYTES) -> bytes | Problem:
    """The body without its compression; it never grows beyond `most` in memory."""
    if len(body) > most:
        return TOO_LONG
    if encoding in ("", "identity"):
        return body
    if encoding != "gzip":
        says = "This compression is not read here."
        return Problem("http-media-type", "Content-Encoding", says, "Send gzip, or no compression.")
    try:
        out = bytearray()
        for piece in _pieces(body):
            out += piece
            if len(out) > most:
                return TOO_LONG
        return bytes(out)
    except (zlib.error, EOFError):
        says = "The compressed body is damaged or incomplete."
        return Problem("http-encoding", "Content-Encoding", says, "Send it again.")


def _pieces(body: bytes) -> Iterator[bytes]:
    while body:
        stream = zlib.decompressobj(31)  # 31: a gzip member with its header
        while not stream.eof:
            piece = stream.decompress(body, _STEP)
            if not piece and not stream.unconsumed_tail:
                if stream.eof:
                    break
                raise EOFError
            yield piece
            body = stream.unconsumed_tail
        body = stream.unused_data
