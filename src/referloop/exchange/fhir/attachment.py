"""Whether an attachment's stated size and hash are those of the bytes inside it."""

import base64
import hashlib
from typing import Any

from referloop.exchange.fhir.primitives import decoded


def wrong(attachment: dict[str, Any]) -> tuple[str, ...]:
    """The elements among `size` and `hash` that contradict `data`; they may describe what a `url` holds."""
    encoded = attachment.get("data")
    content = decoded(encoded) if isinstance(encoded, str) else None
    if content is None:
        return ()
    # SHA-1 is what the standard names here: http://hl7.org/fhir/R4/datatypes.html#attachment
    digest = base64.b64encode(hashlib.sha1(content, usedforsecurity=False).digest()).decode()
    truth = {"size": len(content), "hash": digest}
    return tuple(name for name, true in truth.items() if name in attachment and attachment[name] != true)
