"""What a form or an address may hold before a page reads it: known fields, said once, of letters we keep."""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256

from referloop.workbench.asking import Page
from referloop.workbench.fields import fields_of

MOST_LETTERS = 20_000
_TOKEN = "csrfmiddlewaretoken"  # noqa: S105  its name in a form
# Such words speak about a patient: addresses are kept in logs and histories, so they are posted.
_NEVER_IN_ADDRESSES = frozenset({"q", "name", "family", "given", "born", "phone", "mrn", "note", "said"})
Several = Mapping[str, Sequence[str]]


def form_refused(pattern: str, path: Mapping[str, str], form: Several, files: Several) -> Page | None:
    """Why this form is not read at all; None when it is."""
    known = fields_of(pattern, path)
    for name, values in form.items():
        if "[" in name or "\0" in name or (len(values) > 1 and name not in known.several):
            return _page(
                400, f"“{_named(name)}” was sent more than once.", "Open the page again and send it."
            )
    if wrong := [name for name in form if name != _TOKEN and not known.has(name)]:
        return _unknown(wrong)
    if wrong := [name for name in files if name not in known.files]:
        return _unknown(wrong)
    return next(_unkept(form), None)


def address_refused(pattern: str, query: Several) -> Page | None:
    """Why this address is not answered."""
    typed = _NEVER_IN_ADDRESSES | ({"text"} if pattern != "directory" else set())
    if names := [name for name in query if name in typed]:
        says = f"“{_named(names[0])}” stands in the address, where it would be kept."
        return _page(400, says, "Type it into the page's own field.")
    if any(len(values) > 1 or "[" in name for name, values in query.items()):
        return _page(400, "This address says something twice.", "Follow a link of the desk instead.")
    if any("\0" in value for values in query.values() for value in values):
        return _page(400, "This address cannot be read.", "Follow a link of the desk instead.")
    return None


def plain(text: str) -> str:
    """
    >>> plain("Jose\\u0301") == "Jos\\u00e9"
    True
    """
    return unicodedata.normalize("NFC", text)


def name_of_form(who: str, path: str, form: Several, files: Sequence[bytes]) -> str:
    """The same for the same form of the same page with the same content, however often it is sent.

    The token in it is written anew for each page that is shown.
    """
    if not form.get(_TOKEN):
        return ""
    said = sha256(repr((who, path, sorted((name, *values) for name, values in form.items()))).encode())
    for content in files:
        said.update(sha256(content).digest())
    return said.hexdigest()


def _unkept(form: Several) -> Iterator[Page]:
    for name, values in form.items():
        for value in values:
            if len(value) > MOST_LETTERS:
                says = f"“{_named(name)}” has more than {MOST_LETTERS:,} letters."
                yield _page(422, says, "Go back, shorten it and send it again.")
            if any(ord(letter) < 32 and letter not in "\t\n\r" for letter in value):
                says = f"“{_named(name)}” has a letter that cannot be written down."
                yield _page(422, says, "Go back, type it anew instead of pasting it, and send it again.")


def _unknown(names: Sequence[str]) -> Page:
    says = f"This form has no field {', '.join(f'“{_named(name)}”' for name in sorted(names)[:5])}."
    return _page(422, says, "Open the page again and fill in its own form.")


def _named(name: str) -> str:
    """A field's name as it can be said: it may be anything that somebody made up."""
    return "".join(letter for letter in name[:40] if letter.isprintable())


def _page(status: int, says: str, remedy: str) -> Page:
    return Page("refused.html", {"says": says, "remedy": remedy}, status)
