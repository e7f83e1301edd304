"""Names as they are compared: without case and accents, by how they sound, and a slip of the pen away."""

import re
import unicodedata
from collections.abc import Iterator

_SOUNDS = {
    letter: sound
    for sound, letters in {
        "b": "bp", "f": "fv", "k": "ckqgj", "s": "sxz", "t": "dt", "l": "l", "n": "mn", "r": "r",
    }.items()
    for letter in letters
}  # fmt: skip
_ALL = sorted(set(_SOUNDS.values()))
_SILENT = frozenset("aeiouhwy")


def plain(name: str) -> str:
    """A name without case, accents, spaces and punctuation; scripts other than Latin keep their letters.

    >>> plain("  O'Neill-Müller ")
    'oneillmuller'
    """
    if name.isascii():
        return "".join(filter(str.isalnum, name.casefold()))
    folded = name
    for _ in range(2):  # letters that come apart when folded fold anew
        folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", folded).casefold())
    return "".join(each for each in folded if unicodedata.category(each)[0] in "LN")


def called(number: str) -> str:
    """The digits by which a phone is found: the last ten, without an extension.

    >>> called("+1 (212) 555-0142 x12")
    '2125550142'
    """
    return "".join(filter(str.isdigit, re.split(r"x|ext", number, maxsplit=1, flags=re.IGNORECASE)[0]))[-10:]


def party(name: str) -> str:
    """A requester or performer as messages name them, as a key: the practice, then who works there.

    >>> party("Dr Ruth Osei, Northside Family Practice"), party("Northside Family Practice")
    ('northsidefamilypractice|drruthosei', 'northsidefamilypractice|')
    """
    person, comma, practice = name.partition(",")
    who, where = (plain(person), plain(practice)) if comma else ("", plain(person))
    return f"{where}|{who}" if where else ""


def sound(name: str) -> str:
    """The consonants of a plain name in classes; the sound of a beginning begins the sound of the whole.

    >>> sound("alvarez"), sound("alvares"), sound("schmidt"), sound("smith")
    ('alfrs', 'alfrs', 'sknt', 'snt')
    """
    heard = "a" if name[:1] in _SILENT and name[:1] else ""
    for letter in name:
        each = "" if letter in _SILENT else _SOUNDS.get(letter, letter)
        if each and not heard.endswith(each):
            heard += each
    return heard


def slips(heard: str) -> Iterator[str]:
    """Every sound one slip away: one more, one less, another, or two that changed places.

    >>> "alfrs" in set(slips("alfs")), "alfrs" in set(slips("afrls")), "alfrs" in set(slips("alrfs"))
    (True, False, True)
    """
    found = {
        made
        for at in range(len(heard) + 1)
        for each in _ALL
        for made in (heard[:at] + each + heard[at:], heard[:at] + each + heard[at + 1 :])
    }
    found |= {heard[:at] + heard[at + 1 :] for at in range(len(heard))}
    found |= {heard[:at] + heard[at + 1] + heard[at] + heard[at + 2 :] for at in range(len(heard) - 1)}
    once = {_once(each) for each in found}
    yield from sorted(each for each in once if each and each != heard)


def _once(heard: str) -> str:
    """Without neighbours that sound alike, as `sound` leaves them."""
    return "".join(each for at, each in enumerate(heard) if at == 0 or heard[at - 1] != each)
