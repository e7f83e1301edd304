"""What somebody typed to find a person: read as names, days and numbers, and compared with who was found."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from rapidfuzz.distance import JaroWinkler

from referloop.messages import Person
from referloop.spelling import plain, slips, sound
from referloop.storage.search_keys import (
    BORN,
    NAME,
    NUMBER,
    OWN_NUMBER,
    PHONE,
    SOUND,
    Span,
    beginning,
    exactly,
    number_key,
)

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_YEAR_FIRST = re.compile(r"\b(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})\b")
_YEAR_LAST = re.compile(r"\b(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})\b")
_MONTH_NAMED = re.compile(r"\b(?:(\d{1,2})[ -]+)?([A-Za-z]{3,9})\.?[ -]+(?:(\d{1,2}),? +)?(\d{4})\b")
_RUN = re.compile(r"\b\d{8}\b")
_PHONE = re.compile(r"(?<!\w)\+?\(?\d[\d\s().-]{5,}\d")
_NOISE = {
    "mrn",
    "dob",
    "born",
    "member",
    "id",
    "phone",
    "tel",
    "number",
    "no",
    "mr",
    "mrs",
    "ms",
    "dr",
    "and",
}
_ALIKE = 0.8
_UNLIKE = 0.75  # below this two names have only letters in common
_WORDS = 5  # more than that is no name
_SLIPS = 500


@dataclass(frozen=True, slots=True)
class Sought:
    """`days` are all that a date may mean; `family` and `given` are known where a comma parts them."""

    words: tuple[str, ...]
    days: tuple[str, ...]
    numbers: tuple[str, ...]
    family: str = ""
    given: str = ""

    def __bool__(self) -> bool:
        return bool(self.words or self.days or self.numbers)


def understood(typed: str, today: date) -> Sought:
    """Read as everything it may mean; nonsense is nothing."""
    text = " ".join(typed.split())
    text, days = _days(text, today)
    text, phones = _cut(_PHONE, text)
    numbers = [plain(each).upper() for each in phones]
    words = []
    for word in re.split(r"[\s,;]+", text):
        if any(map(str.isdigit, word)):
            numbers.append(plain(word).upper())
        elif (each := plain(word)) and each not in _NOISE:
            words.append(each)
    family, comma, given = text.partition(",")
    split = bool(comma and plain(family) and plain(given) and len(words) > 1)
    return Sought(
        tuple(words[:_WORDS]),
        tuple(days),
        tuple(dict.fromkeys(each for each in numbers if len(each) > 1)),
        plain(family) if split else "",
        plain(given.split()[0]) if split else "",
    )


def _cut(pattern: re.Pattern[str], text: str) -> tuple[str, list[str]]:
    return pattern.sub(" ", text), [found.group() for found in pattern.finditer(text)]


def _days(text: str, today: date) -> tuple[str, list[str]]:
    """Every day that the dates in it may mean, and the text without them."""
    found: list[str] = []
    for pattern, read in ((_YEAR_FIRST, _year_first), (_YEAR_LAST, _year_last), (_MONTH_NAMED, _named)):
        for match in pattern.finditer(text):
            days = [day for y, m, d in read(match) for day in _real(y, m, d, today)]
            if days:
                found += days
                text = text.replace(match.group(), " ")
    for run in _RUN.findall(text):
        for y, m, d in (
            (run[:4], run[4:6], run[6:]),
            (run[4:], run[:2], run[2:4]),
            (run[4:], run[2:4], run[:2]),
        ):
            found += _real(y, m, d, today)
    return text, list(dict.fromkeys(found))


def _year_first(match: re.Match[str]) -> list[tuple[str, str, str]]:
    return [(match[1], match[2], match[3])]


def _year_last(match: re.Match[str]) -> list[tuple[str, str, str]]:
    """Month first or day first: the text does not say."""
    years = [match[3]] if len(match[3]) == 4 else [f"19{match[3]}", f"20{match[3]}"]
    return [each for year in years for each in ((year, match[1], match[2]), (year, match[2], match[1]))]


def _named(match: re.Match[str]) -> list[tuple[str, str, str]]:
    month = match[2][:3].casefold()
    day = match[1] or match[3] or ""
    return [(match[4], str(_MONTHS.index(month) + 1), day)] if month in _MONTHS and day else []


def _real(year: str, month: str, day: str, today: date) -> list[str]:
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        return []
    return [found.isoformat()] if found.year >= 1890 and found <= today else []


def spans_of(it: Sought) -> list[Span]:
    """Where its people stand in the index, what narrows most first."""
    found = [exactly(f"{NUMBER}|{each}") for each in it.numbers]
    found += [beginning(f"{NUMBER}|{each}") for each in it.numbers if len(each) > 4]
    digits = [each for each in it.numbers if each.isdigit() and len(each) > 3]
    found += [beginning(f"{PHONE}|{each[-10:][::-1]}") for each in digits]
    found += [beginning(f"{BORN}|{day}|") for day in it.days]
    for family, given in _splits(it):
        found += [beginning(f"{NAME}|{family}|{given}"), *([] if given else [beginning(f"{NAME}|{family}")])]
    for family, given in _splits(it):
        tail = f"|{sound(given)}" if given else ""
        found.append(beginning(f"{SOUND}|{sound(family)}{tail}"))
    return list(dict.fromkeys(found))


def referral_spans(it: Sought) -> list[Span]:
    """Where its referrals stand: by our number or the requester's."""
    joined = [*it.numbers, *([each.upper() for each in it.words] if not it.days else [])]
    return [exactly(number_key(each, OWN_NUMBER)) for each in joined]


