"""A document that somebody sends with a form: by its own bytes one of those we take, whole and readable."""

from collections.abc import Sequence
from hashlib import sha256

from referloop.paper.asked import FAULTS, Fault
from referloop.paper.signs import MOST_BYTES, PAGED, TAKEN, kind_of
from referloop.referral.problems import Problem
from referloop.workbench.asking import Ask
from referloop.workbench.needs import Needs
from referloop.workbench.presenters.acts import Act
from referloop.workbench.presenters.forms import UPLOADS
from referloop.workbench.workspace_needs import Upload

KINDS_IN_WORDS = f"{', '.join([*TAKEN.values()][:-1])} or {[*TAKEN.values()][-1]}"
_AGAIN = "Choose the file again and send it; what you typed is kept."

_ANEW = "Open it on your machine, print it to a new PDF and choose that file, or ask the sender for it again."
_REMEDIES = {
    "locked": "Ask the sender for a copy without a password, or print it to a new PDF.",
    "pages": "Send it in parts.",
    "pixels": "Scan it with fewer dots.",
}


def upload_of(ask: Ask, act: Act) -> Upload | None:
    _, content = ask.files.get("file", ("", b""))
    if act.word not in UPLOADS or not content:
        return None
    return Upload(sha256(content).hexdigest(), kind_of(content), content)


def wrong_upload(act: Act, upload: Upload | None, needs: Needs, *, fresh: bool) -> Sequence[Problem]:
    """All that stands against it, cheapest first; nothing of a refused file is kept."""
    if act.word not in UPLOADS or not fresh:
        return ()
    if upload is None:
        return (Problem("file-missing", "file", "There is no document.", _AGAIN),)
    if len(upload.content) > MOST_BYTES:
        says = f"The document is larger than {MOST_BYTES // 1_000_000} MB."
        return (Problem("file-size", "file", says, "Send it in parts, or scan it with fewer dots."),)
    if upload.media_type not in TAKEN:
        says = f"This is no {KINDS_IN_WORDS}, whatever its name says."
        return (Problem("file-kind", "file", says, "Save or print it as PDF and choose that file."),)
    return _unreadable(upload, needs) if upload.media_type in PAGED else ()


def _unreadable(upload: Upload, needs: Needs) -> Sequence[Problem]:
    found = needs.papers.looked_at(upload.media_type, upload.content)
    fault = found.code if isinstance(found, Fault) else next(iter(found.faults), "")
    if not fault:
        return ()
    return (Problem(f"file-{fault}", "file", FAULTS[fault][0], _REMEDIES.get(fault, _ANEW)),)
