"""Public code sets, the same for every organisation: loaded whole, searched by code or words."""

from collections.abc import Sequence

from referloop.storage.database import Session, insert_sql

_COLUMNS = ("code_set", "code", "words", "sought")
_AT_ONCE = 1000


def replace_set(session: Session, code_set: str, codes: Sequence[tuple[str, str]]) -> None:
    """This set is from now on these codes with their words."""
    session.write(("DELETE FROM codes WHERE code_set = ?", (code_set,)))
    rows = [(code_set, code, words, sought(code, words)) for code, words in codes]
    for start in range(0, len(rows), _AT_ONCE):
        page = rows[start : start + _AT_ONCE]
        session.write((insert_sql("codes", _COLUMNS, len(page)), [value for row in page for value in row]))


def sought(code: str, words: str) -> str:
    """
    >>> sought("I48.91", "Unspecified atrial fibrillation")
    ' i48.91 i4891 unspecified atrial fibrillation'
    """
    bare = code.replace(".", "")
    return f" {code} {bare} {words}".casefold() if bare != code else f" {code} {words}".casefold()


def find_codes(session: Session, code_set: str, text: str, limit: int = 12) -> list[tuple[str, str]]:
    """The codes in which every typed word begins one: one pass over a set whose size the publisher bounds."""
    words = [_escaped(word) for word in text.casefold().split()[:6]]
    if not words or len(text.strip()) < 2:
        return []
    conditions = " AND ".join(["sought LIKE ? ESCAPE '\\'"] * len(words))
    sql = (
        f"SELECT code, words FROM codes WHERE code_set = ? AND {conditions}"  # noqa: S608
        " ORDER BY CASE WHEN sought LIKE ? ESCAPE '\\' THEN 0 WHEN words = '' THEN 2 ELSE 1 END,"
        " LENGTH(words), code LIMIT ?"
    )
    inside = [f"% {word}%" for word in words]
    return [(row[0], row[1]) for row in session.ask((sql, (code_set, *inside, f" {words[0]}%", limit)))[0]]


def words_of(session: Session, code_set: str, code: str) -> str | None:
    """What a code stands for; None when the set does not have it."""
    sql = "SELECT words FROM codes WHERE code_set = ? AND code = ?"
    rows = session.ask((sql, (code_set, code)))[0]
    return str(rows[0][0]) if rows else None


def _escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
