"""People: who was found to be whom, and taking that back."""

from referloop.ports import Books
from referloop.storage.database import Query

_SAME = "UPDATE people SET same_as = ? WHERE organization_id = ? AND id = ?"


def joined(books: Books, person: str, known: str) -> Query:
    """From now on the first is found as the second; both keep all that was said of them."""
    return _SAME, (known, books.organization, person)


def parted(books: Books, person: str) -> Query:
    return _SAME, ("", books.organization, person)
