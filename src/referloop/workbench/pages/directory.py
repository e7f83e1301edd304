"""The directory: organisations and practitioners who send referrals here or receive them."""

from referloop.workbench.asking import NOT_HERE, Answer, Ask, Page, Value
from referloop.workbench.needs import Needs
from referloop.workbench.presenters.people import contacts, party_words

_LETTERS = 80
KINDS = {"": "Everybody", "practitioners": "Practitioners", "organisations": "Organisations"}


def directory(ask: Ask, needs: Needs) -> Answer:
    text, kind = ask.query.get("text", "").strip()[:_LETTERS], ask.query.get("kind", "")
    kind = kind if kind in KINDS else ""
    found, more = needs.directory.parties(ask.here, text, ask.query.get("after", ""), kind)
    shows = {
        "found": [(each, contacts(each.party)) for each in found],
        "text": text, "kind": kind, "kinds": list(KINDS.items()),
        "next": more, "after": ask.query.get("after", ""),
    }  # fmt: skip
    return Page("directory.html", shows)


def party(ask: Ask, needs: Needs) -> Answer:
    found = needs.directory.party(ask.here, ask.query.get("key", ""))
    if found is None:
        return NOT_HERE
    it = found.known.party
    shows = {"it": found, "name": party_words(it), "contacts": contacts(it)}
    return Page("party.html", shows)


def lookup(ask: Ask, needs: Needs) -> Answer:
    """Requesters and performers as a form's combobox offers them."""
    text = ask.form.get("text", "").strip()[:_LETTERS]
    found = needs.directory.parties(ask.here, text, "")[0] if len(text) > 1 else ()
    return Value(
        [
            {"id": each.key, "words": party_words(each.party), "note": each.party.specialty}
            for each in found[:8]
        ]
    )