def slip_spans(it: Sought) -> list[Span]:
    """The same names with a slip of the pen: in the given name, or one in the family name."""
    found = []
    for family, given in _splits(it):
        if len(family) < 3:
            continue
        tail = sound(given)[:1]
        found += [f"{SOUND}|{sound(family)}|{tail}", f"{NAME}|{family}|"] if given else []
        found += [f"{SOUND}|{each}|{tail}" for each in slips(sound(family))]
    return [beginning(each) for each in list(dict.fromkeys(found))[:_SLIPS]]


def _splits(it: Sought) -> Iterator[tuple[str, str]]:
    """Which of the words are the family name: the first, the last, or all."""
    words = it.words
    if it.family:
        yield it.family, it.given
        return
    for at in range(1, len(words)):
        yield "".join(words[:at]), words[at]
        yield "".join(words[at:]), words[0]
    if words:
        yield "".join(words), ""


def likeness(it: Sought, person: Person, keys: Sequence[str]) -> tuple[float, tuple[str, ...]]:
    """How well somebody fits all that was typed, from 0 to 1, and what fits."""
    parts: list[tuple[float, str]] = []
    if it.words:
        name = _name_alike(it.words, person)
        parts.append((name, "name" if name > 0.97 else "a similar name" if name >= _ALIKE else ""))
    if it.days:
        parts.append(_born_alike(it.days, person.birth_date))
    if it.numbers and not (it.days and not any(key[0] in (NUMBER, PHONE) for key in keys)):
        kinds = {key[0] for key in keys}
        parts.append((1.0, "phone" if PHONE in kinds else "number") if kinds & {NUMBER, PHONE} else (0.0, ""))
    whole = sum(value for value, _ in parts) / len(parts) if parts else 0.0
    return whole, tuple(says for _, says in parts if says)


def _born_alike(days: Sequence[str], born: str) -> tuple[float, str]:
    if born in days:
        return 1.0, "date of birth"
    near = any(
        sum(a != b for a, b in zip(day, born, strict=True)) < 2 for day in days if len(born) == len(day)
    )
    return (0.7, "date of birth but for one digit") if near else (0.0, "")


def _name_alike(words: Sequence[str], person: Person) -> float:
    """Each typed word against the part of the name it fits best; joined, for names in several words."""
    best = 0.0
    for name in person.names:
        families, givens = _parts(name.family), _parts(name.given)
        # One word alone is a family name, if it can be one.
        of_given = 1.0 if len(words) > 1 else 0.95
        each = [
            max(
                max((_alike(word, part) for part in families), default=0.0),
                max((_alike(word, part) * of_given for part in givens), default=0.0),
            )
            for word in words
        ]
        whole = max((_alike("".join(words), part) for part in families), default=0.0)
        best = max(best, sum(each) / len(each), whole)
    return best


def _parts(name: str) -> list[str]:
    return [each for part in (name, *re.split(r"[\s-]+", name)) if (each := plain(part))]


def _alike(word: str, part: str) -> float:
    if word == part:
        return 1.0
    if part.startswith(word) and len(word) > 1:
        return 0.98
    found = JaroWinkler.similarity(word, part, score_cutoff=_UNLIKE)
    return found * 0.97
